//! What an operator gets wrong about the user pool. The server starts, `/readyz` says what is wrong, the sign-in page says that
//! signing in does not work, and whoever is signed in goes on; with the right values everything is as it was.

use std::path::Path;
use std::sync::Arc;

use holdfast::clock::ManualClock;
use holdfast_server::start::Running;
use holdfast_user_pool::SystemClock;
use serde_json::json;
use sqlx::{Connection as _, SqliteConnection};

use crate::harness::{ADA, Browser, OutsidePool, Process, eventually};

const HOUR: time::Duration = time::Duration::HOUR;
const REFRESH: &str = "GetTokensFromRefreshToken";

fn browser(running: &Running) -> Browser {
    Browser::new(running.addr, &running.origin)
}

async fn readiness(browser: &Browser) -> (u16, String) {
    let answer = browser.get("/readyz").await;
    (answer.status, answer.json()["identity_provider"].as_str().expect("a word").to_owned())
}

/// How many alarms this server has counted.
async fn alarms(running: &Running) -> u64 {
    let addr = running.metrics_addr.expect("metrics are served");
    let told = Browser::new(addr, "http://nowhere.example").get("/metrics").await.text();
    let line = told.lines().find_map(|line| line.strip_prefix("holdfast_alarms_total "));
    line.and_then(|count| count.parse().ok()).unwrap_or_else(|| panic!("no count of alarms in\n{told}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_wrong_about_the_pool_the_server_starts_says_so_and_keeps_who_is_signed_in() {
    let clock = Arc::new(ManualClock::default());
    let outside = OutsidePool::start(Arc::clone(&clock) as _).await;
    let right = outside.server(&clock, 1, &[]).await.expect("it starts");
    let ada = browser(&right);
    assert_eq!(ada.sign_in(ADA.0, ADA.1).await.status, 200);
    let (cookie, id) = (ada.cookie(), ada.new_document("").await);
    right.stop().await;

    let wrong_pool = outside.pool.issuer().replace(outside.pool.pool_id(), "eu-central-1_Wrong1234");
    let elsewhere = "https://cognito-idp.eu-north-1.amazonaws.com/eu-north-1_Ab12Cd34E".to_owned();
    let keys = format!("{}/.well-known/jwks.json", outside.pool.issuer());
    let nobody = "http://127.0.0.1:1".to_owned();
    let unavailable = ("provider_unavailable", "Signing in does not work at the moment");
    let misconfigured = ("provider_misconfigured", "Signing in is not set up correctly here");
    let cases = [
        ("pool id", vec![("HOLDFAST_COGNITO_ISSUER", wrong_pool)], (503, "keys_unknown"), unavailable),
        (
            "client id",
            vec![("HOLDFAST_COGNITO_CLIENT_ID", "0123456789abcdefghijklmnop".into())],
            (200, "refuses_this_server"),
            misconfigured,
        ),
        (
            "client secret",
            vec![("HOLDFAST_COGNITO_CLIENT_SECRET", "another_secret_of_enough_letters".into())],
            (200, "refuses_this_server"),
            misconfigured,
        ),
        (
            "region",
            vec![("HOLDFAST_COGNITO_ISSUER", elsewhere), ("HOLDFAST_COGNITO_JWKS_URL", keys)],
            (200, "refuses_this_server"),
            misconfigured,
        ),
        (
            "endpoint",
            vec![("HOLDFAST_COGNITO_ENDPOINT", nobody.clone()), ("HOLDFAST_COGNITO_ISSUER", nobody)],
            (503, "keys_unknown"),
            unavailable,
        ),
    ];
    for (number, (what, wrong, ready, (code, words))) in (2_u64..).zip(cases) {
        let server = outside.server(&clock, 10 * number, &wrong).await.expect("it starts");
        assert_eq!(alarms(&server).await, 0, "{what}");
        let ada = browser(&server);
        ada.set_cookie(cookie.clone());
        let stranger = browser(&server);
        let refused = stranger.sign_in(ADA.0, ADA.1).await;
        assert_eq!((refused.status / 100, refused.code().as_str()), (5, code), "{what}");
        let page = stranger.form("/sign-in", &[("email", ADA.0), ("password", ADA.1)]).await;
        assert!(page.text().contains(words), "{what}: {}", page.text());
        assert_eq!(stranger.cookie(), None, "{what}");
        let told = || async { readiness(&stranger).await == (ready.0, ready.1.to_owned()) };
        eventually(&format!("/readyz tells of the {what}"), told).await;

        clock.advance(HOUR);
        for step in 0..3_u64 {
            let save =
                ada.save(&id, &what.replace(' ', "-"), 3 * (number - 2) + step, step + 1, json!([[0, 0, "x"]])).await;
            assert_eq!(save.status, 200, "{what}: {save:?}");
            assert_eq!(ada.get("/api/documents").await.status, 200, "{what}");
            clock.advance(time::Duration::MINUTE);
        }
        assert_eq!(ada.get("/api/session").await.json()["provider_unavailable"], true, "{what}");
        // What cannot be reached may mend itself; what refuses this server does not.
        assert_eq!(0 < alarms(&server).await, ready.1 == "refuses_this_server", "{what}");
        server.stop().await;

        let server = outside.server(&clock, 10 * number + 1, &[]).await.expect("it starts");
        let ada = browser(&server);
        ada.set_cookie(cookie.clone());
        clock.advance(time::Duration::MINUTE);
        assert_eq!(ada.get("/api/documents").await.status, 200, "{what}: mended");
        let status = ada.get("/api/session").await.json();
        assert!(Some(3_000_000) < status["access_ms"].as_i64(), "{what}: the same session, refreshed: {status}");
        eventually("ready again", || async { readiness(&ada).await == (200, "keys_known".to_owned()) }).await;
        server.stop().await;
    }
}

/// A secret that is replaced at Cognito and not here: a fleet of two goes on, and its logs have an alarm and a count.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_secret_in_a_running_fleet_is_an_alarm_that_is_counted_and_ends_nobodys_session() {
    let outside = OutsidePool::start(Arc::new(SystemClock)).await;
    let right = fleet(&outside, &[]).await;
    let ada = right.signed_in(ADA).await;
    let id = ada.new_document("").await;
    right.kill().await;
    let wrong = [("HOLDFAST_COGNITO_CLIENT_SECRET", "another_secret_of_enough_letters".to_owned())];
    let (one, two) = tokio::join!(fleet(&outside, &wrong), fleet(&outside, &wrong));
    expire(outside.directory.path()).await;
    for (seq, process) in (1..).zip([&one, &two]) {
        let browser = process.browser();
        browser.set_cookie(ada.cookie());
        assert_eq!(browser.save(&id, "w", seq - 1, seq, json!([[0, 0, "x"]])).await.status, 200);
        assert_eq!(browser.get("/api/documents").await.status, 200);
        assert_eq!(browser.get("/api/session").await.status, 200, "nobody's session ends");
    }
    assert!(1 <= outside.pool.control().count(REFRESH), "the pool was asked, and has refused");
    let log = || std::fs::read_to_string(outside.directory.path().join("log")).expect("a log");
    let alarm = |line: &str| line.contains(r#""alarm":true,"alarms":1"#);
    eventually("the alarm", || async { log().lines().any(alarm) }).await;
    let text = log();
    let line = text.lines().find(|line| alarm(line)).expect("a line");
    assert!(line.contains(r#""level":"ERROR""#) && line.contains("nobody is signed out"), "{line}");
    one.kill().await;
    two.kill().await;

    let mended = fleet(&outside, &[]).await;
    let browser = mended.browser();
    browser.set_cookie(ada.cookie());
    let refreshed = || async {
        assert_eq!(browser.get("/api/documents").await.status, 200);
        Some(0) < browser.get("/api/session").await.json()["access_ms"].as_i64()
    };
    // The pause after a failure is in the row, for every process: a second or two of real time.
    eventually("the same session is refreshed", refreshed).await;
}

async fn fleet(outside: &OutsidePool, wrong: &[(&'static str, String)]) -> Process {
    let variables = outside.with(wrong);
    let mut variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    variables.push(("HOLDFAST_LOG_FORMAT", "json"));
    Process::start_with(outside.directory.path(), &variables).await
}

/// The access token has run out, as far as the servers know: the clocks of processes are real.
async fn expire(directory: &Path) {
    use holdfast::clock::Clock as _;
    let url = format!("sqlite://{}", directory.join("data").join("holdfast.db").display());
    let mut database = SqliteConnection::connect(&url).await.expect("the database opens");
    sqlx::query("UPDATE sessions SET access_expires_at = $1")
        .bind(SystemClock.now_ms())
        .execute(&mut database)
        .await
        .expect("the statement runs");
}
