//! What makes the site one that a phone or a desktop can install: its manifest and its icons. The icons are `favicon.svg` as a
//! browser paints it, the one for a phone's home screen and the maskable one without rounded corners.

use axum::Router;
use axum::http::HeaderValue;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

use super::standing;

const MANIFEST: &[u8] = include_bytes!("manifest.webmanifest");
const FAVICON: &[u8] = include_bytes!("../favicon.svg");
const SMALL: &[u8] = include_bytes!("icon-192.png");
const LARGE: &[u8] = include_bytes!("icon-512.png");
const MASKABLE: &[u8] = include_bytes!("icon-maskable-512.png");
const HOME_SCREEN: &[u8] = include_bytes!("icon-180.png");

pub(super) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let svg = || file("image/svg+xml", FAVICON);
    let png = |bytes: &'static [u8]| get(move || async move { file("image/png", bytes) });
    Router::new()
        .route("/favicon.svg", get(async move || svg()))
        .route("/favicon.ico", get(async move || svg()))
        .route("/icon-180.png", png(HOME_SCREEN))
        .route("/icon-192.png", png(SMALL))
        .route("/icon-512.png", png(LARGE))
        .route("/icon-maskable-512.png", png(MASKABLE))
        .route("/manifest.webmanifest", get(async || file("application/manifest+json", MANIFEST)))
}

fn file(kind: &'static str, bytes: &'static [u8]) -> Response {
    (standing(HeaderValue::from_static(kind)), bytes).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
    use axum::http::{Request, StatusCode};
    use http_body_util::BodyExt as _;
    use serde_json::Value;
    use tower::ServiceExt as _;

    use super::*;

    async fn ask(method: &str, path: &str) -> Response {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).expect("a request");
        router().oneshot(request).await.expect("infallible")
    }

    #[tokio::test]
    async fn head_says_how_long_the_body_would_be() {
        let response = ask("HEAD", "/favicon.ico").await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[CONTENT_TYPE], "image/svg+xml");
        assert_eq!(response.headers()[CONTENT_LENGTH], FAVICON.len().to_string().as_str());
        assert!(response.into_body().collect().await.expect("a body").to_bytes().is_empty());
    }

    /// Every icon of the manifest is served, is what it says, and is small.
    #[tokio::test]
    async fn the_manifest_names_icons_that_are_there() {
        let manifest: Value = serde_json::from_slice(MANIFEST).expect("JSON");
        let icons = manifest["icons"].as_array().expect("icons");
        let sizes: Vec<&str> = icons.iter().filter_map(|icon| icon["sizes"].as_str()).collect();
        assert_eq!(sizes, ["192x192", "512x512", "512x512", "any"]);
        for icon in icons {
            let text = |name: &str| icon[name].as_str().expect("a text").to_owned();
            let response = ask("GET", &text("src")).await;
            assert_eq!(
                (response.status(), response.headers()[CONTENT_TYPE].to_str().ok()),
                (StatusCode::OK, Some(&*text("type")))
            );
            let bytes = response.into_body().collect().await.expect("a body").to_bytes();
            assert!(bytes.len() < 16 * 1024, "{icon}: {} bytes", bytes.len());
            if let Some((width, height)) = text("sizes").split_once('x') {
                // Behind the signature of 8 bytes stands the first chunk, IHDR, with both (PNG, section 11.2.1).
                let number =
                    |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes")).to_string();
                assert_eq!((number(16), number(20)), (width.to_owned(), height.to_owned()), "{icon}");
            }
        }
    }
}
