//! Versions: why there is one, what it holds, how two differ.

use serde::{Deserialize, Serialize};

use super::{Receipt, Version};

/// Why there is a version. All but the first are automatic, and thinned with age.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VersionKind {
    /// Saved on purpose; kept for as long as the document.
    #[default]
    Saved,
    /// The text before another writer's, who had been away for long, was merged into it.
    Merge,
    /// That writer's side: its text before it was merged.
    Divergent,
    /// The text before a version was restored.
    Restore,
    /// The text before work that a browser had kept was added to it.
    Recovery,
    /// The text as it was left, before the first change after a long absence.
    Absence,
}

impl VersionKind {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::Saved, Self::Merge, Self::Divergent, Self::Restore, Self::Recovery, Self::Absence];

    /// The name on the wire and in storage.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::Merge => "merge",
            Self::Divergent => "divergent",
            Self::Restore => "restore",
            Self::Recovery => "recovery",
            Self::Absence => "absence",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// `GET /api/documents/{id}/versions/{n}`: the line of the list, and the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionText {
    /// The line of the list.
    #[serde(flatten)]
    pub version: Version,
    /// The text.
    pub text: String,
}

/// The answer to a restore: a receipt, and the way back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restored {
    /// The receipt of the edit that made the draft's text that of the version.
    #[serde(flatten)]
    pub receipt: Receipt,
    /// The version that holds the text as it was before; `None` where the draft had that very text already.
    pub undo: Option<u64>,
}

/// What becomes of a stretch of text from one version to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DiffKind {
    /// It is in both.
    Equal,
    /// It is only in the first.
    Delete,
    /// It is only in the second.
    Insert,
}

/// `GET /api/documents/{id}/versions/{n}/diff`: the whole of both texts. The equal and the deleted parts make the first, the
/// equal and the inserted parts the second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diff {
    /// The version that is compared.
    pub from: u64,
    /// With which one; `None` is the draft.
    pub to: Option<u64>,
    /// The parts, in order.
    pub parts: Vec<(DiffKind, String)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_has_one_name_on_the_wire_and_in_storage() {
        for kind in VersionKind::ALL {
            assert_eq!(serde_json::to_value(kind).expect("JSON"), kind.as_str());
            assert_eq!(VersionKind::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(VersionKind::parse("Saved"), None);
    }
}
