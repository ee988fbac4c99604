//! The site's built files, served from memory under `/pkg/`: embedded into the binary by `build.rs`, compressed when it
//! was built, named by the hash of their content and therefore cacheable for ever. And the few files that have an address
//! of their own: [`installed`], [`offline`].
//!
//! A debug build reads the folder in `HOLDFAST_SITE_DIR` instead, on each request, so that a changed style sheet shows
//! without another build.

mod installed;
mod offline;

use std::borrow::Cow;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use holdfast::wire::{Code, Problem};
use holdfast_app::Assets;

/// Where the files are served.
const PREFIX: &str = "/pkg/";
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ONE_DAY: HeaderValue = HeaderValue::from_static("public, max-age=86400");
const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// An entry of the table that `build.rs` writes.
struct Embedded {
    name: &'static str,
    plain: &'static [u8],
    br: Option<&'static [u8]>,
    gz: Option<&'static [u8]>,
}

static EMBEDDED: &[Embedded] = include!(concat!(env!("OUT_DIR"), "/site.rs"));

pub(super) use self::offline::WORKER;

/// `GET /pkg/{file}`, and what a browser asks for by itself.
pub(crate) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/pkg/{file}", get(file)).merge(installed::router()).merge(offline::router())
}

/// What a page must link to. Without a built site there is no style sheet and no script.
pub(crate) fn assets() -> Assets {
    Site::current().assets()
}

async fn file(Path(name): Path<String>, headers: HeaderMap) -> Response {
    match Site::current().files.iter().find(|file| file.name == name) {
        Some(file) => file.response(&headers),
        None => not_found(),
    }
}

/// The headers of a file that stays under its name when it changes.
fn standing(kind: HeaderValue) -> [(HeaderName, HeaderValue); 4] {
    [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, ONE_DAY),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue::from_static("same-origin")),
    ]
}

fn not_found() -> Response {
    let problem = Problem::from(Code::NotFound);
    let body = serde_json::to_string(&problem).unwrap_or_default();
    let headers = [(CONTENT_TYPE, "application/problem+json"), (CACHE_CONTROL, "no-store")];
    (StatusCode::NOT_FOUND, headers, body).into_response()
}

/// The files of one build.
struct Site {
    files: Vec<File>,
}

impl Site {
    fn current() -> Self {
        #[cfg(debug_assertions)]
        if let Some(folder) = std::env::var_os("HOLDFAST_SITE_DIR") {
            return Self::read(std::path::Path::new(&folder));
        }
        Self::embedded()
    }

    fn embedded() -> Self {
        let files = EMBEDDED.iter().map(|file| File {
            name: Cow::Borrowed(file.name),
            plain: Cow::Borrowed(file.plain),
            br: file.br.map(Cow::Borrowed),
            gz: file.gz.map(Cow::Borrowed),
        });
        Self { files: files.collect() }
    }

    /// What cannot be read is not there: this is for development only.
    #[cfg(debug_assertions)]
    fn read(folder: &std::path::Path) -> Self {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let files = entries.filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let served = Kind::of(&name).is_some();
            let plain = served.then(|| std::fs::read(entry.path()).ok()).flatten()?;
            Some(File { name: Cow::Owned(name), plain: Cow::Owned(plain), br: None, gz: None })
        });
        Self { files: files.collect() }
    }

    fn find(&self, stem: &str, kind: Kind) -> Option<&File> {
        self.files.iter().find(|file| file.name.starts_with(stem) && Kind::of(&file.name) == Some(kind))
    }

    /// What a file says, where there is one of this stem.
    fn text(&self, stem: &str, kind: Kind) -> Option<String> {
        self.find(stem, kind).map(|file| String::from_utf8_lossy(&file.plain).into_owned())
    }

    fn assets(&self) -> Assets {
        let url = |stem: &str, kind: Kind| self.find(stem, kind).map(|file| [PREFIX, &file.name].concat());
        let code = [url("holdfast.", Kind::Script), url("holdfast.", Kind::Wasm)];
        Assets {
            css: url("holdfast.", Kind::Style).unwrap_or_default(),
            css_of_pages: url("pages.", Kind::Style).unwrap_or_default(),
            font: url("literata-latin.", Kind::Font),
            boot: url("boot.", Kind::Script),
            passkey: url("passkey.", Kind::Script),
            preload: code.into_iter().flatten().collect(),
            list: url("list.", Kind::Script),
            days: url("days.", Kind::Script),
            changes: url("changes.", Kind::Script),
        }
    }
}

struct File {
    name: Cow<'static, str>,
    plain: Cow<'static, [u8]>,
    br: Option<Cow<'static, [u8]>>,
    gz: Option<Cow<'static, [u8]>>,
}

