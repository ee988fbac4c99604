//! P8, E13: the disk is full, or broken, from the n-th call on, for every n, once or until it is mended, from the
//! process's first call. No receipt may be given whose text is not there after a restart; a server that came up stays
//! up, and saves again within two seconds of the disk's recovery.
//!
//! The control is a disk that lies: it answers that all is well and writes nothing.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::author::Author;
use crate::count::Figures;
use crate::http::{Client, Site};
use crate::plan::Plan;
use crate::random::Random;
use crate::server::{NotStarted, Server};
use crate::shim::{Library, Shim, Wrong};
use crate::stopwatch::{now, pass};
use crate::{Result, integrity, shim};

const AUTHORS: usize = 4;
/// The n-th call fails, for every n up to this.
const CALLS: u64 = 500;
/// Points of the control.
const CONTROL: u64 = 10;
const RECOVERY: Duration = Duration::from_secs(2);
/// An author who has saved so often has met every call that was to fail.
const MOST_SAVES: u64 = 400;
/// SQLite's write-ahead log when its checkpoint is near: 1,000 frames of 4,120 bytes make one due.
const NEARLY_FULL_WAL: u64 = 960 * 4120;

/// One experiment.
#[derive(Clone, Copy, Debug)]
struct Point {
    /// The call that fails.
    call: u64,
    for_ever: bool,
    wrong: Wrong,
    /// The write-ahead log is nearly full at the start, so that a checkpoint is among the calls.
    checkpoint: bool,
}

#[derive(Default)]
struct Tally {
    receipts: u64,
    refused: u64,
    not_started: u64,
    /// Nobody noticed: the call was one that need not succeed.
    unnoticed: u64,
    slowest: Duration,
}

pub(crate) fn prove(plan: &Plan) -> Result<Figures> {
    if let Some(skipped) = shim::missing() {
        return Ok(skipped);
    }
    let (binary, began, seed) = (plan.binary()?, now(), plan.seed);
    let random = Random::new(seed);
    let directory = tempfile::tempdir()?;
    let library = Library::compile(directory.path())?;
    let bases =
        [Base::make(&binary, directory.path(), false, &random)?, Base::make(&binary, directory.path(), true, &random)?];
    let points = points(plan.count(200, 4 * CALLS), &random);
    let bench = Bench { binary: &binary, library: &library, directory: directory.path(), bases: &bases, seed };
    let tally = bench.run(&points)?;
    let lies = (0..CONTROL).map(|number| Point {
        call: 80 + 7 * number,
        for_ever: true,
        wrong: Wrong::Lies,
        checkpoint: false,
    });
    let caught = lies.filter(|point| bench.try_out(0, *point, &mut Tally::default()).is_err()).count() as u64;
    let line = format!(
        "{} failing calls (n = 1…{CALLS}, once and for ever, full and broken), {} receipts, 0 false, 0 corrupt; {} saves refused, \
         {} starts refused, {} unnoticed; recovery within {} ms, without a restart; control (a disk that lies): caught in \
         {caught} of {CONTROL}; seed {seed}, {} s",
        points.len(),
        tally.receipts,
        tally.refused,
        tally.not_started,
        tally.unnoticed,
        tally.slowest.as_millis(),
        began.elapsed().as_secs()
    );
    if caught * 2 < CONTROL {
        Err(format!("the control was not caught: {line}").into())
    } else {
        Ok(Figures::Line(line))
    }
}

/// `count` points, evenly over all calls and kinds.
fn points(count: u64, random: &Random) -> Vec<Point> {
    let all = 4 * CALLS;
    let offset = random.below(all);
    let point = |number: u64| {
        let which = (offset + number * all / count) % all;
        Point {
            call: which / 4 + 1,
            for_ever: which % 2 == 1,
            wrong: if which % 4 < 2 { Wrong::Full } else { Wrong::Broken },
            checkpoint: number % 2 == 1,
        }
    };
    (0..count).map(point).collect()
}

/// A data directory to begin with, and those who have written in it.
struct Base {
    data: PathBuf,
    cookie: String,
    authors: Vec<Author>,
}

impl Base {
    fn make(binary: &Path, directory: &Path, nearly_full: bool, random: &Random) -> Result<Self> {
        let data = directory.join(format!("base-{nearly_full}"));
        let server = Server::start(binary, &data)?;
        let Site { cookie, addr } = Client::sign_in(server.addr)?;
        let mut client = Client::connect(&Site { addr, cookie: cookie.clone() })?;
        let new_author = |_| Ok(Author::new(client.new_document()?, random.fork(), 0));
        let mut authors = (0..AUTHORS).map(new_author).collect::<Result<Vec<Author>>>()?;
        loop {
            for author in &mut authors {
                if let Some(answer) = author.save(&mut client)?? {
                    return Err(format!("answered {}", answer.status).into());
                }
            }
            if !nearly_full || NEARLY_FULL_WAL <= std::fs::metadata(data.join("holdfast.db-wal"))?.len() {
                break;
            }
        }
        server.kill()?;
        Ok(Self { data, cookie, authors })
    }
}

struct Bench<'a> {
    binary: &'a Path,
    library: &'a Library,
    directory: &'a Path,
    bases: &'a [Base; 2],
    seed: u64,
}

