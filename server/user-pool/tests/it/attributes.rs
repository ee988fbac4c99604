//! GetUser, UpdateUserAttributes, DeleteUserAttributes, GetUserAttributeVerificationCode, VerifyUserAttribute.

use serde_json::{Value, json};

use crate::harness::{EMAIL, PASSWORD, TestPool, outcome, refusal, text, wrong};

const NEW_EMAIL: &str = "countess@example.com";
const DAY: i64 = 24 * 60 * 60;

async fn update(pool: &TestPool, access: &str, attributes: &[(&str, &str)]) -> Result<Value, (String, String)> {
    let list: Vec<Value> = attributes.iter().map(|(name, value)| json!({ "Name": name, "Value": value })).collect();
    pool.call("UpdateUserAttributes", json!({ "AccessToken": access, "UserAttributes": list })).await
}

async fn verify(pool: &TestPool, access: &str, name: &str, code: &str) -> Result<Value, (String, String)> {
    pool.call("VerifyUserAttribute", json!({ "AccessToken": access, "AttributeName": name, "Code": code })).await
}

async fn new_code(pool: &TestPool, access: &str, name: &str) -> Result<Value, (String, String)> {
    pool.call("GetUserAttributeVerificationCode", json!({ "AccessToken": access, "AttributeName": name })).await
}

/// The attribute as GetUser tells it.
async fn attribute(pool: &TestPool, access: &str, name: &str) -> Option<String> {
    let user = pool.get_user(access).await.unwrap();
    let list = user["UserAttributes"].as_array().unwrap().clone();
    list.iter().find(|attribute| attribute["Name"] == name).map(|attribute| text(&attribute["Value"]))
}

#[tokio::test]
async fn attributes_are_written_read_told_by_the_id_token_and_deleted() {
    let pool = TestPool::open();
    let tokens = pool.sign_in().await;
    let written = [("name", "Ada Lovelace"), ("locale", "en-GB")];
    assert_eq!(update(&pool, &tokens.access, &written).await, Ok(json!({ "CodeDeliveryDetailsList": [] })));
    assert_eq!(attribute(&pool, &tokens.access, "name").await.as_deref(), Some("Ada Lovelace"));

    let renewed = pool.refresh(tokens.refresh()).await.unwrap();
    let claims = pool.claims(&renewed.id).await;
    assert_eq!((&claims["name"], &claims["locale"]), (&json!("Ada Lovelace"), &json!("en-GB")));
    assert!(pool.claims(&renewed.access).await.get("name").is_none());

    update(&pool, &tokens.access, &[("name", "")]).await.unwrap();
    assert_eq!(attribute(&pool, &tokens.access, "name").await, None, "a blank value deletes");
    let body = json!({ "AccessToken": tokens.access, "UserAttributeNames": ["locale"] });
    assert_eq!(pool.call("DeleteUserAttributes", body).await, Ok(json!({})));
    assert_eq!(attribute(&pool, &tokens.access, "locale").await, None);
}

#[tokio::test]
async fn what_a_client_may_not_write_or_what_cannot_be_changes_nothing() {
    let pool = TestPool::open();
    let access = pool.sign_in().await.access;
    let parameter = |message: &str| refusal("InvalidParameterException", message);
    let unauthorized = refusal("NotAuthorizedException", "A client attempted to write unauthorized attribute");
    let schema = "Attributes did not conform to the schema: shoe_size: Attribute does not exist in the schema.\n";
    for (key, value, expected) in [
        ("sub", "somebody-else", unauthorized.clone()),
        ("email_verified", "true", unauthorized.clone()),
        ("phone_number_verified", "true", unauthorized),
        ("shoe_size", "38", parameter(schema)),
        ("email", "nowhere", parameter("Invalid email address format.")),
        ("email", "", parameter("Invalid email address format.")),
        ("phone_number", "0170 123", parameter("Invalid phone number format.")),
    ] {
        assert_eq!(outcome(update(&pool, &access, &[("name", "Ada"), (key, value)]).await), expected, "{key}");
    }
    let missing = "1 validation error detected: Value null at 'userAttributes' failed to satisfy constraint: Member must \
                   not be null";
    let none = pool.call("UpdateUserAttributes", json!({ "AccessToken": access })).await;
    assert_eq!(outcome(none), parameter(missing));
    assert_eq!(attribute(&pool, &access, "name").await, None);
    assert_eq!(pool.pool.control().outbox(), []);
}

