//! InitiateAuth: the ways into a sign-in, and the refresh that works while rotation is off.

use serde_json::{Map, Value, json};

use super::sign_in::{self, Proved};
use super::{Request, choice, client, first_factor, refresh, srp};
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
        "USER_SRP_AUTH" => srp::user_srp_auth(&request, &parameters).await,
        "USER_AUTH" => choice::user_auth(&request, &parameters).await,
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
        "USER_PASSWORD_AUTH" | "USER_SRP_AUTH" | "USER_AUTH" if allowed(flow) => Ok(()),
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

async fn by_password(request: &Request, parameters: &Map<String, Value>) -> Result<Value, ApiError> {
    let name = first_factor::name(request, parameters)?;
    let password = parameter(parameters, "PASSWORD")?;
    let sub = first_factor::password(&request.pool, name, password).await?;
    sign_in::proceed(request, &sub, name, Proved::Password).await
}
