//! Starting, and being at rest.

use std::time::Duration;

use tokio::process::Command;

use crate::Result;
use crate::client::Client;
use crate::plan::Plan;
use crate::server::Server;
use crate::stats::{median, milliseconds, now, percentile};
use crate::table::Row;

const LISTENING_WITHIN_MS: f64 = 300.0;
const AT_REST_MB: f64 = 60.0;
const MB: f64 = 1024.0 * 1024.0;

/// From the start of the process to the answer of `/healthz`, with a database that is there. The baseline is what the
/// system takes to load the binary and let it say its name.
pub(crate) async fn start(plan: &Plan) -> Result<Row> {
    let data = plan.directory.path().join("start");
    let server = Server::start(&plan.binary, &data).await?;
    let mut client = Client::connect(Client::sign_in(server.addr).await?).await?;
    for _ in 0..100 {
        let draft = client.new_document("Nothing that was typed is lost.").await?;
        client.save(&draft, 1, 0).await?;
    }
    drop(client);
    server.stop().await?;
    let (mut starts, mut loads) = (Vec::new(), Vec::new());
    for _ in 0..plan.starts {
        let began = now();
        Command::new(&plan.binary).arg("--version").env_clear().output().await?;
        loads.push(milliseconds(began.elapsed()));
        starts.push(milliseconds(Server::start_and_stop(&plan.binary, &data).await?));
    }
    let (start, load) = median(&starts).zip(median(&loads)).ok_or("no start was measured")?;
    let slowest = percentile(&starts, 1.0).unwrap_or_default();
    Ok(Row {
        name: format!("start to first answer, existing database (slowest {slowest:.0} ms)"),
        measured: format!("{start:.0} ms"),
        baseline: format!("{load:.1} ms `holdfast --version`"),
        ratio: Some(start / load),
        promise: format!("≤ {LISTENING_WITHIN_MS:.0} ms"),
        kept: Some(start <= LISTENING_WITHIN_MS),
    })
}

/// Resident memory after a sign-in and a while of rest, embedded pool included. The baseline is the same process
/// before it was asked anything.
pub(crate) async fn memory(plan: &Plan) -> Result<Row> {
    let server = Server::start(&plan.binary, &plan.directory.path().join("memory")).await?;
    let before = server.resident()? as f64 / MB;
    Client::sign_in(server.addr).await?;
    rest(plan.rest).await;
    let after = server.resident()? as f64 / MB;
    server.stop().await?;
    Ok(Row {
        name: "resident memory at rest, after a sign-in".to_owned(),
        measured: format!("{after:.1} MB"),
        baseline: format!("{before:.1} MB before it"),
        ratio: Some(after / before),
        promise: format!("≤ {AT_REST_MB:.0} MB"),
        kept: Some(after <= AT_REST_MB),
    })
}

#[expect(clippy::disallowed_methods, reason = "rest is a while, not a condition")]
async fn rest(duration: Duration) {
    tokio::time::sleep(duration).await;
}
