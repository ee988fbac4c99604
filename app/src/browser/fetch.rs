//! The one HTTP client of the islands.

use std::cell::Cell;

use super::json::Json;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, RequestCache, RequestInit, RequestRedirect, Response};

/// How long an answer may take, body included; a large body has [`SECOND_PER_BYTES`] longer.
const TIME_OUT_MS: u32 = 15_000;

/// For so many bytes one second more: 32 KiB/s is a poor mobile network.
const SECOND_PER_BYTES: usize = 32 * 1024;

/// No answer is worth a longer wait: until then nothing else is sent.
const LONGEST_TIME_OUT_MS: u32 = 60_000;

/// Browsers keep at most 64 KiB of bodies in flight for pages that are gone, and refuse what exceeds it.
const KEEPALIVE_BYTES: usize = 60 * 1024;

thread_local! {
    /// The bytes of those that are in flight.
    static KEPT_ALIVE: Cell<usize> = const { Cell::new(0) };
}

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
    /// Whether the request shall outlive the page, if the browser allows that for so much. When it begins nobody knows
    /// whether it must: `pagehide` comes before the page counts as hidden, and what is in flight by then goes down with it.
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

/// A share in what may be in flight for a page that is gone; given back when it is dropped.
struct KeptAlive(usize);

impl KeptAlive {
    fn take(bytes: usize) -> Option<Self> {
        let all = KEPT_ALIVE.get() + bytes;
        (all < KEEPALIVE_BYTES).then(|| {
            KEPT_ALIVE.set(all);
            Self(bytes)
        })
    }
}

impl Drop for KeptAlive {
    fn drop(&mut self) {
        KEPT_ALIVE.set(KEPT_ALIVE.get() - self.0);
    }
}

fn time_out_ms(bytes: usize) -> u32 {
    let more = u32::try_from(bytes / SECOND_PER_BYTES * 1000).unwrap_or(u32::MAX);
    TIME_OUT_MS.saturating_add(more).min(LONGEST_TIME_OUT_MS)
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
    let bytes = ask.body.map_or(0, str::len);
    // Without a time-out a request into a network that is gone would hold up all others for minutes. It does not shorten
    // the life of one whose page is gone: nobody is left to abort it.
    init.set_signal(Some(&AbortSignal::timeout_with_u32(time_out_ms(bytes))));
    let kept_alive = ask.keepalive.then(|| KeptAlive::take(bytes)).flatten();
    if kept_alive.is_some() {
        js_sys::Reflect::set(&init, &"keepalive".into(), &JsValue::TRUE)?;
    }
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let response: Response = JsFuture::from(window.fetch_with_str_and_init(ask.path, &init)).await?.unchecked_into();
    let retry_after = response.headers().get("retry-after")?.and_then(|seconds| seconds.parse::<u64>().ok());
    let text = JsFuture::from(response.text()?).await?;
    let body = text.as_string().map(|text| Json::parse(&text)).unwrap_or_default();
    Ok(Reply { status: response.status(), retry_after_ms: retry_after.map(|seconds| seconds * 1000), body })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_body_has_more_time_but_not_for_ever() {
        let seconds = |bytes| time_out_ms(bytes) / 1000;
        assert_eq!([0, 32_767, 32_768, 1 << 20, 10 << 20].map(seconds), [15, 15, 16, 47, 60]);
    }

    #[test]
    fn what_outlives_the_page_stays_below_what_browsers_allow() {
        let first = KeptAlive::take(40_000);
        assert!(first.is_some());
        assert!(KeptAlive::take(21_440).is_none());
        let second = KeptAlive::take(21_439);
        assert!(second.is_some());
        drop((first, second));
        assert!(KeptAlive::take(61_440).is_none());
        assert!(KeptAlive::take(61_439).is_some());
        assert_eq!(KEPT_ALIVE.get(), 0);
    }
}
