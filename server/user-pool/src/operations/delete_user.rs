//! DeleteUser: the end of an account, by its owner.

use serde_json::Value;

use super::{Request, get_user};
use crate::error::ApiError;
use crate::params::{Members, TOKEN};

/// Whatever was issued to the user is refused from now on. The answer has no body at all.
pub(crate) async fn delete_user(request: Request) -> Result<Value, ApiError> {
    let mut members = Members::of(&request.body);
    let token = members.required("AccessToken", &TOKEN);
    members.finish()?;
    let user = get_user::authorized(&request.pool, &token)?;
    request.pool.write(move |state| state.users.remove(&user.sub).map(drop)).await?;
    Ok(Value::Null)
}
