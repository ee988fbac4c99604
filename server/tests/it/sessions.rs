//! Sessions over HTTP: cookies, endings, and that an ended session never comes back.

use std::time::Duration;

use holdfast_user_pool::control::{Fault, FaultKind};
use http::Method;
use serde_json::json;

use crate::harness::{ADA, BOB, TestApp, eventually};

const HOUR: Duration = Duration::from_secs(3600);
const MINUTE: Duration = Duration::from_secs(60);

/// Every route that needs a session, with a body it would take.
fn private_routes() -> Vec<(Method, String, Option<serde_json::Value>)> {
    let id = "0123456789abcdef0123456789abcdef";
    let batch = json!({"writer": "w", "base_head": 0, "seq": 1, "edits": [[0, 0, "x"]]});
    vec![
        (Method::GET, "/api/session".into(), None),
        (Method::GET, "/api/documents".into(), None),
        (Method::POST, "/api/documents".into(), Some(json!({}))),
        (Method::GET, format!("/api/documents/{id}"), None),
        (Method::PATCH, format!("/api/documents/{id}"), Some(json!({"title": "t"}))),
        (Method::DELETE, format!("/api/documents/{id}"), None),
        (Method::GET, format!("/api/documents/{id}/draft"), None),
        (Method::PATCH, format!("/api/documents/{id}/draft"), Some(batch)),
        (Method::PUT, format!("/api/documents/{id}/draft"), Some(json!({"text": "t"}))),
        (Method::GET, format!("/api/documents/{id}/versions"), None),
        (Method::POST, format!("/api/documents/{id}/versions"), Some(json!({}))),
        (Method::POST, format!("/api/documents/{id}/versions/1/restore"), Some(json!({}))),
    ]
}

/// A16: 401 and a reason, never a redirect and never HTML.
#[tokio::test]
async fn a16_without_a_session_every_route_says_401_and_why() {
    let app = TestApp::start().await;
    let (stranger, expired, signed_out) = (app.browser(), app.signed_in(ADA).await, app.signed_in(BOB).await);
    let kept = signed_out.copy();
    assert_eq!(signed_out.delete("/api/session").await.status / 100, 2);
    app.advance(48 * HOUR);
    let junk = app.browser();
    junk.set_cookie(Some("holdfast=AAAAAAAAAAAAAAAAAAAAAA".to_owned()));
    for (method, path, body) in private_routes() {
        for (browser, code) in
            [(&stranger, "signed_out"), (&junk, "signed_out"), (&kept, "signed_out"), (&expired, "expired")]
        {
            let answer = browser.send(browser.request(method.clone(), &path, body.as_ref())).await;
            assert_eq!((answer.status, answer.code().as_str()), (401, code), "{method} {path}");
            assert_eq!(answer.header("cache-control"), Some("no-store"), "{method} {path}");
        }
    }
}

/// A10: a slow request in flight while its user signs out changes nothing about that.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a10_a_request_in_flight_does_not_revive_a_signed_out_session() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let (slow, after) = (ada.copy(), ada.copy());
    app.advance(HOUR);
    app.pool()
        .fault(Fault::once("GetTokensFromRefreshToken", FaultKind::Slow).delayed(Duration::from_millis(400)))
        .expect("a fault");
    let in_flight = tokio::spawn(async move { slow.get("/api/documents").await });
    eventually("the refresh is under way", || async { app.refreshes() == 1 }).await;
    assert_eq!(ada.delete("/api/session").await.status / 100, 2);
    let answer = in_flight.await.expect("no panic");
    assert_eq!(answer.status, 401, "{answer:?}");
    assert_eq!(answer.header("set-cookie").filter(|cookie| !cookie.contains("Max-Age=0")), None);
    assert_eq!(after.get("/api/documents").await.code(), "signed_out");
    let alive = app.number("SELECT count(*) FROM sessions WHERE ended_at IS NULL OR access_sealed IS NOT NULL").await;
    assert_eq!(alive, 0, "nothing was stored after the end");
    eventually("the refresh token is given back", || async { 0 < app.pool().count("RevokeToken") }).await;
}

