//! The process under test.

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use crate::Result;
use crate::http::USER;

pub(crate) struct Server {
    child: Child,
    pub(crate) addr: SocketAddr,
}

/// Why there is no server.
pub(crate) enum NotStarted {
    /// It ended by itself, as it may on a broken disk.
    Ended(ExitStatus),
    /// Everything else.
    Broken(Box<dyn std::error::Error + Send + Sync>),
}

impl<E: Into<Box<dyn std::error::Error + Send + Sync>>> From<E> for NotStarted {
    fn from(error: E) -> Self {
        Self::Broken(error.into())
    }
}

impl Server {
    /// Starts the binary on any free port and waits until it says where it is.
    pub(crate) fn start(binary: &Path, data: &Path) -> Result<Self> {
        Self::start_with(binary, data, &[]).map_err(|why| match why {
            NotStarted::Ended(status) => format!("the server did not start: {status}").into(),
            NotStarted::Broken(error) => error,
        })
    }

    /// The same with more environment: the shim's.
    pub(crate) fn start_with(
        binary: &Path,
        data: &Path,
        environment: &[(&str, OsString)],
    ) -> std::result::Result<Self, NotStarted> {
        let mut child = spawn(binary, data, environment)?;
        let stdout = child.stdout.take().ok_or("no pipe")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let Some(addr) = line.trim_end().strip_prefix("Holdfast is at http://") else {
            child.kill()?;
            return Err(NotStarted::Ended(child.wait()?));
        };
        Ok(Self { child, addr: addr.parse()? })
    }

    /// Starts it and kills it before it may have come up.
    pub(crate) fn start_and_kill(binary: &Path, data: &Path, wait: impl FnOnce()) -> Result<()> {
        let mut child = spawn(binary, data, &[])?;
        wait();
        child.kill()?;
        child.wait()?;
        Ok(())
    }

    /// SIGKILL.
    pub(crate) fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    pub(crate) fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone_already = self.child.kill();
        let _reaped_already = self.child.wait();
    }
}

/// Its own directory is the working directory: no `.env` of a developer is read.
fn spawn(binary: &Path, data: &Path, environment: &[(&str, OsString)]) -> std::io::Result<Child> {
    Command::new(binary)
        .env_clear()
        .env("HOLDFAST_ADDR", "127.0.0.1:0")
        .env("HOLDFAST_DATA", data)
        .env("HOLDFAST_LOG", "off")
        .env("HOLDFAST_POOL_USERS", format!("{}:{}", USER.0, USER.1))
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .current_dir(data.parent().unwrap_or(data))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
}
