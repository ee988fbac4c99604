//! What became of files that were imported.

use serde::{Deserialize, Serialize};

use super::Code;

/// `POST /api/import`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// The files, in the order in which they came.
    pub files: Vec<ImportedFile>,
    /// How many came after the most that are taken at once.
    pub left_out: u64,
    /// Why nothing was read after the last of these files, if so.
    pub broke_off: Option<Code>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedFile {
    /// Its name.
    pub name: String,
    /// The id of the document that it has become.
    pub document: Option<String>,
    /// Why it has not.
    pub refused: Option<ImportRefusal>,
}

/// Why a file does not become a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportRefusal {
    /// By its name it is neither Markdown nor text.
    Kind,
    /// It is larger than a document may be.
    TooLarge,
    /// It is a picture, a program, an archive…
    NotText,
    /// It is a text, but not in UTF-8.
    NotUtf8,
    /// The database could not be written to.
    CannotSave,
}

impl ImportRefusal {
    /// The word on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::TooLarge => "too_large",
            Self::NotText => "not_text",
            Self::NotUtf8 => "not_utf8",
            Self::CannotSave => "cannot_save",
        }
    }
}
