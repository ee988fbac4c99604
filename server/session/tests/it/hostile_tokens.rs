//! Tokens that must not be believed, each with the rule that refuses it.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD as BASE64};
use holdfast::clock::{Clock as _, ManualClock};
use holdfast_session::jwks::Jwks;
use holdfast_session::verify::{LEEWAY_S, MOST_TOKEN_BYTES, TokenUse, Verifier, VerifyError};
use serde_json::{Value, json};

use crate::support::{CLIENT, Forge, ISSUER, StaticKeys, hmac_sha256};

const UPDATED_ISSUER: &str = "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Test";

fn now() -> i64 {
    ManualClock::DEFAULT.unix_timestamp()
}

pub(crate) fn verifier() -> (Verifier, StaticKeys) {
    let clock = Arc::new(ManualClock::default());
    let keys = StaticKeys::of(&Forge::new());
    let jwks = Jwks::new(keys.clone(), clock.clone());
    let issuers = vec![ISSUER.to_owned(), UPDATED_ISSUER.to_owned()];
    assert_eq!(clock.now().unix_timestamp(), now());
    (Verifier::new(jwks, issuers, CLIENT, clock), keys)
}

pub(crate) fn access() -> Value {
    json!({
        "iss": ISSUER, "sub": "ada", "token_use": "access", "client_id": CLIENT, "username": "ada",
        "scope": "aws.cognito.signin.user.admin", "auth_time": now(), "iat": now(), "exp": now() + 3600,
        "jti": "j", "origin_jti": "o", "event_id": "e", "version": 2, "acr": "a claim of the year 2026",
    })
}

pub(crate) fn id() -> Value {
    json!({
        "iss": ISSUER, "sub": "ada", "token_use": "id", "aud": CLIENT, "cognito:username": "ada",
        "email": "ada@example.com", "email_verified": true, "auth_time": now(), "iat": now(), "exp": now() + 3600,
    })
}

pub(crate) fn with(mut claims: Value, name: &str, value: Value) -> Value {
    claims[name] = value;
    claims
}

pub(crate) fn without(mut claims: Value, name: &str) -> Value {
    claims.as_object_mut().expect("claims").remove(name);
    claims
}

async fn refused(token: &str) -> VerifyError {
    verifier().0.access(token).await.expect_err("must not be believed")
}

#[tokio::test]
async fn good_tokens_of_both_issuers_are_believed() {
    let (verifier, keys) = verifier();
    let forge = Forge::new();
    let verified = verifier.access(&forge.token(&access())).await.expect("good");
    assert_eq!((verified.sub.as_str(), verified.expires_at), ("ada", (now() + 3600) * 1000));
    let verified = verifier.id(&forge.token(&id())).await.expect("good");
    assert_eq!(verified.email.as_deref(), Some("ada@example.com"));
    let updated = with(access(), "iss", json!(UPDATED_ISSUER));
    assert!(verifier.access(&forge.token(&updated)).await.is_ok());
    assert_eq!(keys.fetches(), 1);
}

#[tokio::test]
async fn claims_that_are_missing_or_of_another_type() {
    let forge = Forge::new();
    for name in ["iss", "sub", "exp", "iat", "token_use"] {
        let token = forge.token(&without(access(), name));
        assert_eq!(refused(&token).await, VerifyError::Claims, "no {name}");
        let token = forge.token(&with(access(), name, Value::Null));
        assert_eq!(refused(&token).await, VerifyError::Claims, "{name}: null");
        let token = forge.token(&with(access(), name, json!([ISSUER, "access", "ada"])));
        let error = refused(&token).await;
        assert!(matches!(error, VerifyError::Claims | VerifyError::Malformed), "{name}: an array: {error:?}");
    }
    for (name, value) in [
        ("exp", json!("9999999999")),
        ("exp", json!(1e300)),
        ("exp", json!(-1)),
        ("exp", json!(i64::MAX)),
        ("exp", json!(u64::MAX)),
        ("exp", json!(true)),
        ("iat", json!("0")),
        ("iat", json!(-1)),
        ("nbf", json!("0")),
        ("auth_time", json!(i64::MIN)),
        ("sub", json!("")),
        ("sub", json!(7)),
    ] {
        let token = forge.token(&with(access(), name, value.clone()));
        assert_eq!(refused(&token).await, VerifyError::Claims, "{name}: {value}");
    }
}

