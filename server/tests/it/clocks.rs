//! The deadline against the pool's own deeds, with clocks that are apart, and every clock as the nearest.

use std::time::Duration;

use http::Method;
use serde_json::json;

use crate::harness::{ADA, BOB, Browser, EventStream, PoolUser, TestApp};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

async fn left(browser: &Browser) -> (u64, String) {
    let status = browser.get("/api/session").await;
    assert_eq!(status.status, 200, "{status:?}");
    let status = status.json();
    (
        status["sign_in_by_ms"].as_u64().expect("milliseconds"),
        status["sign_in_by_kind"].as_str().expect("a kind").to_owned(),
    )
}

/// Signs two browsers in at the server and one user at the pool itself, at the same moment, and refreshes the first and the
/// last more than twenty times. Then the shown end is the pool's first refusal: a second before it the pool still
/// refreshes, a second after it it does not, and the server says so at the end itself.
async fn the_end_is_the_pools(ahead_s: i64, auth_time_moves: bool) {
    let variables =
        [("HOLDFAST_POOL_ROTATION", "on"), ("HOLDFAST_POOL_REFRESH_TTL", "2h"), ("HOLDFAST_POOL_ACCESS_TTL", "5m")];
    let app = TestApp::start_ahead_of_the_pool(ahead_s, &variables).await;
    app.pool().mutate_auth_time_moves(auth_time_moves);
    let (ada, bob) = (app.signed_in(ADA).await, app.signed_in(BOB).await);
    let mut twin = PoolUser::sign_in(&app, ADA).await;
    let before = left(&ada).await;
    assert_eq!(before, (120 * 60_000, "refresh".to_owned()));
    let rotations: u64 = 25;
    for rotation in 1..=rotations {
        app.advance(4 * MINUTE + 30 * SECOND);
        assert_eq!(ada.get("/api/documents").await.status, 200);
        assert_eq!(app.refreshes(), 2 * usize::try_from(rotation).expect("small") - 1);
        twin.refresh().await.expect("it is early");
        assert_eq!(left(&ada).await.0, before.0 - rotation * 270_000, "a rotation moves nothing");
    }
    let to_the_end = left(&ada).await.0;
    app.advance(Duration::from_millis(to_the_end) - SECOND);
    twin.refresh().await.expect("a second is left");
    let refreshes = app.refreshes();
    assert_eq!(bob.get("/api/documents").await.status, 200);
    assert_eq!(app.refreshes(), refreshes + 1, "what the server holds is refreshed a second before its end, too");
    assert_eq!(left(&ada).await.0, 1_000);
    app.advance(SECOND - Duration::from_millis(1));
    assert_eq!(left(&ada).await.0, 1);
    app.advance(Duration::from_millis(1));
    assert_eq!(ada.get("/api/session").await.code(), "expired");
    app.advance(SECOND);
    assert_eq!(twin.refresh().await, Err("Refresh Token has expired".to_owned()));
}

#[tokio::test]
async fn b2_the_end_is_the_pools_first_refusal_after_twenty_five_rotations() {
    the_end_is_the_pools(0, false).await;
}

#[tokio::test]
async fn b2_the_end_is_the_pools_although_the_pool_moves_auth_time() {
    the_end_is_the_pools(0, true).await;
}

/// B5: Cognito's clock is not this server's; what is shown is enforced by the one and true by the other.
#[tokio::test]
async fn b5_the_end_is_the_pools_with_the_servers_clock_ten_minutes_ahead() {
    the_end_is_the_pools(600, false).await;
}

/// B5
#[tokio::test]
async fn b5_the_end_is_the_pools_with_the_servers_clock_ten_minutes_behind() {
    the_end_is_the_pools(-600, false).await;
}