impl File {
    fn response(&self, request: &HeaderMap) -> Response {
        let (coding, content) = self.representation(&Accepted::of(request));
        let tag = format!("\"{}.{}\"", self.name, coding.map_or("plain", Coding::as_str));
        let mut response = if names(request, &tag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            match content {
                Cow::Borrowed(bytes) => Body::from(*bytes).into_response(),
                Cow::Owned(bytes) => Body::from(bytes.clone()).into_response(),
            }
        };

        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, FOR_EVER);
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            headers.insert(ETAG, tag);
        }
        if response.status() == StatusCode::OK {
            let kind = Kind::of(&self.name).map_or("application/octet-stream", Kind::content_type);
            let headers = response.headers_mut();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
            if let Some(coding) = coding {
                headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding.as_str()));
            }
        }
        response
    }

    /// The best of what there is and what the client takes; equal weights go to the smallest.
    fn representation(&self, accepted: &Accepted) -> (Option<Coding>, &Cow<'static, [u8]>) {
        let mut best = (None, &self.plain, accepted.identity);
        for (coding, content, weight) in
            [(Coding::Gzip, &self.gz, accepted.gzip), (Coding::Brotli, &self.br, accepted.brotli)]
        {
            if let Some(content) = content
                && weight > 0
                && weight >= best.2
            {
                best = (Some(coding), content, weight);
            }
        }
        (best.0, best.1)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Font,
    Script,
    Style,
    Wasm,
}

