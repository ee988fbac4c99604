//! The one HTTP client of the islands.

use super::json::Json;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, RequestCache, RequestInit, RequestRedirect, Response};

/// How long an answer may take, body included.
const TIME_OUT_MS: u32 = 15_000;

/// A request to this origin.
#[derive(Debug, Default)]
pub(crate) struct Ask<'a> {
    /// The method.
    pub(crate) method: &'a str,
    /// The path.
    pub(crate) path: &'a str,
    /// Headers beside the content type.
    pub(crate) headers: &'a [(&'a str, &'a str)],
    /// A JSON body.
    pub(crate) body: Option<&'a str>,
    /// Whether the request shall outlive the page. Browsers refuse that above 64 KiB.
    pub(crate) keepalive: bool,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    /// The HTTP status.
    pub(crate) status: u16,
    /// `Retry-After`, in milliseconds.
    pub(crate) retry_after_ms: Option<u64>,
    /// The body; nothing where it is not JSON.
    pub(crate) body: Json,
}

/// Sends it; `None` when no whole answer arrived: then the outcome is unknown.
pub(crate) async fn fetch(ask: &Ask<'_>) -> Option<Reply> {
    send(ask).await.ok()
}

async fn send(ask: &Ask<'_>) -> Result<Reply, JsValue> {
    let headers = Headers::new()?;
    headers.set("accept", "application/json")?;
    for (name, value) in ask.headers {
        headers.set(name, value)?;
    }
    let init = RequestInit::new();
    init.set_method(ask.method);
    init.set_cache(RequestCache::NoStore);
    init.set_redirect(RequestRedirect::Error);
    if let Some(body) = ask.body {
        headers.set("content-type", "application/json")?;
        init.set_body(&JsValue::from_str(body));
    }
    init.set_headers(&headers);
    if ask.keepalive {
        js_sys::Reflect::set(&init, &"keepalive".into(), &JsValue::TRUE)?;
    } else {
        init.set_signal(Some(&AbortSignal::timeout_with_u32(TIME_OUT_MS)));
    }
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let response: Response = JsFuture::from(window.fetch_with_str_and_init(ask.path, &init)).await?.unchecked_into();
    let retry_after = response.headers().get("retry-after")?.and_then(|seconds| seconds.parse::<u64>().ok());
    let text = JsFuture::from(response.text()?).await?;
    let body = text.as_string().map(|text| Json::parse(&text)).unwrap_or_default();
    Ok(Reply { status: response.status(), retry_after_ms: retry_after.map(|seconds| seconds * 1000), body })
}
