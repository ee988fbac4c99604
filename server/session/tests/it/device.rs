//! A18: Device Bound Session Credentials against a browser that is made here, after the draft of 2026-02-17.
//! <https://w3c.github.io/webappsec-dbsc/>

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use holdfast::wire::EndReason;
use holdfast_session::rows::{Ending, OnlyIf, SessionRows as _};
use serde_json::{Value, json};

use crate::support::{App, BoundBrowser, DeviceKey, Forge, HOUR, MINUTE, keys};

const REFUSED: (u16, &str) = (401, "not_this_browser");

fn https() -> App {
    App::with(|config| config.secure = true)
}

/// A browser in which Ada has just signed in.
async fn ada(app: &App) -> BoundBrowser {
    signed_in(app, "ada@example.com").await
}

async fn signed_in(app: &App, username: &str) -> BoundBrowser {
    let mut browser = app.browser();
    let answer = browser.sign_in(username, "Password-1").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    BoundBrowser::of(browser, &answer)
}

/// One that has registered its key.
async fn bound(app: &App) -> BoundBrowser {
    let mut browser = ada(app).await;
    let answer = browser.register().await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(browser.get("/peek").await.status, StatusCode::OK);
    browser
}

fn told(answer: &crate::support::Answer) -> (u16, String) {
    answer.problem()
}

fn refused() -> (u16, String) {
    (REFUSED.0, REFUSED.1.to_owned())
}

// A18
#[tokio::test]
async fn only_the_answer_that_signs_in_offers_a_registration_and_only_where_it_can_be_kept() {
    let app = https();
    let mut browser = app.browser();
    let answer = browser.sign_in("ada@example.com", "Password-1").await;
    let offer = answer.headers["secure-session-registration"].to_str().expect("ASCII").to_owned();
    assert!(offer.starts_with("(ES256 RS256);path=\"/session/device\";challenge=\""), "{offer}");
    for path in ["/work", "/peek", "/api/session"] {
        assert_eq!(browser.get(path).await.headers.get("secure-session-registration"), None, "{path}");
    }
    assert_eq!(browser.delete("/api/session").await.headers.get("secure-session-registration"), None);
    for (secure, device_binding) in [(false, true), (true, false)] {
        let app = App::with(|config| (config.secure, config.device_binding) = (secure, device_binding));
        let answer = app.browser().sign_in("ada@example.com", "Password-1").await;
        assert_eq!(answer.headers.get("secure-session-registration"), None);
    }
}

// A18
#[tokio::test]
async fn a_browser_that_never_registers_works_as_before() {
    let app = https();
    let mut browser = ada(&app).await;
    for _ in 0..20 {
        app.advance(HOUR);
        assert_eq!(browser.get("/work").await.status, StatusCode::OK);
    }
    assert_eq!(app.row(&browser.browser).await.device, None);
}

// A18
#[tokio::test]
async fn a_browser_that_registers_and_does_not_keep_the_second_cookie_is_not_locked_out() {
    let app = https();
    let mut browser = ada(&app).await;
    assert_eq!(browser.register().await.status, StatusCode::OK);
    let kept = browser.bound.take();
    for _ in 0..3 {
        assert_eq!(browser.get("/work").await.status, StatusCode::OK);
        app.advance(MINUTE);
    }
    browser.bound = kept;
    assert_eq!(browser.get("/work").await.status, StatusCode::OK);
    browser.forget_bound();
    assert_eq!(told(&browser.get("/work").await), refused(), "it has shown that it can");
    assert_eq!(browser.refresh().await.status, StatusCode::OK, "and no challenge was spent by that");
}

