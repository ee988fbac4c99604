//! SignUp, ConfirmSignUp, ResendConfirmationCode.

use serde_json::json;

use crate::harness::{EMAIL, PASSWORD, TestPool, outcome, refusal, text, wrong};

const GRACE: &str = "grace@example.com";
const DAY: i64 = 24 * 60 * 60;

#[tokio::test]
async fn who_signs_up_confirms_with_the_mailed_code_and_signs_in() {
    let pool = TestPool::open();
    let answer = pool.sign_up(GRACE, PASSWORD).await.unwrap();
    assert_eq!(answer["UserConfirmed"], false);
    assert_eq!(
        answer["CodeDeliveryDetails"],
        json!({ "Destination": "g***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email" })
    );
    let message = pool.pool.control().outbox().pop().unwrap();
    assert_eq!((message.to.as_str(), message.kind, message.code.len()), (GRACE, "sign_up", 6));
    assert_eq!(pool.confirm(GRACE, &message.code).await, Ok(json!({})));
    let tokens = pool.sign_in_as(GRACE, PASSWORD).await.unwrap();
    let claims = pool.claims(&tokens.id).await;
    assert_eq!((text(&claims["sub"]), text(&claims["email"])), (text(&answer["UserSub"]), GRACE.to_owned()));
    assert_eq!(claims["email_verified"], true);
    assert_eq!(
        outcome(pool.confirm(GRACE, &message.code).await),
        refusal("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED")
    );
}

#[tokio::test]
async fn a_taken_name_a_weak_password_and_no_address_are_refused() {
    let pool = TestPool::open();
    let taken = refusal("UsernameExistsException", "An account with the given email already exists.");
    assert_eq!(outcome(pool.sign_up("Ada@Example.com", PASSWORD).await), taken);
    let weak = outcome(pool.sign_up(GRACE, "short").await);
    assert_eq!(
        weak,
        refusal("InvalidPasswordException", "Password did not conform with policy: Password not long enough")
    );
    let name = outcome(pool.sign_up("grace", PASSWORD).await);
    assert_eq!(name, refusal("InvalidParameterException", "Username should be an email."));
    assert_eq!(pool.pool.control().outbox(), []);
}

#[tokio::test]
async fn a_code_can_be_wrong_five_times_and_a_new_one_begins_anew() {
    let pool = TestPool::open();
    pool.sign_up(GRACE, PASSWORD).await.unwrap();
    let code = pool.last_code();
    for _ in 0..5 {
        assert_eq!(
            outcome(pool.confirm(GRACE, wrong(&code)).await),
            refusal("CodeMismatchException", "Invalid verification code provided, please try again.")
        );
    }
    assert_eq!(
        outcome(pool.confirm(GRACE, &code).await),
        refusal("LimitExceededException", "Attempt limit exceeded, please try after some time.")
    );
    pool.call("ResendConfirmationCode", json!({ "ClientId": pool.client_id(), "Username": GRACE })).await.unwrap();
    pool.confirm(GRACE, &pool.last_code()).await.unwrap();
}

#[tokio::test]
async fn a_code_is_valid_for_a_day_to_the_second() {
    let pool = TestPool::open();
    let expired = refusal("ExpiredCodeException", "Invalid code provided, please request a code again.");
    for (wait, expected) in [(DAY - 1, Ok(())), (DAY, expired.clone()), (DAY + 1, expired)] {
        let name = format!("grace{wait}@example.com");
        pool.sign_up(&name, PASSWORD).await.unwrap();
        let code = pool.last_code();
        pool.advance(wait);
        assert_eq!(outcome(pool.confirm(&name, &code).await), expected, "{wait}");
    }
}

#[tokio::test]
async fn who_does_not_exist_is_answered_as_if_they_did() {
    let pool = TestPool::open();
    assert_eq!(
        outcome(pool.confirm("nobody@example.com", "123456").await),
        refusal("ExpiredCodeException", "Invalid code provided, please request a code again.")
    );
    let resend =
        |name: &str| pool.call("ResendConfirmationCode", json!({ "ClientId": pool.client_id(), "Username": name }));
    let answer = resend("nobody@example.com").await.unwrap();
    assert_eq!(answer["CodeDeliveryDetails"]["Destination"], "n***@e***");
    assert_eq!(pool.pool.control().outbox(), []);
    assert_eq!(outcome(resend(EMAIL).await), refusal("InvalidParameterException", "User is already confirmed."));
}
