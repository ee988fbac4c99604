//! The headers that every response carries: a strict Content-Security-Policy with a fresh nonce, no caching of anything
//! personal, and nothing for other origins to hold on to.

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::AppState;
use super::site::WORKER;

/// This response's nonce, 128 random bits; the pages put it on their script and style sheet.
#[derive(Debug, Clone)]
pub(crate) struct Nonce(pub(crate) String);

/// The middleware.
pub(crate) async fn set(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let mut bytes = [0_u8; 16];
    state.entropy.fill(&mut bytes);
    let nonce = STANDARD.encode(bytes);
    request.extensions_mut().insert(Nonce(nonce.clone()));
    let is_worker = request.uri().path() == WORKER;
    let mut response = next.run(request).await;

    let is_page = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|content_type| content_type.as_bytes().starts_with(b"text/html"));
    let policy = match (is_page, is_worker) {
        (true, _) => page_policy(&nonce),
        // It asks this server for the pages that it was asked for, and nobody for anything else.
        (false, true) => String::from("default-src 'none'; connect-src 'self'; frame-ancestors 'none'"),
        (false, false) => String::from("default-src 'none'; frame-ancestors 'none'"),
    };
    let mut set = |name: HeaderName, value: &'static str| {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    };
    // Only the content-hashed files of the site say otherwise, and they say it themselves.
    set(header::CACHE_CONTROL, "no-store");
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
    if state.is_https() {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains");
    }
    if let Ok(policy) = HeaderValue::try_from(policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// `wasm-unsafe-eval` is what compiling WebAssembly needs; it allows no script text to be evaluated.
/// <https://www.w3.org/TR/CSP3/#directive-script-src>
fn page_policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; \
         connect-src 'self'; img-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'; \
         form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'"
    )
}
