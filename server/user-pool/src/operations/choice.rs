//! USER_AUTH: the user, or the client for the user, chooses the first factor ("Authentication with user choice", API
//! reference of InitiateAuth and RespondToAuthChallenge).
//!
//! Who signs in with a password meets second factors as ever. The factors without a password are offered only where no
//! second factor is asked for, as at Cognito.

use serde_json::{Map, Value, json};

use super::challenge::Answer;
use super::first_factor::{self, Subject};
use super::sign_in::{self, Proved};
use super::{Request, initiate_auth, srp};
use crate::challenges::{CodeBy, Step};
use crate::error::ApiError;
use crate::ids;
use crate::pool::Shared;
use crate::rules::{FIRST_FACTORS, SignInRules};
use crate::state::User;

/// USER_AUTH with a preferred challenge goes straight there where the user has it; else the user chooses.
pub(super) async fn user_auth(request: &Request, parameters: &Map<String, Value>) -> Result<Value, ApiError> {
    let name = first_factor::name(request, parameters)?;
    let subject = first_factor::subject(&request.pool, name)?;
    let available = available(&request.pool, &subject);
    let preferred = parameters.get("PREFERRED_CHALLENGE").and_then(Value::as_str);
    match preferred.filter(|preferred| available.contains(preferred)) {
        Some(preferred) => take(request, name, preferred, parameters).await,
        None => {
            let mut answer = sign_in::challenge(&request.pool, &subject, name, Step::Choose);
            answer["AvailableChallenges"] = json!(available);
            Ok(answer)
        }
    }
}

/// SELECT_CHALLENGE.
pub(super) async fn select(answer: &Answer<'_>) -> Result<Value, ApiError> {
    let pool = &answer.request.pool;
    let subject = first_factor::subject(pool, &answer.pending.name)?;
    let chosen = answer.response("ANSWER")?;
    if !available(pool, &subject).contains(&chosen) {
        // The text is ours.
        return Err(ApiError::invalid_parameter("Selected challenge is not available"));
    }
    if chosen == "PASSWORD_SRP" {
        answer.response("SRP_A")?;
    }
    answer.spend()?;
    take(answer.request, &answer.pending.name, chosen, answer.responses).await
}

/// PASSWORD, where the password did not come with the choice.
pub(super) async fn password(answer: &Answer<'_>) -> Result<Value, ApiError> {
    let pool = &answer.request.pool;
    let sub = first_factor::password(pool, &answer.pending.name, answer.response("PASSWORD")?).await?;
    answer.spend()?;
    sign_in::proceed(answer.request, &sub, &answer.pending.name, Proved::Password).await
}

/// Begins the chosen factor, with what came along with the choice.
async fn take(request: &Request, name: &str, chosen: &str, parameters: &Map<String, Value>) -> Result<Value, ApiError> {
    let pool = &request.pool;
    let step = match chosen {
        "PASSWORD" => match parameters.get("PASSWORD").and_then(Value::as_str) {
            Some(password) => {
                let sub = first_factor::password(pool, name, password).await?;
                return sign_in::proceed(request, &sub, name, Proved::Password).await;
            }
            None => Step::Password,
        },
        "PASSWORD_SRP" => return srp::begin(request, name, initiate_auth::parameter(parameters, "SRP_A")?).await,
        "EMAIL_OTP" => sign_in::code(pool, CodeBy::Email),
        "SMS_OTP" => sign_in::code(pool, CodeBy::SmsOtp),
        "WEB_AUTHN" => Step::WebAuthn { challenge: ids::web_authn_challenge(&*pool.entropy) },
        _ => return Err(ApiError::wrong_state()),
    };
    let subject = first_factor::subject(pool, name)?;
    Ok(sign_in::challenge(pool, &subject, name, step))
}

/// What the user may choose from: with a second factor in use, the password alone.
fn available(pool: &Shared, subject: &Subject) -> Vec<&'static str> {
    let (rules, user) = (pool.rules(), &subject.user);
    let asks_for_mfa = sign_in::asks_for_mfa(&rules, user);
    let mut available = Vec::new();
    for factor in configured(&rules, user) {
        match factor {
            "PASSWORD" => available.extend(["PASSWORD", "PASSWORD_SRP"]),
            _ if asks_for_mfa => {}
            other => available.push(other),
        }
    }
    available
}

/// The factors that the pool offers and the user has (`AuthFactorType`).
pub(super) fn configured(rules: &SignInRules, user: &User) -> Vec<&'static str> {
    let has = |factor: &str| match factor {
        "EMAIL_OTP" => user.email_verified,
        "SMS_OTP" => user.verified_phone_number().is_some(),
        "WEB_AUTHN" => !user.factors.passkeys.is_empty(),
        _ => true,
    };
    let offered = |factor: &str| rules.first_factors.iter().any(|offered| offered == factor);
    FIRST_FACTORS.into_iter().filter(|factor| offered(factor) && has(factor)).collect()
}
