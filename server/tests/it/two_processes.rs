//! A3, A4: two real server processes on one SQLite file and one user pool, which rotates its tokens with a grace of zero: a
//! second call with the same token would end the session.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use holdfast::clock::Clock as _;
use holdfast_user_pool::control::{Fault, FaultKind};
use holdfast_user_pool::{PoolConfig, SystemClock, SystemEntropy, UserPool};
use serde_json::json;
use sqlx::{Connection as _, SqliteConnection};
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::harness::{ADA, Browser, Process, eventually};

const REFRESH: &str = "GetTokensFromRefreshToken";

/// Two servers that share a database, and the pool beside them.
struct Fleet {
    pool: UserPool,
    one: Process,
    two: Option<Process>,
    directory: TempDir,
}

impl Fleet {
    async fn start() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let mut config = PoolConfig::new(directory.path().join("pool"));
        config.users = vec![(ADA.0.to_owned(), ADA.1.to_owned())];
        config.rotation = true;
        config.grace = Duration::ZERO;
        let pool = UserPool::open(config, Arc::new(SystemClock), Arc::new(SystemEntropy)).expect("a pool");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        pool.set_base_url(&url);
        tokio::spawn(pool.clone().serve(listener, std::future::pending()));
        // At the same moment: neither the key file nor the database is there yet.
        let (one, two) = tokio::join!(server(&pool, &url, directory.path()), server(&pool, &url, directory.path()));
        Self { pool, one, two: Some(two), directory }
    }

    fn refreshes(&self) -> usize {
        self.pool.control().count(REFRESH)
    }

    async fn database(&self) -> SqliteConnection {
        let path = self.directory.path().join("data").join("holdfast.db");
        SqliteConnection::connect(&format!("sqlite://{}", path.display())).await.expect("the database opens")
    }

    /// The access token has run out, as far as the servers know: the clocks here are real.
    async fn expire(&self) {
        sqlx::query("UPDATE sessions SET access_expires_at = $1")
            .bind(SystemClock.now_ms())
            .execute(&mut self.database().await)
            .await
            .expect("the statement runs");
    }

    /// How often the session has been refreshed, and whether anybody is at it.
    async fn generation_and_lease(&self) -> (i64, Option<Vec<u8>>) {
        sqlx::query_as("SELECT generation, lease_holder FROM sessions")
            .fetch_one(&mut self.database().await)
            .await
            .expect("one session")
    }

    /// A browser that has signed in at one process, and the same one at the other.
    async fn signed_in(&self) -> (Browser, Browser) {
        let here = self.one.signed_in(ADA).await;
        let there = self.two.as_ref().expect("two").browser();
        there.set_cookie(here.cookie());
        (here, there)
    }
}

async fn server(pool: &UserPool, url: &str, directory: &Path) -> Process {
    let issuer = pool.issuer();
    let variables = [
        ("HOLDFAST_COGNITO_USER_POOL_ID", pool.pool_id()),
        ("HOLDFAST_COGNITO_CLIENT_ID", pool.client_id()),
        ("HOLDFAST_COGNITO_ENDPOINT", url),
        ("HOLDFAST_COGNITO_ISSUER", issuer.as_str()),
        ("HOLDFAST_COGNITO_REFRESH_TOKEN_VALIDITY", "24h"),
    ];
    Process::start_with(directory, &variables).await
}

/// Requests at both processes at once; all are answered.
async fn crowd(here: &Browser, there: &Browser, many: usize) {
    let requests: Vec<_> = (0..many)
        .map(|number| {
            let browser = if number % 2 == 0 { here.clone() } else { there.clone() };
            tokio::spawn(async move { browser.get("/api/documents").await })
        })
        .collect();
    for request in requests {
        let answer = request.await.expect("no panic");
        assert_eq!(answer.status, 200, "{answer:?}");
    }
}

