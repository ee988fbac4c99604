//! HTTP/1.1 written by hand over one kept connection: when the server is killed, every client knows at once how far it
//! has come.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::{Value, json};

use crate::Result;

/// The user that the server is started with.
pub(crate) const USER: (&str, &str) = ("ada@example.com", "Password-1");

/// A server that says nothing for so long hangs, and that is a finding.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where the server is, and who is signed in.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub(crate) addr: SocketAddr,
    pub(crate) cookie: String,
}

pub(crate) struct Client {
    site: Site,
    stream: TcpStream,
    buffer: Vec<u8>,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
    cookie: Option<String>,
}

impl Answer {
    /// The body, where the status is `status`.
    pub(crate) fn expect(&self, status: u16) -> Result<Value> {
        if self.status == status {
            return Ok(serde_json::from_slice(&self.body)?);
        }
        Err(format!("answered {} instead of {status}: {}", self.status, String::from_utf8_lossy(&self.body)).into())
    }
}

impl Client {
    pub(crate) fn connect(site: &Site) -> io::Result<Self> {
        let stream = TcpStream::connect(site.addr)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { site: site.clone(), stream, buffer: Vec::new() })
    }

    /// Signs in and hands out the site with its cookie.
    pub(crate) fn sign_in(addr: SocketAddr) -> Result<Site> {
        let mut client = Self::connect(&Site { addr, cookie: String::new() })?;
        let body = json!({"username": USER.0, "password": USER.1}).to_string();
        let answer = client.send("POST", "/api/session", &body)?;
        answer.expect(200)?;
        Ok(Site { addr, cookie: answer.cookie.ok_or("signing in set no cookie")? })
    }

    /// Makes an empty document; its draft's path.
    pub(crate) fn new_document(&mut self) -> Result<String> {
        let body = json!({"title": "A title", "text": ""}).to_string();
        let document = self.send("POST", "/api/documents", &body)?.expect(201)?;
        let id = document["id"].as_str().ok_or("a document without an id")?;
        Ok(format!("/api/documents/{id}/draft"))
    }

    pub(crate) fn send(&mut self, method: &str, path: &str, body: &str) -> io::Result<Answer> {
        let Site { addr, cookie } = &self.site;
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {addr}\r\norigin: http://{addr}\r\ncookie: {cookie}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        self.stream.write_all(request.as_bytes())?;
        self.buffer.clear();
        let (head, body) = read_message(&mut self.stream, &mut self.buffer)?;
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(broken)?;
        let cookie = header(&head, "set-cookie").and_then(|value| value.split(';').next()).map(str::to_owned);
        Ok(Answer { status, body, cookie })
    }
}

/// A head and the body that its `content-length` announces. What came beyond them stays in `buffer`.
pub(crate) fn read_message(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> io::Result<(String, Vec<u8>)> {
    let end = loop {
        if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        more(stream, buffer)?;
    };
    let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
    let length = header(&head, "content-length").and_then(|length| length.parse::<usize>().ok()).unwrap_or(0);
    while buffer.len() < end + 4 + length {
        more(stream, buffer)?;
    }
    let body = buffer[end + 4..end + 4 + length].to_vec();
    buffer.drain(..end + 4 + length);
    Ok((head, body))
}

fn more(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> io::Result<()> {
    let mut chunk = [0; 16 * 1024];
    match stream.read(&mut chunk)? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        read => {
            buffer.extend_from_slice(&chunk[..read]);
            Ok(())
        }
    }
}

fn broken() -> io::Error {
    io::Error::other("not an HTTP answer")
}

/// A header; both sides write names in lower case.
fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}
