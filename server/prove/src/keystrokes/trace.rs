//! Recordings of real people writing (github.com/josephg/editing-traces, CC BY 4.0), where `HOLDFAST_TRACES` names their
//! folder.

use std::path::Path;

use holdfast::edit::Edit;
use ropey::Rope;
use serde::Deserialize;

use crate::Result;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Trace {
    #[serde(default)]
    pub(super) start_content: String,
    pub(super) end_content: String,
    pub(super) txns: Vec<Txn>,
}

#[derive(Deserialize)]
pub(super) struct Txn {
    #[serde(default)]
    pub(super) agent: usize,
    /// Position and length in Unicode code points, and what comes in their place.
    pub(super) patches: Vec<(usize, usize, String)>,
}

impl Trace {
    pub(super) fn read(folder: &Path, name: &str) -> Result<Self> {
        let file = std::fs::File::open(folder.join(name).with_extension("json.gz"))
            .map_err(|error| format!("HOLDFAST_TRACES has no {name}: {error}"))?;
        Ok(serde_json::from_reader(std::io::BufReader::new(flate2::read::GzDecoder::new(file)))?)
    }
}

/// The edit that replaces `deleted` code points at `at`, in UTF-16 units; clamped to the text.
pub(super) fn edit_of(text: &Rope, at: usize, deleted: usize, inserted: String) -> Edit {
    let end = (at + deleted).min(text.len_chars());
    let start = at.min(end);
    let unit = |position: usize| u32::try_from(text.char_to_utf16_cu(position)).unwrap_or(u32::MAX);
    Edit { at: unit(start), deleted: unit(end) - unit(start), inserted }
}

/// Applies `edit` and returns what it removed.
pub(super) fn apply(text: &mut Rope, edit: &Edit) -> Result<String> {
    let (at, end) = (edit.at as usize, (edit.at + edit.deleted) as usize);
    if text.len_utf16_cu() < end {
        return Err(format!("an edit lies outside of the text: {edit:?}").into());
    }
    let (start, end) = (text.utf16_cu_to_char(at), text.utf16_cu_to_char(end));
    let removed = text.slice(start..end).to_string();
    text.remove(start..end);
    text.insert(start, &edit.inserted);
    Ok(removed)
}
