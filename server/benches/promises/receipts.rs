//! Durable receipts per second: 64 writers, each with a document of its own and one save in flight, over HTTP.

use std::path::Path;
use std::time::Duration;

use crate::client::{Client, Site};
use crate::plan::Plan;
use crate::server::Server;
use crate::stats::{grouped, median, milliseconds, now, percentile};
use crate::table::{Row, Table};
use crate::{Result, baseline};

const WRITERS: usize = 64;
const AT_LEAST: f64 = 10.0;

#[derive(Default)]
struct Rates {
    one_by_one: Vec<f64>,
    together: Vec<f64>,
    alone: Vec<f64>,
    latencies: Vec<f64>,
    cpu: Vec<f64>,
}

/// One round over HTTP.
struct Round {
    per_second: f64,
    /// How long each receipt was waited for, in milliseconds.
    latencies: Vec<f64>,
    /// The server's CPU time for one receipt, in microseconds.
    cpu: f64,
}

/// `judged`: whether the disk is one that the promise is about.
pub(crate) async fn measure(plan: &Plan, judged: bool, table: &mut Table) -> Result<()> {
    let mut rates = Rates::default();
    // Alternating, so that a disk that is slow for a minute is slow for all of them.
    for round in 0..plan.rounds {
        let directory = plan.directory.path().join(format!("receipts-{round}"));
        std::fs::create_dir(&directory)?;
        rates.one_by_one.push(baseline::commits_per_second(&directory, WRITERS, plan.receipts_for).await?);
        let together = over_http(plan, &directory.join("together"), WRITERS).await?;
        rates.together.push(together.per_second);
        rates.latencies.extend(together.latencies);
        rates.cpu.push(together.cpu);
        rates.alone.push(over_http(plan, &directory.join("alone"), 1).await?.per_second);
    }
    let of = |rates: &[f64]| median(rates).ok_or("no round was measured");
    let (one_by_one, together, alone) = (of(&rates.one_by_one)?, of(&rates.together)?, of(&rates.alone)?);
    let at = |share| percentile(&rates.latencies, share).unwrap_or_default();
    println!("a receipt for one of {WRITERS} writers takes {:.0} µs of the server's CPU", of(&rates.cpu)?);
    table.add(Row {
        name: format!("durable receipts, {WRITERS} writers (p50 {:.1} ms, p99 {:.1} ms)", at(0.5), at(0.99)),
        measured: format!("{}/s", grouped(together)),
        baseline: format!("{}/s one-by-one commits, no HTTP", grouped(one_by_one)),
        ratio: Some(together / one_by_one),
        promise: format!("≥ {AT_LEAST:.0} ×"),
        kept: judged.then_some(AT_LEAST <= together / one_by_one),
    });
    table.add(Row {
        name: format!("durable receipts, {WRITERS} writers against 1"),
        measured: format!("{}/s", grouped(together)),
        baseline: format!("{}/s with 1 writer over HTTP", grouped(alone)),
        ratio: Some(together / alone),
        promise: String::new(),
        kept: None,
    });
    Ok(())
}

async fn over_http(plan: &Plan, data: &Path, writers: usize) -> Result<Round> {
    let server = Server::start(&plan.binary, data).await?;
    let site = Client::sign_in(server.addr).await?;
    let mut ready = Vec::with_capacity(writers);
    for _ in 0..writers {
        ready.push(Writer::new(site.clone()).await?);
    }
    let (began, cpu) = (now(), server.cpu()?);
    let writing: Vec<_> = ready.into_iter().map(|writer| tokio::spawn(writer.write(plan.receipts_for))).collect();
    let mut latencies = Vec::new();
    for writer in writing {
        latencies.extend(writer.await??);
    }
    let receipts = latencies.len() as f64;
    let per_second = receipts / began.elapsed().as_secs_f64();
    let cpu = server.cpu()?.saturating_sub(cpu).as_secs_f64() * 1e6 / receipts;
    server.stop().await?;
    Ok(Round { per_second, latencies, cpu })
}

struct Writer {
    client: Client,
    draft: String,
}

impl Writer {
    async fn new(site: Site) -> Result<Self> {
        let mut client = Client::connect(site).await?;
        let draft = client.new_document("").await?;
        Ok(Self { client, draft })
    }

    /// Saves one character after the other, each once the one before has its receipt.
    async fn write(mut self, during: Duration) -> Result<Vec<f64>> {
        let (began, mut latencies) = (now(), Vec::new());
        while began.elapsed() < during {
            let sent = now();
            let already = latencies.len() as u64;
            self.client.save(&self.draft, already + 1, already).await?;
            latencies.push(milliseconds(sent.elapsed()));
        }
        Ok(latencies)
    }
}
