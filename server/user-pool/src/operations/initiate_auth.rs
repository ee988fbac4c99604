//! InitiateAuth: the sign-in by password, and the refresh that works while rotation is off.

use serde_json::{Map, Value, json};

use super::sign_in::{self, Proved};
use super::{Request, client, refresh};
use crate::error::ApiError;
use crate::params::{CLIENT_ID, Members};

/// `AuthFlowType`.
const FLOWS: [&str; 8] = [
    "USER_SRP_AUTH",
    "REFRESH_TOKEN_AUTH",
    "REFRESH_TOKEN",
    "CUSTOM_AUTH",
    "ADMIN_NO_SRP_AUTH",
    "USER_PASSWORD_AUTH",
    "ADMIN_USER_PASSWORD_AUTH",
    "USER_AUTH",
];

pub(crate) async fn initiate_auth(request: Request) -> Result<Value, ApiError> {
    let mut members = Members::of(&request.body);
    let flow = members.one_of("AuthFlow", &FLOWS);
    let client_id = members.required("ClientId", &CLIENT_ID);
    let parameters = members.map("AuthParameters");
    members.finish()?;
    client::known(&request.pool, &client_id)?;
    allowed(&request, flow)?;
    match flow {
        "USER_PASSWORD_AUTH" => by_password(&request, &parameters).await,
        _ => {
            let result = refresh::refresh_token_auth(&request, &parameters).await?;
            Ok(json!({ "AuthenticationResult": result, "ChallengeParameters": {} }))
        }
    }
}

/// Refuses the flows that the app client does not allow, each in the words that Cognito has for it.
fn allowed(request: &Request, flow: &str) -> Result<(), ApiError> {
    let allowed = |flow| request.pool.rules().allow(flow);
    match flow {
        "ADMIN_NO_SRP_AUTH" | "ADMIN_USER_PASSWORD_AUTH" => {
            Err(ApiError::invalid_parameter("Initiate Auth method not supported."))
        }
        // With rotation on, the refusal comes later, for a token is asked for first.
        "REFRESH_TOKEN_AUTH" | "REFRESH_TOKEN" if allowed("REFRESH_TOKEN_AUTH") => Ok(()),
        "USER_PASSWORD_AUTH" if allowed(flow) => Ok(()),
        "USER_SRP_AUTH" | "CUSTOM_AUTH" => {
            Err(ApiError::invalid_parameter(format!("{flow} is not enabled for the client.")))
        }
        _ => Err(ApiError::invalid_parameter(format!("{flow} flow not enabled for this client"))),
    }
}

/// A parameter that a flow needs.
pub(super) fn parameter<'a>(parameters: &'a Map<String, Value>, name: &str) -> Result<&'a str, ApiError> {
    let value = parameters.get(name).and_then(Value::as_str).filter(|value| !value.is_empty());
    value.ok_or_else(|| ApiError::missing_parameter(name))
}

/// The words are the same for an unknown user and a wrong password, and so is the effort (PreventUserExistenceErrors).
/// What else stands in the way is told to those who know the password.
async fn by_password(request: &Request, parameters: &Map<String, Value>) -> Result<Value, ApiError> {
    let pool = &request.pool;
    let name = parameter(parameters, "USERNAME")?;
    let password = parameter(parameters, "PASSWORD")?;
    let hash = parameters.get("SECRET_HASH").and_then(Value::as_str);
    client::secret_hash(pool, name, hash).map_err(|problem| problem.at_sign_in(pool))?;

    let user = pool.state().user(name).cloned();
    let counted = user.as_ref().map_or_else(|| name.to_lowercase(), |user| user.sub.clone());
    if pool.lockouts.is_locked(&counted, pool.now_ms()) {
        return Err(ApiError::not_authorized("Password attempts exceeded"));
    }
    // AdminResetUserPassword took the password away, so whichever is given gets the same answer.
    if user.as_ref().is_some_and(|user| user.enabled && user.status == UserStatus::ResetRequired) {
        return Err(ApiError::reset_required());
    }
    let stored = user.as_ref().map(|user| user.password.clone());
    let right = pool.passwords.verify(password.to_owned(), stored).await?;
    let Some(user) = user.filter(|_| right) else {
        pool.lockouts.failed(&counted, pool.now_ms());
        return Err(ApiError::bad_credentials());
    };
    pool.lockouts.succeeded(&counted);
    sign_in::proceed(request, &user.sub, name, Proved::Password).await
}
