//! GetUserAuthFactors: what the user whom an access token speaks for can sign in with.

use serde_json::{Value, json};

use super::{Request, choice, get_user};
use crate::error::ApiError;
use crate::params::{Members, TOKEN};

pub(crate) fn get_user_auth_factors(request: &Request) -> Result<Value, ApiError> {
    let mut members = Members::of(&request.body);
    let token = members.required("AccessToken", &TOKEN);
    members.finish()?;
    let pool = &request.pool;
    let user = get_user::authorized(pool, &token)?;
    let mut answer = json!({
        "Username": user.sub,
        "ConfiguredUserAuthFactors": choice::configured(&pool.rules(), &user),
    });
    get_user::show_mfa(&user, &mut answer);
    Ok(answer)
}
