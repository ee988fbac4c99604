//! WEB_AUTHN: a passkey's signature over the challenge.

use serde_json::Value;

use super::Answer;
use crate::challenges::Step;
use crate::error::ApiError;
use crate::operations::sign_in::{self, Proved};
use crate::state::State;
use crate::webauthn::{Assertion, RelyingParty};

/// Whatever is wrong with a credential, the words are the same. The session is used up in any case.
pub(super) async fn respond(answer: &Answer<'_>) -> Result<Value, ApiError> {
    let pool = &answer.request.pool;
    let Step::WebAuthn { challenge } = answer.pending.step.clone() else { return Err(ApiError::wrong_state()) };
    let credential: Assertion = serde_json::from_str(answer.response("CREDENTIAL")?)
        .map_err(|_| ApiError::invalid_parameter("CREDENTIAL is invalid"))?;
    let sub = answer.sub()?.to_owned();
    answer.spend()?;
    let rp = pool.rules().relying_party_id;
    let verify = {
        let sub = sub.clone();
        move |state: &mut State| {
            let user = state.users.get_mut(&sub).ok_or_else(ApiError::bad_credentials)?;
            let passkey = user.factors.passkeys.iter_mut().find(|passkey| passkey.id == credential.id);
            let passkey = passkey.ok_or_else(ApiError::bad_credentials)?;
            let counter = credential.verify(&RelyingParty(&rp), &challenge, passkey);
            passkey.used(counter.map_err(|_refusal| ApiError::bad_credentials())?);
            Ok::<_, ApiError>(())
        }
    };
    pool.write(verify).await??;
    sign_in::proceed(answer.request, &sub, &answer.pending.name, Proved::Everything).await
}
