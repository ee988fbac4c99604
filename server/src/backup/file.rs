//! A file that appears under its name only when it is finished.

use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::BackupError;

/// A file in the making. It goes away with this, unless it is finished.
pub(super) struct Unfinished(PathBuf);

impl Unfinished {
    /// An empty one beside `to`, for nobody else to read. One that was left behind by a power cut gives way.
    pub(super) fn beside(to: &Path) -> Result<Self, BackupError> {
        let path = beside(to, ".unfinished");
        let said = |source| BackupError::Write { path: path.clone(), source };
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(said(error)),
            _ => {}
        }
        OpenOptions::new().create_new(true).write(true).mode(0o600).open(&path).map_err(said)?;
        Ok(Self(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Takes over what is in `from`.
    pub(super) fn fill_from(&self, from: &Path) -> Result<(), BackupError> {
        let copy = || {
            let mut target = OpenOptions::new().write(true).open(&self.0)?;
            std::io::copy(&mut File::open(from)?, &mut target)
        };
        copy().map(|_bytes| ()).map_err(|source| BackupError::Write { path: self.0.clone(), source })
    }

    /// Gives it its name once it is on the disk, for good; answers its size. A link, because renaming would overwrite.
    pub(super) fn finish(self, to: &Path) -> Result<u64, BackupError> {
        let finish = || {
            let file = File::open(&self.0)?;
            file.sync_all()?;
            fs::hard_link(&self.0, to)?;
            let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            File::open(folder)?.sync_all()?;
            Ok(file.metadata()?.len())
        };
        finish().map_err(|source: std::io::Error| match source.kind() {
            ErrorKind::AlreadyExists => BackupError::Exists(to.to_owned()),
            _ => BackupError::Write { path: to.to_owned(), source },
        })
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        for path in [self.0.clone(), beside(&self.0, "-journal")] {
            // It was there for us alone; where it cannot be removed, the next backup tries again.
            let _gone = fs::remove_file(path);
        }
    }
}

/// The file beside `path` whose name goes on with `end`.
pub(super) fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(end);
    PathBuf::from(name)
}

pub(super) fn refuse_existing(path: &Path) -> Result<(), BackupError> {
    // A link that leads nowhere is something, too.
    if path.symlink_metadata().is_ok() { Err(BackupError::Exists(path.to_owned())) } else { Ok(()) }
}

/// The folder that a database lies in, for its owner alone.
pub(super) fn make_folder(database: &Path) -> Result<(), BackupError> {
    let Some(folder) = database.parent().filter(|folder| !folder.as_os_str().is_empty()) else { return Ok(()) };
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|source| BackupError::Write { path: folder.to_owned(), source })
}
