//! An HTTP client with a cookie, over connections of its own, so that a test can cut one off in the middle.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use http::{HeaderMap, Method, Request, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The stable code of a problem document.
    pub(crate) fn code(&self) -> String {
        let json = self.json();
        assert_eq!(json["status"], self.status, "{json}");
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{json}");
        json["code"].as_str().unwrap_or_else(|| panic!("no code: {json}")).to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// A browser profile; clones share the cookie.
#[derive(Debug, Clone)]
pub(crate) struct Browser {
    addr: SocketAddr,
    origin: String,
    cookie: Arc<Mutex<Option<String>>>,
    /// The cookies of a sign-in that is not through yet, `name=value`.
    steps: Arc<Mutex<Vec<String>>>,
    /// What it calls itself.
    agent: Option<&'static str>,
}

impl Browser {
    pub(crate) fn new(addr: SocketAddr, origin: &str) -> Self {
        Self { addr, origin: origin.to_owned(), cookie: Arc::default(), steps: Arc::default(), agent: None }
    }

    /// The same browser with a `User-Agent`.
    pub(crate) fn calling_itself(self, agent: &'static str) -> Self {
        Self { agent: Some(agent), ..self }
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The cookies as `name=value`, in one header.
    pub(crate) fn cookie(&self) -> Option<String> {
        self.cookie.lock().expect("no test panics here").clone()
    }

    pub(crate) fn set_cookie(&self, cookie: Option<String>) {
        *self.cookie.lock().expect("no test panics here") = cookie;
    }

    /// The same cookie in a jar of its own: a stolen one.
    pub(crate) fn copy(&self) -> Self {
        let copy = Self { cookie: Arc::default(), steps: Arc::default(), ..self.clone() };
        copy.set_cookie(self.cookie());
        copy
    }

    pub(crate) async fn sign_in(&self, username: &str, password: &str) -> Answer {
        self.post("/api/session", &json!({"username": username, "password": password})).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path, None)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path, None)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::POST, path, Some(body))).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::PATCH, path, Some(body))).await
    }

    /// `PUT` of a whole text.
    pub(crate) async fn put_text(&self, path: &str, if_match: &str, text: &str) -> Answer {
        let mut request = self.request(Method::PUT, path, Some(&json!({"text": text})));
        request.headers_mut().insert(header::IF_MATCH, if_match.parse().expect("a header value"));
        self.send(request).await
    }

    /// A plain HTML form.
    pub(crate) async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let encode = |text: &str| -> String {
            text.bytes()
                .map(|byte| match byte {
                    b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
                    _ => format!("%{byte:02X}"),
                })
                .collect()
        };
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        let mut request = self.request(Method::POST, path, None);
        *request.body_mut() = Full::from(body.join("&"));
        let form = "application/x-www-form-urlencoded".parse().expect("a header value");
        request.headers_mut().insert(header::CONTENT_TYPE, form);
        self.send(request).await
    }

    /// A new document; its id.
    pub(crate) async fn new_document(&self, text: &str) -> String {
        let answer = self.post("/api/documents", &json!({"title": "A title", "text": text})).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.json()["id"].as_str().expect("an id").to_owned()
    }

    /// The draft of a document.
    pub(crate) async fn draft(&self, id: &str) -> Value {
        let answer = self.get(&format!("/api/documents/{id}/draft")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    /// Sends edits.
    pub(crate) async fn save(&self, id: &str, writer: &str, base_head: u64, seq: u64, edits: Value) -> Answer {
        let body = json!({"writer": writer, "base_head": base_head, "seq": seq, "edits": edits});
        self.patch(&format!("/api/documents/{id}/draft"), &body).await
    }

    /// A request as this browser makes it: with its cookie, from the site's own origin.
    pub(crate) fn request(&self, method: Method, path: &str, body: Option<&Value>) -> Request<Full<Bytes>> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, self.addr.to_string())
            .header(header::ORIGIN, &self.origin);
        if let Some(agent) = self.agent {
            request = request.header(header::USER_AGENT, agent);
        }
        let steps = self.steps.lock().expect("no test panics here").clone();
        let cookies: Vec<String> = self.cookie().into_iter().chain(steps).collect();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        request.body(body.map_or_else(Full::default, |body| Full::from(body.to_string()))).expect("a request")
    }

    /// A request as a program makes it: a token, no cookie and no origin.
    pub(crate) fn with_token(
        &self,
        token: &str,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Request<Full<Bytes>> {
        let mut request = self.request(method, path, body);
        let headers = request.headers_mut();
        headers.remove(header::COOKIE);
        headers.remove(header::ORIGIN);
        headers.insert(header::AUTHORIZATION, format!("Bearer {token}").parse().expect("a header value"));
        request
    }

    /// Sends it over a connection of its own and takes over the cookie of the answer.
    pub(crate) async fn send(&self, request: Request<Full<Bytes>>) -> Answer {
        let stream = TcpStream::connect(self.addr).await.expect("the server listens");
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.expect("a handshake");
        let connection = tokio::spawn(connection);
        let response = sender.send_request(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let never_ends = parts.headers.get("content-type").is_some_and(|kind| kind == "text/event-stream");
        let body = if never_ends { Bytes::new() } else { body.collect().await.expect("a whole body").to_bytes() };
        drop(sender);
        if never_ends {
            connection.abort();
        }
        let _closed = connection.await;
        self.take_cookie(&parts.headers);
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    /// Sends the request and goes away without waiting for the answer: the connection is cut.
    pub(crate) async fn send_and_leave(&self, request: Request<Full<Bytes>>, leave: impl Future<Output = ()>) {
        let stream = TcpStream::connect(self.addr).await.expect("the server listens");
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.expect("a handshake");
        let connection = tokio::spawn(connection);
        let sending = tokio::spawn(async move { sender.send_request(request).await.map(|_| ()) });
        leave.await;
        connection.abort();
        sending.abort();
    }

    fn take_cookie(&self, headers: &HeaderMap) {
        for value in headers.get_all(header::SET_COOKIE) {
            let text = value.to_str().expect("a cookie in ASCII");
            let pair = text.split(';').next().unwrap_or_default().to_owned();
            let removed = pair.ends_with('=') || text.contains("Max-Age=0");
            let name = pair.split('=').next().unwrap_or_default();
            if name.contains("-step") {
                let mut steps = self.steps.lock().expect("no test panics here");
                steps.retain(|step| step.split('=').next() != Some(name));
                steps.extend((!removed).then_some(pair.clone()));
            } else {
                let before = self.cookie().unwrap_or_default();
                let others =
                    before.split("; ").filter(|other| !other.is_empty() && other.split('=').next() != Some(name));
                let all: Vec<&str> = others.chain((!removed).then_some(pair.as_str())).collect();
                self.set_cookie((!all.is_empty()).then(|| all.join("; ")));
            }
        }
    }
}
