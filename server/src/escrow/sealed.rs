//! What lies in escrow is sealed with a key of its owner's and bound to its row: a copy of the database tells nobody what
//! was typed, and a row that was moved to another user, document or place in a writer's order does not open.

use holdfast::edit::Edit;
use holdfast_session::seal::{Place, SealError, open_for_user, seal_for_user};

use super::Inner;
use crate::documents::{DocumentId, Owner};
use crate::storage::escrow::EscrowRow;

const PURPOSE: &str = "holdfast escrow v1";

/// A batch in the open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Opened {
    pub(super) edits: Vec<Edit>,
    pub(super) title: Option<String>,
}

/// Whose a batch is, and of what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Whose<'a> {
    pub(super) owner: &'a Owner,
    pub(super) document: &'a DocumentId,
    pub(super) writer: &'a str,
}

impl Whose<'_> {
    fn row(&self, id: &str, base_head: u64, seq: u64) -> String {
        format!("{id}/{}/{}/{base_head}/{seq}", self.document, self.writer)
    }

    fn place<'a>(&'a self, row: &'a str, column: &'a str) -> Place<'a> {
        Place { sub: self.owner.as_str(), purpose: PURPOSE, table: "escrow", row, column }
    }
}

impl Inner {
    /// A new row.
    pub(super) fn seal(
        &self,
        whose: &Whose<'_>,
        (base_head, seq): (u64, u64),
        opened: &Opened,
    ) -> Result<EscrowRow, SealError> {
        let id = self.entropy.id();
        let row = whose.row(&id, base_head, seq);
        let edits = serde_json::to_string(&opened.edits).map_err(|_| SealError::CannotSeal)?;
        let seal = |column, text: &str| seal_for_user(&self.keys, &*self.entropy, &whose.place(&row, column), text);
        Ok(EscrowRow {
            base_head,
            seq,
            is_settled: false,
            title_sealed: opened.title.as_deref().map(|title| seal("title", title)).transpose()?,
            edits_sealed: seal("edits", &edits)?,
            id,
        })
    }

    /// What a row holds.
    pub(super) fn open(&self, whose: &Whose<'_>, sealed: &EscrowRow) -> Result<Opened, SealError> {
        let row = whose.row(&sealed.id, sealed.base_head, sealed.seq);
        let open = |column, text: &str| open_for_user(&self.keys, &whose.place(&row, column), text);
        let edits = open("edits", &sealed.edits_sealed)?;
        Ok(Opened {
            edits: serde_json::from_str(&edits).map_err(|_| SealError::DoesNotOpen)?,
            title: sealed.title_sealed.as_deref().map(|title| open("title", title)).transpose()?,
        })
    }
}
