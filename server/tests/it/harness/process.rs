//! The real binary in a process of its own: to be killed, and to have its logs read.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use super::{ADA, BOB, Browser};

/// A running `holdfast`. Killed when it is dropped.
pub(crate) struct Process {
    child: Child,
    addr: SocketAddr,
    origin: String,
}

impl Process {
    /// Starts it on this directory, logging everything of ours to `log` in it, and waits until it says where it is.
    pub(crate) async fn start(directory: &Path) -> Self {
        Self::start_with(directory, &[("HOLDFAST_CONTROL", "1")]).await
    }

    /// The same with these variables instead of an open control plane.
    pub(crate) async fn start_with(directory: &Path, variables: &[(&str, &str)]) -> Self {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(directory.join("log")).expect("a log");
        let mut child = Command::new(env!("CARGO_BIN_EXE_holdfast"))
            .current_dir(directory)
            .env_clear()
            .env("HOLDFAST_ADDR", "127.0.0.1:0")
            .env("HOLDFAST_DATA", directory.join("data"))
            .env("HOLDFAST_LOG", "trace")
            .env("HOLDFAST_POOL_USERS", format!("{}:{},{}:{}", ADA.0, ADA.1, BOB.0, BOB.1))
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .expect("the binary starts");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let line = lines.next_line().await.expect("readable").expect("it says where it is");
        let origin = line.strip_prefix("Holdfast is at ").expect("the first line").to_owned();
        let addr = origin.trim_start_matches("http://").parse().expect("an address");
        Self { child, addr, origin }
    }

    /// `kill -9`.
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.expect("killed");
    }

    /// A browser with no cookie.
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.addr, &self.origin)
    }

    /// A browser in which this user has signed in.
    pub(crate) async fn signed_in(&self, (email, password): (&str, &str)) -> Browser {
        let browser = self.browser();
        let answer = browser.sign_in(email, password).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        browser
    }

    /// Moves the clock of server and pool.
    pub(crate) async fn advance(&self, by: Duration) {
        let answer = self.browser().post("/__control/advance", &json!({"seconds": by.as_secs()})).await;
        assert_eq!(answer.status / 100, 2, "{answer:?}");
    }
}