// A18
#[tokio::test]
async fn a_registered_key_earns_a_cookie_of_ten_minutes_and_the_next_one() {
    let app = https();
    let mut browser = ada(&app).await;
    let answer = browser.register().await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let attributes = "Path=/; Secure; HttpOnly; SameSite=Strict";
    assert_eq!(
        answer.json(),
        json!({
            "session_identifier": browser.row_hex(), "refresh_url": "/session/device/refresh",
            "scope": {"include_site": false},
            "credentials": [{"type": "cookie", "name": "__Host-holdfast-bound", "attributes": attributes}],
        })
    );
    let cookie = answer.headers["set-cookie"].to_str().expect("ASCII");
    assert!(cookie.ends_with(&format!("; Max-Age=600; {attributes}")), "{cookie}");
    assert_eq!(answer.headers["cache-control"], "no-store");

    for round in 0..3 {
        assert_eq!(browser.get("/work").await.status, StatusCode::OK, "{round}");
        app.advance(10 * MINUTE - 1);
        assert_eq!(browser.get("/work").await.status, StatusCode::OK, "{round}");
        app.advance(1);
        assert_eq!(
            told(&browser.get("/work").await),
            refused(),
            "{round}: its time is over, whatever the browser says"
        );
        browser.forget_bound();
        assert_eq!(browser.refresh().await.status, StatusCode::OK, "the challenge came along with the last cookie");
    }
    // After a night the challenge is too old: once more, with a new one.
    app.advance(8 * HOUR);
    let answer = browser.refresh().await;
    assert_eq!(told(&answer), (403, REFUSED.1.to_owned()));
    assert_eq!(browser.refresh().await.status, StatusCode::OK);
    assert_eq!(browser.get("/work").await.status, StatusCode::OK);
    // A browser that has forgotten its challenge asks without a proof.
    assert_eq!(browser.refresh_with(None).await.status, StatusCode::FORBIDDEN);
    assert_eq!(browser.refresh().await.status, StatusCode::OK);
}

// A18
#[tokio::test]
async fn a_stolen_cookie_is_refused_everywhere_and_ends_nothing() {
    let app = https();
    let mut browser = bound(&app).await;
    let mut thief = app.browser_of(&browser.browser);
    for path in ["/work", "/peek", "/slow", "/api/session", "/api/sessions"] {
        assert_eq!(told(&thief.get(path).await), refused(), "{path}");
    }
    for path in ["/save", "/late", "/api/session/extend"] {
        assert_eq!(told(&thief.post(path, &Value::Null).await), refused(), "{path}");
    }
    assert_eq!(thief.get("/page").await.headers["location"], "/sign-in");
    // Both cookies are stolen: that lasts until the second one's time is over.
    let both = [thief.cookie.clone(), browser.bound.clone()].map(|cookie| cookie.expect("a cookie")).join("; ");
    thief.cookie = Some(both);
    assert_eq!(thief.get("/work").await.status, StatusCode::OK);
    app.advance(10 * MINUTE);
    assert_eq!(told(&thief.get("/work").await), refused());
    browser.refresh().await;
    assert_eq!(browser.get("/work").await.status, StatusCode::OK, "the session goes on where its key is");
    assert_eq!(app.row(&browser.browser).await.ended, None);
}

// A18
#[tokio::test]
async fn neither_a_proof_nor_a_registration_counts_twice() {
    let app = https();
    let mut browser = ada(&app).await;
    let introduction = browser.key.introduction(&browser.offered);
    assert_eq!(browser.register_with(&introduction).await.status, StatusCode::OK);
    assert_eq!(told(&browser.register_with(&introduction).await), refused());
    app.advance(MINUTE);
    let proof = browser.key.proof(&browser.challenge);
    assert_eq!(browser.refresh_with(Some(&proof)).await.status, StatusCode::OK);
    browser.forget_bound();
    let replayed = browser.refresh_with(Some(&proof)).await;
    assert_eq!((replayed.status, replayed.headers.get("set-cookie")), (StatusCode::FORBIDDEN, None));
    assert_eq!(browser.bound, None);
    // Of two challenges the older one may be answered first, and not last.
    browser.refresh_with(None).await;
    let (older, _) = (browser.key.proof(&browser.challenge), app.advance(5));
    browser.refresh_with(None).await;
    assert_eq!(browser.refresh().await.status, StatusCode::OK);
    assert_eq!(browser.refresh_with(Some(&older)).await.status, StatusCode::FORBIDDEN);
}

