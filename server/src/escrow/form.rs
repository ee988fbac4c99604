//! The form without scripts, posted after the end (WCAG techniques G105 and G181): its whole text becomes the edit that it
//! is, and that is kept like any other.

use holdfast::edit::splice_between_str;
use holdfast::wire::{MAX_DOCUMENT_BYTES, PatchDraft};
use holdfast_session::sessions::Former;
use sha2::{Digest as _, Sha256};

use super::{Escrow, Late, Taken};
use crate::documents::{DocumentId, Owner, is_title};
use crate::drafts::hex;
use crate::storage::{StorageError, documents};

/// What the editor's form holds.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    /// The document.
    pub(crate) document: DocumentId,
    /// The head that the text was made on.
    pub(crate) head: u64,
    /// The title.
    pub(crate) title: String,
    /// The whole text.
    pub(crate) text: String,
}

impl Escrow {
    /// Keeps a form for the user whose session has ended; nothing is kept where it changes nothing. The same form again
    /// changes nothing either: its writer's id is made of what it holds.
    ///
    /// # Errors
    /// [`StorageError`] where it could not be written; nothing was promised then.
    pub(crate) async fn take_form(&self, former: &Former, form: Form) -> Result<Taken, StorageError> {
        let Form { document, head, title, text } = form;
        if !self.is_open_for(former) || !is_title(&title) || MAX_DOCUMENT_BYTES < text.len() {
            return Ok(Taken::Refused);
        }
        let owner = Owner::new(&former.sub);
        let found = {
            let mut reader = self.inner.database.readers.acquire().await?;
            documents::find(&mut reader, &owner, &document).await?
        };
        let base = self.inner.drafts.text_of(&owner, &document, head).await?;
        let (Some(found), Some(base)) = (found, base) else { return Ok(Taken::Refused) };
        let fields = [document.as_str(), &head.to_string(), &title, &text].join("\0");
        let writer = format!("form-{}", hex(&Sha256::digest(fields)).get(..32).unwrap_or_default());
        let edits: Vec<_> = splice_between_str(&base, &text).into_iter().collect();
        let title = (title != found.title).then_some(title);
        if edits.is_empty() && title.is_none() {
            return Ok(Taken::Kept(0));
        }
        let patch = PatchDraft { writer, base_head: head, seq: 1, edits };
        self.take(former, Late { document, patch, title }).await
    }
}
