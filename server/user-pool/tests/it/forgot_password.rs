//! ForgotPassword, ConfirmForgotPassword and AdminResetUserPassword.

use holdfast_user_pool::control::UserAction;
use serde_json::json;

use crate::harness::{EMAIL, PASSWORD, TestPool, outcome, refusal, wrong};

const NEW: &str = "Another-2";
const NOBODY: &str = "nobody@example.com";
const HOUR: i64 = 60 * 60;

fn mismatch<T>() -> Result<T, (String, String)> {
    refusal("CodeMismatchException", "Invalid verification code provided, please try again.")
}

fn expired<T>() -> Result<T, (String, String)> {
    refusal("ExpiredCodeException", "Invalid code provided, please request a code again.")
}

fn limit<T>() -> Result<T, (String, String)> {
    refusal("LimitExceededException", "Attempt limit exceeded, please try after some time.")
}

fn legacy() -> TestPool {
    TestPool::with(|config| config.prevent_user_existence_errors = false)
}

#[tokio::test]
async fn who_forgot_the_password_sets_another_with_the_mailed_code() {
    let pool = TestPool::open();
    let answer = pool.forgot_password("Ada@Example.com").await.unwrap();
    assert_eq!(
        answer,
        json!({ "CodeDeliveryDetails":
            { "Destination": "a***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email" } })
    );
    let message = pool.pool.control().outbox().pop().unwrap();
    assert_eq!((message.to.as_str(), message.kind, message.code.len()), (EMAIL, "forgot_password", 6));
    pool.sign_in().await;

    assert_eq!(pool.confirm_forgot_password(EMAIL, &message.code, NEW).await, Ok(json!({})));
    assert_eq!(
        outcome(pool.sign_in_as(EMAIL, PASSWORD).await),
        refusal("NotAuthorizedException", "Incorrect username or password.")
    );
    pool.sign_in_as(EMAIL, NEW).await.unwrap();
    assert_eq!(outcome(pool.confirm_forgot_password(EMAIL, &message.code, PASSWORD).await), expired(), "one use");
}

#[tokio::test]
async fn a_reset_code_is_good_for_an_hour_to_the_second() {
    for (wait, expected) in [(HOUR - 1, Ok(())), (HOUR, expired()), (HOUR + 1, expired())] {
        let pool = TestPool::open();
        pool.forgot_password(EMAIL).await.unwrap();
        pool.advance(wait);
        assert_eq!(outcome(pool.confirm_forgot_password(EMAIL, &pool.last_code(), NEW).await), expected, "{wait}");
    }
}

#[tokio::test]
async fn a_reset_code_can_be_wrong_five_times_and_only_the_newest_counts() {
    let pool = TestPool::open();
    pool.forgot_password(EMAIL).await.unwrap();
    let first = pool.last_code();
    for _ in 0..5 {
        assert_eq!(outcome(pool.confirm_forgot_password(EMAIL, wrong(&first), NEW).await), mismatch());
    }
    assert_eq!(outcome(pool.confirm_forgot_password(EMAIL, &first, NEW).await), limit());
    pool.forgot_password(EMAIL).await.unwrap();
    let second = pool.last_code();
    if first != second {
        assert_eq!(outcome(pool.confirm_forgot_password(EMAIL, &first, NEW).await), mismatch());
    }
    pool.confirm_forgot_password(EMAIL, &second, NEW).await.unwrap();
}

#[tokio::test]
async fn a_weak_password_is_refused_and_costs_no_code() {
    let pool = TestPool::open();
    pool.forgot_password(EMAIL).await.unwrap();
    let code = pool.last_code();
    assert_eq!(
        outcome(pool.confirm_forgot_password(EMAIL, &code, "short").await),
        refusal("InvalidPasswordException", "Password does not conform to policy: Password not long enough")
    );
    pool.confirm_forgot_password(EMAIL, &code, NEW).await.unwrap();
}

#[tokio::test]
async fn five_codes_an_hour_are_sent_and_no_more_to_anyone() {
    let pool = TestPool::open();
    for name in [EMAIL, NOBODY] {
        for _ in 0..5 {
            pool.forgot_password(name).await.unwrap();
        }
        assert_eq!(outcome(pool.forgot_password(name).await), limit(), "{name}");
    }
    assert_eq!(pool.pool.control().outbox().len(), 5);
    pool.advance(HOUR - 1);
    assert_eq!(outcome(pool.forgot_password(EMAIL).await), limit());
    pool.advance(1);
    pool.forgot_password(EMAIL).await.unwrap();
}

