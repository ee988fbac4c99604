//! Challenge sessions: one use, three minutes, bound to the user and the app client.

use holdfast_user_pool::control::UserAction;
use serde_json::json;

use crate::harness::{EMAIL, PASSWORD, TestPool, challenged, outcome, refusal, tokens};

const CHALLENGE: &str = "NEW_PASSWORD_REQUIRED";
const NEW: &str = "Another-Password-1";

async fn open() -> TestPool {
    let pool = TestPool::with(|config| config.users.push(("grace@example.com".to_owned(), PASSWORD.to_owned())));
    pool.pool.control().user(EMAIL, UserAction::ForceNewPassword).await.unwrap();
    pool
}

fn invalid<T>() -> Result<T, (String, String)> {
    refusal("NotAuthorizedException", "Invalid session for the user.")
}

#[tokio::test]
async fn a_session_is_good_until_three_minutes_have_passed() {
    let pool = open().await;
    let (early, late) = (pool.challenged(CHALLENGE).await.session, pool.challenged(CHALLENGE).await.session);
    assert_ne!(early, late);
    pool.advance(179);
    pool.respond(CHALLENGE, &early, json!({ "NEW_PASSWORD": NEW })).await.unwrap();
    pool.advance(1);
    assert_eq!(
        outcome(pool.respond(CHALLENGE, &late, json!({ "NEW_PASSWORD": NEW })).await),
        refusal("NotAuthorizedException", "Invalid session for the user, session is expired.")
    );
}

#[tokio::test]
async fn a_session_is_good_once_also_for_two_who_answer_together() {
    let pool = open().await;
    let session = pool.challenged(CHALLENGE).await.session;
    let answer = || pool.respond(CHALLENGE, &session, json!({ "NEW_PASSWORD": NEW }));
    let (one, two) = tokio::join!(answer(), answer());
    assert_eq!([&one, &two].iter().filter(|result| result.is_ok()).count(), 1);
    assert_eq!(outcome(if one.is_ok() { two } else { one }), invalid());
    assert_eq!(outcome(answer().await), invalid());
    assert_eq!(
        outcome(pool.respond(CHALLENGE, "a session nobody handed out", json!({ "NEW_PASSWORD": NEW })).await),
        invalid()
    );
}

#[tokio::test]
async fn a_session_belongs_to_its_user_under_each_of_that_users_names() {
    let pool = open().await;
    let put = pool.challenged(CHALLENGE).await;
    for other in ["grace@example.com", "nobody@example.com"] {
        let responses = json!({ "USERNAME": other, "NEW_PASSWORD": NEW });
        assert_eq!(outcome(pool.respond(CHALLENGE, &put.session, responses).await), invalid());
    }
    let responses = json!({ "USERNAME": put.parameters["USER_ID_FOR_SRP"], "NEW_PASSWORD": NEW });
    tokens(&pool.respond(CHALLENGE, &put.session, responses).await.unwrap());
}

#[tokio::test]
async fn what_is_missing_or_answers_another_challenge_is_refused_and_the_session_stays_good() {
    let pool = open().await;
    let session = pool.challenged(CHALLENGE).await.session;
    let client = pool.client_id().to_owned();
    let call = |body| pool.call("RespondToAuthChallenge", body);
    let invalid = |message: &str| refusal("InvalidParameterException", message);
    assert_eq!(
        outcome(call(json!({ "ChallengeName": CHALLENGE, "ClientId": client, "Session": session })).await),
        invalid("Missing required parameter USERNAME")
    );
    let named = json!({ "USERNAME": EMAIL });
    assert_eq!(
        outcome(call(json!({ "ChallengeName": CHALLENGE, "ClientId": client, "ChallengeResponses": named })).await),
        invalid("Missing required parameter Session")
    );
    assert_eq!(
        outcome(pool.respond(CHALLENGE, &session, json!({})).await),
        invalid("Missing required parameter NEW_PASSWORD")
    );
    assert_eq!(
        outcome(call(json!({ "ChallengeName": CHALLENGE, "ClientId": client, "Session": "short" })).await),
        invalid(
            "1 validation error detected: Value at 'session' failed to satisfy constraint: Member must have length \
             greater than or equal to 20"
        )
    );
    assert_eq!(
        outcome(call(json!({ "ChallengeName": CHALLENGE, "ClientId": "other", "Session": session })).await),
        refusal("ResourceNotFoundException", "User pool client other does not exist.")
    );
    assert_eq!(
        outcome(pool.respond("SMS_MFA", &session, json!({ "SMS_MFA_CODE": "123456" })).await),
        refusal("CodeMismatchException", "Invalid code or auth state for the user.")
    );
    assert!(
        call(json!({ "ChallengeName": "MAGIC", "ClientId": client })).await.unwrap_err().1.contains("enum value set")
    );
    tokens(&pool.respond(CHALLENGE, &session, json!({ "NEW_PASSWORD": NEW })).await.unwrap());
}

#[tokio::test]
async fn who_is_disabled_meanwhile_gets_no_further_and_a_restart_or_reset_ends_all_sessions() {
    let pool = open().await;
    let session = pool.challenged(CHALLENGE).await.session;
    pool.pool.control().user(EMAIL, UserAction::Disable).await.unwrap();
    assert_eq!(
        outcome(pool.respond(CHALLENGE, &session, json!({ "NEW_PASSWORD": NEW })).await),
        refusal("NotAuthorizedException", "User is disabled.")
    );
    let pool = open().await;
    let session = pool.challenged(CHALLENGE).await.session;
    let pool = pool.restart();
    assert_eq!(outcome(pool.respond(CHALLENGE, &session, json!({ "NEW_PASSWORD": NEW })).await), invalid());

    let pool = open().await;
    let session = pool.challenged(CHALLENGE).await.session;
    pool.pool.control().reset().await.unwrap();
    assert_eq!(outcome(pool.respond(CHALLENGE, &session, json!({ "NEW_PASSWORD": NEW })).await), invalid());
}

#[tokio::test]
async fn an_app_client_with_a_secret_hashes_the_name_it_answers_with() {
    use aws_lc_rs::hmac;
    use base64::Engine as _;
    let secret = "a_secret_of_the_app_client_1";
    let pool = TestPool::with(|config| config.client_secret = Some(secret.to_owned()));
    let hash = |name: &str| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let tag = hmac::sign(&key, format!("{name}{}", pool.client_id()).as_bytes());
        base64::engine::general_purpose::STANDARD.encode(tag)
    };
    pool.pool.control().user(EMAIL, UserAction::ForceNewPassword).await.unwrap();
    let parameters = json!({ "USERNAME": EMAIL, "PASSWORD": PASSWORD, "SECRET_HASH": hash(EMAIL) });
    let put = challenged(CHALLENGE, &pool.initiate("USER_PASSWORD_AUTH", parameters).await.unwrap());
    let sub = put.parameters["USER_ID_FOR_SRP"].as_str().unwrap();
    let responses = |hash: &str| json!({ "USERNAME": sub, "NEW_PASSWORD": NEW, "SECRET_HASH": hash });
    assert_eq!(
        outcome(pool.respond(CHALLENGE, &put.session, responses(&hash(EMAIL))).await).unwrap_err().1,
        format!("Unable to verify secret hash for client {}", pool.client_id())
    );
    tokens(&pool.respond(CHALLENGE, &put.session, responses(&hash(sub))).await.unwrap());
}
