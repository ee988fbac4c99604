//! P27, threat 13: two hundred and more tokens that must not be believed, most of them signed with the pool's own key, so
//! that only the one thing that is wrong with them can be the reason. `make conformance` sends those that `jose` and
//! `joserfc` make to the API.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD as BASE64};
use holdfast::clock::ManualClock;
use holdfast_session::jwks::Jwks;
use holdfast_session::verify::{TokenUse, Verifier};
use serde_json::{Value, json};

use crate::support::{CLIENT, Forge, ISSUER, StaticKeys, hmac_sha256};

/// What is to be signed, with which header and by whom.
struct Job {
    header: Value,
    claims: Value,
    key: Key,
}

enum Key {
    Own,
    Foreign,
    /// Of an HMAC.
    Secret(Vec<u8>),
}

fn good(token_use: &str) -> Value {
    let now = ManualClock::DEFAULT.unix_timestamp();
    let mut claims = json!({
        "iss": ISSUER, "sub": "ada", "token_use": token_use, "auth_time": now, "iat": now, "exp": now + 3600,
        "jti": "j", "origin_jti": "o", "event_id": "e",
    });
    match token_use {
        "access" => claims["client_id"] = json!(CLIENT),
        _ => claims["aud"] = json!(CLIENT),
    }
    claims
}

/// Claims that only the pool could have signed, and that are wrong all the same.
fn wrong_claims(token_use: &str) -> Vec<Value> {
    let now = ManualClock::DEFAULT.unix_timestamp();
    let client = if token_use == "access" { "client_id" } else { "aud" };
    let mut all = Vec::new();
    let mut with = |name: &str, values: &[Value]| {
        for value in values {
            let mut claims = good(token_use);
            claims[name] = value.clone();
            all.push(claims);
        }
    };
    let types = [Value::Null, json!(true), json!(7), json!([]), json!({}), json!(""), json!(["ada"])];
    for name in ["iss", "token_use", client] {
        with(name, &types);
    }
    with("sub", &[Value::Null, json!(true), json!(7), json!([]), json!({}), json!("")]);
    with("exp", &[Value::Null, json!(true), json!([]), json!({}), json!("9999999999"), json!(1.5e300), json!(-1)]);
    with("exp", &[json!(0), json!(now), json!(now - 1), json!(u64::MAX), json!(i64::MAX), json!(now as f64 + 0.5)]);
    with("iat", &[Value::Null, json!("0"), json!(-1), json!(now + 6), json!(now + 86_400), json!(i64::MAX)]);
    with("nbf", &[json!("0"), json!(-1), json!(now + 6), json!(now + 86_400), json!(u64::MAX), json!([])]);
    with("auth_time", &[json!("0"), json!(-1), json!(i64::MIN), json!({})]);
    let near = [
        format!("{ISSUER}/"),
        format!("{ISSUER}x"),
        ISSUER.to_uppercase(),
        ISSUER.replace("https", "http"),
        ISSUER.replace("eu-west-1_Test", "eu-west-1_Other"),
        ISSUER.replace("amazonaws.com", "amazonaws.com.evil.example"),
        format!("https://evil.example/{ISSUER}"),
        format!(" {ISSUER}"),
    ];
    with("iss", &near.map(Value::from));
    with("token_use", &["Access", "ID", "refresh", "access ", "id,access"].map(Value::from));
    with(client, &[json!("client-2"), json!([CLIENT]), json!([CLIENT, "client-2"]), json!(format!("{CLIENT} "))]);
    for name in ["iss", "sub", "exp", "iat", "token_use", client] {
        let mut claims = good(token_use);
        claims.as_object_mut().expect("claims").remove(name);
        all.push(claims);
    }
    all
}

