//! A6, P15: the server is killed (SIGKILL) around the user pool's answer to a refresh, with rotation and a grace of 60 s.
//! After the restart, within the grace, the session must be alive and have fresh tokens; nobody may be asked to sign in.
//!
//! The embedded pool dies with the server, and what it has decided is on its disk before it answers. Half of the answers
//! are held back for some milliseconds, so that many kills fall between the pool's disk and the row.
//!
//! The control is a pool with a grace of zero: there a token that was spent for nobody cannot be had again, and the
//! harness must see sessions end. What was written must be there after the next sign-in all the same.

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use serde_json::json;
use sqlx::{Connection as _, SqliteConnection};

use crate::count::Figures;
use crate::http::{Client, Site};
use crate::plan::Plan;
use crate::random::Random;
use crate::server::{NotStarted, Server};
use crate::stopwatch::{now, pass};
use crate::{Result, integrity};

/// Servers side by side: while one comes up, the other is asked.
const LANES: u64 = 2;
const HOUR: u64 = 3600;
/// Longer than any lease of a process that died.
const LEASE: u64 = 31;
/// How many kills the control has.
const CONTROL: u64 = 16;
/// So often SQLite is asked what it thinks.
const CHECK: u64 = 50;

/// Where the kills have fallen, by what was on the disk afterwards.
#[derive(Default)]
struct Tally {
    /// The pool had not been asked.
    before: u64,
    /// The intent was there, and no result; in `spent` of them the pool had rotated.
    between: u64,
    spent: u64,
    /// The new tokens were there; nobody had been told.
    after: u64,
    /// The session ended, and a sign-in was needed.
    ended: u64,
}

pub(crate) fn prove(plan: &Plan) -> Result<Figures> {
    let (binary, began) = (plan.binary()?, now());
    let kills = plan.count(60, 2_000);
    let tally = lanes(&binary, kills, plan.seed)?;
    if 0 < tally.ended {
        return Err(format!("{} of {kills} sessions ended within the grace; seed {}", tally.ended, plan.seed).into());
    }
    let control = run(&binary, "0", CONTROL, plan.seed)?;
    let line = format!(
        "{kills} kills, 0 forced sign-ins; {} before the intent, {} between intent and row (the token was spent in {}), \
         {} after; control (a grace of 0): {} of {CONTROL} sessions ended, their text is there; seed {}, {} s",
        tally.before,
        tally.between,
        tally.spent,
        tally.after,
        control.ended,
        plan.seed,
        began.elapsed().as_secs()
    );
    if control.ended == 0 || tally.spent == 0 {
        Err(format!("the control was not caught, or no kill fell where it matters: {line}").into())
    } else {
        Ok(Figures::Line(line))
    }
}

fn lanes(binary: &Path, kills: u64, seed: u64) -> Result<Tally> {
    std::thread::scope(|scope| {
        let share = |lane| kills / LANES + u64::from(lane < kills % LANES);
        let lanes: Vec<_> = (0..LANES)
            .map(|lane| scope.spawn(move || run(binary, "60s", share(lane), seed.wrapping_add(lane << 32))))
            .collect();
        let mut sum = Tally::default();
        for lane in lanes {
            let one = lane.join().map_err(|_| "a lane panicked")??;
            sum.before += one.before;
            sum.between += one.between;
            sum.spent += one.spent;
            sum.after += one.after;
            sum.ended += one.ended;
        }
        Ok(sum)
    })
}

/// One server, killed again and again, and one session in it.
fn run(binary: &Path, grace: &'static str, kills: u64, seed: u64) -> Result<Tally> {
    let directory = tempfile::tempdir()?;
    let data = directory.path().join("data");
    let random = Random::new(seed);
    let (mut tally, mut ahead) = (Tally::default(), 0);
    let mut server = start(binary, &data, grace, ahead)?;
    let mut site = Client::sign_in(server.addr)?;
    let draft = write_something(&site)?;
    for kill in 0..kills {
        let failed = |what: &'static str| move |error| format!("kill {kill}, seed {seed}, {what}: {error}");
        ahead += HOUR;
        let mut control = Client::connect(&site)?;
        control.send("POST", "/__control/advance", &json!({"seconds": HOUR}).to_string())?.expect(200)?;
        let held_back = random.below(2) * (5 + random.below(40));
        if 0 < held_back {
            let fault = json!({
                "operation": "GetTokensFromRefreshToken", "kind": "slow", "delay_ms": held_back, "times": 1,
            });
            control.send("POST", "/__control/pool/fault", &fault.to_string())?.expect(200)?;
        }
        let before = Found::read(&data)?;
        ask_until_killed(server, &site, Duration::from_micros(random.below(12_000 + 1_000 * held_back)))
            .map_err(failed("while refreshing"))?;
        let found = Found::read(&data)?;
        tally.note(&before, &found);
        if (kill + 1) % CHECK == 0 {
            integrity::check(&data).map_err(failed("SQLite"))?;
        }
        ahead += LEASE;
        server = start(binary, &data, grace, ahead)?;
        site = Site { addr: server.addr, cookie: site.cookie };
        if !is_alive(&site).map_err(failed("after the restart"))? {
            tally.ended += 1;
            site = Client::sign_in(server.addr)?;
            is_alive(&site).map_err(failed("after the sign-in"))?;
        }
        let text = Client::connect(&site)?.send("GET", &draft, "")?.expect(200)?["text"].clone();
        if text != "all my work" {
            return Err(format!("kill {kill}, seed {seed}: the text is {text}").into());
        }
        if kill % 100 == 99 {
            println!("    {} kills", kill + 1);
        }
    }
    server.kill()?;
    Ok(tally)
}

