//! A browser as far as cookies go.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, Request, StatusCode};
use holdfast_session::rows::RowId;
use holdfast_session::seal::CookieSecret;
use serde_json::{Value, json};
use tower::ServiceExt as _;
use tower_sessions::session::Id;

/// Keeps the session cookie and sends it.
#[derive(Clone)]
pub(crate) struct Browser {
    router: Router,
    /// `name=value`.
    pub(crate) cookie: Option<String>,
    /// The cookies of a sign-in that is not through yet, `name=value`.
    pub(crate) steps: Vec<String>,
    pub(crate) headers: HeaderMap,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    /// Status and problem code in one, for assertions.
    pub(crate) fn problem(&self) -> (u16, String) {
        assert_eq!(self.headers[CONTENT_TYPE], "application/problem+json", "{}", self.text);
        assert_eq!(self.headers["cache-control"], "no-store");
        (self.status.as_u16(), self.json()["code"].as_str().expect("a code").to_owned())
    }
}

impl Browser {
    pub(crate) fn new(router: Router) -> Self {
        Self { router, cookie: None, steps: Vec::new(), headers: HeaderMap::new() }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, None).await
    }

    pub(crate) async fn post(&mut self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, Some(body)).await
    }

    pub(crate) async fn delete(&mut self, path: &str) -> Answer {
        self.send("DELETE", path, None).await
    }

    pub(crate) async fn sign_in(&mut self, username: &str, password: &str) -> Answer {
        self.post("/api/session", &json!({ "username": username, "password": password })).await
    }

    pub(crate) async fn answer(&mut self, challenge: &str, answers: Value) -> Answer {
        self.post("/api/session/challenge", &json!({ "challenge": challenge, "answers": answers })).await
    }

    async fn send(&mut self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        for cookie in self.cookie.iter().chain(&self.steps) {
            request = request.header(COOKIE, cookie);
        }
        let request = match body {
            Some(body) => request.header(CONTENT_TYPE, "application/json").body(Body::from(body.to_string())),
            None => request.body(Body::empty()),
        };
        self.raw(request.expect("a request")).await
    }

    pub(crate) async fn raw(&mut self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("infallible");
        let (parts, body) = response.into_parts();
        for value in parts.headers.get_all(SET_COOKIE) {
            let pair = value.to_str().expect("ASCII").split(';').next().expect("a pair");
            let name = pair.split('=').next().expect("a name");
            let kept = Some(pair.to_owned()).filter(|pair| !pair.ends_with('='));
            if name.contains("-step") {
                self.steps.retain(|step| step.split('=').next() != Some(name));
                self.steps.extend(kept);
            } else {
                self.cookie = kept;
            }
        }
        let bytes = to_bytes(body, usize::MAX).await.expect("a body");
        let text = String::from_utf8(bytes.to_vec()).expect("UTF-8");
        Answer { status: parts.status, headers: parts.headers, text }
    }

    pub(crate) fn id(&self) -> Id {
        self.cookie.as_deref().expect("a cookie").split_once('=').expect("a pair").1.parse().expect("an id")
    }

    pub(crate) fn row_id(&self) -> RowId {
        CookieSecret::of(self.id()).row_id()
    }
}
