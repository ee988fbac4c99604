//! E1, E12, P1, P3: the server is killed (SIGKILL) at a random instant while 32 authors save. After the restart every
//! receipt's text is there, byte by byte; what had no answer is there once or not at all, and sent again it is once.
//!
//! The control is a proxy that gives receipts out of its own head, before the server has them.

mod liar;

use std::path::Path;
use std::time::Duration;

use crate::author::{Author, Found};
use crate::count::Figures;
use crate::http::{Client, Site};
use crate::plan::Plan;
use crate::random::Random;
use crate::server::Server;
use crate::stopwatch::{now, pass};
use crate::{Result, integrity};

const AUTHORS: usize = 32;
/// Servers side by side: while one comes up, another is written to.
const LANES: u64 = 2;
/// So often everybody begins a new document, and signs in anew.
const CHAPTER: u64 = 50;
/// So often SQLite is asked what it thinks.
const CHECK: u64 = 50;
/// How many cycles the control has.
const CONTROL: u64 = 10;

#[derive(Default)]
struct Tally {
    receipts: u64,
    /// Saves whose answer never came.
    unknown: u64,
    /// Those of them that were on disk nevertheless.
    stored: u64,
    checks: u64,
}

pub(crate) fn prove(plan: &Plan) -> Result<Figures> {
    let (binary, began) = (plan.binary()?, now());
    let cycles = plan.count(200, 10_000);
    let tally = lanes(&binary, cycles, plan.seed)?;
    let caught = (0..CONTROL).filter(|cycle| liar::is_caught(&binary, plan.seed + cycle)).count() as u64;
    let line = format!(
        "{cycles} cycles, {} receipts, 0 lost; {} answers unknown ({} were on disk), 0 doubled; {} integrity checks; control \
         (receipts before the commit): caught in {caught} of {CONTROL} cycles; seed {}, {} s",
        tally.receipts,
        tally.unknown,
        tally.stored,
        tally.checks,
        plan.seed,
        began.elapsed().as_secs()
    );
    if caught * 2 < CONTROL {
        Err(format!("the control was not caught: {line}").into())
    } else {
        Ok(Figures::Line(line))
    }
}

/// Several servers live and die side by side.
fn lanes(binary: &Path, cycles: u64, seed: u64) -> Result<Tally> {
    std::thread::scope(|scope| {
        let share = |lane| cycles / LANES + u64::from(lane < cycles % LANES);
        let lanes: Vec<_> = (0..LANES)
            .map(|lane| scope.spawn(move || run(binary, share(lane), seed.wrapping_add(lane << 32))))
            .collect();
        let mut sum = Tally::default();
        for lane in lanes {
            sum.add(&lane.join().map_err(|_| "a lane panicked")??);
        }
        Ok(sum)
    })
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.receipts += other.receipts;
        self.unknown += other.unknown;
        self.stored += other.stored;
        self.checks += other.checks;
    }
}

fn run(binary: &Path, cycles: u64, seed: u64) -> Result<Tally> {
    let directory = tempfile::tempdir()?;
    let data = directory.path().join("data");
    let random = Random::new(seed);
    let mut tally = Tally::default();
    let mut server = Server::start(binary, &data)?;
    let mut authors = Vec::new();
    let mut cookie = String::new();
    for cycle in 0..cycles {
        let failed = |what| move |error| format!("cycle {cycle}, seed {seed}, {what}: {error}");
        if cycle % CHAPTER == 0 {
            let site = Client::sign_in(server.addr)?;
            authors = new_authors(&site, &random)?;
            cookie = site.cookie;
        }
        let site = Site { addr: server.addr, cookie: cookie.clone() };
        let instant = Duration::from_micros(5_000 + random.below(145_000));
        write_until_killed(server, &site, &mut authors, instant).map_err(failed("while saving"))?;
        if random.per_mille(200) {
            // Coming up is not safer than saving.
            let instant = Duration::from_micros(random.below(120_000));
            Server::start_and_kill(binary, &data, || pass(instant))?;
        }
        if (cycle + 1) % CHECK == 0 || cycle + 1 == cycles {
            integrity::check(&data).map_err(failed("SQLite"))?;
            tally.checks += 1;
        }
        server = Server::start(binary, &data)?;
        let site = Site { addr: server.addr, cookie: cookie.clone() };
        look(&site, &mut authors, &mut tally).map_err(failed("after the restart"))?;
        if cycle % 100 == 99 {
            println!("    {} cycles, {} receipts", cycle + 1, tally.receipts + saved(&authors));
        }
        if (cycle + 1) % CHAPTER == 0 || cycle + 1 == cycles {
            tally.receipts += saved(&authors);
        }
    }
    server.kill()?;
    Ok(tally)
}

fn saved(authors: &[Author]) -> u64 {
    authors.iter().map(|author| author.receipts).sum()
}

fn new_authors(site: &Site, random: &Random) -> Result<Vec<Author>> {
    let mut client = Client::connect(site)?;
    (0..AUTHORS).map(|_| Ok(Author::new(client.new_document()?, random.fork(), 0))).collect()
}

/// Everybody saves as fast as they can, until the server is killed at `instant`.
fn write_until_killed(server: Server, site: &Site, authors: &mut [Author], instant: Duration) -> Result<()> {
    std::thread::scope(|scope| {
        let writing: Vec<_> = authors.iter_mut().map(|author| scope.spawn(move || write(author, site))).collect();
        pass(instant);
        server.kill()?;
        for author in writing {
            author.join().map_err(|_| "an author panicked")??;
        }
        Ok(())
    })
}

/// Ends when the server is gone.
fn write(author: &mut Author, site: &Site) -> Result<()> {
    let Ok(mut client) = Client::connect(site) else { return Ok(()) };
    while let Ok(answer) = author.save(&mut client) {
        if let Some(answer) = answer? {
            return Err(format!("answered {}: {}", answer.status, String::from_utf8_lossy(&answer.body)).into());
        }
    }
    Ok(())
}

/// Compares everything with what was promised, then sends again what had no answer.
fn look(site: &Site, authors: &mut [Author], tally: &mut Tally) -> Result<()> {
    let mut client = Client::connect(site)?;
    for author in authors {
        let found = author.compare(&mut client)?;
        if author.pending.is_none() {
            continue;
        }
        tally.unknown += 1;
        tally.stored += u64::from(found == Found::Pending);
        // The receipt is checked against the chain: taken twice, it would be another one.
        if let Some(answer) = author.save(&mut client)?? {
            return Err(format!("the retry was answered {}", answer.status).into());
        }
    }
    Ok(())
}