/// B3: each clock is the nearest in turn. The cookie is never one of them: it outlives the session, so that the end is told.
#[tokio::test]
async fn b3_the_nearest_of_all_clocks_is_told_and_is_the_one_that_ends_it() {
    for (absolute, idle, kind, minutes, code) in [
        ("", "", "refresh", 120, "expired"),
        ("90m", "", "absolute", 90, "expired"),
        ("", "30m", "idle", 30, "idle"),
        ("90m", "30m", "idle", 30, "idle"),
        ("20m", "30m", "absolute", 20, "expired"),
        ("180m", "150m", "refresh", 120, "expired"),
    ] {
        let variables =
            [("HOLDFAST_POOL_REFRESH_TTL", "2h"), ("HOLDFAST_ABSOLUTE_LIMIT", absolute), ("HOLDFAST_IDLE_LIMIT", idle)];
        let app = TestApp::start_with(&variables).await;
        let ada = app.browser();
        let answer = ada.sign_in(ADA.0, ADA.1).await;
        let cookie = answer.header("set-cookie").expect("a cookie");
        let max_age = cookie.split("Max-Age=").nth(1).and_then(|rest| rest.split(';').next()).expect("an age");
        assert!(7_200 < max_age.parse::<u64>().expect("seconds"), "{cookie}");
        assert_eq!(left(&ada).await, (minutes * 60_000, kind.to_owned()), "{absolute} {idle}");
        app.advance(Duration::from_millis(minutes * 60_000 - 1));
        assert_eq!(left(&ada).await, (1, kind.to_owned()), "{absolute} {idle}");
        app.advance(Duration::from_millis(1));
        assert_eq!(ada.get("/api/session").await.code(), code, "{absolute} {idle}");
    }
}

/// A12, P19: whatever a page and a browser do by themselves, the idle limit comes to the millisecond.
#[tokio::test]
async fn p19_no_automatic_traffic_extends_the_idle_limit() {
    let app = TestApp::start_with(&[("HOLDFAST_IDLE_LIMIT", "15m")]).await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("").await;
    let stream = EventStream::open(&ada).await;
    for n in 0..180_u64 {
        app.advance(5 * SECOND - Duration::from_millis(u64::from(n == 179)));
        assert_eq!(ada.get("/api/session").await.status, 200);
        assert_eq!(ada.get("/api/journal-key").await.status, 200);
        let body = json!({"writer": "w", "base_head": n, "seq": n + 1, "edits": [[0, 0, "x"]]});
        let mut save = ada.request(Method::PATCH, &format!("/api/documents/{id}/draft"), Some(&body));
        save.headers_mut().insert("holdfast-unattended", "1".parse().expect("a header value"));
        assert_eq!(ada.send(save).await.status, 200);
        let mut edits = ada.request(Method::GET, &format!("/api/documents/{id}/edits?since=0&writer=v"), None);
        edits.headers_mut().insert("holdfast-unattended", "1".parse().expect("a header value"));
        assert_eq!(ada.send(edits).await.status, 200);
        let mut prefetch = ada.request(Method::GET, &format!("/documents/{id}"), None);
        prefetch.headers_mut().insert("sec-purpose", "prefetch;prerender".parse().expect("a header value"));
        assert_eq!(ada.send(prefetch).await.status, 200);
    }
    assert_eq!(left(&ada).await, (1, "idle".to_owned()));
    app.advance(Duration::from_millis(1));
    assert_eq!(ada.get("/api/session").await.code(), "idle");
    drop(stream);
}

/// A12, P19: the absolute limit comes to the millisecond, however busy somebody is.
#[tokio::test]
async fn p19_no_activity_extends_the_absolute_limit() {
    let app = TestApp::start_with(&[("HOLDFAST_ABSOLUTE_LIMIT", "8h"), ("HOLDFAST_IDLE_LIMIT", "2h")]).await;
    let ada = app.signed_in(ADA).await;
    for _ in 0..7 {
        app.advance(HOUR);
        assert_eq!(ada.post("/api/session/extend", &json!(null)).await.status, 200);
    }
    app.advance(HOUR - Duration::from_millis(1));
    assert_eq!(ada.get("/api/documents").await.status, 200);
    assert_eq!(left(&ada).await, (1, "absolute".to_owned()));
    app.advance(Duration::from_millis(1));
    assert_eq!(ada.get("/api/documents").await.code(), "expired");
}
