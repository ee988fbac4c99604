//! RespondToAuthChallenge: one file for each kind of answer.

mod code;
mod mfa;
mod new_password;
mod web_authn;

use serde_json::{Map, Value};

use super::{Request, choice, client, initiate_auth, srp};
use crate::challenges::Pending;
use crate::error::ApiError;
use crate::params::{CLIENT_ID, Members, SESSION};

/// `ChallengeNameType`.
const CHALLENGES: [&str; 16] = [
    "SMS_MFA",
    "EMAIL_OTP",
    "SOFTWARE_TOKEN_MFA",
    "SELECT_MFA_TYPE",
    "MFA_SETUP",
    "PASSWORD_VERIFIER",
    "CUSTOM_CHALLENGE",
    "SELECT_CHALLENGE",
    "DEVICE_SRP_AUTH",
    "DEVICE_PASSWORD_VERIFIER",
    "ADMIN_NO_SRP_AUTH",
    "NEW_PASSWORD_REQUIRED",
    "SMS_OTP",
    "PASSWORD",
    "WEB_AUTHN",
    "PASSWORD_SRP",
];

pub(crate) async fn respond_to_auth_challenge(request: Request) -> Result<Value, ApiError> {
    let mut members = Members::of(&request.body);
    let challenge = members.one_of("ChallengeName", &CHALLENGES);
    let client_id = members.required("ClientId", &CLIENT_ID);
    let session = members.optional("Session", &SESSION);
    let responses = members.map("ChallengeResponses");
    members.finish()?;
    client::known(&request.pool, &client_id)?;
    let answer = Answer::read(&request, challenge, session, &responses)?;
    match challenge {
        "NEW_PASSWORD_REQUIRED" => new_password::respond(&answer).await,
        "SMS_MFA" | "EMAIL_OTP" | "SMS_OTP" => code::sent(&answer).await,
        "SOFTWARE_TOKEN_MFA" => code::software_token(&answer).await,
        "SELECT_MFA_TYPE" => mfa::select(&answer),
        "MFA_SETUP" => mfa::set_up(&answer).await,
        "PASSWORD_VERIFIER" => srp::verify(&answer).await,
        "SELECT_CHALLENGE" => choice::select(&answer).await,
        "WEB_AUTHN" => web_authn::respond(&answer).await,
        "PASSWORD" => choice::password(&answer).await,
        _ => Err(ApiError::wrong_state()),
    }
}

/// An answer to the challenge that its session waits for, from the user whom it was put to.
pub(super) struct Answer<'a> {
    pub(super) request: &'a Request,
    pub(super) session: String,
    pub(super) pending: Pending,
    pub(super) responses: &'a Map<String, Value>,
}

impl<'a> Answer<'a> {
    fn read(
        request: &'a Request,
        challenge: &str,
        session: Option<String>,
        responses: &'a Map<String, Value>,
    ) -> Result<Self, ApiError> {
        let pool = &request.pool;
        let name = initiate_auth::parameter(responses, "USERNAME")?;
        let hash = responses.get("SECRET_HASH").and_then(Value::as_str);
        client::secret_hash(pool, name, hash).map_err(|problem| problem.at_sign_in(pool))?;
        // Clients send none back for PASSWORD_VERIFIER: there the secret block stands for it.
        let block = responses.get("PASSWORD_CLAIM_SECRET_BLOCK").and_then(Value::as_str);
        let session = session.or_else(|| block.and_then(srp::session_of));
        let session = session.ok_or_else(|| ApiError::missing_parameter("Session"))?;
        let pending = pool.challenges.look(&session, pool.now_ms())?;
        // By the name that was typed, or by any other name of the same user, such as USER_ID_FOR_SRP.
        let same = match &pending.sub {
            Some(sub) => pool.state().user(name).is_some_and(|user| user.sub == *sub),
            None => [&pending.name, &pool.phantoms.user(&pending.name).sub]
                .iter()
                .any(|other| name.eq_ignore_ascii_case(other)),
        };
        if !same {
            return Err(ApiError::invalid_session());
        }
        if pending.step.name() != challenge {
            return Err(ApiError::wrong_state());
        }
        Ok(Self { request, session, pending, responses })
    }

    /// A response that the challenge needs.
    pub(super) fn response(&self, name: &str) -> Result<&'a str, ApiError> {
        initiate_auth::parameter(self.responses, name)
    }

    /// Uses the session up, which whoever answers rightly does once.
    pub(super) fn spend(&self) -> Result<(), ApiError> {
        let pool = &self.request.pool;
        pool.challenges.spend(&self.session, pool.now_ms()).map(drop)
    }

    /// Whose answer it is. There is nobody behind a session that only hides that nobody has the name.
    fn sub(&self) -> Result<&str, ApiError> {
        self.pending.sub.as_deref().ok_or_else(ApiError::bad_credentials)
    }
}
