//! Two tokens in one answer of the pool's, each good, that do not belong together or to this request.

use holdfast_session::provider::{AccessToken, IdToken, TokenSet};
use holdfast_session::verify::VerifyError;
use serde_json::{Value, json};

use crate::hostile_tokens::{access, id, verifier, with, without};
use crate::support::Forge;

fn answer(access: &Value, id: &Value) -> TokenSet {
    let forge = Forge::new();
    TokenSet { access: AccessToken::new(forge.token(access)), id: IdToken::new(forge.token(id)), refresh: None }
}

#[tokio::test]
async fn tokens_of_two_users_are_nobodys() {
    let (verifier, _) = verifier();
    let verified = verifier.pair(&answer(&access(), &id())).await.expect("good");
    assert_eq!((verified.sub.as_str(), verified.email.as_deref()), ("ada", Some("ada@example.com")));
    for tokens in
        [answer(&access(), &with(id(), "sub", json!("bob"))), answer(&with(access(), "sub", json!("bob")), &id())]
    {
        assert_eq!(verifier.pair(&tokens).await, Err(VerifyError::Mixed));
        assert_eq!(verifier.pair_for(&tokens, Some("n")).await, Err(VerifyError::Mixed));
    }
    let swapped = answer(&id(), &access());
    assert_eq!(verifier.pair(&swapped).await, Err(VerifyError::TokenUse), "each in its own place");
}

/// OpenID Connect Core 1.0, 3.1.3.7, step 11: where a nonce was sent, one must be present, and be the same.
#[tokio::test]
async fn an_id_token_answers_this_request_and_no_other() {
    let (verifier, _) = verifier();
    let of = |nonce: Value| answer(&access(), &with(id(), "nonce", nonce));
    assert!(verifier.pair_for(&of(json!("n-1")), Some("n-1")).await.is_ok());
    let wrong = [
        answer(&access(), &without(id(), "nonce")),
        of(Value::Null),
        of(json!("")),
        of(json!("n-2")),
        of(json!("N-1")),
        of(json!("n-1 ")),
        // The access token's is nobody's business.
        answer(&with(access(), "nonce", json!("n-1")), &id()),
    ];
    for (number, tokens) in wrong.iter().enumerate() {
        assert_eq!(verifier.pair_for(tokens, Some("n-1")).await, Err(VerifyError::Nonce), "{number}");
        assert!(verifier.pair(tokens).await.is_ok(), "a refresh sends none: {number}");
    }
}