#[tokio::test]
async fn nobody_learns_from_a_forgotten_password_who_has_an_account() {
    let pool = TestPool::open();
    pool.sign_up("grace@example.com", PASSWORD).await.unwrap();
    pool.pool.control().user(EMAIL, UserAction::Disable).await.unwrap();
    let sent = pool.pool.control().outbox().len();
    for (name, destination) in [(NOBODY, "n***@e***"), ("grace@example.com", "g***@e***"), (EMAIL, "a***@e***")] {
        let answer = pool.forgot_password(name).await.unwrap();
        assert_eq!(
            answer["CodeDeliveryDetails"],
            json!({ "Destination": destination, "DeliveryMedium": "EMAIL", "AttributeName": "email" })
        );
    }
    assert_eq!(pool.pool.control().outbox().len(), sent, "nothing was mailed");
    assert_eq!(outcome(pool.confirm_forgot_password(NOBODY, "123456", NEW).await), mismatch());
    assert_eq!(outcome(pool.confirm_forgot_password(EMAIL, "123456", NEW).await), mismatch(), "who is disabled");
    pool.pool.control().user(EMAIL, UserAction::Enable).await.unwrap();
    assert_eq!(outcome(pool.confirm_forgot_password(EMAIL, "123456", NEW).await), expired(), "no code was asked for");
}

#[tokio::test]
async fn a_legacy_pool_says_who_has_an_account_and_why_no_code_can_be_sent() {
    let pool = legacy();
    pool.sign_up("grace@example.com", PASSWORD).await.unwrap();
    let nobody = refusal("UserNotFoundException", "Username/client id combination not found.");
    assert_eq!(outcome(pool.forgot_password(NOBODY).await), nobody);
    assert_eq!(outcome(pool.confirm_forgot_password(NOBODY, "123456", NEW).await), nobody);
    assert_eq!(
        outcome(pool.forgot_password("grace@example.com").await),
        refusal(
            "InvalidParameterException",
            "Cannot reset password for the user as there is no registered/verified email or phone_number"
        )
    );
    pool.pool.control().user(EMAIL, UserAction::Disable).await.unwrap();
    let disabled = refusal("NotAuthorizedException", "User is disabled.");
    assert_eq!(outcome(pool.forgot_password(EMAIL).await), disabled);
    assert_eq!(outcome(pool.confirm_forgot_password(EMAIL, "123456", NEW).await), disabled);
}

#[tokio::test]
async fn an_administrators_reset_mails_a_code_and_keeps_everyone_out_until_it_is_used() {
    let pool = TestPool::open();
    let tokens = pool.sign_in().await;
    pool.pool.control().user(EMAIL, UserAction::ResetPassword).await.unwrap();
    let message = pool.pool.control().outbox().pop().unwrap();
    assert_eq!((message.to.as_str(), message.kind), (EMAIL, "forgot_password"));
    let reset = refusal("PasswordResetRequiredException", "Password reset required for the user");
    assert_eq!(outcome(pool.sign_in_as(EMAIL, PASSWORD).await), reset);
    assert_eq!(outcome(pool.sign_in_as(EMAIL, "whatever it was").await), reset, "the old one is no longer good");
    assert_eq!(outcome(pool.refresh(tokens.refresh()).await), reset);

    pool.forgot_password(EMAIL).await.unwrap();
    pool.confirm_forgot_password(EMAIL, &pool.last_code(), NEW).await.unwrap();
    pool.sign_in_as(EMAIL, NEW).await.unwrap();
}

#[tokio::test]
async fn a_reset_code_survives_a_restart() {
    let pool = TestPool::open();
    pool.forgot_password(EMAIL).await.unwrap();
    let code = pool.last_code();
    pool.sign_up("grace@example.com", PASSWORD).await.unwrap();
    pool.confirm("grace@example.com", &pool.last_code()).await.unwrap();
    pool.forgot_password("grace@example.com").await.unwrap();
    let graces = pool.last_code();
    let pool = pool.restart();
    pool.confirm_forgot_password("grace@example.com", &graces, NEW).await.unwrap();
    assert_eq!(outcome(pool.confirm_forgot_password(EMAIL, &code, NEW).await), expired(), "a seed begins anew");
}
