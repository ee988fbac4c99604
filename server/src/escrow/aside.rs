//! What cannot be merged is not dropped: its text is kept as a version of the document.

use holdfast::sync::escrow::Kept;
use holdfast::wire::VersionKind;
use sqlx::SqliteConnection;

use super::Inner;
use super::sealed::Whose;
use crate::documents::MadeBy;
use crate::drafts::text::Text;
use crate::storage::StorageError;
use crate::storage::versions::{self, New};

/// The version's name.
const NAME: &str = "Kept aside: typed after the sign-in had ended";

impl Inner {
    /// Keeps these batches of one writer as a version: the text they were typed into with them in it, where that can be
    /// told, else what they inserted. `others` are the writer's other batches, which they may have been made on top of.
    pub(super) async fn keep_aside(
        &self,
        connection: &mut SqliteConnection,
        whose: &Whose<'_>,
        aside: &[&Kept],
        others: &[&Kept],
        now: i64,
    ) -> Result<(), StorageError> {
        let Some(base_head) = aside.iter().map(|batch| batch.base_head).max() else { return Ok(()) };
        tracing::warn!(batches = aside.len(), "what was in escrow cannot be merged; it is kept aside as a version");
        let base = self.drafts.text_at(connection, whose.owner, whose.document, base_head).await?;
        let text = base.and_then(|base| whole(&base, base_head, aside, others)).unwrap_or_else(|| {
            let inserted = aside.iter().flat_map(|batch| &batch.edits).map(|edit| edit.inserted.as_str());
            inserted.collect()
        });
        // Not one of the automatic kinds: those are thinned with age, and this may be all that there is of it.
        // It came in another sign-in, which has ended; where from is not kept in escrow.
        let made_by = MadeBy::UNKNOWN;
        let new = New {
            name: Some(NAME.to_owned()),
            kind: VersionKind::Saved,
            head: base_head,
            text: &text,
            made_by,
            restored: None,
            now,
        };
        versions::create(connection, whose.owner, whose.document, new).await?;
        self.events.document(whose.owner, whose.document);
        Ok(())
    }
}

/// The text at `base_head` with all of the writer's batches on it; `None` where those aside do not follow without a gap.
fn whole(base: &str, base_head: u64, aside: &[&Kept], others: &[&Kept]) -> Option<String> {
    let mut batches: Vec<&Kept> =
        aside.iter().chain(others).copied().filter(|batch| batch.base_head == base_head).collect();
    batches.sort_by_key(|batch| (batch.seq, std::cmp::Reverse(batch.edits.len())));
    let mut next = batches.first()?.seq;
    let mut text = Text::from(base);
    for batch in batches {
        if batch.seq == next {
            text.apply(&batch.edits).ok()?;
            next = batch.last_seq() + 1;
        }
    }
    aside.iter().all(|batch| batch.base_head == base_head && batch.last_seq() < next).then(|| text.to_string())
}
