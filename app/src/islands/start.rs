//! What a page begins with. The server hands it to the islands as a context and writes it into the page's head; in the
//! browser they read it from there. Islands take no properties: reading those would bring serde_json along.

use holdfast::wire::SessionStatus;
use leptos::prelude::*;
use serde::Serialize;

use crate::{api, browser};

/// The name of the `<meta>` element that carries it.
pub(crate) const META: &str = "holdfast-start";

/// See the module.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Start {
    /// What was left of the sign-in when the server rendered the page.
    pub(crate) status: SessionStatus,
    /// The document, on an editor's page.
    pub(crate) document: Option<StartDocument>,
    /// Whether a sign-in may begin without a password.
    pub(crate) choices: bool,
}

/// Which text it is that stands in the text area.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct StartDocument {
    /// The document's id.
    pub(crate) id: String,
    /// The draft's head.
    pub(crate) head: u64,
    /// The hash chain at `head`.
    pub(crate) hash: String,
}

impl Start {
    /// The context on the server, the page's head in the browser.
    pub(crate) fn given() -> Option<Self> {
        use_context().or_else(|| api::start(&browser::Json::parse(&browser::meta(META)?)))
    }
}