// A18
#[tokio::test]
async fn another_key_another_sessions_proof_and_another_sessions_cookie_earn_nothing() {
    let app = https();
    let (mut mine, mut other) = (bound(&app).await, signed_in(&app, "bob@example.com").await);
    other.register().await;
    app.advance(MINUTE);
    let foreign = DeviceKey::new();
    for proof in [foreign.proof(&mine.challenge), foreign.introduction(&mine.challenge)] {
        assert_eq!(told(&mine.refresh_with(Some(&proof)).await), refused(), "a key that is not the session's");
    }
    assert_eq!(told(&mine.refresh_with(Some(&other.key.proof(&mine.challenge))).await), refused());
    let theirs = mine.key.proof(&other.challenge);
    assert_eq!(mine.refresh_with(Some(&theirs)).await.status, StatusCode::FORBIDDEN, "a challenge of another session");
    let registration = mine.key.proof(&mine.offered);
    assert_eq!(mine.refresh_with(Some(&registration)).await.status, StatusCode::FORBIDDEN, "that of the registration");
    let swapped = other.bound.take();
    mine.bound = swapped;
    assert_eq!(told(&mine.get("/work").await), refused(), "another session's second cookie");
    mine.id = other.id.clone();
    assert_eq!(told(&mine.refresh().await), refused(), "the browser means another session");
    mine.id = mine.row_hex();
    assert_eq!(mine.refresh().await.status, StatusCode::OK, "nothing of this has spent the real one's challenge");
}

// A18
#[tokio::test]
async fn a_key_is_registered_once_soon_and_with_the_challenge_of_the_sign_in() {
    let app = https();
    let mut browser = ada(&app).await;
    // Whoever has stolen the cookie has no challenge.
    let mut thief = BoundBrowser { browser: browser.browser.clone(), ..ada(&app).await };
    thief.browser.cookie.clone_from(&browser.browser.cookie);
    assert_eq!(told(&thief.register().await), refused(), "the challenge of another sign-in");
    assert_eq!(told(&thief.register_with(&thief.key.introduction("guessed")).await), refused());
    assert_eq!(thief.refresh_with(None).await.status, StatusCode::BAD_REQUEST, "no session's name");
    thief.id = browser.row_hex();
    assert_eq!(
        told(&thief.refresh_with(None).await),
        refused(),
        "nothing is bound yet, and no challenge is given away"
    );
    assert_eq!(browser.register().await.status, StatusCode::OK);

    let mut late = ada(&app).await;
    app.advance(5 * MINUTE);
    assert_eq!(told(&late.register().await), refused(), "five minutes after the sign-in");
    assert_eq!(late.get("/work").await.status, StatusCode::OK, "it stays as it is");
}

