//! Passkeys, with an authenticator that this file makes of the specification (Web Authentication, Level 3).

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use ciborium::Value as Cbor;
use serde_json::{Value, json};

use crate::harness::{Challenged, EMAIL, PASSWORD, TestPool, challenged, outcome, text, tokens};

const ORIGIN: &str = "http://localhost:3000";

/// One passkey on one device.
struct Authenticator {
    pair: EcdsaKeyPair,
    id: Vec<u8>,
    counter: u32,
    origin: String,
    rp_id: String,
}

impl Authenticator {
    fn new() -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        Self { pair, id: vec![7; 20], counter: 0, origin: ORIGIN.to_owned(), rp_id: "localhost".to_owned() }
    }

    fn client_data(&self, kind: &str, challenge: &str) -> String {
        json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false }).to_string()
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        let hash = digest(&SHA256, self.rp_id.as_bytes());
        [hash.as_ref(), &[flags], &self.counter.to_be_bytes()].concat()
    }

    fn cose_key(&self, algorithm: i64) -> Vec<u8> {
        let point = self.pair.public_key().as_ref();
        let key = Cbor::Map(vec![
            (1.into(), 2.into()),
            (3.into(), algorithm.into()),
            ((-1).into(), 1.into()),
            ((-2).into(), Cbor::Bytes(point[1..33].to_vec())),
            ((-3).into(), Cbor::Bytes(point[33..].to_vec())),
        ]);
        let mut bytes = Vec::new();
        ciborium::into_writer(&key, &mut bytes).unwrap();
        bytes
    }

    /// `navigator.credentials.create()`, serialized.
    fn create(&self, options: &Value, algorithm: i64) -> Value {
        let length = u16::try_from(self.id.len()).unwrap().to_be_bytes();
        let data = [&self.data(0x45), [0_u8; 16].as_slice(), &length, &self.id, &self.cose_key(algorithm)].concat();
        let object = Cbor::Map(vec![
            ("fmt".into(), "none".into()),
            ("attStmt".into(), Cbor::Map(Vec::new())),
            ("authData".into(), Cbor::Bytes(data)),
        ]);
        let mut bytes = Vec::new();
        ciborium::into_writer(&object, &mut bytes).unwrap();
        let client_data = self.client_data("webauthn.create", options["challenge"].as_str().unwrap());
        json!({
            "id": BASE64.encode(&self.id),
            "rawId": BASE64.encode(&self.id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": BASE64.encode(client_data),
                "attestationObject": BASE64.encode(bytes),
                "transports": ["internal"],
            },
        })
    }

    /// `navigator.credentials.get()`, serialized.
    fn get(&self, challenge: &str, flags: u8) -> String {
        let client_data = self.client_data("webauthn.get", challenge);
        let data = self.data(flags);
        let signed = [data.as_slice(), digest(&SHA256, client_data.as_bytes()).as_ref()].concat();
        let signature = self.pair.sign(&SystemRandom::new(), &signed).unwrap();
        let credential = json!({
            "id": BASE64.encode(&self.id),
            "rawId": BASE64.encode(&self.id),
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": BASE64.encode(client_data),
                "authenticatorData": BASE64.encode(&data),
                "signature": BASE64.encode(signature.as_ref()),
            },
        });
        credential.to_string()
    }
}

async fn options(pool: &TestPool, access: &str) -> Value {
    let answer = pool.call("StartWebAuthnRegistration", json!({ "AccessToken": access })).await;
    answer.unwrap()["CredentialCreationOptions"].clone()
}

async fn complete(pool: &TestPool, access: &str, credential: &Value) -> Result<Value, (String, String)> {
    pool.call("CompleteWebAuthnRegistration", json!({ "AccessToken": access, "Credential": credential })).await
}

async fn registered(pool: &TestPool) -> (Authenticator, String) {
    let access = pool.sign_in().await.access;
    let authenticator = Authenticator::new();
    let options = options(pool, &access).await;
    assert_eq!(complete(pool, &access, &authenticator.create(&options, -7)).await, Ok(json!({})));
    (authenticator, access)
}

/// USER_AUTH up to WEB_AUTHN, and the challenge in it.
async fn put(pool: &TestPool) -> (Challenged, String) {
    let parameters = json!({ "USERNAME": EMAIL, "PREFERRED_CHALLENGE": "WEB_AUTHN" });
    let put = challenged("WEB_AUTHN", &pool.initiate("USER_AUTH", parameters).await.unwrap());
    let options: Value = serde_json::from_str(put.parameters["CREDENTIAL_REQUEST_OPTIONS"].as_str().unwrap()).unwrap();
    assert_eq!(options["rpId"], "localhost");
    assert_eq!(options["allowCredentials"][0]["type"], "public-key");
    let challenge = text(&options["challenge"]);
    (put, challenge)
}

#[tokio::test]
async fn a_passkey_is_registered_listed_used_and_deleted() {
    let pool = TestPool::open();
    let (authenticator, access) = registered(&pool).await;
    let listed = pool.call("ListWebAuthnCredentials", json!({ "AccessToken": access })).await.unwrap();
    let id = BASE64.encode(&authenticator.id);
    assert_eq!(listed["Credentials"].as_array().map(Vec::len), Some(1));
    let credential = &listed["Credentials"][0];
    assert_eq!((&credential["CredentialId"], &credential["RelyingPartyId"]), (&json!(id), &json!("localhost")));
    assert_eq!(credential["CreatedAt"], pool.clock_ms() / 1_000);
    assert_eq!(options(&pool, &access).await["excludeCredentials"][0]["id"], id.as_str());

    let pool = pool.restart();
    let (put, challenge) = put(&pool).await;
    let responses = json!({ "CREDENTIAL": authenticator.get(&challenge, 0x05) });
    tokens(&pool.respond("WEB_AUTHN", &put.session, responses).await.unwrap());

    let delete = json!({ "AccessToken": access, "CredentialId": id });
    assert_eq!(pool.call("DeleteWebAuthnCredential", delete.clone()).await, Ok(json!({})));
    let gone = pool.call("DeleteWebAuthnCredential", delete).await;
    assert_eq!(gone.unwrap_err().0, "ResourceNotFoundException");
    let answer = pool.initiate("USER_AUTH", json!({ "USERNAME": EMAIL })).await.unwrap();
    assert_eq!(answer["AvailableChallenges"], json!(["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP"]));
}