async fn access_ms(browser: &Browser) -> i64 {
    browser.get("/api/session").await.json()["access_ms"].as_i64().expect("a number")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a3_two_processes_make_one_call_while_the_pool_takes_ten_seconds_and_nobody_is_signed_out() {
    let fleet = Fleet::start().await;
    let (here, there) = fleet.signed_in().await;
    fleet.expire().await;
    let slow = Fault::once(REFRESH, FaultKind::Slow).delayed(Duration::from_secs(10));
    fleet.pool.control().fault(slow).expect("a fault");
    crowd(&here, &there, 50).await;
    assert_eq!(fleet.refreshes(), 1);
    for browser in [&here, &there] {
        assert!(3_000_000 < access_ms(browser).await, "both have the winner's tokens");
    }
    assert_eq!(fleet.generation_and_lease().await, (1, None));
    assert_eq!(fleet.pool.control().count("RevokeToken"), 0, "nothing of the family is taken back");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a4_expiry_after_expiry_at_two_processes_is_one_refresh_each() {
    let fleet = Fleet::start().await;
    let (here, there) = fleet.signed_in().await;
    for expiry in 1..=12 {
        fleet.expire().await;
        let slow = Fault::once(REFRESH, FaultKind::Slow).delayed(Duration::from_millis(20 * expiry));
        fleet.pool.control().fault(slow).expect("a fault");
        crowd(&here, &there, 20).await;
        assert_eq!(fleet.refreshes() as u64, expiry);
    }
    assert_eq!(fleet.generation_and_lease().await, (12, None));
}

/// The one that asks dies. The other one takes over when the lease has run out.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a6_the_survivor_takes_over_the_lease_of_a_process_that_was_killed() {
    let fleet = Fleet::start().await;
    let (here, there) = fleet.signed_in().await;
    fleet.expire().await;
    fleet.pool.control().fault(Fault::once(REFRESH, FaultKind::Hang)).expect("a fault");
    let asking = tokio::spawn(async move { here.get("/api/documents").await });
    eventually("the intent is written down", || async { fleet.generation_and_lease().await.1.is_some() }).await;
    let Fleet { pool, one, two, directory } = fleet;
    let two = two.expect("two");
    one.kill().await;
    assert!(asking.await.is_err(), "the connection is gone");
    let fleet = Fleet { pool, one: two, two: None, directory };
    assert_eq!(there.get("/api/session").await.status, 200, "the session is alive all the time");
    sqlx::query("UPDATE sessions SET lease_until = $1")
        .bind(SystemClock.now_ms())
        .execute(&mut fleet.database().await)
        .await
        .expect("the statement runs");
    fleet.pool.control().clear_faults();
    assert_eq!(there.get("/api/documents").await.status, 200);
    assert!(3_000_000 < access_ms(&there).await);
    assert_eq!(fleet.generation_and_lease().await, (1, None));
}

/// E13: nobody has to start the second one after the first. Each time on an empty directory, so that key file, database and
/// every migration are raced for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn e13_two_processes_that_start_at_the_same_moment_both_come_up_with_one_key_and_one_database() {
    for round in 0..8 {
        let fleet = Fleet::start().await;
        let (here, there) = fleet.signed_in().await;
        let id = here.new_document("from here").await;
        assert_eq!(there.draft(&id).await["text"], "from here", "round {round}");
        let back = fleet.two.as_ref().expect("two").signed_in(ADA).await;
        here.set_cookie(back.cookie());
        // The expiry makes it open the sealed refresh token, with the one key that there is.
        fleet.expire().await;
        assert_eq!(here.get("/api/documents").await.status, 200, "round {round}: a session of the other opens here");
        assert_eq!(fleet.refreshes(), 1, "round {round}");
        let applied: i64 = sqlx::query_scalar("SELECT count(DISTINCT version) - count(*) FROM _sqlx_migrations")
            .fetch_one(&mut fleet.database().await)
            .await
            .expect("a number");
        assert_eq!(applied, 0, "round {round}: no migration ran twice");
        let mode = std::fs::metadata(fleet.directory.path().join("data").join("keys")).expect("a key file");
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&mode.permissions()) & 0o777, 0o600);
    }
}

/// Nothing else forbids two processes on one file: drafts that both hold open, and one that writes after the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a3_two_processes_save_into_one_draft_and_neither_overwrites_the_other() {
    let fleet = Fleet::start().await;
    let (here, there) = fleet.signed_in().await;
    let id = here.new_document("").await;
    for round in 0..10_u64 {
        let saved = here.save(&id, "here", 2 * round, round + 1, json!([[0, 0, "a"]])).await;
        assert_eq!((saved.status, saved.json()["head"].as_u64()), (200, Some(2 * round + 1)), "{saved:?}");
        let behind = there.save(&id, "there", 2 * round, round + 1, json!([[0, 0, "b"]])).await;
        assert_eq!(behind.status, 409, "it is told what it lacks");
        let saved = there.save(&id, "there", 2 * round + 1, round + 1, json!([[0, 0, "b"]])).await;
        assert_eq!(saved.status, 200, "{saved:?}");
    }
    let (mine, theirs) = (here.draft(&id).await, there.draft(&id).await);
    assert_eq!(mine, theirs);
    assert_eq!(mine["text"].as_str().map(str::len), Some(20));
    let (first, second) = tokio::join!(write(&here, "one"), write(&there, "two"));
    assert_eq!((first, second), (100, 100), "at the same time, too");
}

/// A hundred saves into a document of its own.
async fn write(browser: &Browser, writer: &str) -> u64 {
    let id = browser.new_document("").await;
    for seq in 0..100 {
        let saved = browser.save(&id, writer, seq, seq + 1, json!([[0, 0, "x"]])).await;
        assert_eq!(saved.status, 200, "{saved:?}");
    }
    browser.draft(&id).await["head"].as_u64().expect("a number")
}