// A18
#[tokio::test]
async fn what_is_no_proof_is_refused() {
    let app = https();
    let forge = Forge::new();
    let good = |key: &DeviceKey| json!({"alg": "ES256", "typ": "dbsc+jwt", "jwk": key.jwk()});
    let with = |key: &DeviceKey, name: &str, value: Value| {
        let mut header = good(key);
        header[name] = value;
        header
    };
    let mut browser = ada(&app).await;
    let (key, claims) = (DeviceKey::new(), json!({"jti": browser.offered}));
    let unsigned =
        format!("{}.{}.", BASE64.encode(r#"{"alg":"none","typ":"dbsc+jwt"}"#), BASE64.encode(claims.to_string()));
    let rsa_header = json!({"alg": "RS256", "typ": "dbsc+jwt", "jwk": key.jwk()});
    let mut cut = key.sign(&good(&key), &claims);
    cut.truncate(cut.len() - 8);
    let oct = json!({"kty": "oct", "k": BASE64.encode([7; 32])});
    for (what, proof) in [
        ("no algorithm", unsigned),
        ("another kind of token", key.sign(&with(&key, "typ", json!("jwt")), &claims)),
        ("another's public key", key.sign(&with(&key, "jwk", DeviceKey::new().jwk()), &claims)),
        ("no key", key.sign(&json!({"alg": "ES256", "typ": "dbsc+jwt"}), &claims)),
        ("a secret for a key", key.sign(&with(&key, "jwk", oct), &claims)),
        ("an extension that must be understood", key.sign(&with(&key, "crit", json!(["b64"])), &claims)),
        ("an algorithm that is not the key's", forge.token_with(&rsa_header, &claims)),
        ("no challenge", key.sign(&good(&key), &json!({}))),
        ("a signature that is cut", cut),
        ("no JWT", String::from("a.b")),
        ("a large one", key.sign(&good(&key), &json!({"jti": browser.offered, "x": "x".repeat(5000)}))),
    ] {
        assert_eq!(told(&browser.register_with(&proof).await), refused(), "{what}");
    }
    assert_eq!(browser.register().await.status, StatusCode::OK, "none of them has spent the challenge");
}

// A18
#[tokio::test]
async fn rsa_keys_are_taken_too() {
    let app = https();
    let (mut browser, forge) = (ada(&app).await, Forge::new());
    let header = json!({"alg": "RS256", "typ": "dbsc+jwt", "jwk": forge.jwk()});
    let introduction = forge.token_with(&header, &json!({"jti": browser.offered}));
    assert_eq!(browser.register_with(&introduction).await.status, StatusCode::OK);
    let header = json!({"alg": "RS256", "typ": "dbsc+jwt"});
    let proof = forge.token_with(&header, &json!({"jti": browser.challenge}));
    assert_eq!(browser.refresh_with(Some(&proof)).await.status, StatusCode::OK);
    assert_eq!(browser.get("/work").await.status, StatusCode::OK);
}

// A18, E10
#[tokio::test]
async fn after_a_deadline_late_saves_come_from_the_device_and_after_a_sign_out_nothing_does() {
    let app = https();
    let mut browser = bound(&app).await;
    app.advance(25 * HOUR);
    let mut thief = app.browser_of(&browser.browser);
    assert_eq!(told(&thief.post("/late", &Value::Null).await), refused());
    browser.refresh().await;
    assert_eq!(browser.refresh().await.status, StatusCode::OK);
    assert!(browser.post("/late").await.text.starts_with("kept for ada"));

    for reason in EndReason::ALL.into_iter().filter(|reason| !matches!(reason, EndReason::Expired | EndReason::Idle)) {
        let mut browser = bound(&app).await;
        let ending = Ending { reason, at: app.now(), only_if: OnlyIf::Alive };
        assert!(app.rows.end(browser.browser.row_id(), ending).await.expect("memory"));
        let answer = browser.refresh().await;
        assert_eq!((told(&answer), answer.headers.get("set-cookie")), (refused(), None), "{reason:?}");
    }
}

// A18
#[tokio::test]
async fn the_next_sign_in_is_another_session_with_another_key() {
    let app = https();
    let mut browser = bound(&app).await;
    let answer = browser.browser.sign_in("ada@example.com", "Password-1").await;
    let mut again = BoundBrowser { bound: browser.bound.clone(), ..BoundBrowser::of(browser.browser.clone(), &answer) };
    assert_eq!(again.get("/work").await.status, StatusCode::OK, "not bound yet");
    assert_eq!(again.register().await.status, StatusCode::OK);
    assert_eq!(again.get("/work").await.status, StatusCode::OK);
    again.bound.clone_from(&browser.bound);
    assert_eq!(told(&again.get("/work").await), refused(), "the cookie of the session before");
}

/// What goes on for longer than a request, such as a stream, is as long as what its request has shown; where nothing has to
/// be shown, it is as long as the session.
#[tokio::test]
async fn what_a_request_has_shown_counts_only_where_it_has_to_show_something() {
    let app = https();
    let mut ada = bound(&app).await;
    let both = [ada.browser.cookie.clone(), ada.bound.clone()].map(|pair| pair.expect("a cookie")).join("; ");
    ada.browser.headers.insert("cookie", both.parse().expect("a header value"));
    let headers = ada.browser.headers.clone();
    let live = app.sessions_live(&ada.browser).await;
    assert_eq!(app.sessions.device_shown_until(&live, &headers), Some(app.now() + 10 * MINUTE));
    assert_eq!(app.sessions.device_shown_until(&live, &Default::default()), None, "it would not have got this far");
    // Switched off, the same session is an ordinary one, whatever cookies its browser still has.
    let plain = app.restarted_with(8, keys());
    let live = plain.sessions_live(&ada.browser).await;
    assert_eq!(plain.sessions.device_shown_until(&live, &headers), None);
}