fn start(binary: &Path, data: &Path, grace: &str, ahead: u64) -> Result<Server> {
    let environment = [
        ("HOLDFAST_CONTROL", "1"),
        ("HOLDFAST_POOL_ROTATION", "on"),
        ("HOLDFAST_POOL_GRACE", grace),
        ("HOLDFAST_POOL_REFRESH_TTL", "3650d"),
    ]
    .map(|(name, value)| (name, OsString::from(value)));
    let server = Server::start_with(binary, data, &environment).map_err(|why| match why {
        NotStarted::Ended(status) => format!("the server did not start: {status}").into(),
        NotStarted::Broken(error) => error,
    })?;
    if 0 < ahead {
        let site = Site { addr: server.addr, cookie: String::new() };
        let advance = json!({"seconds": ahead}).to_string();
        Client::connect(&site)?.send("POST", "/__control/advance", &advance)?.expect(200)?;
    }
    Ok(server)
}

/// A document with a text; its draft's path.
fn write_something(site: &Site) -> Result<String> {
    let mut client = Client::connect(site)?;
    let draft = client.new_document()?;
    let save = json!({"writer": "w", "base_head": 0, "seq": 1, "edits": [[0, 0, "all my work"]]}).to_string();
    client.send("PATCH", &draft, &save)?.expect(200)?;
    Ok(draft)
}

/// Three tabs ask for what needs fresh tokens, and the server is killed at `instant`.
fn ask_until_killed(server: Server, site: &Site, instant: Duration) -> Result<()> {
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let answered = Client::connect(site).and_then(|mut client| client.send("GET", "/api/documents", ""));
                drop(answered);
            });
        }
        pass(instant);
        server.kill()
    })
}

/// Whether the session goes on with fresh tokens; anything but that and a definite end is a finding.
fn is_alive(site: &Site) -> Result<bool> {
    let mut client = Client::connect(site)?;
    let answer = client.send("GET", "/api/documents", "")?;
    if answer.status == 401 {
        return Ok(false);
    }
    answer.expect(200)?;
    let status = client.send("GET", "/api/session", "")?.expect(200)?;
    match status["access_ms"].as_i64() {
        Some(left) if 0 < left => Ok(true),
        _ => Err(format!("the session has no fresh tokens: {status}").into()),
    }
}

/// What is on the disk.
struct Found {
    generation: i64,
    lease: bool,
    /// Refresh tokens that the pool has spent.
    spent: usize,
}

impl Found {
    fn read(data: &Path) -> Result<Self> {
        let url = format!("sqlite://{}", data.join("holdfast.db").display());
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        let (generation, lease) = runtime.block_on(async {
            let mut connection = SqliteConnection::connect(&url).await?;
            let query = "SELECT generation, lease_holder IS NOT NULL FROM sessions WHERE ended_at IS NULL";
            let row: (i64, bool) = sqlx::query_as(query).fetch_one(&mut connection).await?;
            connection.close().await?;
            Ok::<_, sqlx::Error>(row)
        })?;
        let state: serde_json::Value = serde_json::from_slice(&std::fs::read(data.join("user-pool/state.json"))?)?;
        let tokens = state["refresh_tokens"].as_object().ok_or("the pool's state has no tokens")?;
        let spent = tokens.values().filter(|token| token["spent_at_ms"].is_i64()).count();
        Ok(Self { generation, lease, spent })
    }
}

impl Tally {
    fn note(&mut self, before: &Found, found: &Found) {
        if before.generation < found.generation {
            self.after += 1;
        } else if found.lease {
            self.between += 1;
            self.spent += u64::from(before.spent < found.spent);
        } else {
            self.before += 1;
        }
    }
}