#[tokio::test]
async fn a_new_address_counts_only_once_it_is_verified() {
    let pool = TestPool::open();
    let tokens = pool.sign_in().await;
    let answer = update(&pool, &tokens.access, &[("email", NEW_EMAIL)]).await.unwrap();
    assert_eq!(
        answer["CodeDeliveryDetailsList"],
        json!([{ "Destination": "c***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email" }])
    );
    let message = pool.pool.control().outbox().pop().unwrap();
    assert_eq!((message.to.as_str(), message.kind), (NEW_EMAIL, "verify_attribute"));
    assert_eq!(attribute(&pool, &tokens.access, "email").await.as_deref(), Some(EMAIL));
    assert!(pool.sign_in_as(NEW_EMAIL, PASSWORD).await.is_err(), "not yet");

    assert_eq!(
        outcome(verify(&pool, &tokens.access, "email", wrong(&message.code)).await),
        refusal("CodeMismatchException", "Invalid verification code provided, please try again.")
    );
    assert_eq!(verify(&pool, &tokens.access, "email", &message.code).await, Ok(json!({})));
    assert_eq!(attribute(&pool, &tokens.access, "email").await.as_deref(), Some(NEW_EMAIL));
    assert_eq!(attribute(&pool, &tokens.access, "email_verified").await.as_deref(), Some("true"));
    let renewed = pool.sign_in_as(NEW_EMAIL, PASSWORD).await.unwrap();
    assert_eq!(pool.claims(&renewed.id).await["sub"], pool.claims(&tokens.id).await["sub"]);
    assert!(pool.sign_in_as(EMAIL, PASSWORD).await.is_err(), "the old address is nobody's");
    assert_eq!(
        outcome(verify(&pool, &tokens.access, "email", &message.code).await),
        refusal("ExpiredCodeException", "Invalid code provided, please request a code again.")
    );
}

#[tokio::test]
async fn a_pool_that_does_not_keep_the_original_takes_the_new_address_at_once_and_unverified() {
    let pool = TestPool::with(|config| config.verify_before_update = false);
    let tokens = pool.sign_in().await;
    update(&pool, &tokens.access, &[("email", NEW_EMAIL)]).await.unwrap();
    assert_eq!(attribute(&pool, &tokens.access, "email").await.as_deref(), Some(NEW_EMAIL));
    assert_eq!(attribute(&pool, &tokens.access, "email_verified").await.as_deref(), Some("false"));
    pool.sign_in_as(NEW_EMAIL, PASSWORD).await.unwrap();
    verify(&pool, &tokens.access, "email", &pool.last_code()).await.unwrap();
    assert_eq!(attribute(&pool, &tokens.access, "email_verified").await.as_deref(), Some("true"));
}

#[tokio::test]
async fn an_address_that_somebody_has_cannot_be_taken_before_or_after_the_code() {
    let pool = TestPool::open();
    let access = pool.sign_in().await.access;
    let taken = refusal("AliasExistsException", "An account with the given email already exists.");
    update(&pool, &access, &[("email", NEW_EMAIL)]).await.unwrap();
    let code = pool.last_code();
    pool.sign_up(NEW_EMAIL, PASSWORD).await.unwrap();
    assert_eq!(outcome(update(&pool, &access, &[("email", "Countess@example.com")]).await), taken);
    assert_eq!(outcome(verify(&pool, &access, "email", &code).await), taken);
    assert_eq!(attribute(&pool, &access, "email").await.as_deref(), Some(EMAIL));
}

