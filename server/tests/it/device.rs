//! A18: a browser that binds its session to a key (Device Bound Session Credentials), over real HTTP and the real database.
//! What each step refuses is shown in `server/session/tests/it/device.rs`.
//! <https://w3c.github.io/webappsec-dbsc/>

use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use http::{HeaderName, Method, header};
use serde_json::{Value, json};

use crate::harness::{ADA, Answer, Browser, EventStream, TestApp};

const HTTPS: (&str, &str) = ("HOLDFAST_PUBLIC_URL", "https://write.example.com");
const OFFER: &str = "secure-session-registration";
const MINUTE: Duration = Duration::from_secs(60);

/// What the browser keeps below its pages.
struct Device {
    key: EcdsaKeyPair,
    id: String,
    challenge: String,
}

impl Device {
    fn offered(answer: &Answer) -> Self {
        let offer = answer.header(OFFER).expect("an offer");
        let challenge =
            offer.split("challenge=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a challenge");
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        Self { key, id: String::new(), challenge: challenge.to_owned() }
    }

    fn proof(&self, introduces: bool) -> String {
        let mut header = json!({"alg": "ES256", "typ": "dbsc+jwt"});
        if introduces {
            let point = self.key.public_key().as_ref();
            let (x, y) = (BASE64.encode(&point[1..33]), BASE64.encode(&point[33..]));
            header["jwk"] = json!({"kty": "EC", "crv": "P-256", "x": x, "y": y});
        }
        let claims = json!({"jti": self.challenge});
        let message = format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()));
        let signature = self.key.sign(&SystemRandom::new(), message.as_bytes()).expect("a signature");
        format!("{message}.{}", BASE64.encode(signature.as_ref()))
    }

    /// As Chromium sends it: from below the page, without an origin.
    async fn ask(&mut self, browser: &Browser, path: &str, headers: &[(&'static str, String)]) -> Answer {
        let mut request = browser.request(Method::POST, path, None);
        request.headers_mut().remove(header::ORIGIN);
        for (name, value) in headers {
            let value = format!("\"{value}\"").parse().expect("a header value");
            request.headers_mut().insert(HeaderName::from_static(name), value);
        }
        let answer = browser.send(request).await;
        if let Some(challenge) = answer.header("secure-session-challenge") {
            challenge.split('"').nth(1).expect("a string").clone_into(&mut self.challenge);
        }
        answer
    }

    async fn register(&mut self, browser: &Browser) -> Answer {
        let headers = [("secure-session-response", self.proof(true))];
        let answer = self.ask(browser, "/session/device", &headers).await;
        self.id = answer.json()["session_identifier"].as_str().unwrap_or_default().to_owned();
        answer
    }

    async fn refresh(&mut self, browser: &Browser) -> Answer {
        let headers = [("sec-secure-session-id", self.id.clone()), ("secure-session-response", self.proof(false))];
        self.ask(browser, "/session/device/refresh", &headers).await
    }
}

/// The same browser with the first cookie alone: what a thief has after ten minutes, or a browser before it has proved.
fn without_proof(browser: &Browser) -> Browser {
    let copy = browser.copy();
    let cookies = copy.cookie().expect("cookies");
    copy.set_cookie(cookies.split("; ").find(|pair| pair.starts_with("__Host-holdfast=")).map(str::to_owned));
    copy
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a18_a_browser_binds_its_session_and_a_stolen_cookie_is_worth_ten_minutes() {
    let app = TestApp::start_with(&[HTTPS]).await;
    let ada = app.browser();
    let mut device = Device::offered(&ada.sign_in(ADA.0, ADA.1).await);
    let id = ada.new_document("mine").await;
    let stolen_before = ada.copy();
    assert_eq!(device.register(&ada).await.status, 200);
    assert_eq!(ada.draft(&id).await["text"], "mine");
    let stolen = ada.copy();
    assert_eq!(stolen_before.get("/api/session").await.code(), "not_this_browser", "bound means bound");
    assert_eq!(stolen.draft(&id).await["text"], "mine", "both cookies, for as long as the second one lasts");
    let mut stream = EventStream::open(&ada).await;

    app.advance(10 * MINUTE);
    for path in
        ["/api/session", "/api/documents", "/api/events", "/api/journal-key", &format!("/api/documents/{id}/draft")]
    {
        let answer = stolen.get(path).await;
        assert_eq!((answer.status, answer.code().as_str()), (401, "not_this_browser"), "{path}");
    }
    let save = stolen.save(&id, "w", 0, 1, json!([[0, 0, "not "]])).await;
    assert_eq!((save.status, save.code().as_str()), (401, "not_this_browser"));
    assert_eq!(stolen.get("/").await.header("location"), Some("/sign-in"));
    assert_eq!(stream.next().await, None, "a stream is as long as what its request has shown");

    assert_eq!(device.refresh(&ada).await.status, 200);
    assert_eq!(ada.draft(&id).await["text"], "mine", "the session goes on where its key is, and nothing was written");
    let app = app.restart().await;
    let after = app.browser();
    after.set_cookie(ada.cookie());
    app.advance(10 * MINUTE);
    assert_eq!(without_proof(&after).get("/api/session").await.code(), "not_this_browser");
    assert_eq!(device.refresh(&after).await.status, 200, "the next process knows the key, too");
    assert_eq!(after.get("/api/documents").await.status, 200);
}

#[tokio::test]
async fn a18_every_way_to_sign_in_offers_it_and_only_over_https_and_unless_switched_off() {
    let form = [("email", ADA.0), ("password", ADA.1)];
    let app = TestApp::start_with(&[HTTPS]).await;
    let answer = app.browser().form("/sign-in", &form).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    assert!(answer.header(OFFER).is_some(), "{answer:?}");
    for variables in [&[][..], &[HTTPS, ("HOLDFAST_DBSC", "off")]] {
        let app = TestApp::start_with(variables).await;
        assert_eq!(app.browser().sign_in(ADA.0, ADA.1).await.header(OFFER), None);
    }
}

/// An operator who switches it off does not lock anybody out.
#[tokio::test]
async fn a18_switched_off_a_bound_session_is_an_ordinary_one() {
    let app = TestApp::start_with(&[HTTPS]).await;
    let ada = app.browser();
    let mut device = Device::offered(&ada.sign_in(ADA.0, ADA.1).await);
    assert_eq!(device.register(&ada).await.status, 200);
    let app = app.restart_with(&[HTTPS, ("HOLDFAST_DBSC", "off")]).await;
    let after = app.browser();
    after.set_cookie(without_proof(&ada).cookie());
    assert_eq!(after.get("/api/documents").await.status, 200);
    assert_eq!(device.refresh(&after).await.status, 401);
}

/// Browsers ask without an origin; a page of another site cannot send the headers that stand in for it.
#[tokio::test]
async fn a18_without_the_browsers_own_headers_both_routes_are_what_any_other_is() {
    let app = TestApp::start_with(&[HTTPS]).await;
    let ada = app.browser();
    Device::offered(&ada.sign_in(ADA.0, ADA.1).await);
    for path in ["/session/device", "/session/device/refresh"] {
        let mut foreign = ada.request(Method::POST, path, Some(&Value::Null));
        foreign.headers_mut().insert(header::ORIGIN, "https://evil.example".parse().expect("a header value"));
        let answer = ada.send(foreign).await;
        assert_eq!((answer.status, answer.code().as_str()), (403, "cross_origin"), "{path}");
        assert_eq!(ada.post(path, &Value::Null).await.code(), "malformed", "{path}");
    }
}
