//! StartWebAuthnRegistration, CompleteWebAuthnRegistration, ListWebAuthnCredentials, DeleteWebAuthnCredential: a user's
//! passkeys.

use serde_json::{Value, json};

use super::{Request, get_user};
use crate::challenges::{Pending, Step};
use crate::error::ApiError;
use crate::params::{CREDENTIAL_ID, Members, TOKEN};
use crate::pool::Shared;
use crate::state::{State, User};
use crate::webauthn::{Passkey, Refusal, Registration, RelyingParty};

/// How long a browser may take, in milliseconds.
const TIMEOUT_MS: u64 = 60_000;

/// Its challenge is the session under which the pool remembers it: for three minutes, once, for this user.
pub(crate) fn start_web_authn_registration(request: &Request) -> Result<Value, ApiError> {
    let user = authorized(request, Members::of(&request.body))?;
    let pool = &request.pool;
    let pending = Pending { sub: Some(user.sub.clone()), name: user.email.clone(), step: Step::RegisterPasskey };
    let challenge = pool.challenges.begin(pending, pool.now_ms(), &*pool.entropy);
    let rp = pool.rules().relying_party_id;
    Ok(json!({ "CredentialCreationOptions": {
        "rp": { "id": rp, "name": rp },
        "user": { "id": user_handle(&user), "name": user.email, "displayName": user.email },
        "challenge": challenge,
        "pubKeyCredParams": [{ "type": "public-key", "alg": -7 }],
        "timeout": TIMEOUT_MS,
        "excludeCredentials": descriptors(&user),
        "authenticatorSelection": {
            "requireResidentKey": true,
            "residentKey": "required",
            "userVerification": "preferred",
        },
    } }))
}

pub(crate) async fn complete_web_authn_registration(request: Request) -> Result<Value, ApiError> {
    let mut members = Members::of(&request.body);
    members.require("Credential");
    let user = authorized(&request, members)?;
    let pool = &request.pool;
    let now_ms = pool.now_ms();
    let credential = request.body.get("Credential").cloned().unwrap_or_default();
    let credential: Registration = serde_json::from_value(credential).map_err(|_| malformed())?;
    let challenge = credential.challenge().map_err(refused)?;
    let pending = pool.challenges.look(&challenge, now_ms).map_err(|_| challenge_not_found())?;
    if !matches!(pending.step, Step::RegisterPasskey) || pending.sub.as_ref() != Some(&user.sub) {
        return Err(challenge_not_found());
    }
    let rp = pool.rules().relying_party_id;
    let passkey = credential.accept(&RelyingParty(&rp), &challenge, now_ms).map_err(refused)?;
    pool.challenges.spend(&challenge, now_ms).map_err(|_| challenge_not_found())?;
    let add = move |state: &mut State| {
        // A credential id belongs to one account (Web Authentication, 7.1, step 26).
        let taken = state.users.values().flat_map(|user| &user.factors.passkeys).any(|other| other.id == passkey.id);
        if taken {
            return Err(ApiError::invalid_parameter("Credential is registered already"));
        }
        let user = state.users.get_mut(&user.sub).ok_or_else(ApiError::user_not_found)?;
        user.factors.passkeys.push(passkey);
        Ok::<_, ApiError>(())
    };
    pool.write(add).await??;
    Ok(json!({}))
}

/// All on one page.
pub(crate) fn list_web_authn_credentials(request: &Request) -> Result<Value, ApiError> {
    let user = authorized(request, Members::of(&request.body))?;
    let described = |(passkey, number): (&Passkey, u32)| {
        let mut credential = json!({
            "CredentialId": passkey.id,
            "FriendlyCredentialName": format!("Passkey {number}"),
            "RelyingPartyId": passkey.relying_party,
            "AuthenticatorTransports": passkey.transports,
            "CreatedAt": passkey.created_at_ms.div_euclid(1_000),
        });
        if let Some(attachment) = &passkey.attachment {
            credential["AuthenticatorAttachment"] = attachment.clone().into();
        }
        credential
    };
    let credentials: Vec<_> = user.factors.passkeys.iter().zip(1..).map(described).collect();
    Ok(json!({ "Credentials": credentials }))
}

/// The text for an id that is not there is ours.
pub(crate) async fn delete_web_authn_credential(request: Request) -> Result<Value, ApiError> {
    let mut members = Members::of(&request.body);
    let id = members.required("CredentialId", &CREDENTIAL_ID);
    let user = authorized(&request, members)?;
    let remove = move |state: &mut State| {
        let passkeys = &mut state.users.get_mut(&user.sub).ok_or_else(ApiError::user_not_found)?.factors.passkeys;
        let before = passkeys.len();
        passkeys.retain(|passkey| passkey.id != id);
        if passkeys.len() == before { Err(ApiError::passkey_not_found()) } else { Ok(()) }
    };
    request.pool.write(remove).await??;
    Ok(json!({}))
}

/// `CREDENTIAL_REQUEST_OPTIONS` of the WEB_AUTHN challenge.
pub(super) fn request_options(pool: &Shared, user: &User, challenge: &str) -> Value {
    json!({
        "challenge": challenge,
        "timeout": TIMEOUT_MS,
        "rpId": pool.rules().relying_party_id,
        "allowCredentials": descriptors(user),
        "userVerification": "preferred",
    })
}

fn descriptors(user: &User) -> Vec<Value> {
    let descriptor =
        |passkey: &Passkey| json!({ "type": "public-key", "id": passkey.id, "transports": passkey.transports });
    user.factors.passkeys.iter().map(descriptor).collect()
}

/// The user's `sub`, as bytes in URL-safe base64.
fn user_handle(user: &User) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&user.sub)
}

/// The user an access token speaks for, where the pool offers passkeys.
fn authorized(request: &Request, mut members: Members<'_>) -> Result<User, ApiError> {
    let token = members.required("AccessToken", &TOKEN);
    members.finish()?;
    if !request.pool.rules().first_factors.iter().any(|factor| factor == "WEB_AUTHN") {
        return Err(ApiError::passkeys_off());
    }
    get_user::authorized(&request.pool, &token)
}

/// AWS publishes only the names; the texts are ours.
fn refused(refusal: Refusal) -> ApiError {
    match refusal {
        Refusal::Malformed | Refusal::NotProved => malformed(),
        Refusal::WrongChallenge => challenge_not_found(),
        Refusal::WrongOrigin => ApiError::web_authn("WebAuthnOriginNotAllowedException", "Origin is not allowed"),
        Refusal::WrongRelyingParty => {
            ApiError::web_authn("WebAuthnRelyingPartyMismatchException", "Relying party does not match")
        }
        Refusal::Unsupported => {
            ApiError::web_authn("WebAuthnCredentialNotSupportedException", "Credential is not supported")
        }
    }
}

fn malformed() -> ApiError {
    ApiError::invalid_parameter("Credential is invalid")
}

fn challenge_not_found() -> ApiError {
    ApiError::web_authn("WebAuthnChallengeNotFoundException", "Challenge was not found or has expired")
}
