//! From a proof to the tokens: what else a sign-in needs, step by step, and the session that it begins.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::codes::Contact;
use super::first_factor::Subject;
use super::{ForWhom, Request, mfa_preference, passkeys};
use crate::challenges::{CodeBy, Pending, Step};
use crate::error::ApiError;
use crate::ids;
use crate::pool::Shared;
use crate::rules::{MfaConfiguration, SignInRules};
use crate::state::{Mfa, RefreshToken, Session, State, User, UserStatus};
use crate::tokens::{Grant, SCOPE, seconds};

/// How far a sign-in has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proved {
    /// The password, by itself or through SRP.
    Password,
    /// All that this user needs.
    Everything,
}

/// Goes on with the sign-in of the user `sub`, who typed `name`: the next challenge, or tokens.
pub(crate) async fn proceed(request: &Request, sub: &str, name: &str, proved: Proved) -> Result<Value, ApiError> {
    let pool = &request.pool;
    let state = pool.state();
    let user = state.users.get(sub).ok_or_else(ApiError::bad_credentials)?;
    may(user)?;
    let step = match proved {
        Proved::Password if user.status == UserStatus::ForceChangePassword => Some(Step::NewPassword),
        Proved::Password => next_factor(pool, user),
        Proved::Everything => None,
    };
    if let Some(step) = step {
        return Ok(challenge(pool, &Subject { user: user.clone(), exists: true }, name, step));
    }
    if request.for_whom == ForWhom::LoginPage {
        return Ok(json!({ "Sub": sub }));
    }
    let now_ms = pool.now_ms();
    let grant = begin_session(pool, sub.to_owned(), now_ms, SCOPE).await?;
    let result = pool.issue(grant, request.fault).await?;
    Ok(json!({ "AuthenticationResult": result, "ChallengeParameters": {} }))
}

/// Whether a password alone does not let `user` in.
pub(super) fn asks_for_mfa(rules: &SignInRules, user: &User) -> bool {
    match rules.mfa {
        MfaConfiguration::Off => false,
        MfaConfiguration::Optional => !in_use(user).is_empty(),
        MfaConfiguration::On => true,
    }
}

/// The second factors that `user` has in use and could answer.
fn in_use(user: &User) -> Vec<Mfa> {
    user.factors.enabled.iter().copied().filter(|&mfa| mfa_preference::can_have(user, mfa)).collect()
}

/// What is asked for after the password: the preferred factor or the only one, else which; where there must be one and
/// is none, to set it up.
fn next_factor(pool: &Shared, user: &User) -> Option<Step> {
    if !asks_for_mfa(&pool.rules(), user) {
        return None;
    }
    let in_use = in_use(user);
    let preferred = user.factors.preferred.filter(|preferred| in_use.contains(preferred));
    match (preferred, &*in_use) {
        (Some(mfa), _) | (None, &[mfa]) => Some(second_factor(pool, mfa)),
        (None, []) => Some(Step::SetUpMfa { secret: None, proved: None }),
        (None, _) => Some(Step::SelectMfa(in_use)),
    }
}

pub(super) fn second_factor(pool: &Shared, mfa: Mfa) -> Step {
    match mfa {
        Mfa::Sms => code(pool, CodeBy::SmsMfa),
        Mfa::Email => code(pool, CodeBy::Email),
        Mfa::SoftwareToken => Step::SoftwareToken,
    }
}

/// A fresh code, to be sent when the challenge is put.
pub(super) fn code(pool: &Shared, by: CodeBy) -> Step {
    Step::Code { by, digits: ids::code(&*pool.entropy) }
}

/// The answer that asks `subject` for `step`, under a session of its own. A code goes out.
pub(super) fn challenge(pool: &Shared, subject: &Subject, name: &str, step: Step) -> Value {
    let user = &subject.user;
    let (challenge, parameters) = (step.name(), parameters(pool, user, &step));
    if let Step::Code { by, digits } = &step
        && subject.exists
    {
        contact(user, *by).send(pool, "sign_in", digits.clone());
    }
    let sub = subject.exists.then(|| user.sub.clone());
    let pending = Pending { sub, name: name.to_owned(), step };
    let session = pool.challenges.begin(pending, pool.now_ms(), &*pool.entropy);
    json!({ "ChallengeName": challenge, "Session": session, "ChallengeParameters": parameters })
}

