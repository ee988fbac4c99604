//! What a long history costs: the bytes of a receipt, the growth of the database, and opening a document with 250,000 edits
//! behind it.

use std::path::Path;

use crate::Result;
use crate::client::Client;
use crate::plan::Plan;
use crate::server::Server;
use crate::stats::{median, milliseconds, now};
use crate::table::{Row, Table};

/// A request's body and an answer's body for one character, each.
const BODY: u64 = 150;
/// Growth per 1,000 saves of one character, before anything is folded together.
const GROWTH_KB: f64 = 400.0;
/// Opening, against a text that was pasted at once.
const OPENING: f64 = 2.0;

const EDITS: u64 = 250_000;
const EDITS_PER_BATCH: u64 = 1_000;
const SAVES: u64 = 1_000;
const OPENINGS: usize = 21;

pub(crate) async fn measure(plan: &Plan, table: &mut Table) -> Result<()> {
    let data = plan.directory.path().join("history");
    let server = Server::start(&plan.binary, &data).await?;
    let mut client = Client::connect(Client::sign_in(server.addr).await?).await?;
    growth(&data, &mut client, table).await?;
    opening(&mut client, table).await?;
    server.stop().await
}

async fn growth(data: &Path, client: &mut Client, table: &mut Table) -> Result<()> {
    let draft = client.new_document("Nothing that was typed is lost.").await?;
    let pages = || -> Result<f64> {
        let length = |name: &str| std::fs::metadata(data.join(name)).map_or(0, |file| file.len());
        Ok(length("holdfast.db") as f64 / 1024.0)
    };
    client.checkpoint(data).await?;
    let before = pages()?;
    let (mut request, mut answer) = (0, 0);
    for head in 1..=SAVES {
        let (there, back) = client.save_bodies(&draft, head, head).await?;
        (request, answer) = (request.max(there), answer.max(back));
    }
    client.checkpoint(data).await?;
    let grown = pages()? - before;
    table.add(Row {
        name: "one character: largest body, there and back".to_owned(),
        measured: format!("{request} B, {answer} B"),
        baseline: String::new(),
        ratio: None,
        promise: format!("≤ {BODY} B each"),
        kept: Some(request <= BODY && answer <= BODY),
    });
    table.add(Row {
        name: format!("database growth per {SAVES} saves of one character"),
        measured: format!("{grown:.0} KB"),
        baseline: String::new(),
        ratio: None,
        promise: format!("≤ {GROWTH_KB:.0} KB"),
        kept: Some(grown <= GROWTH_KB),
    });
    Ok(())
}

async fn opening(client: &mut Client, table: &mut Table) -> Result<()> {
    let typed = client.new_document("").await?;
    for batch in 0..EDITS / EDITS_PER_BATCH {
        client.save_many(&typed, batch, EDITS_PER_BATCH).await?;
    }
    let text = "x".repeat(usize::try_from(EDITS)?);
    let pasted = client.new_document(&text).await?;
    let (mut long, mut short) = (Vec::new(), Vec::new());
    for _ in 0..OPENINGS {
        for (draft, times) in [(&typed, &mut long), (&pasted, &mut short)] {
            let began = now();
            let length = client.read(draft).await?;
            times.push(milliseconds(began.elapsed()));
            if length < text.len() {
                return Err(format!("{length} bytes of a text of {}", text.len()).into());
            }
        }
    }
    let (long, short) = median(&long).zip(median(&short)).ok_or("nothing was opened")?;
    table.add(Row {
        name: "opening a document with 250,000 edits behind it".to_owned(),
        measured: format!("{long:.1} ms"),
        baseline: format!("{short:.1} ms pasted at once"),
        ratio: Some(long / short),
        promise: format!("≤ {OPENING:.0} ×"),
        kept: Some(long <= OPENING * short),
    });
    Ok(())
}
