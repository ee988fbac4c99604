//! The disk below the server: a small library that is loaded into it (`shim.c`), and the page by which it is steered.

use std::ffi::OsString;
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Result;
use crate::count::Figures;

/// What to say where there can be no shim.
pub(crate) fn missing() -> Option<Figures> {
    (!cfg!(target_os = "linux")).then(|| Figures::Skipped("the shim below SQLite is made for Linux".to_owned()))
}

/// The compiled library.
pub(crate) struct Library(PathBuf);

impl Library {
    /// Compiles it into `directory`.
    pub(crate) fn compile(directory: &Path) -> Result<Self> {
        let source = directory.join("shim.c");
        let library = directory.join("shim.so");
        std::fs::write(&source, include_str!("shim.c"))?;
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-pthread", "-o"]);
        if !compiler.arg(&library).arg(source).status()?.success() {
            return Err("the shim needs a C compiler".into());
        }
        Ok(Self(library))
    }
}

/// The shim within one process: what it sees and what it is told.
pub(crate) struct Shim {
    library: PathBuf,
    data: PathBuf,
    log: Option<PathBuf>,
    page_path: PathBuf,
    page: File,
}

/// Which calls go wrong, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// `ENOSPC`.
    Full,
    /// `EIO`.
    Broken,
    /// Success is answered and nothing is done: the control.
    Lies,
}

/// The places of the numbers in the control page, as in `shim.c`.
const DONE: u64 = 0;
const CALLS: u64 = 1;
const FROM: u64 = 2;
const COUNT: u64 = 3;
const ERROR: u64 = 4;
const FAILED: u64 = 5;
const LENGTH: u64 = 6;

impl Shim {
    /// A shim that stands before everything in `data`; `work` is a folder for its own files.
    pub(crate) fn new(library: &Library, data: &Path, work: &Path, log: bool) -> Result<Self> {
        let page_path = work.join("control");
        let page = File::options().read(true).write(true).create(true).truncate(true).open(&page_path)?;
        page.set_len(LENGTH * 8)?;
        let log = log.then(|| work.join("log"));
        if let Some(log) = &log {
            File::create(log)?;
        }
        Ok(Self { library: library.0.clone(), data: data.canonicalize()?, log, page_path, page })
    }

    /// What the process needs in its environment.
    pub(crate) fn environment(&self) -> Vec<(&'static str, OsString)> {
        let mut environment = vec![
            ("LD_PRELOAD", self.library.clone().into()),
            ("PROVE_DIRECTORY", self.data.clone().into()),
            ("PROVE_CONTROL", self.page_path.clone().into()),
        ];
        environment.extend(self.log.as_ref().map(|log| ("PROVE_LOG", log.clone().into())));
        environment
    }

    /// How many records of the log are of operations that have returned.
    pub(crate) fn done(&self) -> Result<u64> {
        self.number(DONE)
    }

    /// How many calls there were that could have failed.
    pub(crate) fn calls(&self) -> Result<u64> {
        self.number(CALLS)
    }

    /// How many have failed.
    pub(crate) fn failed(&self) -> Result<u64> {
        self.number(FAILED)
    }

    /// From the `from`-th call on (counted from 1), `count` calls go wrong.
    pub(crate) fn go_wrong(&self, from: u64, count: u64, wrong: Wrong) -> Result<()> {
        let error = match wrong {
            Wrong::Full => 28,
            Wrong::Broken => 5,
            Wrong::Lies => 0,
        };
        self.set(ERROR, error)?;
        self.set(COUNT, count)?;
        self.set(FROM, from)
    }

    /// Everything works again.
    pub(crate) fn mend(&self) -> Result<()> {
        self.set(FROM, 0)
    }

    /// What was logged, once the process is gone.
    pub(crate) fn take_log(&self) -> Result<Vec<u8>> {
        let log = self.log.as_ref().ok_or("this shim keeps no log")?;
        let bytes = std::fs::read(log)?;
        std::fs::remove_file(log)?;
        Ok(bytes)
    }

    fn number(&self, place: u64) -> Result<u64> {
        let mut bytes = [0; 8];
        self.page.read_exact_at(&mut bytes, place * 8)?;
        Ok(u64::from_ne_bytes(bytes))
    }

    fn set(&self, place: u64, number: u64) -> Result<()> {
        Ok(self.page.write_all_at(&number.to_ne_bytes(), place * 8)?)
    }
}
