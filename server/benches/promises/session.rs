//! What a session costs a request: one whose access token is fresh, beside a handler that does nothing. Both go through the
//! same layers; the one looks the session up, judges it by its clocks and tells what remains, the other answers.

use crate::Result;
use crate::client::Client;
use crate::plan::Plan;
use crate::server::Server;
use crate::stats::median;
use crate::table::Row;

const AT_MOST_US: f64 = 100.0;

/// CPU of the server for each request, in microseconds: the difference of two medians that alternate.
pub(crate) async fn measure(plan: &Plan) -> Result<Row> {
    let server = Server::start(&plan.binary, &plan.directory.path().join("session")).await?;
    let mut client = Client::connect(Client::sign_in(server.addr).await?).await?;
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        without.push(round(plan, &server, &mut client, "/healthz").await?);
        with.push(round(plan, &server, &mut client, "/api/session").await?);
    }
    server.stop().await?;
    let (with, without) = median(&with).zip(median(&without)).ok_or("no round was measured")?;
    let session = with - without;
    Ok(Row {
        name: "a session with a fresh token: CPU of a request".to_owned(),
        measured: format!("{session:.0} µs ({with:.0} µs in all)"),
        baseline: format!("{without:.0} µs an empty handler"),
        ratio: Some(with / without),
        promise: format!("≤ {AT_MOST_US:.0} µs more"),
        kept: Some(session <= AT_MOST_US),
    })
}

async fn round(plan: &Plan, server: &Server, client: &mut Client, path: &str) -> Result<f64> {
    let before = server.cpu()?;
    for _ in 0..plan.requests {
        client.visit(path).await?;
    }
    let cpu = server.cpu()?.saturating_sub(before);
    Ok(cpu.as_secs_f64() * 1e6 / plan.requests as f64)
}
