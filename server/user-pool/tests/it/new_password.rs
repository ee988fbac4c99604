//! NEW_PASSWORD_REQUIRED.

use holdfast_user_pool::control::UserAction;
use serde_json::{Value, json};

use crate::harness::{EMAIL, PASSWORD, TestPool, outcome, refusal, tokens};

const CHALLENGE: &str = "NEW_PASSWORD_REQUIRED";
const NEW: &str = "Another-Password-1";

async fn open(required: &[&str]) -> TestPool {
    let required = required.iter().map(ToString::to_string).collect();
    let pool = TestPool::with(|config| config.sign_in.required_attributes = required);
    pool.pool.control().user(EMAIL, UserAction::ForceNewPassword).await.unwrap();
    pool
}

fn read(parameter: &Value) -> Value {
    serde_json::from_str(parameter.as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn a_temporary_password_leads_to_a_new_one_and_is_good_no_more() {
    let pool = open(&[]).await;
    let put = pool.challenged(CHALLENGE).await;
    assert_eq!(read(&put.parameters["requiredAttributes"]), json!([]));
    assert_eq!(read(&put.parameters["userAttributes"]), json!({ "email": EMAIL, "email_verified": "true" }));
    let signed_in = tokens(&pool.respond(CHALLENGE, &put.session, json!({ "NEW_PASSWORD": NEW })).await.unwrap());
    assert_eq!(pool.claims(&signed_in.id).await["sub"], put.parameters["USER_ID_FOR_SRP"]);
    pool.refresh(signed_in.refresh()).await.unwrap();
    assert_eq!(pool.sign_in_as(EMAIL, PASSWORD).await.unwrap_err().1, "Incorrect username or password.");
    pool.sign_in_as(EMAIL, NEW).await.unwrap();
}

#[tokio::test]
async fn a_wrong_temporary_password_is_told_nothing() {
    let pool = open(&[]).await;
    let wrong = outcome(pool.sign_in_as(EMAIL, "Password-2").await);
    assert_eq!(wrong, refusal("NotAuthorizedException", "Incorrect username or password."));
}

#[tokio::test]
async fn a_weak_password_and_a_missing_or_forbidden_attribute_can_be_corrected_under_the_same_session() {
    let pool = open(&["name"]).await;
    let put = pool.challenged(CHALLENGE).await;
    assert_eq!(read(&put.parameters["requiredAttributes"]), json!(["userAttributes.name"]));
    let respond = |responses| pool.respond(CHALLENGE, &put.session, responses);
    assert_eq!(
        outcome(respond(json!({ "NEW_PASSWORD": "password-1", "userAttributes.name": "Ada" })).await),
        refusal(
            "InvalidPasswordException",
            "Password does not conform to policy: Password must have uppercase characters"
        )
    );
    for responses in [json!({ "NEW_PASSWORD": NEW }), json!({ "NEW_PASSWORD": NEW, "userAttributes.name": "" })] {
        assert_eq!(
            outcome(respond(responses).await),
            refusal("InvalidParameterException", "Invalid attributes given, name is missing")
        );
    }
    let other = json!({ "NEW_PASSWORD": NEW, "userAttributes.name": "Ada", "userAttributes.email": "eve@example.com" });
    assert_eq!(
        outcome(respond(other).await),
        refusal("NotAuthorizedException", "Cannot modify an already provided email")
    );
    tokens(&respond(json!({ "NEW_PASSWORD": NEW, "userAttributes.name": "Ada Lovelace" })).await.unwrap());
    pool.pool.control().user(EMAIL, UserAction::ForceNewPassword).await.unwrap();
    let parameters = json!({ "USERNAME": EMAIL, "PASSWORD": NEW });
    let again = pool.initiate("USER_PASSWORD_AUTH", parameters).await.unwrap()["ChallengeParameters"].clone();
    assert_eq!(read(&again["requiredAttributes"]), json!([]));
    assert_eq!(read(&again["userAttributes"])["name"], "Ada Lovelace");
}