impl Kind {
    fn of(name: &str) -> Option<Self> {
        match name.rsplit_once('.')?.1 {
            "woff2" => Some(Self::Font),
            "js" => Some(Self::Script),
            "css" => Some(Self::Style),
            "wasm" => Some(Self::Wasm),
            _ => None,
        }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Font => "font/woff2",
            Self::Script => "text/javascript; charset=utf-8",
            Self::Style => "text/css; charset=utf-8",
            Self::Wasm => "application/wasm",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Coding {
    Brotli,
    Gzip,
}

impl Coding {
    fn as_str(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }
}

/// The weights (RFC 9110, section 12.5.3) in thousandths; 0 is "not acceptable".
struct Accepted {
    brotli: u16,
    gzip: u16,
    identity: u16,
}

impl Accepted {
    fn of(request: &HeaderMap) -> Self {
        let (mut brotli, mut gzip, mut identity, mut any) = (None, None, None, None);
        let values = request.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        for item in values.flat_map(|value| value.split(',')) {
            let mut parts = item.split(';');
            let coding = parts.next().unwrap_or_default().trim();
            let weight = parts.find_map(|parameter| {
                let (name, value) = parameter.split_once('=')?;
                name.trim().eq_ignore_ascii_case("q").then(|| thousandths(value.trim()))
            });
            let slot = match coding.to_ascii_lowercase().as_str() {
                "br" => &mut brotli,
                "gzip" | "x-gzip" => &mut gzip,
                "identity" => &mut identity,
                "*" => &mut any,
                _ => continue,
            };
            *slot = Some(weight.unwrap_or(1000));
        }
        // What is not mentioned is refused, but for identity, which is the last resort.
        Self {
            brotli: brotli.or(any).unwrap_or(0),
            gzip: gzip.or(any).unwrap_or(0),
            identity: identity.or(any).unwrap_or(1),
        }
    }
}

/// `0.8` is 800; what is not a weight counts as 0.
fn thousandths(weight: &str) -> u16 {
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    match (whole, fraction.len() <= 3, format!("{fraction:0<3}").parse()) {
        ("1", true, Ok(0)) => 1000,
        ("0", true, Ok(thousandths)) => thousandths,
        _ => 0,
    }
}

/// Whether `If-None-Match` names the tag, by weak comparison.
fn names(request: &HeaderMap, tag: &str) -> bool {
    let values = request.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    values
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|candidate| candidate == "*" || candidate.strip_prefix("W/").unwrap_or(candidate) == tag)
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use super::*;

    fn script() -> File {
        File {
            name: Cow::Borrowed("holdfast.0123456789abcdef.js"),
            plain: Cow::Borrowed(b"plain"),
            br: Some(Cow::Borrowed(b"br")),
            gz: Some(Cow::Borrowed(b"gz")),
        }
    }

    fn get(file: &File, request: &[(HeaderName, &str)]) -> Response {
        let mut headers = HeaderMap::new();
        for (name, value) in request {
            headers.append(name, HeaderValue::from_str(value).expect("a header value"));
        }
        file.response(&headers)
    }

    fn coding(accept: &str) -> Option<String> {
        let response = get(&script(), &[(ACCEPT_ENCODING, accept)]);
        assert_eq!(response.headers()[VARY], "accept-encoding");
        response.headers().get(CONTENT_ENCODING).map(|value| value.to_str().expect("text").to_owned())
    }

    #[test]
    fn the_smallest_of_what_the_client_takes_is_sent() {
        assert_eq!(coding("gzip, deflate, br, zstd").as_deref(), Some("br"));
        assert_eq!(coding("GZIP").as_deref(), Some("gzip"));
        assert_eq!(coding("*").as_deref(), Some("br"));
        assert_eq!(coding("br;q=0, *").as_deref(), Some("gzip"));
        assert_eq!(coding("br;q=0.5, gzip;q=0.501").as_deref(), Some("gzip"));
        assert_eq!(coding("br; Q=1.000 , gzip").as_deref(), Some("br"));
        assert_eq!(coding("gzip;q=0.2, identity;q=0.8"), None);
        assert_eq!(coding("deflate, zstd"), None);
        assert_eq!(coding(""), None);
        assert_eq!(coding("br;q=nonsense"), None);
        assert_eq!(coding("br;q=0, gzip;q=0, identity;q=0"), None, "a body beats no answer");
        assert!(get(&script(), &[]).headers().get(CONTENT_ENCODING).is_none());
    }

    #[tokio::test]
    async fn the_body_is_the_one_that_its_headers_speak_of() {
        let response = get(&script(), &[(ACCEPT_ENCODING, "gzip")]);
        assert_eq!(response.headers()[CONTENT_TYPE], "text/javascript; charset=utf-8");
        assert_eq!(response.headers()[CACHE_CONTROL], FOR_EVER);
        assert_eq!(response.headers()[X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(response.headers()[CROSS_ORIGIN_RESOURCE_POLICY], "same-origin");
        let body = response.into_body().collect().await.expect("a body").to_bytes();
        assert_eq!(body.as_ref(), b"gz");
    }

    #[test]
    fn a_known_tag_is_answered_without_a_body_and_only_in_its_own_coding() {
        let tag = get(&script(), &[(ACCEPT_ENCODING, "br")]).headers()[ETAG].to_str().expect("text").to_owned();
        for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), String::from("*")] {
            let response = get(&script(), &[(ACCEPT_ENCODING, "br"), (IF_NONE_MATCH, &known)]);
            assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
            assert_eq!(response.headers()[ETAG], tag.as_str());
            assert!(response.headers().get(CONTENT_ENCODING).is_none());
        }
        assert_eq!(get(&script(), &[(ACCEPT_ENCODING, "gzip"), (IF_NONE_MATCH, &tag)]).status(), StatusCode::OK);
    }

    #[test]
    fn a_page_links_to_what_was_built() {
        let named = |name: &'static str| File { name: Cow::Borrowed(name), ..script() };
        let files = ["boot.1.js", "holdfast.2.css", "holdfast.3.js", "holdfast.4.wasm", "list.5.js", "pages.6.css"];
        let fonts = ["literata-latin-ext.7.woff2", "literata-latin-italic.8.woff2", "literata-latin.9.woff2"];
        let assets = Site { files: files.into_iter().chain(fonts).map(named).collect() }.assets();
        assert_eq!((assets.css.as_str(), assets.css_of_pages.as_str()), ("/pkg/holdfast.2.css", "/pkg/pages.6.css"));
        assert_eq!(assets.font.as_deref(), Some("/pkg/literata-latin.9.woff2"));
        assert_eq!(assets.boot.as_deref(), Some("/pkg/boot.1.js"));
        assert_eq!(assets.preload, ["/pkg/holdfast.3.js", "/pkg/holdfast.4.wasm"]);
        assert_eq!(assets.list.as_deref(), Some("/pkg/list.5.js"));

        let none = Site { files: Vec::new() }.assets();
        assert_eq!((none.css.as_str(), none.boot, none.preload.len()), ("", None, 0));
    }

    async fn ask(method: &str, path: &str) -> Response {
        let request = axum::http::Request::builder().method(method).uri(path).body(Body::empty()).expect("a request");
        router().oneshot(request).await.expect("infallible")
    }

    #[tokio::test]
    async fn what_is_not_there_is_a_problem_document() {
        for path in ["/pkg/holdfast.js", "/pkg/manifest.json", "/pkg/..%2Fsecrets"] {
            let response = ask("GET", path).await;
            assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
            assert_eq!(response.headers()[CONTENT_TYPE], "application/problem+json");
        }
    }
}