#[tokio::test]
async fn tokens_of_others_and_for_other_uses() {
    let forge = Forge::new();
    for issuer in [
        "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Other",
        "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Test/",
        "HTTPS://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Test",
        "",
    ] {
        assert_eq!(refused(&forge.token(&with(access(), "iss", json!(issuer)))).await, VerifyError::Issuer, "{issuer}");
    }
    assert_eq!(refused(&forge.token(&id())).await, VerifyError::TokenUse, "an ID token as an access token");
    assert_eq!(verifier().0.id(&forge.token(&access())).await, Err(VerifyError::TokenUse));
    assert_eq!(refused(&forge.token(&with(access(), "token_use", json!("Access")))).await, VerifyError::TokenUse);
    assert_eq!(refused(&forge.token(&with(access(), "client_id", json!("client-2")))).await, VerifyError::Client);
    assert_eq!(refused(&forge.token(&without(access(), "client_id"))).await, VerifyError::Client);
    let by_audience = with(without(access(), "client_id"), "aud", json!(CLIENT));
    assert_eq!(refused(&forge.token(&by_audience)).await, VerifyError::Client, "aud is no client_id");
    assert_eq!(verifier().0.id(&forge.token(&with(id(), "aud", json!("client-2")))).await, Err(VerifyError::Client));
    let by_client = with(without(id(), "aud"), "client_id", json!(CLIENT));
    assert_eq!(verifier().0.id(&forge.token(&by_client)).await, Err(VerifyError::Client));
    let many = with(id(), "aud", json!([CLIENT, "client-2"]));
    assert_eq!(verifier().0.id(&forge.token(&many)).await, Err(VerifyError::Claims));
}

#[tokio::test]
async fn time_is_the_injected_clocks_and_ends_to_the_second() {
    let forge = Forge::new();
    for (exp, believed) in [(-1, false), (0, false), (1, true)] {
        let token = forge.token(&with(access(), "exp", json!(now() + exp)));
        let answer = verifier().0.access(&token).await;
        assert_eq!(answer.is_ok(), believed, "exp {exp}");
        assert!(believed || answer == Err(VerifyError::Expired));
    }
    for name in ["iat", "nbf"] {
        for (ahead, believed) in [(LEEWAY_S - 1, true), (LEEWAY_S, true), (LEEWAY_S + 1, false), (86_400, false)] {
            let token = forge.token(&with(access(), name, json!(now() + ahead)));
            let answer = verifier().0.access(&token).await;
            assert_eq!(answer.is_ok(), believed, "{name} {ahead}");
            assert!(believed || answer.is_err_and(|error| matches!(error, VerifyError::NotYet)));
        }
    }
}

#[tokio::test]
async fn algorithms_are_not_the_tokens_choice() {
    let forge = Forge::new();
    let encoded = |value: &Value| BASE64.encode(value.to_string());
    for algorithm in ["none", "None", "NONE", "nOnE", "", "RS256 "] {
        let header = json!({ "alg": algorithm, "kid": forge.kid });
        for signature in ["", "AAAA"] {
            let token = format!("{}.{}.{signature}", encoded(&header), encoded(&access()));
            assert_eq!(refused(&token).await, VerifyError::Malformed, "{algorithm}");
        }
        assert_eq!(refused(&forge.token_with(&header, &access())).await, VerifyError::Malformed, "{algorithm}");
    }
    for algorithm in ["RS384", "RS512", "PS256", "ES256", "EdDSA", "HS384"] {
        let header = json!({ "alg": algorithm, "kid": forge.kid });
        assert_eq!(refused(&forge.token_with(&header, &access())).await, VerifyError::Header, "{algorithm}");
    }
    // The public key as an HMAC secret, in every form in which a careless verifier would have it.
    let header = json!({ "alg": "HS256", "kid": forge.kid });
    let message = format!("{}.{}", encoded(&header), encoded(&access()));
    let der = forge.public_der();
    let pem = format!("-----BEGIN RSA PUBLIC KEY-----\n{}\n-----END RSA PUBLIC KEY-----\n", STANDARD.encode(&der));
    for secret in [der.clone(), pem.into_bytes(), forge.jwk().to_string().into_bytes(), forge.key_set()] {
        let token = format!("{message}.{}", hmac_sha256(&secret, &message));
        assert_eq!(refused(&token).await, VerifyError::Header);
    }
}

#[tokio::test]
async fn keys_are_not_the_tokens_choice() {
    let (forge, foreign) = (Forge::new(), Forge::foreign());
    assert_eq!(refused(&foreign.token(&access())).await, VerifyError::UnknownKey);
    assert_eq!(refused(&foreign.named(&forge.kid).token(&access())).await, VerifyError::Signature);
    for (name, value) in [
        ("jwk", foreign.jwk()),
        ("jku", json!("https://evil.example/jwks.json")),
        ("x5u", json!("https://evil.example/cert.pem")),
        ("x5c", json!([STANDARD.encode(foreign.public_der())])),
    ] {
        let mut header = json!({ "alg": "RS256", "kid": forge.kid });
        header[name] = value;
        let token = foreign.token_with(&header, &access());
        assert_eq!(refused(&token).await, VerifyError::Signature, "{name} must not be used");
    }
    assert_eq!(refused(&forge.token_with(&json!({ "alg": "RS256" }), &access())).await, VerifyError::Header, "no kid");
    let critical = json!({ "alg": "RS256", "kid": forge.kid, "crit": ["exp"] });
    assert_eq!(refused(&forge.token_with(&critical, &access())).await, VerifyError::Header);
    let unencoded = json!({ "alg": "RS256", "kid": forge.kid, "crit": ["b64"], "b64": false });
    assert_eq!(refused(&forge.token_with(&unencoded, &access())).await, VerifyError::Header);
}

