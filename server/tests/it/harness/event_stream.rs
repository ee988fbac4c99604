//! `GET /api/events` as a browser reads it.

use std::time::Duration;

use http::Method;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use super::Browser;

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Event {
    pub(crate) kind: String,
    pub(crate) data: Value,
}

/// An open stream; dropping it cuts the connection.
pub(crate) struct EventStream {
    body: Incoming,
    unread: Vec<u8>,
    connection: JoinHandle<()>,
}

impl Drop for EventStream {
    fn drop(&mut self) {
        self.connection.abort();
    }
}

impl EventStream {
    /// Opens it; fails unless the answer is a stream.
    pub(crate) async fn open(browser: &Browser) -> Self {
        Self::try_open(browser).await.unwrap_or_else(|status| panic!("no stream: {status}"))
    }

    /// Opens it, or says with which status it was refused.
    pub(crate) async fn try_open(browser: &Browser) -> Result<Self, u16> {
        let stream = TcpStream::connect(browser.addr()).await.expect("the server listens");
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.expect("a handshake");
        let connection = tokio::spawn(async move {
            let _cut = connection.await;
        });
        let response = sender.send_request(browser.request(Method::GET, "/api/events", None)).await.expect("an answer");
        if response.status() != 200 {
            return Err(response.status().as_u16());
        }
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        Ok(Self { body: response.into_body(), unread: Vec::new(), connection })
    }

    /// The next event; `None` at the end of the stream. Fails after ten seconds of silence.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        let next = async {
            loop {
                if let Some(end) = self.unread.windows(2).position(|pair| pair == b"\n\n") {
                    let frame: Vec<u8> = self.unread.drain(..end + 2).collect();
                    match parse(std::str::from_utf8(&frame).expect("UTF-8").trim_end()) {
                        Some(event) => return Some(event),
                        None => continue,
                    }
                }
                match self.body.frame().await {
                    Some(Ok(frame)) => {
                        self.unread.extend_from_slice(&frame.into_data().expect("data"));
                    }
                    Some(Err(error)) => panic!("the stream broke: {error}"),
                    None => return None,
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(10), next).await.expect("an event within ten seconds")
    }

    /// What arrives first, as it is.
    pub(crate) async fn first_bytes(&mut self) -> String {
        let frame = self.body.frame().await.expect("something").expect("no error");
        String::from_utf8_lossy(&frame.into_data().expect("data")).into_owned()
    }

    /// The next event of this kind, whatever comes before it.
    pub(crate) async fn next_of(&mut self, kind: &str) -> Value {
        loop {
            let event = self.next().await.unwrap_or_else(|| panic!("the stream ended before {kind}"));
            if event.kind == kind {
                return event.data;
            }
        }
    }

    /// Reads to the end; the events that were still to come. Fails after ten seconds of silence.
    pub(crate) async fn rest(mut self) -> Vec<Event> {
        let mut events = Vec::new();
        while let Some(event) = self.next().await {
            events.push(event);
        }
        events
    }
}

/// `None` for a comment.
fn parse(frame: &str) -> Option<Event> {
    let field = |name: &str| frame.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    if frame.lines().all(|line| line.starts_with(':')) {
        return None;
    }
    assert_eq!(frame.lines().count(), 2, "{frame}");
    let data = serde_json::from_str(field("data").expect("data")).expect("JSON");
    Some(Event { kind: field("event").expect("a kind").to_owned(), data })
}