#[tokio::test]
async fn a_registration_for_another_page_domain_user_challenge_or_algorithm_is_refused() {
    let pool = TestPool::with(|config| config.users.push(("grace@example.com".to_owned(), PASSWORD.to_owned())));
    let access = pool.sign_in().await.access;
    let grace = pool.sign_in_as("grace@example.com", PASSWORD).await.unwrap().access;
    let code = |result: Result<Value, (String, String)>| result.unwrap_err().0;

    let elsewhere = Authenticator { origin: "https://evil.example".to_owned(), ..Authenticator::new() };
    let credential = elsewhere.create(&options(&pool, &access).await, -7);
    assert_eq!(code(complete(&pool, &access, &credential).await), "WebAuthnOriginNotAllowedException");
    let other_party = Authenticator { rp_id: "evil.example".to_owned(), ..Authenticator::new() };
    let credential = other_party.create(&options(&pool, &access).await, -7);
    assert_eq!(code(complete(&pool, &access, &credential).await), "WebAuthnRelyingPartyMismatchException");
    let credential = Authenticator::new().create(&options(&pool, &access).await, -257);
    assert_eq!(code(complete(&pool, &access, &credential).await), "WebAuthnCredentialNotSupportedException");

    let credential = Authenticator::new().create(&options(&pool, &access).await, -7);
    assert_eq!(code(complete(&pool, &grace, &credential).await), "WebAuthnChallengeNotFoundException");
    complete(&pool, &access, &credential).await.unwrap();
    assert_eq!(code(complete(&pool, &access, &credential).await), "WebAuthnChallengeNotFoundException");
    let credential = Authenticator::new().create(&options(&pool, &grace).await, -7);
    assert_eq!(code(complete(&pool, &grace, &credential).await), "InvalidParameterException", "the id is taken");
    let options = options(&pool, &access).await;
    pool.advance(180);
    let late = Authenticator { id: vec![8; 16], ..Authenticator::new() }.create(&options, -7);
    assert_eq!(code(complete(&pool, &access, &late).await), "WebAuthnChallengeNotFoundException");
    for wrong in [json!({}), json!("text"), json!({ "response": { "clientDataJSON": "!", "attestationObject": "" } })] {
        assert_eq!(code(complete(&pool, &access, &wrong).await), "InvalidParameterException");
    }

    let control = pool.pool.control();
    let mut rules = control.sign_in_rules();
    rules.first_factors.retain(|factor| factor != "WEB_AUTHN");
    control.set_sign_in_rules(rules).unwrap();
    let started = pool.call("StartWebAuthnRegistration", json!({ "AccessToken": access })).await;
    assert_eq!(code(started), "WebAuthnNotEnabledException");
}

#[tokio::test]
async fn a_signature_over_anything_else_by_anyone_else_or_with_nobody_there_is_refused() {
    let pool = TestPool::open();
    let (authenticator, _) = registered(&pool).await;
    let stranger = Authenticator::new();
    let elsewhere = Authenticator { origin: "https://evil.example".to_owned(), ..registered_again(&authenticator) };
    let other_party = Authenticator { rp_id: "evil.example".to_owned(), ..registered_again(&authenticator) };
    for (label, credential) in [
        ("another key", Box::new(|challenge: &str| stranger.get(challenge, 0x05)) as Box<dyn Fn(&str) -> String>),
        ("another page", Box::new(|challenge| elsewhere.get(challenge, 0x05))),
        ("another domain", Box::new(|challenge| other_party.get(challenge, 0x05))),
        ("nobody there", Box::new(|challenge| authenticator.get(challenge, 0x04))),
        ("another challenge", Box::new(|_| authenticator.get("AAAA", 0x05))),
    ] {
        let (put, challenge) = put(&pool).await;
        let respond = |credential: String| pool.respond("WEB_AUTHN", &put.session, json!({ "CREDENTIAL": credential }));
        let refused = outcome(respond(credential(&challenge)).await).unwrap_err();
        assert_eq!(refused.1, "Incorrect username or password.", "{label}");
        let again = outcome(respond(authenticator.get(&challenge, 0x05)).await).unwrap_err();
        assert_eq!(again.1, "Invalid session for the user.", "{label}");
    }
}

/// The same key and id, to be changed in one thing.
fn registered_again(authenticator: &Authenticator) -> Authenticator {
    let document = authenticator.pair.to_pkcs8v1().unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, document.as_ref()).unwrap();
    Authenticator { pair, ..Authenticator::new() }
}

#[tokio::test]
async fn a_counter_that_does_not_grow_tells_of_a_copy() {
    let pool = TestPool::open();
    let (mut authenticator, _) = registered(&pool).await;
    for (counter, taken) in [(0, true), (5, true), (5, false), (4, false), (0, false), (6, true)] {
        authenticator.counter = counter;
        let (put, challenge) = put(&pool).await;
        let responses = json!({ "CREDENTIAL": authenticator.get(&challenge, 0x05) });
        assert_eq!(pool.respond("WEB_AUTHN", &put.session, responses).await.is_ok(), taken, "{counter}");
    }
}
