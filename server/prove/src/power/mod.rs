//! P2, D4: the power goes while eight authors save. A shim below SQLite keeps a log of everything that the release binary
//! does to its disk; from it, disks are built as a power cut at any instant may leave them (`image.rs`), the binary is
//! started on each, and must have every text whose receipt had arrived before the cut.
//!
//! The control is `synchronous=NORMAL`: the same log without the syncs that it does not make must lose receipts.

mod image;
mod log;
mod recording;

use std::collections::HashSet;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use image::Image;
use log::Operation;
use recording::Recording;

use crate::count::Figures;
use crate::http::{Client, Site};
use crate::plan::Plan;
use crate::random::Random;
use crate::server::Server;
use crate::shim::Library;
use crate::stopwatch::now;
use crate::{Result, integrity, shim};

/// Cuts of one recording; the rest of the cuts are of other ones.
const CUTS: usize = 250;
/// Cuts of the control.
const CONTROL: usize = 40;
/// Servers at work at the same time.
const LANES: usize = 2;

#[derive(Default)]
struct Tally {
    cuts: u64,
    receipts: u64,
    checkpoints: u64,
    /// Cuts at which the database or its log had un-synced writes, and how many in all.
    risky: u64,
    at_risk: u64,
}

pub(crate) fn prove(plan: &Plan) -> Result<Figures> {
    if let Some(skipped) = shim::missing() {
        return Ok(skipped);
    }
    let (binary, began, seed) = (plan.binary()?, now(), plan.seed);
    let wanted = plan.count(300, 5_000);
    let random = Random::new(seed);
    let directory = tempfile::tempdir()?;
    let library = Library::compile(directory.path())?;
    let mut tally = Tally::default();
    let mut control = Vec::new();
    while tally.cuts < wanted {
        let directory = tempfile::tempdir()?;
        let recording = Recording::make(&binary, &library, directory.path(), &random)?;
        let cuts = usize::try_from(wanted - tally.cuts)?.min(CUTS);
        let run = Run { binary: &binary, directory: directory.path(), recording: &recording, ignored: HashSet::new() };
        let failures = run.cut(cuts, &random, &mut tally)?;
        if let Some((at, error)) = failures.first() {
            return Err(
                format!("{} of {cuts} cuts lost something; seed {seed}, cut at {at}: {error}", failures.len()).into()
            );
        }
        tally.receipts += recording.promises.len() as u64;
        println!("    {} cuts, {} receipts", tally.cuts, tally.receipts);
        if control.is_empty() {
            let ignored = recording.syncs_of_commits()?;
            let normal = Run { ignored, ..run };
            control = normal.cut(CONTROL, &random, &mut Tally::default())?;
            // NORMAL loses what is newest, and nothing else: another failure would be one of the model.
            if let Some((at, error)) = control.iter().find(|(_, error)| !error.contains("is lost")) {
                return Err(format!("the control, seed {seed}, cut at {at}: {error}").into());
            }
        }
    }
    let lost_by_control = control.len();
    let line = format!(
        "{} cuts ({} within a checkpoint) among {} receipts, 0 lost; {} cuts had un-synced writes, {} in all; control \
         (synchronous=NORMAL): receipts lost in {lost_by_control} of {CONTROL} cuts; seed {seed}, {} s",
        tally.cuts,
        tally.checkpoints,
        tally.receipts,
        tally.risky,
        tally.at_risk,
        began.elapsed().as_secs()
    );
    if lost_by_control == 0 {
        Err(format!("the control was not caught: {line}").into())
    } else {
        Ok(Figures::Line(line))
    }
}

/// Cuts through one recording.
struct Run<'a> {
    binary: &'a Path,
    directory: &'a Path,
    recording: &'a Recording,
    /// Syncs that are taken for not made.
    ignored: HashSet<usize>,
}

/// Where a cut was, and what was wrong after it.
type Failure = (usize, String);

