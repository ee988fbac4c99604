//! What a browser keeps for when there is no network: the service worker, and the one page that it answers with.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::get;
use axum::{Extension, Router};
use holdfast_app::render_offline;
use sha2::{Digest as _, Sha256};

use super::{Kind, Site, not_found};
use crate::drafts::hex;
use crate::http::headers::Nonce;

/// What a browser asks for whenever it looks whether there is another service worker.
pub(in crate::http) const WORKER: &str = "/sw.js";

/// What in the script stands for the page's hash.
const PLACEHOLDER: &str = "__PAGE__";

pub(super) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/sw.js", get(worker)).route("/offline", get(page))
}

/// Never from a cache: a browser must hear of a new one when there is one.
async fn worker() -> Response {
    let site = Site::current();
    let Some(script) = site.text("sw.", Kind::Script) else { return not_found() };
    let page = render_offline(&style(&site), &code(&site), "");
    let hash = hex(&Sha256::digest(page.as_bytes())[..8]);
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(Kind::Script.content_type())),
        (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (headers, script.replace(PLACEHOLDER, &hash)).into_response()
}

/// The same for everybody. Who comes here with a network sees what it will look like without one.
async fn page(nonce: Option<Extension<Nonce>>) -> Response {
    let site = Site::current();
    let nonce = nonce.map(|Extension(Nonce(nonce))| nonce).unwrap_or_default();
    (StatusCode::OK, Html(render_offline(&style(&site), &code(&site), &nonce))).into_response()
}

fn style(site: &Site) -> String {
    site.text("offline.", Kind::Style).unwrap_or_default()
}

fn code(site: &Site) -> String {
    site.text("offline.", Kind::Script).unwrap_or_default()
}
