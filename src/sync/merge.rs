//! Carrying a writer's edits over what the server accepted meanwhile: one function for the writer that meets a `409` and
//! for the server that merges what lay in escrow, so that both come to the very same edits.

use crate::edit::{Edit, Op, rebase_ops};

/// One accepted batch, as it concerns a writer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Accepted<'a> {
    /// The writer's own, by another way.
    pub(super) own: bool,
    pub(super) edits: &'a [Edit],
}

/// What [`merge`] has found.
pub(super) struct Merged {
    /// How many of the pending edits the server has already; they are taken away.
    pub(super) own: usize,
    /// What the writer's text lacks.
    pub(super) incoming: Vec<Edit>,
}

/// The server has edits of the writer in another form than `pending` has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Differs;

/// Rebases `pending` over `accepted`, both beginning at the same text; what the server has of it already is taken away.
///
/// On an error `pending` is half merged.
pub(super) fn merge<'a>(
    pending: &mut Vec<Op>,
    accepted: impl IntoIterator<Item = Accepted<'a>>,
) -> Result<Merged, Differs> {
    let mut own = 0;
    let mut incoming = Vec::new();
    for Accepted { own: is_own, edits } in accepted {
        let rest = pending.get_mut(own..).unwrap_or_default();
        if !is_own {
            incoming.extend(rebase_ops(rest, edits));
            continue;
        }
        // The writer's text has these already, in this very form.
        if !rest.iter().zip(edits).all(|(op, edit)| op.collapse() == *edit) {
            return Err(Differs);
        }
        own += rest.len().min(edits.len());
    }
    pending.drain(..own);
    Ok(Merged { own, incoming })
}
