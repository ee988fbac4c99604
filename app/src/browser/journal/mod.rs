//! The device's journal: what no receipt covers yet, on this computer's disk, sealed for its owner.
//!
//! One append-only log per writer. What its records mean is the domain's ([`holdfast::sync::replay`]); `store.js` puts them
//! on the disk.

use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;
use web_sys::Element;

use super::json::Json;

#[wasm_bindgen(js_namespace = holdfast)]
extern "C" {
    fn write(sub: &str, document: &str, writer: &str, anew: bool, records: &Array) -> Promise;
    fn begin(sub: &str, writer: &str);
    fn left(sub: &str) -> Promise;
    fn persist();
    #[wasm_bindgen(js_name = download)]
    fn give_file(name: &str, text: &JsValue);
}

/// Which log.
#[derive(Debug, Clone)]
pub(crate) struct Log {
    /// Whose.
    pub(crate) sub: String,
    /// The document's id.
    pub(crate) document: String,
    /// The writer's id.
    pub(crate) writer: String,
}

/// A log that a dead tab of this user left behind.
pub(crate) struct Found {
    /// Which.
    pub(crate) log: Log,
    /// When it was last written to, milliseconds since the Unix epoch.
    pub(crate) at: i64,
    /// Its records as they were written, `None` for one that cannot be opened; nothing where they were purged after 30 days.
    pub(crate) records: Option<Vec<Option<Json>>>,
}

/// The journal does not take it, for now or for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// The key to seal it with is not there: no connection, or nobody is signed in.
    Locked,
    /// The disk is full, or the browser keeps nothing here.
    Broken,
}

impl Log {
    /// Adds records, in place of all others where `anew` says so. Done when they are on the disk.
    pub(crate) fn write(&self, anew: bool, records: &[String]) -> impl Future<Output = Result<(), Refused>> + use<> {
        let records: Array = records.iter().map(|record| JsValue::from_str(record)).collect();
        let written = write(&self.sub, &self.document, &self.writer, anew, &records);
        async move {
            JsFuture::from(written).await.map(|_| ()).map_err(|error| {
                let locked = Json::of(error).get("message").text().as_deref() == Some("locked");
                if locked { Refused::Locked } else { Refused::Broken }
            })
        }
    }

    /// Begins a log. Other tabs do not take it for a dead tab's for as long as this page lives, and the key is there
    /// before the first word.
    pub(crate) fn begin(&self) {
        begin(&self.sub, &self.writer);
    }
}

/// What dead tabs of this user have left.
pub(crate) async fn left_behind(sub: &str) -> Vec<Found> {
    let found = JsFuture::from(left(sub)).await.map(Json::of).unwrap_or_default();
    let read = |json: &Json| {
        let [writer, document] = ["writer", "document"].map(|key| json.get(key).text());
        let log = Log { sub: sub.to_owned(), document: document?, writer: writer? };
        let opened = |record: Json| record.text().map(|text| Json::parse(&text));
        let records = json.get("records").list().map(|records| records.into_iter().map(opened).collect());
        Some(Found { log, at: json.get("at").integer()?, records })
    };
    found.list().unwrap_or_default().iter().filter_map(read).collect()
}

/// Asks the browser not to clear what this site keeps by itself.
pub(crate) fn keep_for_good() {
    persist();
}

/// Gives the person what stands in `field` as a file.
pub(crate) fn download(name: &str, field: &Element) {
    give_file(&[name, ".md"].concat(), &Reflect::get(field, &JsValue::from_str("value")).unwrap_or_default());
}
