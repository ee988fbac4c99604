//! `/api/sessions`: my other sessions.

use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, SET_COOKIE};
use holdfast::session::Limits;
use holdfast::wire::{EXPECTED_USER, EndReason};
use serde_json::{Value, json};

use crate::support::{App, Browser, HOUR, MINUTE, SECOND, settle};

fn path(browser: &Browser) -> String {
    format!("/api/sessions/{}", browser.row_id().to_hex())
}

// A14
#[tokio::test]
async fn my_sessions_are_listed_and_nobody_elses() {
    let app = App::new();
    let mut there = app.signed_in().await;
    app.advance(MINUTE);
    let mut here = app.signed_in().await;
    app.browser().sign_in("bob@example.com", "Password-1").await;
    app.advance(2 * MINUTE);
    there.get("/work").await;
    app.advance(SECOND);
    let answer = here.get("/api/sessions").await;
    assert_eq!(
        (answer.status, &answer.headers[CACHE_CONTROL]),
        (StatusCode::OK, &"no-store".parse().expect("a value"))
    );
    let session = |browser: &Browser, signed_in: i64, active: i64, current: bool| {
        json!({
            "id": browser.row_id().to_hex(), "signed_in_ms_ago": signed_in, "last_active_ms_ago": active,
            "current": current,
        })
    };
    // Looking at the list is activity.
    let mine = session(&here, 2 * MINUTE + SECOND, 0, true);
    assert_eq!(answer.json(), json!({ "sessions": [mine, session(&there, 3 * MINUTE + SECOND, SECOND, false)] }));
    assert_eq!(app.browser().get("/api/sessions").await.problem(), (401, String::from("signed_out")));
}

// A14, A17
#[tokio::test]
async fn a_session_that_i_end_from_elsewhere_is_told_so() {
    let app = App::new();
    let (mut here, mut there) = (app.signed_in().await, app.signed_in().await);
    let answer = here.delete(&path(&there)).await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::NO_CONTENT, ""));
    for path in ["/work", "/api/session", "/api/sessions"] {
        assert_eq!(there.get(path).await.problem(), (401, String::from("ended_elsewhere")), "{path}");
    }
    assert_eq!(there.post("/save", &Value::Null).await.problem(), (401, String::from("ended_elsewhere")));
    let row = app.row(&there).await;
    assert_eq!((row.ended.map(|ended| ended.reason), row.tokens), (Some(EndReason::EndedElsewhere), None));
    assert_eq!(here.get("/work").await.status, StatusCode::OK);
    assert_eq!(here.get("/api/sessions").await.json()["sessions"].as_array().map(Vec::len), Some(1));
}

// A14
#[tokio::test]
async fn what_is_not_a_live_session_of_mine_is_not_found() {
    let app = App::new();
    let (mut here, ended) = (app.signed_in().await, app.signed_in().await);
    let mut bob = app.browser();
    bob.sign_in("bob@example.com", "Password-1").await;
    assert_eq!(here.delete(&path(&ended)).await.status, StatusCode::NO_CONTENT);
    let unknown = format!("/api/sessions/{}", "0".repeat(64));
    for path in [path(&bob), path(&ended), path(&bob).to_uppercase().replace("/API/SESSIONS", "/api/sessions"), unknown]
    {
        assert_eq!(here.delete(&path).await.problem(), (404, String::from("not_found")), "{path}");
    }
    for id in ["x", "Others", "%ff", "..%2f", "%00"] {
        assert_eq!(here.delete(&format!("/api/sessions/{id}")).await.problem().0, 404, "{id}");
    }
    assert_eq!(bob.get("/work").await.status, StatusCode::OK);
    assert_eq!(app.browser().delete(&path(&here)).await.problem(), (401, String::from("signed_out")));
    assert_eq!(here.get(&path(&here)).await.problem(), (405, String::from("method_not_allowed")));
    assert_eq!(here.post("/api/sessions", &Value::Null).await.problem(), (405, String::from("method_not_allowed")));
}

// A14
#[tokio::test]
async fn all_others_end_at_once_and_mine_goes_on() {
    let app = App::new();
    let mut here = app.signed_in().await;
    assert_eq!(here.delete("/api/sessions/others").await.status, StatusCode::NO_CONTENT, "there are none");
    let mut others = [app.signed_in().await, app.signed_in().await, app.signed_in().await];
    let mut bob = app.browser();
    bob.sign_in("bob@example.com", "Password-1").await;
    assert_eq!(here.delete("/api/sessions/others").await.status, StatusCode::NO_CONTENT);
    for other in &mut others {
        assert_eq!(other.get("/work").await.problem(), (401, String::from("ended_elsewhere")));
    }
    assert_eq!(here.get("/work").await.status, StatusCode::OK);
    assert_eq!(bob.get("/work").await.status, StatusCode::OK);
}

// A17
#[tokio::test]
async fn a_session_that_had_run_out_is_not_there_to_be_ended_unless_all_others_are() {
    let app = App::with(|config| config.limits = Limits { idle: Some(15 * MINUTE), absolute: None });
    let mut there = app.signed_in().await;
    app.advance(15 * MINUTE);
    let mut here = app.signed_in().await;
    assert_eq!(here.get("/api/sessions").await.json()["sessions"].as_array().map(Vec::len), Some(1));
    assert_eq!(here.delete(&path(&there)).await.problem(), (404, String::from("not_found")));
    let mut noticed = app.signed_in().await;
    app.advance(15 * MINUTE);
    assert_eq!(there.get("/work").await.problem(), (401, String::from("idle")), "it says so itself");
    // Who ends all others wants nothing more of any of them, also of one whose end nobody has noticed yet.
    let mut here = app.signed_in().await;
    assert_eq!(here.delete("/api/sessions/others").await.status, StatusCode::NO_CONTENT);
    assert_eq!(noticed.get("/work").await.problem(), (401, String::from("ended_elsewhere")));
    assert_eq!(there.get("/work").await.problem(), (401, String::from("idle")), "an end does not change its reason");
}

#[tokio::test]
async fn ending_the_session_that_asks_is_signing_out() {
    let app = App::new();
    let mut here = app.signed_in().await;
    let mut old = here.clone();
    let answer = here.delete(&path(&here)).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert!(answer.headers.contains_key(SET_COOKIE) && here.cookie.is_none(), "the cookie is removed");
    assert_eq!(old.get("/work").await.problem(), (401, String::from("signed_out")));
    settle().await;
    assert_eq!(app.pool.state().revoked, ["REFRESH-1"]);
}

// A14
#[tokio::test]
async fn other_sessions_can_be_ended_while_the_pool_is_down_and_by_nobody_else() {
    let app = App::new();
    let (mut here, mut there) = (app.signed_in().await, app.signed_in().await);
    app.advance(HOUR);
    let down = holdfast_session::provider::ProviderError::unavailable("down");
    app.pool.state().always = Some(crate::support::Refresh::Fails(down));
    here.headers.insert(EXPECTED_USER, "bob".parse().expect("a value"));
    for path in [path(&there), String::from("/api/sessions/others")] {
        assert_eq!(here.delete(&path).await.problem(), (403, String::from("other_user")), "{path}");
    }
    assert_eq!(there.get("/peek").await.status, StatusCode::OK);
    here.headers.insert(EXPECTED_USER, "ada".parse().expect("a value"));
    assert_eq!(here.delete(&path(&there)).await.status, StatusCode::NO_CONTENT);
    assert_eq!(there.get("/peek").await.problem(), (401, String::from("ended_elsewhere")));
}
