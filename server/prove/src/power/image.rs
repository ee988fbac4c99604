//! What a disk may hold after the power has gone: everything that was synced, and of the rest whatever it likes.
//!
//! The model is the one that SQLite is written against. A write since the file's last sync is there as a whole, in
//! pieces of 512 bytes, or not at all, whatever became of those before it and after it; a piece may also be garbage.
//! What a write does not cover it does not change (`SQLITE_IOCAP_POWERSAFE_OVERWRITE`, SQLite's default). Names (a file
//! created, renamed, removed) are kept in order up to some point after the directory's last sync.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::path::Path;

use super::log::{Log, Operation};
use crate::Result;
use crate::random::Random;

/// The unit that a disk writes as a whole.
const SECTOR: u64 = 512;

#[derive(Clone)]
enum Change {
    Data { at: u64, data: Range<usize> },
    Size(u64),
}

#[derive(Clone, Default)]
struct Content {
    synced: Vec<u8>,
    since: Vec<Change>,
}

#[derive(Clone)]
enum NameChange {
    Set(String, u64),
    Gone(String),
}

/// The disk under a process, as the log of what it did is followed.
#[derive(Clone, Default)]
pub(super) struct Disk {
    contents: HashMap<u64, Content>,
    names: BTreeMap<String, u64>,
    names_since: Vec<NameChange>,
}

/// A data directory, file by file.
pub(super) type Image = BTreeMap<String, Vec<u8>>;

impl Disk {
    /// A disk on which everything below `directory` is synced.
    pub(super) fn of(directory: &Path) -> Result<Self> {
        let mut disk = Self::default();
        disk.add(directory)?;
        Ok(disk)
    }

    fn add(&mut self, directory: &Path) -> Result<()> {
        use std::os::unix::fs::MetadataExt as _;
        for entry in std::fs::read_dir(directory)? {
            let entry = entry?;
            let path = entry.path();
            if entry.file_type()?.is_dir() {
                self.add(&path)?;
            } else if !path.to_string_lossy().ends_with("-shm") {
                let inode = entry.metadata()?.ino();
                self.contents.insert(inode, Content { synced: std::fs::read(&path)?, since: Vec::new() });
                self.names.insert(path.to_string_lossy().into_owned(), inode);
            }
        }
        Ok(())
    }

    /// Follows one operation.
    pub(super) fn follow(&mut self, operation: &Operation, log: &Log) {
        match operation {
            Operation::Opened { path, inode, created } => {
                if *created {
                    self.contents.insert(*inode, Content::default());
                    self.names_since.push(NameChange::Set(path.clone(), *inode));
                }
            }
            Operation::Wrote { inode, at, data } => self.change(*inode, Change::Data { at: *at, data: data.clone() }),
            Operation::Truncated { inode, size } => self.change(*inode, Change::Size(*size)),
            Operation::Synced { inode } => {
                if let Some(Content { synced, since }) = self.contents.get_mut(inode) {
                    since.drain(..).for_each(|change| apply(synced, &change, log));
                }
            }
            Operation::Unlinked { path } => self.names_since.push(NameChange::Gone(path.clone())),
            Operation::Renamed { path, inode } => self.names_since.push(NameChange::Set(path.clone(), *inode)),
            Operation::SyncedDirectory => {
                self.names_since.drain(..).for_each(|change| rename(&mut self.names, &change));
            }
        }
    }

    fn change(&mut self, inode: u64, change: Change) {
        self.contents.entry(inode).or_default().since.push(change);
    }

    /// How many changes of the file with this inode are not synced.
    pub(super) fn at_risk(&self, inode: u64) -> usize {
        self.contents.get(&inode).map_or(0, |content| content.since.len())
    }