#[tokio::test]
async fn an_attributes_code_is_good_for_a_day_can_be_sent_again_and_not_for_ever() {
    let pool = TestPool::with(|config| config.access_ttl = std::time::Duration::from_secs(3 * 86_400));
    let access = pool.sign_in().await.access;
    let expired = refusal("ExpiredCodeException", "Invalid code provided, please request a code again.");
    assert_eq!(outcome(verify(&pool, &access, "email", "123456").await), expired, "none was asked for");
    for (wait, expected) in [(DAY, expired), (DAY - 1, Ok(()))] {
        update(&pool, &access, &[("email", NEW_EMAIL)]).await.unwrap();
        pool.advance(wait);
        assert_eq!(outcome(verify(&pool, &access, "email", &pool.last_code()).await), expected, "{wait}");
    }

    let access = pool.sign_in_as(NEW_EMAIL, PASSWORD).await.unwrap().access;
    for _ in 0..5 {
        let answer = new_code(&pool, &access, "email").await.unwrap();
        assert_eq!(answer["CodeDeliveryDetails"]["AttributeName"], "email");
    }
    assert_eq!(
        outcome(new_code(&pool, &access, "email").await),
        refusal("LimitExceededException", "Attempt limit exceeded, please try after some time.")
    );
    verify(&pool, &access, "email", &pool.last_code()).await.unwrap();
}

#[tokio::test]
async fn a_phone_number_gets_its_code_by_sms() {
    let pool = TestPool::open();
    let access = pool.sign_in().await.access;
    assert_eq!(new_code(&pool, &access, "phone_number").await.unwrap_err().0, "InvalidParameterException");
    assert_eq!(new_code(&pool, &access, "name").await.unwrap_err().0, "InvalidParameterException");
    let answer = update(&pool, &access, &[("phone_number", "+12065550100")]).await.unwrap();
    assert_eq!(
        answer["CodeDeliveryDetailsList"],
        json!([{ "Destination": "+*******0100", "DeliveryMedium": "SMS", "AttributeName": "phone_number" }])
    );
    assert_eq!(pool.pool.control().outbox().pop().unwrap().to, "+12065550100");
    verify(&pool, &access, "phone_number", &pool.last_code()).await.unwrap();
    assert_eq!(attribute(&pool, &access, "phone_number").await.as_deref(), Some("+12065550100"));
    assert_eq!(attribute(&pool, &access, "phone_number_verified").await.as_deref(), Some("true"));
    let claims = pool.claims(&pool.sign_in().await.id).await;
    assert_eq!(claims["phone_number_verified"], true);
}

#[tokio::test]
async fn attributes_given_at_the_sign_up_are_there() {
    let pool = TestPool::open();
    let sign_up = |attributes: Value| {
        let body = json!({
            "ClientId": pool.client_id(), "Username": NEW_EMAIL, "Password": PASSWORD, "UserAttributes": attributes,
        });
        pool.call("SignUp", body)
    };
    let other = sign_up(json!([{ "Name": "email", "Value": "other@example.com" }])).await;
    assert_eq!(other.unwrap_err().0, "InvalidParameterException");
    sign_up(json!([{ "Name": "email", "Value": NEW_EMAIL }, { "Name": "name", "Value": "Ada" }])).await.unwrap();
    pool.confirm(NEW_EMAIL, &pool.last_code()).await.unwrap();
    let tokens = pool.sign_in_as(NEW_EMAIL, PASSWORD).await.unwrap();
    assert_eq!(pool.claims(&tokens.id).await["name"], "Ada");
    let tokens = pool.restart().sign_in_as(NEW_EMAIL, PASSWORD).await.unwrap();
    assert!(!tokens.id.is_empty());
}
