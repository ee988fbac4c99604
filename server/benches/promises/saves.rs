//! Invariant 7: a one-character save costs the edit, not the document.

use crate::Result;
use crate::client::Client;
use crate::plan::Plan;
use crate::server::Server;
use crate::stats::median;
use crate::table::{Row, Table};

const SMALL: usize = 1024;
const LARGE: usize = 1024 * 1024;
const AT_MOST: f64 = 1.5;

/// A document that is saved into again and again, always in its middle.
struct Document {
    draft: String,
    head: u64,
    middle: u64,
    wire: Vec<f64>,
    cpu: Vec<f64>,
}

pub(crate) async fn measure(plan: &Plan, table: &mut Table) -> Result<()> {
    let server = Server::start(&plan.binary, &plan.directory.path().join("saves")).await?;
    let site = Client::sign_in(server.addr).await?;
    let mut client = Client::connect(site).await?;
    let mut small = Document::new(&mut client, SMALL).await?;
    let mut large = Document::new(&mut client, LARGE).await?;
    for _ in 0..3 {
        small.round(plan, &server, &mut client).await?;
        large.round(plan, &server, &mut client).await?;
    }
    server.stop().await?;
    let row = |name: &str, unit: &str, large: &[f64], small: &[f64]| -> Result<Row> {
        let (large, small) = median(large).zip(median(small)).ok_or("no round was measured")?;
        Ok(Row {
            name: format!("one character into 1 MB: {name}"),
            measured: format!("{large:.0} {unit}"),
            baseline: format!("{small:.0} {unit} into 1 KB"),
            ratio: Some(large / small),
            promise: format!("≤ {AT_MOST} ×"),
            kept: Some(large <= AT_MOST * small),
        })
    };
    table.add(row("bytes on the wire", "B", &large.wire, &small.wire)?);
    table.add(row("CPU of the server", "µs", &large.cpu, &small.cpu)?);
    Ok(())
}

impl Document {
    async fn new(client: &mut Client, size: usize) -> Result<Self> {
        let sentence = "Nothing that was typed is lost.\n";
        let text = sentence.repeat(size / sentence.len());
        let draft = client.new_document(&text).await?;
        Ok(Self { draft, head: 0, middle: text.len() as u64 / 2, wire: Vec::new(), cpu: Vec::new() })
    }

    /// Mean wire bytes and mean CPU time of one round.
    async fn round(&mut self, plan: &Plan, server: &Server, client: &mut Client) -> Result<()> {
        let (before, mut wire) = (server.cpu()?, 0);
        for _ in 0..plan.saves {
            self.head += 1;
            wire += client.save(&self.draft, self.head, self.middle).await?;
        }
        let cpu = server.cpu()?.saturating_sub(before);
        self.wire.push(wire as f64 / plan.saves as f64);
        self.cpu.push(cpu.as_secs_f64() * 1e6 / plan.saves as f64);
        Ok(())
    }
}