#[tokio::test]
async fn what_is_not_a_token_at_all() {
    let forge = Forge::new();
    let good = forge.token(&access());
    let parts: Vec<&str> = good.split('.').collect();
    let (header, claims, signature) = (parts[0], parts[1], parts[2]);
    for token in [
        String::new(),
        String::from("."),
        String::from(".."),
        format!("{header}.{claims}"),
        format!("{header}.{claims}."),
        format!("{good}.{signature}"),
        format!("{good}."),
        format!(".{good}"),
        format!(" {good}"),
        format!("{header}.{claims}=.{signature}"),
        forge.sign(&format!("{header}.{}", BASE64.encode("[]"))),
        forge.sign(&format!("{header}.{}", BASE64.encode("not JSON"))),
        forge.sign(&format!("{header}.{}", BASE64.encode(format!("{}{{}}", access())))),
        forge.sign(&format!("{}.{claims}", BASE64.encode("[]"))),
        forge.sign(&format!("{header}.")),
    ] {
        let error = refused(&token).await;
        let expected = matches!(error, VerifyError::Malformed | VerifyError::Signature | VerifyError::Claims);
        assert!(expected, "{error:?} for {token:.80}");
    }
    for tampered in [format!("{good} "), format!("{good}\n"), format!("{good}A"), format!("{good}=")] {
        let error = refused(&tampered).await;
        assert!(matches!(error, VerifyError::Malformed | VerifyError::Signature), "{error:?}");
    }
    let other_claims = BASE64.encode(with(access(), "sub", json!("mallory")).to_string());
    assert_eq!(refused(&format!("{header}.{other_claims}.{signature}")).await, VerifyError::Signature);
    let huge = forge.token(&with(access(), "padding", json!("x".repeat(MOST_TOKEN_BYTES))));
    assert_eq!(refused(&huge).await, VerifyError::Malformed);
}

#[tokio::test]
async fn a_claim_that_stands_twice_does_not_change_who_it_is() {
    let forge = Forge::new();
    let header = BASE64.encode(forge.header().to_string());
    let text = access().to_string().replacen('{', r#"{"sub":"mallory","#, 1);
    let answer = verifier().0.access(&forge.sign(&format!("{header}.{}", BASE64.encode(text)))).await;
    // Only the pool can sign such a token; whichever reading it gets, it must be the same for everybody.
    assert!(answer.is_err() || answer.is_ok_and(|verified| verified.sub == "ada"));
}

// P27
#[tokio::test]
async fn p27_ten_thousand_random_key_ids_are_one_fetch_in_a_cool_down_and_known_keys_stay_good() {
    let (verifier, keys) = verifier();
    let good = Forge::new().token(&access());
    assert!(verifier.access(&good).await.is_ok());
    let body = good.split_once('.').expect("three parts").1;
    for number in 0..10_000 {
        let header = BASE64.encode(json!({ "alg": "RS256", "kid": format!("kid-{number}") }).to_string());
        assert_eq!(verifier.access(&format!("{header}.{body}")).await, Err(VerifyError::UnknownKey));
    }
    assert_eq!(keys.fetches(), 2, "the first one, and one for the flood");
    keys.set(None);
    assert!(verifier.access(&good).await.is_ok(), "with the key set gone, too");
}

// P27
#[tokio::test]
async fn p27_a_token_that_says_it_is_another_pools_is_refused_without_a_fetch() {
    let (verifier, keys) = verifier();
    let uses = [TokenUse::Id, TokenUse::Access];
    let theirs = with(id(), "iss", json!("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Other"));
    assert_eq!(verifier.presented(&Forge::foreign().token(&theirs), &uses).await, Err(VerifyError::Issuer));
    assert_eq!(keys.fetches(), 0);
    let verified = verifier.presented(&Forge::new().token(&id()), &uses).await.expect("good");
    assert_eq!((verified.sub.as_str(), verified.token_use), ("ada", TokenUse::Id));
    let verified = verifier.presented(&Forge::new().token(&access()), &uses).await.expect("good");
    assert_eq!(verified.token_use, TokenUse::Access);
    let access_only = verifier.presented(&Forge::new().token(&id()), &[TokenUse::Access]).await;
    assert_eq!(access_only, Err(VerifyError::TokenUse));
    assert_eq!(verifier.presented(&Forge::new().token(&id()), &[]).await, Err(VerifyError::TokenUse));
}
