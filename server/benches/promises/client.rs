//! A browser reduced to what costs least: HTTP/1.1 written by hand over one kept-alive connection, every byte counted.
//! The machine's cores are shared with the server under test, so a client must not cost more than it has to.

use std::net::SocketAddr;
use std::path::Path;

use serde_json::{Value, json};
use sqlx::{Connection, SqliteConnection};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Result;

/// The user that the server is started with.
pub(crate) const USER: (&str, &str) = ("ada@example.com", "Password-1");

/// Where the server is, and who is signed in.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) addr: SocketAddr,
    pub(crate) cookie: String,
}

pub(crate) struct Client {
    site: Site,
    stream: TcpStream,
    request: Vec<u8>,
    answer: Vec<u8>,
}

pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    head: &'a str,
    pub(crate) body: &'a [u8],
    /// Bytes on the wire, there and back.
    pub(crate) wire: u64,
}

impl Answer<'_> {
    fn expect(&self, status: u16) -> Result<()> {
        if self.status == status {
            return Ok(());
        }
        Err(format!("answered {} instead of {status}: {}", self.status, String::from_utf8_lossy(self.body)).into())
    }
}

impl Client {
    pub(crate) async fn connect(site: Site) -> Result<Self> {
        let stream = TcpStream::connect(site.addr).await?;
        stream.set_nodelay(true)?;
        Ok(Self { site, stream, request: Vec::new(), answer: Vec::new() })
    }

    /// Signs in and hands out the site with its cookie.
    pub(crate) async fn sign_in(addr: SocketAddr) -> Result<Site> {
        let mut client = Self::connect(Site { addr, cookie: String::new() }).await?;
        let body = json!({"username": USER.0, "password": USER.1}).to_string();
        let answer = client.send("POST", "/api/session", &body).await?;
        answer.expect(200)?;
        let cookie = header(answer.head, "set-cookie").and_then(|value| value.split(';').next());
        Ok(Site { addr, cookie: cookie.ok_or("signing in set no cookie")?.to_owned() })
    }

    /// Makes a document; its draft's path.
    pub(crate) async fn new_document(&mut self, text: &str) -> Result<String> {
        let body = json!({"title": "A title", "text": text}).to_string();
        let answer = self.send("POST", "/api/documents", &body).await?;
        answer.expect(201)?;
        let document: Value = serde_json::from_slice(answer.body)?;
        let id = document["id"].as_str().ok_or("a document without an id")?;
        Ok(format!("/api/documents/{id}/draft"))
    }

    /// Saves one character at `at` as the batch that makes `head`; bytes on the wire. Anything but a receipt is an error.
    pub(crate) async fn save(&mut self, draft: &str, head: u64, at: u64) -> Result<u64> {
        let base = head - 1;
        let body = format!(r#"{{"writer":"bench","base_head":{base},"seq":{head},"edits":[[{at},0,"x"]]}}"#);
        let answer = self.send("PATCH", draft, &body).await?;
        answer.expect(200)?;
        if !answer.body.starts_with(format!("{{\"head\":{head},").as_bytes()) {
            return Err(format!("not a receipt for {head}: {}", String::from_utf8_lossy(answer.body)).into());
        }
        Ok(answer.wire)
    }

    /// Saves one character as the batch that makes `head`, by a writer with an id as long as the page's; the lengths of the
    /// two bodies.
    pub(crate) async fn save_bodies(&mut self, draft: &str, head: u64, at: u64) -> Result<(u64, u64)> {
        let (base, writer) = (head - 1, "0123456789abcdef0123456789abcdef");
        let body = format!(r#"{{"writer":"{writer}","base_head":{base},"seq":{head},"edits":[[{at},0,"x"]]}}"#);
        let answer = self.send("PATCH", draft, &body).await?;
        answer.expect(200)?;
        Ok((body.len() as u64, answer.body.len() as u64))
    }

    /// Saves `count` single characters as one batch, number `batch` of its kind.
    pub(crate) async fn save_many(&mut self, draft: &str, batch: u64, count: u64) -> Result<()> {
        let first = batch * count;
        let edits: Vec<String> = (first..first + count).map(|at| format!(r#"[{at},0,"x"]"#)).collect();
        let body =
            format!(r#"{{"writer":"bench","base_head":{batch},"seq":{},"edits":[{}]}}"#, first + 1, edits.join(","));
        self.send("PATCH", draft, &body).await?.expect(200)
    }

    /// Reads something that is there, and looks at nothing of it.
    pub(crate) async fn visit(&mut self, path: &str) -> Result<()> {
        self.send("GET", path, "").await?.expect(200)
    }

    /// Reads a draft; the bytes of the answer's body.
    pub(crate) async fn read(&mut self, draft: &str) -> Result<usize> {
        let answer = self.send("GET", draft, "").await?;
        answer.expect(200)?;
        Ok(answer.body.len())
    }

    /// Reads anything; status and body.
    pub(crate) async fn get(&mut self, path: &str) -> Result<(u16, String)> {
        let answer = self.send("GET", path, "").await?;
        Ok((answer.status, String::from_utf8_lossy(answer.body).into_owned()))
    }

    /// Brings what is in the write-ahead log into the database file.
    pub(crate) async fn checkpoint(&self, data: &Path) -> Result<()> {
        let url = format!("sqlite://{}", data.join("holdfast.db").display());
        let mut connection = SqliteConnection::connect(&url).await?;
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut connection).await?;
        connection.close().await?;
        Ok(())
    }

    pub(crate) async fn is_healthy(&mut self) -> Result<bool> {
        Ok(self.send("GET", "/healthz", "").await?.status == 200)
    }

    async fn send(&mut self, method: &str, path: &str, body: &str) -> Result<Answer<'_>> {
        let Site { addr, cookie } = &self.site;
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {addr}\r\norigin: http://{addr}\r\ncookie: {cookie}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        self.request.clear();
        self.request.extend_from_slice(request.as_bytes());
        self.stream.write_all(&self.request).await?;
        self.answer.clear();
        let (head, length) = loop {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                return Err("the server hung up".into());
            }
            if let Some(end) = self.answer.windows(4).position(|four| four == b"\r\n\r\n") {
                let head = std::str::from_utf8(&self.answer[..end])?;
                let length = header(head, "content-length").ok_or("an answer without a length")?;
                break (end, length.parse::<usize>()?);
            }
        };
        let whole = head + 4 + length;
        while self.answer.len() < whole {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                return Err("the server hung up within an answer".into());
            }
        }
        let text = std::str::from_utf8(&self.answer[..head])?;
        let status = text.split(' ').nth(1).ok_or("an answer without a status")?.parse()?;
        let wire = (self.request.len() + whole) as u64;
        Ok(Answer { status, head: text, body: &self.answer[head + 4..whole], wire })
    }
}

/// A header of an answer; the server writes names in lower case.
fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}
