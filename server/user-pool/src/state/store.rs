//! The state's file: read once, then replaced whole after each change, and never answered ahead of.
//!
//! Changes are made in memory, one after another; whoever needs a change on the disk writes the newest state there, or
//! finds that someone else's write already covered it. So a burst of sign-ins costs a few writes and not one each.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, RwLock};

use holdfast::entropy::Entropy as _;
use serde::Deserialize;

use super::{State, VERSION, migrate, private};
use crate::locks;
use crate::system::SystemEntropy;
use crate::tokens::keys::KeyError;

const FILE: &str = "state.json";
const LOCK: &str = "lock";

/// Why the state could not be read or kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    #[error("cannot use {path}")]
    Io { path: PathBuf, source: io::Error },
    #[error("{path} is damaged: it is not a state of this user pool; move it away to begin with an empty pool")]
    Corrupt { path: PathBuf, source: serde_json::Error },
    #[error("{path} was written by a newer version of this program (form {found}, this one knows {VERSION})")]
    Newer { path: PathBuf, found: u32 },
    #[error("{path} is in use by another process")]
    InUse { path: PathBuf },
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// The state in memory and on the disk.
pub(crate) struct Store {
    dir: PathBuf,
    current: RwLock<Numbered>,
    /// The number of the newest state that is on the disk.
    flushed: Mutex<u64>,
    /// Held for as long as the store lives; the system lets go of it when the process dies.
    _lock: Option<File>,
}

struct Numbered {
    number: u64,
    state: Arc<State>,
}

impl Store {
    /// Opens the state in `dir`, or begins with what `fresh` makes, which is written at once.
    pub(crate) fn open(dir: PathBuf, fresh: impl FnOnce() -> Result<State, KeyError>) -> Result<Self, StoreError> {
        private::create_dir(&dir).map_err(at(&dir))?;
        let held = hold(&dir)?;
        let (state, flushed) = match load(&dir.join(FILE))? {
            Some(state) => (state, 1),
            None => (fresh()?, 0),
        };
        let current = RwLock::new(Numbered { number: 1, state: Arc::new(state) });
        let store = Self { dir, current, flushed: Mutex::new(flushed), _lock: held };
        store.flush(1)?;
        Ok(store)
    }

    /// The state as it is now.
    pub(crate) fn read(&self) -> Arc<State> {
        Arc::clone(&locks::read(&self.current).state)
    }

    /// Changes the state and returns when the change is on the disk. Blocks.
    ///
    /// Where the disk fails, the change stays in memory and is written with the next one; until then every caller is
    /// told of the failure.
    pub(crate) fn write<T>(&self, change: impl FnOnce(&mut State) -> T) -> Result<T, StoreError> {
        let (result, number) = {
            let mut current = locks::write(&self.current);
            let mut next = State::clone(&current.state);
            let result = change(&mut next);
            if next != *current.state {
                *current = Numbered { number: current.number + 1, state: Arc::new(next) };
            }
            (result, current.number)
        };
        self.flush(number)?;
        Ok(result)
    }

    /// Returns when state `number` or a later one is on the disk.
    fn flush(&self, number: u64) -> Result<(), StoreError> {
        let mut flushed = locks::lock(&self.flushed);
        if *flushed >= number {
            return Ok(());
        }
        let (newest, state) = {
            let current = locks::read(&self.current);
            (current.number, Arc::clone(&current.state))
        };
        let path = self.dir.join(FILE);
        let bytes = serde_json::to_vec(&*state).map_err(|error| at(&path)(io::Error::other(error)))?;
        private::replace(&self.dir, FILE, &bytes).map_err(at(&path))?;
        *flushed = newest;
        Ok(())
    }
}

fn load(path: &Path) -> Result<Option<State>, StoreError> {
    #[derive(Deserialize)]
    struct Form {
        version: u32,
    }
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(at(path)(error)),
    };
    let corrupt = |source| StoreError::Corrupt { path: path.to_owned(), source };
    let form: Form = serde_json::from_slice(&bytes).map_err(corrupt)?;
    if form.version > VERSION {
        return Err(StoreError::Newer { path: path.to_owned(), found: form.version });
    }
    let mut value = serde_json::from_slice(&bytes).map_err(corrupt)?;
    migrate::migrate(&mut value, form.version);
    serde_json::from_value(value).map(Some).map_err(corrupt)
}

/// Keeps a second process away: two of them would overwrite each other's state. The same process may open the directory
/// again, which is what a test does that restarts the pool before the last connection of the old one is gone.
fn hold(dir: &Path) -> Result<Option<File>, StoreError> {
    /// A process id alone may be the same in two containers that share a volume.
    static OWN: OnceLock<String> = OnceLock::new();
    let path = dir.join(LOCK);
    let own = OWN.get_or_init(|| format!("process {} {}", std::process::id(), SystemEntropy.id()));
    let mut file = private::open(&path).map_err(at(&path))?;
    match file.try_lock() {
        Ok(()) => {
            file.set_len(0).map_err(at(&path))?;
            file.seek(SeekFrom::Start(0)).map_err(at(&path))?;
            file.write_all(own.as_bytes()).map_err(at(&path))?;
            Ok(Some(file))
        }
        Err(TryLockError::WouldBlock) => {
            let mut owner = String::new();
            file.read_to_string(&mut owner).map_err(at(&path))?;
            if owner == *own { Ok(None) } else { Err(StoreError::InUse { path: dir.to_owned() }) }
        }
        Err(TryLockError::Error(error)) => Err(at(&path)(error)),
    }
}

fn at(path: &Path) -> impl Fn(io::Error) -> StoreError {
    let path = path.to_owned();
    move |source| StoreError::Io { path: path.clone(), source }
}