impl Run<'_> {
    fn cut(&self, cuts: usize, random: &Random, tally: &mut Tally) -> Result<Vec<Failure>> {
        let instants = self.instants(cuts, random)?;
        tally.cuts += cuts as u64;
        let checkpoints: HashSet<usize> = self.recording.checkpoints()?.into_iter().collect();
        tally.checkpoints += instants.iter().filter(|instant| checkpoints.contains(instant)).count() as u64;
        let stopped = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let mut lanes = Vec::new();
            for lane in 0..LANES {
                let own = instants.iter().skip(lane).step_by(LANES).copied().collect::<Vec<_>>();
                let (random, stopped) = (random.fork(), &stopped);
                lanes.push(scope.spawn(move || {
                    self.lane(lane, &own, &random, stopped).inspect_err(|_| stopped.store(true, Ordering::Relaxed))
                }));
            }
            let mut failures = Vec::new();
            for lane in lanes {
                let (failed, at_risk) = lane.join().map_err(|_| "a lane panicked")??;
                failures.extend(failed);
                tally.risky += at_risk.iter().filter(|count| 0 < **count).count() as u64;
                tally.at_risk += at_risk.iter().sum::<usize>() as u64;
            }
            Ok(failures)
        })
    }

    /// After so many operations the power goes: when a receipt has just arrived, within a checkpoint, or at any time.
    fn instants(&self, cuts: usize, random: &Random) -> Result<Vec<usize>> {
        let Recording { promises, log, .. } = self.recording;
        let checkpoints = self.recording.checkpoints()?;
        let mut instants = vec![log.operations.len()];
        while instants.len() < cuts {
            instants.push(match random.below(3) {
                0 => promises.get(random.index(promises.len())).map_or(0, |promise| promise.done),
                1 if !checkpoints.is_empty() => checkpoints[random.index(checkpoints.len())],
                _ => random.index(log.operations.len()),
            });
        }
        instants.sort_unstable();
        Ok(instants)
    }

    /// One server after the other, cut after cut in the order of time.
    fn lane(
        &self,
        number: usize,
        instants: &[usize],
        random: &Random,
        stopped: &AtomicBool,
    ) -> Result<(Vec<Failure>, Vec<usize>)> {
        let Recording { log, before, .. } = self.recording;
        let directory = self.directory.join(format!("lane-{number}"));
        let files = self.recording.database()?;
        let mut disk = before.clone();
        let (mut followed, mut failures, mut at_risk) = (0, Vec::new(), Vec::new());
        for instant in instants {
            if stopped.load(Ordering::Relaxed) {
                break;
            }
            while followed < *instant {
                if !self.ignored.contains(&followed) {
                    disk.follow(&log.operations[followed], log);
                }
                followed += 1;
            }
            let mut now = disk.clone();
            // What was just being written may be there in part.
            if let Some(writing @ (Operation::Wrote { .. } | Operation::Truncated { .. })) =
                log.operations.get(followed)
            {
                now.follow(writing, log);
            }
            at_risk.push(files.iter().map(|inode| now.at_risk(*inode)).sum());
            self.lay_out(&directory, &now.cut(log, random))?;
            if let Err(error) = self.look(&directory.join("data"), *instant, random) {
                failures.push((*instant, error.to_string()));
            }
        }
        Ok((failures, at_risk))
    }

    /// Makes a data directory of an image.
    fn lay_out(&self, directory: &Path, image: &Image) -> Result<()> {
        if directory.exists() {
            std::fs::remove_dir_all(directory)?;
        }
        for (name, content) in image {
            let path = directory.join("data").join(Path::new(name).strip_prefix(&self.recording.data)?);
            std::fs::create_dir_all(path.parent().ok_or("a file without a folder")?)?;
            std::fs::File::options().write(true).create_new(true).mode(0o600).open(path)?.write_all(content)?;
        }
        Ok(())
    }

    /// Starts the server on what is left and compares it with every promise that was made by then.
    fn look(&self, data: &Path, instant: usize, random: &Random) -> Result<()> {
        let Recording { authors, promises, cookie, .. } = self.recording;
        let server = Server::start(self.binary, data)?;
        let site = Site { addr: server.addr, cookie: cookie.clone() };
        let mut client = Client::connect(&site)?;
        for (number, author) in authors.iter().enumerate() {
            let own = promises.iter().filter(|promise| promise.author == number && promise.done <= instant);
            author.compare_since(&mut client, own.map(|promise| promise.head).max().unwrap_or(0))?;
        }
        // It goes on working, too.
        let mut author = crate::author::Author::new(client.new_document()?, random.fork(), 0);
        if let Some(answer) = author.save(&mut client)?? {
            return Err(format!("a save after the cut was answered {}", answer.status).into());
        }
        server.kill()?;
        integrity::check(data)
    }
}
