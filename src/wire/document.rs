//! Documents, the trash, and the list of versions.

use serde::{Deserialize, Serialize};

use super::VersionKind;

/// `POST /api/documents`; both fields may be left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CreateDocument {
    /// The title, at most 300 characters, one line.
    pub title: String,
    /// The text to begin with.
    pub text: String,
}

/// `PATCH /api/documents/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenameDocument {
    /// The new title, at most 300 characters, one line.
    pub title: String,
}

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentSummary {
    /// 32 lower-case hexadecimal digits.
    pub id: String,
    /// The title; may be empty.
    pub title: String,
    /// When it was made, milliseconds since the Unix epoch.
    pub created_at: i64,
    /// When its text or title last changed, milliseconds since the Unix epoch.
    pub updated_at: i64,
    /// The draft's head.
    pub head: u64,
    /// The newest version saved on purpose; 0 when there is none.
    pub base_version: u64,
    /// Whether the draft holds work that no version has.
    pub unsaved: bool,
}

/// How the list is sorted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// Newest change first.
    #[default]
    Changed,
    /// By title, those without one last.
    Title,
}

/// A piece of the passage in which something was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// The words.
    pub text: String,
    /// Whether they are what was looked for.
    pub found: bool,
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedDocument {
    /// The document.
    #[serde(flatten)]
    pub summary: DocumentSummary,
    /// The text's first line, without Markdown's marks, and shortened.
    pub first_line: String,
    /// Whether something that came after the end of a sign-in waits for the next one.
    pub in_escrow: bool,
    /// Where in the text it was found; empty where nothing was looked for, or it was found in the title.
    pub passage: Vec<Passage>,
}

/// `GET /api/documents`: the list, or the part of it that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentList {
    /// Documents of the user's that are not in the trash.
    pub documents: Vec<ListedDocument>,
    /// How many there are, or were found; 0 as well where nothing is left at the offset.
    pub total: u64,
    /// Whether documents are still being read for the search: something may be missing, for some seconds.
    pub incomplete: bool,
}

/// `GET /api/documents/{id}`: the summary and the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// The line of the list.
    #[serde(flatten)]
    pub summary: DocumentSummary,
    /// The text as it is now (the draft's).
    pub text: String,
}

/// `POST /api/documents/{id}/versions`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CreateVersion {
    /// A name, at most 300 characters; may be left out.
    pub name: Option<String>,
    /// [`VersionKind::Saved`], or [`VersionKind::Recovery`] from a client that is about to add work it had kept.
    pub kind: VersionKind,
}

/// `PATCH /api/documents/{id}/versions/{n}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameVersion {
    /// The new name, at most 300 characters; an empty one takes the name away.
    pub name: String,
}

/// A text that was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// 1, 2, 3… within the document.
    pub n: u64,
    /// The name it was given, if any.
    pub name: Option<String>,
    /// Why there is one.
    pub kind: VersionKind,
    /// The draft's head it was taken at.
    pub head: u64,
    /// When, milliseconds since the Unix epoch.
    pub created_at: i64,
    /// The text's length in UTF-16 code units.
    pub length: u64,
}

/// `GET /api/documents/{id}/versions`, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionList {
    /// All versions.
    pub versions: Vec<Version>,
}

/// One line of the trash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrashedDocument {
    /// 32 lower-case hexadecimal digits.
    pub id: String,
    /// The title; may be empty.
    pub title: String,
    /// When it was moved here, milliseconds since the Unix epoch.
    pub trashed_at: i64,
    /// When it is deleted for good, milliseconds since the Unix epoch.
    pub purged_at: i64,
}

/// `GET /api/trash`, last moved first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrashList {
    /// The user's documents that can still be restored.
    pub documents: Vec<TrashedDocument>,
}
