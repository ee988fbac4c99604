//! The list of 10,000 documents, and the search in it: what the server takes for an answer, over HTTP.

use std::fmt::Write as _;

use sqlx::{Connection as _, SqliteConnection};

use crate::Result;
use crate::client::Client;
use crate::plan::Plan;
use crate::server::Server;
use crate::stats::{median, milliseconds, now, percentile};
use crate::table::{Row, Table};

const DOCUMENTS: u64 = 10_000;
const WORDS_EACH: u64 = 300;
const VOCABULARY: u64 = 4_000;
const ANSWERED_WITHIN_MS: f64 = 50.0;
const TIMES: usize = 20;

pub(crate) async fn measure(plan: &Plan, table: &mut Table) -> Result<()> {
    let data = plan.directory.path().join("list");
    let server = Server::start(&plan.binary, &data).await?;
    let mut client = Client::connect(Client::sign_in(server.addr).await?).await?;
    let (empty, _) = answers(&mut client, "/").await?;
    fill(&data.join("holdfast.db")).await?;
    let began = now();
    while client.get("/api/documents?limit=1").await?.1.contains("\"incomplete\":true") {}
    let read = began.elapsed();
    for (name, path) in [
        ("the page of 10,000 documents", "/"),
        ("the page of 10,000 documents, by title", "/?sort=title"),
        ("a search among 10,000: one rare word", "/?q=w3999"),
        ("a search among 10,000: two words", "/?q=w7%20w19"),
        ("a search among 10,000: a letter that every text has", "/?q=w"),
        ("a search among 10,000: nothing found", "/?q=nowhere"),
    ] {
        let (half, worst) = answers(&mut client, path).await?;
        table.add(Row {
            name: format!("{name} (slowest {worst:.1} ms)"),
            measured: format!("{half:.1} ms"),
            baseline: format!("{empty:.1} ms the page of none"),
            ratio: Some(half / empty),
            promise: format!("≤ {ANSWERED_WITHIN_MS:.0} ms"),
            kept: Some(half <= ANSWERED_WITHIN_MS),
        });
    }
    table.add(Row {
        name: format!("reading {DOCUMENTS} new documents of {WORDS_EACH} words for the search, behind the answers"),
        measured: format!("{:.1} s", read.as_secs_f64()),
        baseline: String::new(),
        ratio: None,
        promise: String::new(),
        kept: None,
    });
    server.stop().await
}

async fn answers(client: &mut Client, path: &str) -> Result<(f64, f64)> {
    let mut all = Vec::new();
    for _ in 0..TIMES {
        let began = now();
        let (status, _) = client.get(path).await?;
        all.push(milliseconds(began.elapsed()));
        if status != 200 {
            return Err(format!("{path} answered {status}").into());
        }
    }
    let half = median(&all).ok_or("nothing was measured")?;
    Ok((half, percentile(&all, 1.0).unwrap_or_default()))
}

/// Documents as the server makes them, for the only user there is.
async fn fill(database: &std::path::Path) -> Result<()> {
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", database.display())).await?;
    let owner: String = sqlx::query_scalar("SELECT sub FROM sessions").fetch_one(&mut connection).await?;
    let mut transaction = connection.begin().await?;
    let mut random = 1_u64;
    for n in 0..DOCUMENTS {
        let mut text = String::new();
        for _ in 0..WORDS_EACH {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            // Words are as unevenly spread as in a language: few of them are most of a text.
            let spread = (random >> 33) % VOCABULARY;
            write!(text, "w{} ", spread * ((random >> 13) % VOCABULARY) / VOCABULARY)?;
        }
        let (id, title) = (format!("{n:032x}"), format!("Document {n}"));
        sqlx::query("INSERT INTO documents (id, owner, title, created_at, titled_at) VALUES ($1, $2, $3, $4, $4)")
            .bind(&id)
            .bind(&owner)
            .bind(title)
            .bind(i64::try_from(n)?)
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "INSERT INTO drafts (document_id, owner, head, hash, saved_at, base_version, version_head)
             VALUES ($1, $2, 0, zeroblob(32), $3, 0, -1)",
        )
        .bind(&id)
        .bind(&owner)
        .bind(i64::try_from(n)?)
        .execute(&mut *transaction)
        .await?;
        sqlx::query("INSERT INTO draft_snapshots (document_id, owner, head, text) VALUES ($1, $2, 0, $3)")
            .bind(&id)
            .bind(&owner)
            .bind(&text)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    connection.close().await?;
    Ok(())
}
