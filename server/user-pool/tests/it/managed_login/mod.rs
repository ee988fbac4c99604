//! Managed login: the endpoints as a client meets them, and the login page as a browser does.

mod authorize;
mod hostile;
mod login;
mod sso;
mod token;

use std::collections::BTreeMap;

use aws_lc_rs::digest;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{Request, Response, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use holdfast_user_pool::PoolConfig;
use http_body_util::BodyExt as _;
use serde_json::Value;

use crate::harness::{EMAIL, PASSWORD, TestPool, json_of};

pub(crate) const CALLBACK: &str = "https://app.example/callback";
const GOODBYE: &str = "https://app.example/goodbye";
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

pub(crate) fn open() -> TestPool {
    with(|_| {})
}

pub(crate) fn with(change: impl FnOnce(&mut PoolConfig)) -> TestPool {
    TestPool::with(|config| {
        config.callback_urls = vec![CALLBACK.to_owned(), "http://localhost:3000/callback".to_owned()];
        config.logout_urls = vec![GOODBYE.to_owned()];
        change(config);
    })
}

pub(crate) fn encoded(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// The parameters of an authentication request, with what a test changes: `("state", "")` takes one away.
pub(crate) fn asking(pool: &TestPool, changed: &[(&str, &str)]) -> String {
    let challenge = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, VERIFIER.as_bytes()).as_ref());
    let client = pool.client_id();
    let mut pairs = BTreeMap::from([
        ("response_type", "code"),
        ("client_id", client),
        ("redirect_uri", CALLBACK),
        ("state", "the state"),
        ("nonce", "the nonce"),
        ("scope", "openid email aws.cognito.signin.user.admin"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]);
    pairs.extend(changed.iter().copied());
    encoded(&pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect::<Vec<_>>())
}

/// A browser, as far as cookies go.
pub(crate) struct Browser<'a> {
    pub(crate) pool: &'a TestPool,
    pub(crate) jar: BTreeMap<String, String>,
}

/// What a browser was answered.
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) location: String,
    pub(crate) body: String,
    pub(crate) response: Response<()>,
}

impl<'a> Browser<'a> {
    pub(crate) fn of(pool: &'a TestPool) -> Self {
        Self { pool, jar: BTreeMap::new() }
    }

    async fn send(&mut self, request: axum::http::request::Builder, body: String) -> Page {
        let cookies: Vec<_> = self.jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request.header(COOKIE, cookies.join("; ")).body(Body::from(body)).unwrap();
        let (parts, body) = self.pool.send(request).await.into_parts();
        for cookie in parts.headers.get_all(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            assert!(cookie.contains("; HttpOnly; SameSite=Lax"), "{cookie}");
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            if cookie.contains("Max-Age=0") {
                self.jar.remove(name);
            } else {
                self.jar.insert(name.to_owned(), value.to_owned());
            }
        }
        let body = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        let location = parts.headers.get(LOCATION).map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
        Page { status: parts.status, location, body, response: Response::from_parts(parts, ()) }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Page {
        self.send(Request::get(path), String::new()).await
    }

    pub(crate) async fn authorize(&mut self, changed: &[(&str, &str)]) -> Page {
        let query = asking(self.pool, changed);
        self.get(&format!("/oauth2/authorize?{query}")).await
    }

    /// Fills the form of a login page in and sends it, hidden fields and all.
    pub(crate) async fn fill(&mut self, page: &Page, fields: &[(&str, &str)]) -> Page {
        let action = between(&page.body, "action=\"", "\"").replace("&amp;", "&");
        let mut pairs: Vec<(String, String)> = Vec::new();
        for input in page.body.split("<input ").skip(1).filter(|input| input.starts_with("type=\"hidden\"")) {
            pairs.push((between(input, "name=\"", "\"").to_owned(), between(input, "value=\"", "\"").to_owned()));
        }
        pairs.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let request = Request::post(action).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, body).await
    }

    /// The login page of a request.
    pub(crate) async fn login_page(&mut self, changed: &[(&str, &str)]) -> Page {
        let to = self.authorize(changed).await.location;
        let path = to.strip_prefix(&self.pool.pool.domain()).unwrap_or_else(|| panic!("{to}")).to_owned();
        let page = self.get(&path).await;
        assert_eq!(page.status, StatusCode::OK);
        page
    }

    /// Signs in on the login page; the code that the client is given.
    pub(crate) async fn sign_in(&mut self, changed: &[(&str, &str)]) -> String {
        let page = self.login_page(changed).await;
        let page = self.fill(&page, &[("username", EMAIL), ("password", PASSWORD)]).await;
        code_of(&page)
    }
}

/// The code in a redirection to the client.
pub(crate) fn code_of(page: &Page) -> String {
    assert_eq!(page.status, StatusCode::FOUND, "{}", page.body);
    let back = back(page);
    assert_eq!(back.get("state").map(String::as_str), Some("the state"));
    back.get("code").unwrap_or_else(|| panic!("{}", page.location)).clone()
}

/// The parameters of a redirection to the client.
pub(crate) fn back(page: &Page) -> BTreeMap<String, String> {
    let query = page.location.strip_prefix(CALLBACK).and_then(|rest| rest.strip_prefix('?'));
    let query = query.unwrap_or_else(|| panic!("{} {}", page.status, page.location));
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    text.split_once(before).and_then(|(_, rest)| rest.split_once(after)).map_or("", |(inside, _)| inside)
}

/// POSTs a form to the token endpoint or one of its neighbours.
pub(crate) async fn post(pool: &TestPool, path: &str, pairs: &[(&str, &str)]) -> (StatusCode, Value) {
    let request = Request::post(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    let response = pool.send(request.body(Body::from(encoded(pairs))).unwrap()).await;
    (response.status(), json_of(response).await)
}

/// Exchanges a code as it should be.
pub(crate) async fn exchange(pool: &TestPool, code: &str) -> (StatusCode, Value) {
    let pairs = [
        ("grant_type", "authorization_code"),
        ("client_id", pool.client_id()),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    post(pool, "/oauth2/token", &pairs).await
}