/// `ChallengeParameters`: all strings, some of them JSON of their own.
fn parameters(pool: &Shared, user: &User, step: &Step) -> Map<String, Value> {
    let mut parameters = Map::new();
    parameters.insert("USER_ID_FOR_SRP".to_owned(), user.sub.clone().into());
    match step {
        Step::NewPassword => {
            let required = pool.rules().required_attributes.clone();
            let missing: Vec<_> = required
                .iter()
                .filter(|name| !user.attributes.contains_key(*name))
                .map(|name| format!("userAttributes.{name}"))
                .collect();
            let mut known = user.attributes.clone();
            known.insert("email".to_owned(), user.email.clone());
            known.insert("email_verified".to_owned(), user.email_verified.to_string());
            parameters.insert("requiredAttributes".to_owned(), json!(missing).to_string().into());
            parameters.insert("userAttributes".to_owned(), json!(known).to_string().into());
        }
        Step::Code { by, .. } => {
            let delivery = contact(user, *by).delivery();
            let members =
                [("CODE_DELIVERY_DELIVERY_MEDIUM", "DeliveryMedium"), ("CODE_DELIVERY_DESTINATION", "Destination")];
            for (parameter, member) in members {
                parameters.insert(parameter.to_owned(), delivery.get(member).cloned().unwrap_or_default());
            }
        }
        Step::SelectMfa(offered) => {
            let names: Vec<_> = offered.iter().map(|mfa| mfa.name()).collect();
            parameters.insert("MFAS_CAN_CHOOSE".to_owned(), json!(names).to_string().into());
        }
        Step::SetUpMfa { .. } => {
            parameters.insert("MFAS_CAN_SETUP".to_owned(), json!([Mfa::SoftwareToken.name()]).to_string().into());
        }
        Step::WebAuthn { challenge } => {
            let options = passkeys::request_options(pool, user, challenge).to_string();
            parameters.insert("CREDENTIAL_REQUEST_OPTIONS".to_owned(), options.into());
        }
        Step::SoftwareToken | Step::PasswordVerifier(_) | Step::Choose | Step::Password | Step::RegisterPasskey => {}
    }
    parameters
}

/// Where a code of that kind goes.
fn contact(user: &User, by: CodeBy) -> Contact {
    match by {
        CodeBy::Email => Contact::email(&user.email),
        CodeBy::SmsMfa | CodeBy::SmsOtp => Contact::phone(user.verified_phone_number().unwrap_or_default()),
    }
}

/// Refuses users whom no proof lets in.
pub(crate) fn may(user: &User) -> Result<(), ApiError> {
    if !user.enabled {
        return Err(ApiError::not_authorized("User is disabled."));
    }
    match user.status {
        UserStatus::Unconfirmed => Err(ApiError::not_confirmed()),
        UserStatus::ResetRequired => Err(ApiError::reset_required()),
        UserStatus::Confirmed | UserStatus::ForceChangePassword => Ok(()),
    }
}

/// Begins a session of a user who signed in at `signed_in_at_ms`: now, but for a code that managed login gives out in an
/// older sign-in of the browser. The refresh token is valid from now on. Whether the user may is decided in the same step,
/// because it may have changed since.
pub(crate) async fn begin_session(
    pool: &Arc<Shared>,
    sub: String,
    signed_in_at_ms: i64,
    scope: &str,
) -> Result<Grant, ApiError> {
    let now_ms = pool.now_ms();
    let origin_jti = ids::uuid(&*pool.entropy);
    let token = ids::refresh_token(&*pool.entropy);
    let session = Session {
        sub,
        signed_in_at_ms,
        scope: scope.to_owned(),
        expires_at_ms: now_ms + seconds(pool.config.refresh_ttl) * 1_000,
        revoked: false,
        last_used_at_ms: now_ms,
    };
    let most = pool.config.max_sessions_per_user;
    let change = move |state: &mut State| {
        let user = state.users.get(&session.sub).ok_or_else(ApiError::bad_credentials)?;
        may(user)?;
        let sub = user.sub.clone();
        let record = RefreshToken { origin_jti: origin_jti.clone(), spent_at_ms: None };
        state.refresh_tokens.insert(ids::fingerprint(&token), record);
        let grant = Grant::new(user, &origin_jti, &session, Some(token));
        if let Some(most) = most {
            state.make_room(&sub, most, now_ms);
        }
        state.sessions.insert(origin_jti, session);
        state.prune(now_ms);
        Ok(grant)
    };
    pool.write(change).await?
}
