//! A server at work, with everything that it did to its disk and everything that it promised meanwhile.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::image::Disk;
use super::log::{Log, Operation};
use crate::Result;
use crate::author::Author;
use crate::http::{Client, Site};
use crate::random::Random;
use crate::server::Server;
use crate::shim::{Library, Shim};

const AUTHORS: usize = 8;
/// How many receipts each author collects: enough for several checkpoints of the write-ahead log.
const RECEIPTS: u64 = 120;

/// A receipt, and how many operations of the log had returned by the time it had arrived.
pub(super) struct Promise {
    pub(super) author: usize,
    pub(super) head: u64,
    pub(super) done: usize,
}

pub(super) struct Recording {
    /// The folder that the server had its data in.
    pub(super) data: PathBuf,
    pub(super) cookie: String,
    pub(super) authors: Vec<Author>,
    pub(super) promises: Vec<Promise>,
    /// The disk before the first operation of the log.
    pub(super) before: Disk,
    pub(super) log: Log,
}

impl Recording {
    /// Lets a server work in `directory`, which must outlive the recording.
    pub(super) fn make(binary: &Path, library: &Library, directory: &Path, random: &Random) -> Result<Self> {
        let data = directory.join("data");
        let server = Server::start(binary, &data)?;
        let data = data.canonicalize()?;
        let Site { cookie, addr } = Client::sign_in(server.addr)?;
        let mut client = Client::connect(&Site { addr, cookie: cookie.clone() })?;
        let new_author = |_| Ok(Author::new(client.new_document()?, random.fork(), usize::MAX));
        let mut authors = (0..AUTHORS).map(new_author).collect::<Result<Vec<Author>>>()?;
        server.kill()?;
        let before = Disk::of(&data)?;

        let shim = Shim::new(library, &data, directory, true)?;
        let server = Server::start_with(binary, &data, &shim.environment()).map_err(|_| "no server under the shim")?;
        let site = Site { addr: server.addr, cookie: cookie.clone() };
        let promises = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            let (site, shim, promises) = (&site, &shim, &promises);
            let work = |(number, author)| scope.spawn(move || work(number, author, site, shim, promises));
            let working: Vec<_> = authors.iter_mut().enumerate().map(work).collect();
            working.into_iter().try_for_each(|author| author.join().map_err(|_| "an author panicked")?)
        })?;
        server.kill()?;
        let log = Log::parse(shim.take_log()?)?;
        let promises = promises.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(Self { data, cookie, authors, promises, before, log })
    }

    /// The inodes of the database and its write-ahead log.
    pub(super) fn database(&self) -> Result<[u64; 2]> {
        Ok([self.log.inode("/holdfast.db")?, self.log.inode("/holdfast.db-wal")?])
    }

    /// The syncs that `synchronous=NORMAL` does not make: all of the write-ahead log but those before a checkpoint, and
    /// after its header was written anew. <https://sqlite.org/pragma.html#pragma_synchronous>
    pub(super) fn syncs_of_commits(&self) -> Result<HashSet<usize>> {
        let [database, wal] = self.database()?;
        let operations = &self.log.operations;
        let is_of_a_commit = |number: &usize| {
            let (before, after) = operations.split_at(*number);
            let next = after.iter().find_map(|operation| match operation {
                Operation::Wrote { inode, .. } => Some(*inode),
                _ => None,
            });
            let of_the_header = matches!(before.last(), Some(Operation::Wrote { at: 0, .. }));
            after.first() == Some(&Operation::Synced { inode: wal }) && next != Some(database) && !of_the_header
        };
        Ok((0..operations.len()).filter(is_of_a_commit).collect())
    }

    /// Which operations are of a checkpoint: they write to the database itself.
    pub(super) fn checkpoints(&self) -> Result<Vec<usize>> {
        let [database, _] = self.database()?;
        let is_one = |operation: &Operation| match operation {
            Operation::Wrote { inode, .. } | Operation::Synced { inode } => *inode == database,
            _ => false,
        };
        let operations = self.log.operations.iter().enumerate();
        Ok(operations.filter(|(_, operation)| is_one(operation)).map(|(number, _)| number).collect())
    }
}

fn work(number: usize, author: &mut Author, site: &Site, shim: &Shim, promises: &Mutex<Vec<Promise>>) -> Result<()> {
    let mut client = Client::connect(site)?;
    while author.receipts < RECEIPTS {
        if let Some(answer) = author.save(&mut client)?? {
            return Err(format!("answered {}: {}", answer.status, String::from_utf8_lossy(&answer.body)).into());
        }
        // Read after the receipt has come: what had returned before it was sent had returned by now.
        let done = usize::try_from(shim.done()?)?;
        let promise = Promise { author: number, head: author.acked.head, done };
        promises.lock().unwrap_or_else(PoisonError::into_inner).push(promise);
    }
    Ok(())
}
