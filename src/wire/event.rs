//! What the event stream carries (`GET /api/events`): the data of each event, as JSON on one line.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::edit::Edit;

/// The most bytes of JSON that one event's data holds; larger edits are left out and asked for.
pub const MAX_EVENT_BYTES: usize = 32 * 1024;

/// `event: edits`: a batch of somebody's edits was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditsEvent<'a> {
    /// The document's id.
    pub document: Cow<'a, str>,
    /// Who wrote the edits.
    pub writer: Cow<'a, str>,
    /// The head that the edits were made on.
    pub base_head: u64,
    /// The head that they made, always `base_head + 1`.
    pub head: u64,
    /// The hash chain at `head`.
    pub hash: Cow<'a, str>,
    /// The edits; `None` (and no such member) where they are too large for an event: ask for those since the head you have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edits: Option<Cow<'a, [Edit]>>,
}

/// `event: document`: a title, a place in the trash or a history has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentEvent<'a> {
    /// The document's id.
    pub document: Cow<'a, str>,
    /// The new title, where that is what has changed; no such member otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Cow<'a, str>>,
}