/// Headers with which nobody's claims are believed, and who signs.
fn wrong_headers(own: &Forge, foreign: &Forge) -> Vec<(Value, Key)> {
    let kid = &own.kid;
    let by = |key: Key, header: Value| (header, key);
    let mut all = vec![
        by(Key::Own, json!({"alg": "RS256"})),
        by(Key::Own, json!({"alg": "RS256", "kid": ""})),
        by(Key::Own, json!({"alg": "RS256", "kid": "../../etc/passwd"})),
        by(Key::Own, json!({"alg": "RS256", "kid": "kid' OR '1'='1"})),
        by(Key::Own, json!({"alg": "RS256", "kid": format!("{kid} ")})),
        by(Key::Own, json!({"alg": "none", "kid": kid})),
        by(Key::Foreign, json!({"alg": "RS256", "kid": kid})),
        by(Key::Foreign, json!({"alg": "RS256", "kid": "foreign"})),
        by(Key::Foreign, json!({"alg": "RS256", "kid": kid, "jwk": foreign.jwk()})),
        by(Key::Foreign, json!({"alg": "RS256", "kid": kid, "jku": "https://evil.example/jwks.json"})),
        by(Key::Foreign, json!({"alg": "RS256", "kid": kid, "x5u": "https://evil.example/cert.pem"})),
        by(Key::Foreign, json!({"alg": "RS256", "kid": kid, "x5c": [STANDARD.encode(foreign.public_der())]})),
        by(Key::Foreign, json!({"alg": "RS256", "kid": foreign.kid, "jwk": foreign.jwk(), "jku": ISSUER})),
    ];
    all.extend(["RS384", "RS512", "PS256", "PS384", "PS512"].map(|alg| by(Key::Own, json!({"alg": alg, "kid": kid}))));
    all.extend(
        [json!(["exp"]), json!(["b64"]), json!(["kid", "x"])]
            .map(|crit| by(Key::Own, json!({"alg": "RS256", "kid": kid, "crit": crit, "b64": true, "exp": 1, "x": 1}))),
    );
    let pem = format!(
        "-----BEGIN RSA PUBLIC KEY-----\n{}\n-----END RSA PUBLIC KEY-----\n",
        STANDARD.encode(own.public_der())
    );
    for secret in [own.public_der(), pem.into_bytes(), own.jwk().to_string().into_bytes(), own.key_set()] {
        all.push(by(Key::Secret(secret), json!({"alg": "HS256", "kid": kid})));
    }
    all
}

fn jobs(own: &Forge, foreign: &Forge) -> Vec<Job> {
    let uses = ["access", "id"];
    let right = || (json!({"alg": "RS256", "kid": own.kid}), Key::Own);
    let claims = uses.iter().flat_map(|token_use| wrong_claims(token_use)).map(|claims| (right(), claims));
    let headers = uses
        .iter()
        .flat_map(|token_use| wrong_headers(own, foreign).into_iter().map(|header| (header, good(token_use))));
    claims.chain(headers).map(|((header, key), claims)| Job { header, claims, key }).collect()
}

/// Whether anything is believed of it, as whatever.
async fn is_believed(verifier: &Verifier, token: &str) -> bool {
    verifier.access(token).await.is_ok()
        || verifier.id(token).await.is_ok()
        || verifier.presented(token, &[TokenUse::Id, TokenUse::Access]).await.is_ok()
}

fn verifier() -> (Verifier, StaticKeys) {
    let clock = Arc::new(ManualClock::default());
    let keys = StaticKeys::of(&Forge::new());
    (Verifier::new(Jwks::new(keys.clone(), clock.clone()), vec![ISSUER.to_owned()], CLIENT, clock), keys)
}

#[tokio::test]
async fn p27_more_than_two_hundred_hostile_tokens_are_refused_whoever_signs_them() {
    let (own, foreign) = (Forge::new(), Forge::foreign());
    let (verifier, keys) = verifier();
    for token_use in ["access", "id"] {
        assert!(is_believed(&verifier, &own.token(&good(token_use))).await, "what is right is believed");
    }
    let jobs = jobs(&own, &foreign);
    assert!(200 <= jobs.len(), "{} tokens", jobs.len());
    for job in &jobs {
        let token = match &job.key {
            Key::Own => own.token_with(&job.header, &job.claims),
            Key::Foreign => foreign.token_with(&job.header, &job.claims),
            Key::Secret(secret) => {
                let encode = |part: &Value| BASE64.encode(part.to_string());
                let message = format!("{}.{}", encode(&job.header), encode(&job.claims));
                format!("{message}.{}", hmac_sha256(secret, &message))
            }
        };
        assert!(!is_believed(&verifier, &token).await, "{} {}", job.header, job.claims);
    }
    assert!(keys.fetches() <= 2, "{} fetches", keys.fetches());
}
