//! The sign-in by SRP: `SRP_A` is answered with PASSWORD_VERIFIER, and the answer to that proves the password.

use serde_json::{Map, Value, json};

use super::challenge::Answer;
use super::first_factor::{self, Subject};
use super::sign_in::{self, Proved};
use super::{Request, initiate_auth};
use crate::challenges::Step;
use crate::error::ApiError;
use crate::srp::{Claim, Exchange, Verifier, pool_name};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{Duration, PrimitiveDateTime};

/// `TIMESTAMP` as the clients write it: `Thu Jan 15 9:00:00 UTC 2026`.
const TIMESTAMP: &[BorrowedFormatItem<'_>] = format_description!(
    "[weekday repr:short] [month repr:short] [day padding:none] [hour padding:none]:[minute]:[second] UTC [year]"
);
/// How far a client's clock may be off.
const TOLERANCE: Duration = Duration::minutes(5);

/// USER_SRP_AUTH. Its answer has no `Session`: the secret block stands for it, and clients send nothing else back.
pub(super) async fn user_srp_auth(request: &Request, parameters: &Map<String, Value>) -> Result<Value, ApiError> {
    let name = first_factor::name(request, parameters)?;
    let mut answer = begin(request, name, initiate_auth::parameter(parameters, "SRP_A")?).await?;
    if let Some(members) = answer.as_object_mut() {
        members.remove("Session");
    }
    Ok(answer)
}

/// PASSWORD_VERIFIER for whoever has `name`. Who does not exist gets one as well, which no claim will satisfy.
pub(super) async fn begin(request: &Request, name: &str, client_public: &str) -> Result<Value, ApiError> {
    let pool = &request.pool;
    let subject = first_factor::subject(pool, name)?;
    first_factor::refuse_locked(pool, &subject, name)?;
    let stored = subject.user.password.srp.clone().filter(|_| subject.exists);
    let verifier = stored.unwrap_or_else(|| {
        let secret = pool.phantoms.secret(name);
        Verifier::salted(&secret[..16], pool_name(&pool.pool_id), &subject.user.sub, &format!("{secret:?}"))
    });
    let (client_public, entropy) = (client_public.to_owned(), std::sync::Arc::clone(&pool.entropy));
    let salt = verifier.salt().to_owned();
    let begun = tokio::task::spawn_blocking(move || Exchange::begin(&client_public, &verifier, &*entropy)).await;
    // The text is ours.
    let exchange = begun.map_err(|_panicked| ApiError::internal())?;
    let exchange = exchange.ok_or_else(|| ApiError::invalid_parameter("SRP_A is invalid"))?;
    let public = exchange.public();
    let mut answer = sign_in::challenge(pool, &subject, name, Step::PasswordVerifier(Box::new(exchange)));
    let block = answer["Session"].as_str().and_then(secret_block).unwrap_or_default();
    answer["ChallengeParameters"] = json!({
        "SALT": salt,
        "SECRET_BLOCK": block,
        "SRP_B": public,
        "USERNAME": subject.user.sub,
        "USER_ID_FOR_SRP": subject.user.sub,
    });
    Ok(answer)
}

/// A session's text as a secret block, which clients read as standard base64.
fn secret_block(session: &str) -> Option<String> {
    Some(STANDARD.encode(URL_SAFE_NO_PAD.decode(session).ok()?))
}

/// The session that a secret block stands for.
pub(super) fn session_of(secret_block: &str) -> Option<String> {
    Some(URL_SAFE_NO_PAD.encode(STANDARD.decode(secret_block).ok()?))
}

/// PASSWORD_VERIFIER. Whatever the claim, the key pair is used up.
pub(super) async fn verify(answer: &Answer<'_>) -> Result<Value, ApiError> {
    let pool = &answer.request.pool;
    let Step::PasswordVerifier(exchange) = answer.pending.step.clone() else { return Err(ApiError::wrong_state()) };
    let signature = answer.response("PASSWORD_CLAIM_SIGNATURE")?.to_owned();
    let block = answer.response("PASSWORD_CLAIM_SECRET_BLOCK")?.to_owned();
    let timestamp = answer.response("TIMESTAMP")?.to_owned();
    let name = &answer.pending.name;
    let subject = first_factor::subject(pool, name)?;
    first_factor::refuse_locked(pool, &subject, name)?;
    answer.spend()?;

    let timely = is_timely(&timestamp, pool.clock.now());
    let same = session_of(&block).is_some_and(|session| session == answer.session);
    let (pool_id, sub) = (pool.pool_id.clone(), subject.user.sub.clone());
    let proves = move || {
        let (Ok(signature), Ok(block)) = (STANDARD.decode(signature), STANDARD.decode(block)) else { return false };
        exchange.proves(&Claim {
            pool_name: pool_name(&pool_id),
            username: &sub,
            secret_block: &block,
            timestamp: &timestamp,
            signature: &signature,
        })
    };
    let proved = tokio::task::spawn_blocking(proves).await.map_err(|_panicked| ApiError::internal())?;
    let Subject { user, exists } = subject;
    if !(exists && timely && same && proved) {
        pool.lockouts.failed(&first_factor::counted(&user, exists, name), pool.now_ms());
        return Err(ApiError::bad_credentials());
    }
    pool.lockouts.succeeded(&user.sub);
    sign_in::proceed(answer.request, &user.sub, name, Proved::Password).await
}

fn is_timely(timestamp: &str, now: time::OffsetDateTime) -> bool {
    PrimitiveDateTime::parse(timestamp, TIMESTAMP).is_ok_and(|at| (at.assume_utc() - now).abs() <= TOLERANCE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn timestamps_are_read_as_the_clients_write_them_and_may_be_five_minutes_off() {
        let now = datetime!(2026-01-05 09:04:05 UTC);
        for timely in ["Mon Jan 5 09:04:05 UTC 2026", "Mon Jan 5 9:04:05 UTC 2026", "Mon Jan 5 08:59:05 UTC 2026"] {
            assert!(is_timely(timely, now), "{timely}");
        }
        for wrong in ["Mon Jan 5 08:59:04 UTC 2026", "2026-01-05T09:04:05Z", ""] {
            assert!(!is_timely(wrong, now), "{wrong}");
        }
    }

    #[test]
    fn a_secret_block_is_its_session_in_another_alphabet() {
        let session = crate::ids::challenge_session(&holdfast::entropy::SeededEntropy::new(1));
        assert_eq!(session_of(&secret_block(&session).unwrap()), Some(session));
    }
}
