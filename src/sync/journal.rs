//! What a device's journal keeps of one writer, and what can be read from it when the tab is gone.
//!
//! A journal is a log: records are only added, and a [`Record::Base`] makes those before it superfluous. So a tab that dies
//! between two records leaves a log that is right as far as it goes.

use crate::edit::Edit;
use crate::receipt::Chain;

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// The edits after `acked` apply to the text at `head`.
    Base {
        /// The last edit that a receipt covers.
        acked: u64,
        /// The draft's head.
        head: u64,
        /// The hash chain at `head`.
        hash: Chain,
        /// The edits that take the place of those in the log; `None` where those after `acked` stay.
        edits: Option<Vec<Edit>>,
    },
    /// The next edit.
    Edit {
        /// Its number.
        seq: u64,
        /// The edit, as typed.
        edit: Edit,
    },
}

/// What a writer left behind: its edits that no receipt covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// The writer's id.
    pub writer: String,
    /// The head that the edits apply to.
    pub head: u64,
    /// The hash chain at `head`.
    pub hash: Chain,
    /// The last edit that a receipt covers; those of `edits` come after it.
    pub acked: u64,
    /// The edits.
    pub edits: Vec<Edit>,
}

/// What a log says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay {
    /// What can be brought home; `None` where the log does not even say where its edits belong.
    pub left: Option<Left>,
    /// Edits behind a record that is missing or damaged: nobody knows where they belong, but their words are words.
    pub stray: Vec<Edit>,
}

/// Reads a log in the order in which it was written; `None` stands for a record that cannot be opened.
#[must_use]
pub fn replay(writer: &str, records: impl IntoIterator<Item = Option<Record>>) -> Replay {
    let mut log = Log { left: None, stray: Vec::new(), torn: false };
    for record in records {
        match record {
            Some(Record::Base { acked, head, hash, edits }) => log.base(writer, acked, head, hash, edits),
            Some(Record::Edit { seq, edit }) => log.edit(seq, edit),
            None => log.torn = true,
        }
    }
    Replay { left: log.left, stray: log.stray.into_iter().map(|(_, edit)| edit).collect() }
}

struct Log {
    left: Option<Left>,
    stray: Vec<(u64, Edit)>,
    /// A record could not be opened: what comes after it may count from a text that is not known.
    torn: bool,
}

impl Log {
    fn base(&mut self, writer: &str, acked: u64, head: u64, hash: Chain, edits: Option<Vec<Edit>>) {
        let known = self.left.take();
        let last = known.as_ref().map_or(0, Left::last);
        let edits = match (edits, known) {
            // Everything that was pending is in it, whatever came before.
            (Some(edits), _) => {
                self.stray.clear();
                edits
            }
            (None, Some(old)) => {
                let covered = usize::try_from(acked.saturating_sub(old.acked)).unwrap_or(usize::MAX);
                old.edits.into_iter().skip(covered).collect()
            }
            (None, None) => Vec::new(),
        };
        self.stray.retain(|(seq, _)| acked < *seq);
        self.torn &= !self.stray.is_empty() || acked < last;
        self.left = Some(Left { writer: writer.to_owned(), head, hash, acked, edits });
    }

    fn edit(&mut self, seq: u64, edit: Edit) {
        match &mut self.left {
            // It is in the log twice: a write whose outcome was unknown was repeated.
            Some(left) if seq <= left.last() => {}
            Some(left) if !self.torn && seq == left.last() + 1 => left.edits.push(edit),
            _ => {
                self.torn = true;
                self.stray.push((seq, edit));
            }
        }
    }
}

impl Left {
    /// The last edit's number.
    #[must_use]
    pub fn last(&self) -> u64 {
        self.acked + self.edits.len() as u64
    }
}
