//! The process under test, and what the kernel knows about it.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::Result;
use crate::client::{Client, Site, USER};
use crate::slow_disk::PASSED_ON;
use crate::stats::now;

/// The unit of times in `/proc/<pid>/stat`: 100 per second on every Linux that Rust runs on (`getconf CLK_TCK`).
const TICK: Duration = Duration::from_millis(10);

pub(crate) struct Server {
    child: Child,
    pid: u32,
    pub(crate) addr: SocketAddr,
    _stdout: Lines<BufReader<ChildStdout>>,
}

impl Server {
    /// Starts the binary on any free port and waits until it says where it is.
    pub(crate) async fn start(binary: &Path, data: &Path) -> Result<Self> {
        let mut child = command(binary, data, "127.0.0.1:0").stdout(Stdio::piped()).spawn()?;
        let mut stdout = BufReader::new(child.stdout.take().ok_or("no pipe")?).lines();
        let line = stdout.next_line().await?.ok_or("the server did not start")?;
        let addr = line.strip_prefix("Holdfast is at http://").ok_or("the server did not say where it is")?.parse()?;
        let pid = child.id().ok_or("the server has gone")?;
        Ok(Self { child, pid, addr, _stdout: stdout })
    }

    /// Starts it on a free port, asking it again and again for `/healthz`, and stops it; how long the answer took.
    pub(crate) async fn start_and_stop(binary: &Path, data: &Path) -> Result<Duration> {
        let addr = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut again = tokio::time::interval(Duration::from_millis(1));
        let began = now();
        let mut child = command(binary, data, &addr.to_string()).stdout(Stdio::null()).spawn()?;
        let took = loop {
            again.tick().await;
            if let Ok(mut client) = Client::connect(Site { addr, cookie: String::new() }).await
                && client.is_healthy().await?
            {
                break began.elapsed();
            }
            if let Some(status) = child.try_wait()? {
                return Err(format!("the server did not start: {status}").into());
            }
        };
        terminate(&mut child).await?;
        Ok(took)
    }

    /// CPU time so far, of all threads that are or were.
    pub(crate) fn cpu(&self) -> Result<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid))?;
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        // Fields 14 and 15 of proc_pid_stat(5), counted from the state, which is the third.
        let ticks = |field: usize| fields.get(field - 3).and_then(|ticks| ticks.parse::<u32>().ok());
        let (user, system) = ticks(14).zip(ticks(15)).ok_or("/proc/<pid>/stat is not understood")?;
        Ok(TICK * (user + system))
    }

    /// Resident memory, in bytes.
    pub(crate) fn resident(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? * 1024)
    }

    pub(crate) async fn stop(mut self) -> Result<()> {
        terminate(&mut self.child).await
    }
}

fn command(binary: &Path, data: &Path, addr: &str) -> Command {
    let mut command = Command::new(binary);
    command
        .env_clear()
        .env("HOLDFAST_ADDR", addr)
        .env("HOLDFAST_DATA", data)
        .env("HOLDFAST_LOG", "error")
        .env("HOLDFAST_POOL_USERS", format!("{}:{}", USER.0, USER.1))
        .envs(PASSED_ON.iter().filter_map(|name| std::env::var_os(name).map(|value| (name, value))))
        .kill_on_drop(true);
    // No .env file of the checkout is the bench's.
    command.current_dir(data.parent().unwrap_or(data));
    command
}

async fn terminate(child: &mut Child) -> Result<()> {
    let pid = child.id().ok_or("the server has gone")?;
    Command::new("kill").arg(pid.to_string()).status().await?;
    let status = child.wait().await?;
    if status.success() { Ok(()) } else { Err(format!("the server did not stop cleanly: {status}").into()) }
}