    /// The power goes, now.
    pub(super) fn cut(&self, log: &Log, random: &Random) -> Image {
        let mut names = self.names.clone();
        let kept = random.index(self.names_since.len() + 1);
        self.names_since.iter().take(kept).for_each(|change| rename(&mut names, change));
        // How this disk is: it forgets everything, keeps everything, or anything between.
        let kept = [0, 0, 100, 500, 500, 900, 1_000][random.index(7)];
        let garbage = if random.per_mille(150) { 100 } else { 0 };
        let whole = random.per_mille(300);
        let content = |inode: &u64| {
            let Some(Content { synced, since }) = self.contents.get(inode) else { return Vec::new() };
            let mut content = synced.clone();
            for change in since {
                match change {
                    Change::Data { at, data } if !whole => {
                        for (at, piece) in sectors(*at, data) {
                            if random.per_mille(garbage) {
                                write(&mut content, at, &noise(random, piece.len()));
                            } else if random.per_mille(kept) {
                                write(&mut content, at, &log.bytes[piece]);
                            }
                        }
                    }
                    change if random.per_mille(kept) => apply(&mut content, change, log),
                    _ => {}
                }
            }
            content
        };
        names.iter().map(|(name, inode)| (name.clone(), content(inode))).collect()
    }
}

fn rename(names: &mut BTreeMap<String, u64>, change: &NameChange) {
    match change {
        NameChange::Set(name, inode) => names.insert(name.clone(), *inode),
        NameChange::Gone(name) => names.remove(name),
    };
}

fn apply(content: &mut Vec<u8>, change: &Change, log: &Log) {
    match change {
        Change::Data { at, data } => write(content, *at, &log.bytes[data.clone()]),
        Change::Size(size) => content.resize(usize::try_from(*size).unwrap_or(usize::MAX), 0),
    }
}

fn write(content: &mut Vec<u8>, at: u64, data: &[u8]) {
    let at = usize::try_from(at).unwrap_or(usize::MAX);
    if content.len() < at + data.len() {
        content.resize(at + data.len(), 0);
    }
    content[at..at + data.len()].copy_from_slice(data);
}

/// A write in the pieces that a disk takes as a whole.
fn sectors(at: u64, data: &Range<usize>) -> Vec<(u64, Range<usize>)> {
    let (mut at, mut start) = (at, data.start);
    let mut pieces = Vec::new();
    while start < data.end {
        let room = usize::try_from(SECTOR - at % SECTOR).unwrap_or(0);
        let end = data.end.min(start + room);
        pieces.push((at, start..end));
        at += (end - start) as u64;
        start = end;
    }
    pieces
}

fn noise(random: &Random, len: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(len + 8);
    while bytes.len() < len {
        bytes.extend_from_slice(&random.next().to_le_bytes());
    }
    bytes.truncate(len);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(data: &[u8]) -> Log {
        Log { bytes: data.to_vec(), operations: Vec::new() }
    }

    fn disk(operations: &[Operation], log: &Log) -> Disk {
        let mut disk = Disk::default();
        operations.iter().for_each(|operation| disk.follow(operation, log));
        disk
    }

    fn created(path: &str) -> Operation {
        Operation::Opened { path: path.to_owned(), inode: 1, created: true }
    }

    #[test]
    fn what_is_synced_is_always_there_and_what_is_not_comes_and_goes_in_sectors() {
        let log = log(&[7; 2048]);
        let wrote = |at, data| Operation::Wrote { inode: 1, at, data };
        let operations = [
            created("a"),
            Operation::SyncedDirectory,
            wrote(0, 0..100),
            Operation::Synced { inode: 1 },
            wrote(100, 100..1200),
        ];
        let disk = disk(&operations, &log);
        assert_eq!((disk.at_risk(1), disk.at_risk(2)), (1, 0));
        let mut lengths = std::collections::BTreeSet::new();
        for seed in 0..200 {
            let image = disk.cut(&log, &Random::new(seed));
            let content = &image["a"];
            assert_eq!(content[..100], [7; 100]);
            lengths.insert(content.len());
        }
        assert_eq!(lengths.into_iter().collect::<Vec<_>>(), [100, 512, 1024, 1200]);
    }

    #[test]
    fn a_name_is_certain_only_after_the_directory_was_synced() {
        let log = log(&[]);
        let disk = disk(&[created("a")], &log);
        let there = (0..100).filter(|seed| disk.cut(&log, &Random::new(*seed)).contains_key("a")).count();
        assert!((20..80).contains(&there), "{there}");
        let gone = [created("a"), Operation::SyncedDirectory, Operation::Unlinked { path: "a".to_owned() }];
        let disk = super::tests::disk(&gone, &log);
        let there = (0..100).filter(|seed| disk.cut(&log, &Random::new(*seed)).contains_key("a")).count();
        assert!((20..80).contains(&there), "{there}");
    }
}
