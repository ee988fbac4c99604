//! The data directory and the key file in it.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use holdfast::entropy::Entropy;
use holdfast_session::seal::Keys;

use super::StartError;

/// Makes the directory (0700) and makes sure that it can be written to.
pub(super) fn prepare(data: &Path) -> Result<(), StartError> {
    let unusable = |source| StartError::Data { path: data.display().to_string(), source };
    DirBuilder::new().recursive(true).mode(0o700).create(data).map_err(unusable)?;
    let probe = data.join(".writable");
    OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&probe).map_err(unusable)?;
    match std::fs::remove_file(&probe) {
        // Another process that starts at the same moment has removed it.
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed.map_err(unusable),
    }
}

/// The key ring: the configured one, else the key file's, else a new key file's.
pub(super) fn keys(data: &Path, configured: Option<&str>, entropy: &dyn Entropy) -> Result<Keys, StartError> {
    let path = data.join("keys");
    let unusable = |source| StartError::Data { path: path.display().to_string(), source };
    let ring = match configured {
        Some(ring) => ring.to_owned(),
        None => match std::fs::read_to_string(&path) {
            Ok(ring) => ring,
            Err(error) if error.kind() == ErrorKind::NotFound => make(&path, entropy).map_err(unusable)?,
            Err(error) => return Err(unusable(error)),
        },
    };
    Keys::parse(ring.trim()).map_err(|source| StartError::Keys { path: path.display().to_string(), source })
}

/// A new key, on disk before anything is sealed with it. It gets its name when it is whole; of several processes that start
/// at the same moment one wins, and the others read what it has made.
fn make(path: &Path, entropy: &dyn Entropy) -> std::io::Result<String> {
    let mut bytes = [0_u8; 32];
    entropy.fill(&mut bytes);
    let draft = path.with_extension(std::process::id().to_string());
    let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&draft)?;
    writeln!(file, "first:{}", STANDARD.encode(bytes))?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&draft, path);
    std::fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        linked => linked?,
    }
    if let Some(directory) = path.parent() {
        std::fs::File::open(directory)?.sync_all()?;
    }
    std::fs::read_to_string(path)
}