/// C8, C6: a new sign-in makes a new id and kills the old one; the next save just works.
#[tokio::test]
async fn c8_a_new_sign_in_makes_a_new_id_and_kills_the_old_one() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("").await;
    let old = ada.copy();
    assert_eq!(ada.sign_in(ADA.0, ADA.1).await.status, 200);
    assert_ne!(ada.cookie(), old.cookie());
    assert_eq!(old.get("/api/documents").await.code(), "replaced");
    assert_eq!(ada.save(&id, "w", 0, 1, json!([[0, 0, "x"]])).await.status, 200);
    let planted = app.browser();
    planted.set_cookie(Some("holdfast=AAAAAAAAAAAAAAAAAAAAAA".to_owned()));
    assert_eq!(planted.sign_in(ADA.0, ADA.1).await.status, 200);
    assert_ne!(planted.cookie().as_deref(), Some("holdfast=AAAAAAAAAAAAAAAAAAAAAA"), "an id is never adopted");
}

/// A13: asking how much time is left does not make more of it; an unattended save does not either.
#[tokio::test]
async fn a13_no_poll_and_no_unattended_save_extends_the_idle_limit() {
    let app = TestApp::start_with(&[("HOLDFAST_IDLE_LIMIT", "15m")]).await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("").await;
    for n in 0..14 {
        app.advance(MINUTE);
        assert_eq!(ada.get("/api/session").await.status, 200);
        let body = json!({"writer": "w", "base_head": n, "seq": n + 1, "edits": [[0, 0, "x"]]});
        let mut request = ada.request(Method::PATCH, &format!("/api/documents/{id}/draft"), Some(&body));
        request.headers_mut().insert("holdfast-unattended", "1".parse().expect("a header value"));
        assert_eq!(ada.send(request).await.status, 200);
    }
    let left = ada.get("/api/session").await.json()["sign_in_by_ms"].as_i64();
    assert_eq!(left, Some(60_000), "on time to the millisecond");
    app.advance(MINUTE);
    assert_eq!(ada.get("/api/session").await.code(), "idle");
    let late = ada.save(&id, "w", 14, 15, json!([[0, 0, "x"]])).await;
    assert_eq!(late.status, 202, "kept until the next sign-in: {late:?}");
    assert_eq!(ada.get("/api/documents").await.code(), "idle", "and it revives nothing");
}

#[tokio::test]
async fn activity_moves_the_idle_limit_and_not_the_absolute_one() {
    let app = TestApp::start_with(&[("HOLDFAST_IDLE_LIMIT", "15m"), ("HOLDFAST_ABSOLUTE_LIMIT", "2h")]).await;
    let ada = app.signed_in(ADA).await;
    for _ in 0..11 {
        app.advance(10 * MINUTE);
        assert_eq!(ada.get("/api/documents").await.status, 200);
    }
    let status = ada.get("/api/session").await.json();
    assert_eq!(
        (status["sign_in_by_ms"].as_i64(), status["sign_in_by_kind"].as_str()),
        (Some(600_000), Some("absolute"))
    );
    app.advance(10 * MINUTE);
    assert_eq!(ada.get("/api/documents").await.code(), "expired");
}

#[tokio::test]
async fn the_cookie_is_http_only_same_site_and_under_https_secure_with_the_host_prefix() {
    let app = TestApp::start().await;
    let answer = app.browser().sign_in(ADA.0, ADA.1).await;
    let cookie = answer.header("set-cookie").expect("a cookie").to_owned();
    assert!(cookie.starts_with("holdfast=") && cookie.contains("HttpOnly") && cookie.contains("SameSite="), "{cookie}");
    let app = TestApp::start_with(&[("HOLDFAST_PUBLIC_URL", "https://write.example.com")]).await;
    let ada = app.signed_in(ADA).await;
    assert!(ada.cookie().is_some_and(|cookie| cookie.starts_with("__Host-holdfast=")));
    let answer = ada.delete("/api/session").await;
    let removal = answer.header("set-cookie").expect("the cookie is removed");
    for part in ["__Host-holdfast=", "Secure", "HttpOnly", "Path=/", "Max-Age=0"] {
        assert!(removal.contains(part), "a browser ignores the removal without {part}: {removal}");
    }
    assert!(answer.header("strict-transport-security").is_some());
}

#[tokio::test]
async fn a_session_survives_a_restart_of_the_server() {
    let app = TestApp::start_with(&[("HOLDFAST_POOL_ROTATION", "on"), ("HOLDFAST_POOL_GRACE", "0")]).await;
    let cookie = app.signed_in(ADA).await.cookie();
    let app = app.restart().await;
    let ada = app.browser();
    ada.set_cookie(cookie);
    assert_eq!(ada.get("/api/documents").await.status, 200);
    app.advance(HOUR);
    assert_eq!(ada.get("/api/documents").await.status, 200, "and is refreshed with the stored token");
}
