//! AssociateSoftwareToken and VerifySoftwareToken: an authenticator app for a signed-in user (by access token), or for
//! one who must have it to get in (by the session of MFA_SETUP).

use serde_json::{Value, json};

use super::{Request, get_user};
use crate::challenges::{Pending, Step};
use crate::error::ApiError;
use crate::params::{Members, SESSION, SOFTWARE_TOKEN_CODE, TOKEN};
use crate::pool::Shared;
use crate::rules::MfaConfiguration;
use crate::state::{SoftwareToken, State};
use crate::totp;

/// Whose app it is.
enum Owner {
    SignedIn { sub: String },
    SettingUp { session: String, pending: Pending },
}

pub(crate) async fn associate_software_token(request: Request) -> Result<Value, ApiError> {
    let members = Members::of(&request.body);
    let pool = &request.pool;
    let owner = owner(pool, members)?;
    let secret = totp::secret(&*pool.entropy);
    match owner {
        Owner::SignedIn { sub } => {
            let unverified = secret.clone();
            let keep = move |state: &mut State| {
                if let Some(user) = state.users.get_mut(&sub) {
                    user.factors.unverified = Some(unverified);
                }
            };
            pool.write(keep).await?;
            Ok(json!({ "SecretCode": secret }))
        }
        Owner::SettingUp { session, pending } => {
            let step = Step::SetUpMfa { secret: Some(secret.clone()), proved: None };
            let session = renew(pool, &session, Pending { step, ..pending })?;
            Ok(json!({ "SecretCode": secret, "Session": session }))
        }
    }
}

pub(crate) async fn verify_software_token(request: Request) -> Result<Value, ApiError> {
    let mut members = Members::of(&request.body);
    let code = members.required("UserCode", &SOFTWARE_TOKEN_CODE);
    let pool = &request.pool;
    let now_ms = pool.now_ms();
    match owner(pool, members)? {
        Owner::SignedIn { sub } => {
            let adopt = move |state: &mut State| {
                let user = state.users.get_mut(&sub).ok_or_else(ApiError::user_not_found)?;
                let secret = user.factors.unverified.as_ref().ok_or_else(ApiError::no_software_token)?;
                let last_step = totp::step_of(&code, secret, now_ms).ok_or_else(ApiError::software_token_mismatch)?;
                user.factors.software_token = Some(SoftwareToken { secret: secret.clone(), last_step });
                user.factors.unverified = None;
                Ok::<_, ApiError>(())
            };
            pool.write(adopt).await??;
            Ok(json!({ "Status": "SUCCESS" }))
        }
        Owner::SettingUp { session, pending } => {
            let Step::SetUpMfa { secret: Some(secret), .. } = pending.step else {
                return Err(ApiError::no_software_token());
            };
            let proved = totp::step_of(&code, &secret, now_ms).ok_or_else(ApiError::software_token_mismatch)?;
            let step = Step::SetUpMfa { secret: Some(secret), proved: Some(proved) };
            let session = renew(pool, &session, Pending { step, ..pending })?;
            Ok(json!({ "Status": "SUCCESS", "Session": session }))
        }
    }
}

/// The members `AccessToken` and `Session`, of which one is needed; the text of that refusal is ours.
fn owner(pool: &Shared, mut members: Members<'_>) -> Result<Owner, ApiError> {
    let token = members.optional("AccessToken", &TOKEN);
    let session = members.optional("Session", &SESSION);
    members.finish()?;
    if pool.rules().mfa == MfaConfiguration::Off {
        return Err(ApiError::software_token_off());
    }
    match (token, session) {
        (Some(token), _) => Ok(Owner::SignedIn { sub: get_user::authorized(pool, &token)?.sub }),
        (None, Some(session)) => {
            let pending = pool.challenges.look(&session, pool.now_ms())?;
            match pending.step {
                Step::SetUpMfa { .. } => Ok(Owner::SettingUp { session, pending }),
                _ => Err(ApiError::invalid_session()),
            }
        }
        (None, None) => Err(ApiError::missing_parameter("AccessToken or Session")),
    }
}

/// Uses a session up and begins the next, which lives for three minutes of its own.
fn renew(pool: &Shared, session: &str, pending: Pending) -> Result<String, ApiError> {
    let now_ms = pool.now_ms();
    pool.challenges.spend(session, now_ms)?;
    Ok(pool.challenges.begin(pending, now_ms, &*pool.entropy))
}