impl Bench<'_> {
    /// Two points at a time.
    fn run(&self, points: &[Point]) -> Result<Tally> {
        let (tally, next) = (Mutex::new(Tally::default()), AtomicU64::new(0));
        std::thread::scope(|scope| {
            let lane = |number| {
                let (tally, next) = (&tally, &next);
                scope.spawn(move || -> Result<()> {
                    while let Some(point) = points.get(usize::try_from(next.fetch_add(1, Ordering::Relaxed))?) {
                        let mut own = Tally::default();
                        self.try_out(number, *point, &mut own)
                            .inspect_err(|_| next.store(u64::MAX / 2, Ordering::Relaxed))
                            .map_err(|error| format!("seed {}, {point:?}: {error}", self.seed))?;
                        tally.lock().unwrap_or_else(PoisonError::into_inner).add(&own);
                    }
                    Ok(())
                })
            };
            let lanes = [lane(0), lane(1)];
            lanes.into_iter().try_for_each(|lane| lane.join().map_err(|_| "a lane panicked")?)
        })?;
        Ok(tally.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    fn try_out(&self, lane: usize, point: Point, tally: &mut Tally) -> Result<()> {
        let base = &self.bases[usize::from(point.checkpoint)];
        let directory = self.directory.join(format!("lane-{lane}"));
        let data = directory.join("data");
        copy(&base.data, &data)?;
        let mut authors: Vec<Author> = base.authors.iter().map(Author::again).collect();
        let shim = Shim::new(self.library, &data, &directory, false)?;
        shim.go_wrong(point.call, if point.for_ever { u64::MAX } else { 1 }, point.wrong)?;
        match Server::start_with(self.binary, &data, &shim.environment()) {
            Ok(mut server) => {
                let site = Site { addr: server.addr, cookie: base.cookie.clone() };
                all(&mut authors, |author| write(author, &site, &shim))?;
                if point.wrong != Wrong::Lies {
                    shim.mend()?;
                    let took = all(&mut authors, |author| recover(author, &site))?;
                    tally.slowest = took.into_iter().max().unwrap_or_default().max(tally.slowest);
                }
                if !server.is_alive() {
                    return Err("the server has ended".into());
                }
                server.kill()?;
            }
            Err(NotStarted::Ended(_)) if 0 < shim.failed()? => tally.not_started += 1,
            Err(NotStarted::Ended(status)) => return Err(format!("did not start, with nothing wrong: {status}").into()),
            Err(NotStarted::Broken(error)) => return Err(error),
        }
        if shim.failed()? == 0 {
            return Err(format!("{} calls were made, and none failed", shim.calls()?).into());
        }
        self.look(base, &data, &mut authors)?;
        let refused: u64 = authors.iter().map(|author| author.refused).sum();
        tally.receipts += authors.iter().map(|author| author.receipts).sum::<u64>();
        tally.unnoticed += u64::from(refused == 0);
        tally.refused += refused;
        Ok(())
    }

    /// After a restart on a disk that works, everything that has a receipt is there, and what was refused can be saved.
    fn look(&self, base: &Base, data: &Path, authors: &mut [Author]) -> Result<()> {
        let server = Server::start(self.binary, data)?;
        let mut client = Client::connect(&Site { addr: server.addr, cookie: base.cookie.clone() })?;
        for author in authors {
            author.compare(&mut client)?;
            if let Some(answer) = author.save(&mut client)?? {
                return Err(format!("after the restart a save was answered {}", answer.status).into());
            }
        }
        server.kill()?;
        integrity::check(data)
    }
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.receipts += other.receipts;
        self.refused += other.refused;
        self.not_started += other.not_started;
        self.unnoticed += other.unnoticed;
        self.slowest = self.slowest.max(other.slowest);
    }
}

/// Everybody at once.
fn all<T: Send>(authors: &mut [Author], act: impl Fn(&mut Author) -> Result<T> + std::marker::Sync) -> Result<Vec<T>> {
    std::thread::scope(|scope| {
        let act = &act;
        let acting: Vec<_> = authors.iter_mut().map(|author| scope.spawn(move || act(author))).collect();
        acting.into_iter().map(|author| author.join().map_err(|_| "an author panicked")?).collect()
    })
}

/// Saves until the disk has failed and this author has been refused, or was served three times after all.
fn write(author: &mut Author, site: &Site, shim: &Shim) -> Result<()> {
    let mut client = Client::connect(site)?;
    let mut served = 0;
    for _ in 0..MOST_SAVES {
        let failed = 0 < shim.failed()?;
        match author.save(&mut client)?? {
            None if failed => served += 1,
            None => {}
            Some(answer) => {
                only_cannot_save(&answer.expect(503)?)?;
                author.refused += 1;
                return Ok(());
            }
        }
        if served == 3 {
            return Ok(());
        }
    }
    Ok(())
}

fn only_cannot_save(problem: &serde_json::Value) -> Result<()> {
    if problem["code"] == "cannot_save" { Ok(()) } else { Err(format!("not cannot_save: {problem}").into()) }
}

/// The disk works again: how long until this author has a receipt.
fn recover(author: &mut Author, site: &Site) -> Result<Duration> {
    let began = now();
    let mut client = Client::connect(site)?;
    while let Some(answer) = author.save(&mut client)?? {
        if RECOVERY < began.elapsed() {
            return Err(format!("no recovery after {RECOVERY:?}: {}", String::from_utf8_lossy(&answer.body)).into());
        }
        pass(Duration::from_millis(10));
    }
    let took = began.elapsed();
    // What comes next is saved, too.
    match author.save(&mut client)?? {
        None => Ok(took),
        Some(answer) => Err(format!("refused again after the recovery: {}", answer.status).into()),
    }
}

/// Copies a data directory over what is at `to`.
fn copy(from: &Path, to: &Path) -> Result<()> {
    if to.exists() {
        std::fs::remove_dir_all(to)?;
    }
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else if !entry.file_name().to_string_lossy().ends_with("-shm") {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
