//! Rebasing: edits made on an older text, rewritten to apply to the newer one.
//!
//! This is operational transformation with a central order (Ellis and Gibbs 1989; the server's order makes the first
//! transformation property sufficient, as in Nichols et al., "High-latency, low-bandwidth windowing in the Jupiter
//! collaboration system", UIST 1995). Only the client transforms; the server only puts batches in order.

use super::op::cross;
use super::{Edit, Op};

/// Rewrites `pending` to apply after `accepted`; both begin at the same text. One edit stays one edit, so that numbers
/// stay what they are; what the other side has swallowed becomes a no-op.
///
/// Returns what brings a text that already has the old `pending` in it to the merged text: `accepted` transformed, with
/// runs of typing joined (so not one to one), and never deleting and inserting again what the writer typed.
///
/// Of edits that are sent, accepted and rebased over again, keep the machine's own form ([`crate::sync`]) between the
/// rounds instead: a pending deletion that keeps somebody's insertion in its middle has to spell that text out here.
#[must_use]
pub fn rebase(pending: &mut Vec<Edit>, accepted: &[Edit]) -> Vec<Edit> {
    let mut ops: Vec<Op> = pending.drain(..).map(Op::from).collect();
    let incoming = rebase_ops(&mut ops, accepted);
    pending.extend(ops.iter().map(Op::collapse));
    incoming
}

/// [`rebase`] in the form that remembers holes. Costs pending × runs of accepted, a few nanoseconds each.
pub(crate) fn rebase_ops(pending: &mut [Op], accepted: &[Edit]) -> Vec<Edit> {
    let mut incoming = Vec::new();
    for mut run in runs(accepted) {
        for op in pending.iter_mut() {
            cross(&mut run, op);
        }
        run.expand(&mut incoming);
    }
    incoming
}

/// `edits` with neighbours that are one run of typing or deleting joined.
pub(super) fn runs(edits: &[Edit]) -> Vec<Op> {
    let mut runs: Vec<Op> = Vec::new();
    for edit in edits {
        let next = Op::from(edit.clone());
        let apart = match runs.last_mut() {
            Some(last) => last.absorb(next),
            None => Some(next),
        };
        runs.extend(apart);
    }
    runs
}
