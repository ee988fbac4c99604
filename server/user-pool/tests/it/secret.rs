//! An app client with a secret: SECRET_HASH by the typed name at sign-in, by the real one at a refresh; ClientSecret itself
//! elsewhere.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::harness::{EMAIL, PASSWORD, TestPool, outcome, refusal, text};

const SECRET: &str = "a_secret_of_the_app_client_1";

fn hash(pool: &TestPool, name: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    STANDARD.encode(hmac::sign(&key, format!("{name}{}", pool.client_id()).as_bytes()))
}

fn open() -> TestPool {
    TestPool::with(|config| config.client_secret = Some(SECRET.to_owned()))
}

async fn initiate(pool: &TestPool, flow: &str, parameters: Value) -> Result<Value, (String, String)> {
    let body = json!({ "AuthFlow": flow, "ClientId": pool.client_id(), "AuthParameters": parameters });
    pool.call("InitiateAuth", body).await
}

#[tokio::test]
async fn the_secret_is_asked_for_everywhere_and_in_the_form_each_operation_wants() {
    let pool = open();
    let client = pool.client_id().to_owned();
    let no = |message: String| refusal("NotAuthorizedException", &message);
    let missing = no(format!("Client {client} is configured for secret but secret was not received"));
    let wrong = no(format!("Unable to verify secret hash for client {client}"));

    let password = |hash: Option<String>| json!({ "USERNAME": EMAIL, "PASSWORD": PASSWORD, "SECRET_HASH": hash });
    assert_eq!(outcome(initiate(&pool, "USER_PASSWORD_AUTH", password(None)).await), missing);
    let other = password(Some(hash(&pool, "grace@example.com")));
    assert_eq!(outcome(initiate(&pool, "USER_PASSWORD_AUTH", other).await), wrong);
    let signed_in = initiate(&pool, "USER_PASSWORD_AUTH", password(Some(hash(&pool, EMAIL)))).await.unwrap();
    let result = &signed_in["AuthenticationResult"];
    let (token, sub) = (text(&result["RefreshToken"]), text(&pool.claims(&text(&result["IdToken"])).await["sub"]));

    let refresh = |hash: Option<String>| json!({ "REFRESH_TOKEN": token, "SECRET_HASH": hash });
    assert_eq!(outcome(initiate(&pool, "REFRESH_TOKEN_AUTH", refresh(None)).await), missing);
    assert_eq!(
        outcome(initiate(&pool, "REFRESH_TOKEN_AUTH", refresh(Some(hash(&pool, EMAIL)))).await),
        no(format!("SecretHash does not match for the client: {client}")),
        "the e-mail address is not the username"
    );
    initiate(&pool, "REFRESH_TOKEN_AUTH", refresh(Some(hash(&pool, &sub)))).await.unwrap();
}

#[tokio::test]
async fn the_token_operations_take_the_secret_itself() {
    let pool = open();
    let secret = pool.pool.client_secret().unwrap().to_owned();
    let client = pool.client_id().to_owned();
    let body = |field: &str, secret: Option<&str>| json!({ "ClientId": client, field: "junk", "ClientSecret": secret });
    let missing = format!("Client {client} is configured for secret but secret was not received");
    let wrong = format!("Unable to verify client secret for client {client}");

    let get = |secret| pool.call("GetTokensFromRefreshToken", body("RefreshToken", secret));
    assert_eq!(outcome(get(None).await), refusal("NotAuthorizedException", &missing));
    assert_eq!(outcome(get(Some("wrong")).await), refusal("NotAuthorizedException", &wrong));
    assert_eq!(outcome(get(Some(&secret)).await), refusal("NotAuthorizedException", "Invalid Refresh Token."));

    let revoke = |secret| pool.call("RevokeToken", body("Token", secret));
    assert_eq!(outcome(revoke(None).await), refusal("UnauthorizedException", &missing));
    assert_eq!(outcome(revoke(Some("wrong")).await), refusal("UnauthorizedException", &wrong));
    assert_eq!(outcome(revoke(Some(&secret)).await), Ok(()));
}

#[tokio::test]
async fn during_a_change_two_secrets_are_as_good_as_each_other_and_then_one_is_none() {
    const OTHER: &str = "another_secret_of_the_client";
    let pool = open();
    let control = pool.pool.control();
    let get = |secret: &str| {
        let body = json!({ "ClientId": pool.client_id(), "RefreshToken": "junk", "ClientSecret": secret });
        pool.call("GetTokensFromRefreshToken", body)
    };
    let taken = || refusal("NotAuthorizedException", "Invalid Refresh Token.");
    let wrong =
        refusal("NotAuthorizedException", &format!("Unable to verify client secret for client {}", pool.client_id()));
    assert_eq!(outcome(get(OTHER).await), wrong);
    control.set_client_secrets(vec![OTHER.to_owned(), SECRET.to_owned()]).unwrap();
    assert_eq!((outcome(get(OTHER).await), outcome(get(SECRET).await)), (taken(), taken()));
    let password = json!({ "USERNAME": EMAIL, "PASSWORD": PASSWORD, "SECRET_HASH": hash(&pool, EMAIL) });
    initiate(&pool, "USER_PASSWORD_AUTH", password.clone()).await.unwrap();

    control.set_client_secrets(vec![OTHER.to_owned()]).unwrap();
    assert_eq!((outcome(get(OTHER).await), outcome(get(SECRET).await)), (taken(), wrong));
    let refused = outcome(initiate(&pool, "USER_PASSWORD_AUTH", password).await).unwrap_err();
    assert!(refused.1.starts_with("Unable to verify secret hash"), "{}", refused.1);

    for bad in [vec![], vec!["short".to_owned()], vec![OTHER.to_owned(); 3]] {
        assert!(control.set_client_secrets(bad).is_err());
    }
    control.reset().await.unwrap();
    assert_eq!(outcome(get(SECRET).await), taken());
    assert!(TestPool::open().pool.control().set_client_secrets(vec![OTHER.to_owned()]).is_err());
}
