//! A6, P15: the real binary is killed (SIGKILL) around the pool's answer to a refresh, and started again. Within the grace of
//! rotation the session is alive; after it there is a clean sign-in, and the work is there. `make prove` does the same
//! two thousand times.
//!
//! The embedded pool dies with the server, and what it had decided is on its disk before it answers; the pool's `slow`
//! fault holds the answer back, so that the kill falls between the two.

use std::path::Path;
use std::time::Duration;

use serde_json::json;
use sqlx::{Connection as _, SqliteConnection};

use crate::harness::{ADA, Browser, Process, eventually};

const HOUR: u64 = 3600;
/// Longer than any lease.
const LEASE: u64 = 31;

/// A server whose clock goes on where it was when it died.
struct Crashing {
    directory: tempfile::TempDir,
    grace: &'static str,
    /// Seconds by which its clock is ahead.
    ahead: u64,
}

impl Crashing {
    fn new(grace: &'static str) -> Self {
        Self { directory: tempfile::tempdir().expect("a temporary directory"), grace, ahead: 0 }
    }

    async fn start(&self) -> Process {
        let variables = [
            ("HOLDFAST_CONTROL", "1"),
            ("HOLDFAST_LOG", "info"),
            ("HOLDFAST_POOL_ROTATION", "on"),
            ("HOLDFAST_POOL_GRACE", self.grace),
            ("HOLDFAST_POOL_REFRESH_TTL", "3650d"),
        ];
        let process = Process::start_with(self.directory.path(), &variables).await;
        if 0 < self.ahead {
            process.advance(Duration::from_secs(self.ahead)).await;
        }
        process
    }

    async fn advance(&mut self, process: &Process, seconds: u64) {
        self.ahead += seconds;
        process.advance(Duration::from_secs(seconds)).await;
    }

    /// Asks for something that needs fresh tokens, and kills the server once `when` has come.
    async fn kill(&self, process: Process, browser: &Browser, when: impl Future<Output = ()>) {
        let asking = tokio::spawn({
            let browser = browser.clone();
            async move { browser.get("/api/documents").await }
        });
        when.await;
        process.kill().await;
        // Answered or not: nobody believes it.
        drop(asking.await);
    }

    async fn row(&self) -> (i64, bool) {
        row(self.directory.path()).await
    }

    /// How many refresh tokens the pool has on its disk as spent.
    fn spent(&self) -> usize {
        let path = self.directory.path().join("data/user-pool/state.json");
        let state = std::fs::read_to_string(path).expect("the pool's state");
        let state: serde_json::Value = serde_json::from_str(&state).expect("JSON");
        let tokens = state["refresh_tokens"].as_object().expect("tokens");
        tokens.values().filter(|token| token["spent_at_ms"].is_i64()).count()
    }
}

/// The session's generation, and whether it has a lease.
async fn row(directory: &Path) -> (i64, bool) {
    let url = format!("sqlite://{}", directory.join("data/holdfast.db").display());
    let mut connection = SqliteConnection::connect(&url).await.expect("the database opens");
    sqlx::query_as("SELECT generation, lease_holder IS NOT NULL FROM sessions WHERE ended_at IS NULL")
        .fetch_one(&mut connection)
        .await
        .expect("one session")
}

async fn slow(browser: &Browser, ms: u64) {
    let fault = json!({"operation": "GetTokensFromRefreshToken", "kind": "slow", "delay_ms": ms, "times": 1});
    assert_eq!(browser.post("/__control/pool/fault", &fault).await.status, 200);
}

async fn refreshed(browser: &Browser) {
    assert_eq!(browser.get("/api/documents").await.status, 200);
    let status = browser.get("/api/session").await.json();
    assert!(0 < status["access_ms"].as_i64().expect("a number"), "it has fresh tokens: {status}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a6_killed_between_the_pools_answer_and_the_row_the_session_lives_on_within_the_grace() {
    let mut crashing = Crashing::new("60s");
    let process = crashing.start().await;
    let ada = process.signed_in(ADA).await;
    crashing.advance(&process, HOUR).await;
    slow(&process.browser(), 20_000).await;
    let spent = crashing.spent();
    let rotated = eventually("the pool has rotated", || async { crashing.spent() == spent + 1 });
    crashing.kill(process, &ada, rotated).await;
    assert_eq!(crashing.row().await, (0, true), "the intent, and no result");

    let process = crashing.start().await;
    let ada = at(&process, &ada);
    assert_eq!(ada.get("/api/session").await.status, 200, "alive before anybody has asked again");
    crashing.advance(&process, LEASE).await;
    refreshed(&ada).await;
    assert_eq!(crashing.row().await, (1, false));
    crashing.advance(&process, HOUR).await;
    refreshed(&ada).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a6_where_the_grace_is_over_there_is_a_clean_sign_in_and_the_work_is_there() {
    let mut crashing = Crashing::new("60s");
    let process = crashing.start().await;
    let ada = process.signed_in(ADA).await;
    let id = ada.new_document("").await;
    assert_eq!(ada.save(&id, "w", 0, 1, json!([[0, 0, "all my work"]])).await.status, 200);
    crashing.advance(&process, HOUR).await;
    slow(&process.browser(), 20_000).await;
    let spent = crashing.spent();
    let rotated = eventually("the pool has rotated", || async { crashing.spent() == spent + 1 });
    crashing.kill(process, &ada, rotated).await;

    let process = crashing.start().await;
    crashing.advance(&process, 120).await;
    let ada = at(&process, &ada);
    for _ in 0..2 {
        let answer = ada.get("/api/documents").await;
        assert_eq!((answer.status, answer.code().as_str()), (401, "revoked"), "told once and for all");
    }
    assert_eq!(ada.sign_in(ADA.0, ADA.1).await.status, 200);
    assert_eq!(ada.draft(&id).await["text"], "all my work");
}

/// At whatever instant: before the intent, before the pool, between its answer and the row, afterwards.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a6_killed_at_two_dozen_instants_around_a_refresh_no_session_is_lost() {
    let mut crashing = Crashing::new("60s");
    let mut process = crashing.start().await;
    let mut ada = process.signed_in(ADA).await;
    let mut found = std::collections::BTreeMap::new();
    for cycle in 0..24_u64 {
        crashing.advance(&process, HOUR).await;
        let before = crashing.row().await.0;
        if cycle % 3 != 0 {
            slow(&process.browser(), 15 * (cycle % 3)).await;
        }
        let instant = Duration::from_millis(7 * cycle % 60);
        crashing.kill(process, &ada, async move { pass(instant).await }).await;
        let (generation, lease) = crashing.row().await;
        *found.entry((before < generation, lease)).or_insert(0) += 1;

        process = crashing.start().await;
        crashing.advance(&process, LEASE).await;
        ada = at(&process, &ada);
        refreshed(&ada).await;
    }
    eprintln!("(stored, lease left behind): {found:?}");
    assert!(2 <= found.len(), "the kills fell on one side only: {found:?}");
}

/// The same browser at the process that came after.
fn at(process: &Process, before: &Browser) -> Browser {
    let browser = process.browser();
    browser.set_cookie(before.cookie());
    browser
}

/// Real time: there is nothing to wait for.
async fn pass(time: Duration) {
    assert!(tokio::time::timeout(time, std::future::pending::<()>()).await.is_err());
}
