//! The app client: whether a request names it and proves its secret, and DescribeUserPoolClient.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::Request;
use crate::error::ApiError;
use crate::managed_login::SCOPES;
use crate::params::{CLIENT_ID, Members, POOL_ID, SECRET, USERNAME};
use crate::pool::Shared;
use crate::tokens::seconds;

/// Refuses requests for another app client.
pub(crate) fn known(pool: &Shared, client_id: &str) -> Result<(), ApiError> {
    if client_id == pool.client_id { Ok(()) } else { Err(ApiError::unknown_client(client_id)) }
}

/// The members that unsigned operations about a named user share, checked; the name they are about.
pub(super) fn named_user(request: &Request, mut members: Members<'_>) -> Result<String, ApiError> {
    let client_id = members.required("ClientId", &CLIENT_ID);
    let name = members.required("Username", &USERNAME);
    let hash = members.optional("SecretHash", &SECRET);
    members.finish()?;
    let pool = &request.pool;
    known(pool, &client_id)?;
    secret_hash(pool, &name, hash.as_deref()).map_err(|problem| problem.at_sign_in(pool))?;
    Ok(name)
}

/// Checks `SECRET_HASH`, which is made of the name and the client's id ("Computing secret hash values", Developer Guide):
/// at sign-in of the name that was typed, at REFRESH_TOKEN_AUTH of the real one.
pub(crate) fn secret_hash(pool: &Shared, name: &str, given: Option<&str>) -> Result<(), HashProblem> {
    let secrets = pool.client_secrets();
    match (secrets.is_empty(), given) {
        (true, None) => Ok(()),
        (true, Some(_)) => Err(HashProblem::Wrong),
        (false, None) => Err(HashProblem::Missing),
        (false, Some(given)) => {
            let message = format!("{name}{}", pool.client_id);
            let given = STANDARD.decode(given).map_err(|_| HashProblem::Wrong)?;
            let fits = |secret: &String| {
                let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
                hmac::verify(&key, message.as_bytes(), &given).is_ok()
            };
            if secrets.iter().any(fits) { Ok(()) } else { Err(HashProblem::Wrong) }
        }
    }
}

/// The `SECRET_HASH` that goes with a name, for the pool's own login page.
pub(crate) fn own_secret_hash(pool: &Shared, name: &str) -> Option<String> {
    let secrets = pool.client_secrets();
    let key = hmac::Key::new(hmac::HMAC_SHA256, secrets.first()?.as_bytes());
    Some(STANDARD.encode(hmac::sign(&key, format!("{name}{}", pool.client_id).as_bytes())))
}

/// What can be wrong with a `SECRET_HASH`; the texts differ between operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HashProblem {
    Missing,
    Wrong,
}

impl HashProblem {
    /// The text at sign-in and at sign-up.
    pub(crate) fn at_sign_in(self, pool: &Shared) -> ApiError {
        match self {
            Self::Missing => secret_missing(pool),
            Self::Wrong => {
                ApiError::not_authorized(format!("Unable to verify secret hash for client {}", pool.client_id))
            }
        }
    }

    /// The text at REFRESH_TOKEN_AUTH.
    pub(crate) fn at_refresh(self, pool: &Shared) -> ApiError {
        match self {
            Self::Missing => secret_missing(pool),
            Self::Wrong => {
                ApiError::not_authorized(format!("SecretHash does not match for the client: {}", pool.client_id))
            }
        }
    }
}

/// Checks `ClientSecret` itself, which GetTokensFromRefreshToken and RevokeToken take. `Err` holds the text; the one for
/// a wrong secret is ours.
pub(crate) fn secret(pool: &Shared, given: Option<&str>) -> Result<(), String> {
    let secrets = pool.client_secrets();
    match (secrets.is_empty(), given) {
        (true, _) => Ok(()),
        (false, None) => Err(secret_missing(pool).message.unwrap_or_default()),
        (false, Some(given)) => {
            let is_it = |secret: &String| {
                aws_lc_rs::constant_time::verify_slices_are_equal(secret.as_bytes(), given.as_bytes()).is_ok()
            };
            let text = || format!("Unable to verify client secret for client {}", pool.client_id);
            if secrets.iter().any(is_it) { Ok(()) } else { Err(text()) }
        }
    }
}

fn secret_missing(pool: &Shared) -> ApiError {
    ApiError::not_authorized(format!("Client {} is configured for secret but secret was not received", pool.client_id))
}

/// DescribeUserPoolClient. AWS wants it signed; here an unsigned request is as good.
pub(crate) fn describe_user_pool_client(request: &Request) -> Result<Value, ApiError> {
    let mut members = Members::of(&request.body);
    let pool_id = members.required("UserPoolId", &POOL_ID);
    let client_id = members.required("ClientId", &CLIENT_ID);
    members.finish()?;
    let pool = &request.pool;
    if pool_id != pool.pool_id {
        return Err(ApiError::unknown_pool(&pool_id));
    }
    known(pool, &client_id)?;

    let config = &pool.config;
    let mut flows = pool.rules().explicit_auth_flows;
    flows.retain(|flow| !config.rotation || flow != "ALLOW_REFRESH_TOKEN_AUTH");
    // Timestamps of this protocol are seconds since 1970, with a fraction.
    let created = json!(pool.created_at_ms.div_euclid(1_000));
    let mut client = json!({
        "UserPoolId": pool.pool_id,
        "ClientName": "holdfast",
        "ClientId": pool.client_id,
        "CreationDate": created,
        "LastModifiedDate": created,
        "AccessTokenValidity": seconds(config.access_ttl),
        "IdTokenValidity": seconds(config.id_ttl),
        "RefreshTokenValidity": seconds(config.refresh_ttl),
        "TokenValidityUnits": { "AccessToken": "seconds", "IdToken": "seconds", "RefreshToken": "seconds" },
        "ExplicitAuthFlows": flows,
        "AllowedOAuthFlowsUserPoolClient": !config.callback_urls.is_empty(),
        "PreventUserExistenceErrors": if config.prevent_user_existence_errors { "ENABLED" } else { "LEGACY" },
        "EnableTokenRevocation": true,
        "EnablePropagateAdditionalUserContextData": false,
        "AuthSessionValidity": 3,
        "RefreshTokenRotation": {
            "Feature": if config.rotation { "ENABLED" } else { "DISABLED" },
            "RetryGracePeriodSeconds": seconds(config.grace),
        },
    });
    if !config.callback_urls.is_empty() {
        client["AllowedOAuthFlows"] = json!(["code"]);
        client["AllowedOAuthScopes"] = json!(SCOPES);
        client["CallbackURLs"] = json!(config.callback_urls);
        client["LogoutURLs"] = json!(config.logout_urls);
        client["SupportedIdentityProviders"] = json!(["COGNITO"]);
    }
    if let Some(secret) = pool.client_secrets().first() {
        client["ClientSecret"] = secret.clone().into();
    }
    Ok(json!({ "UserPoolClient": client }))
}
