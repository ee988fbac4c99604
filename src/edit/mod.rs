//! One splice of a text, and how splices are rebased over each other.

use serde::{Deserialize, Serialize};

/// One splice: at position `at`, delete `deleted` UTF-16 code units, then insert `inserted` there.
/// On the wire it is the array `[at, deleted, "inserted"]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(u32, u32, String)", into = "(u32, u32, String)")]
pub struct Edit {
    /// Position, in UTF-16 code units from the text's beginning.
    pub at: u32,
    /// How many UTF-16 code units go.
    pub deleted: u32,
    /// What comes in their place.
    pub inserted: String,
}

impl From<(u32, u32, String)> for Edit {
    fn from((at, deleted, inserted): (u32, u32, String)) -> Self {
        Self { at, deleted, inserted }
    }
}

impl From<Edit> for (u32, u32, String) {
    fn from(edit: Edit) -> Self {
        (edit.at, edit.deleted, edit.inserted)
    }
}
