//! The heads that writers were answered `409` with. A batch on an older base than that is a late copy: its writer has
//! rebased it since, so it must not be taken for new where nobody can look (escrow).
//!
//! In memory only: a copy that the network delivers after a restart would have to be as old as that.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::documents::DocumentId;

/// Writers that are remembered at least.
const LEAST: usize = 8192;

/// See the module's documentation.
#[derive(Default)]
pub(super) struct Answered(Mutex<Generations>);

#[derive(Default)]
struct Generations {
    young: HashMap<(DocumentId, String), u64>,
    old: HashMap<(DocumentId, String), u64>,
}

impl Answered {
    fn generations(&self) -> MutexGuard<'_, Generations> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The highest head that this writer was answered with.
    pub(super) fn head(&self, id: &DocumentId, writer: &str) -> Option<u64> {
        let (generations, key) = (self.generations(), (id.clone(), writer.to_owned()));
        generations.young.get(&key).max(generations.old.get(&key)).copied()
    }

    /// Notes an answer. Where there are too many writers, those go that were answered longest ago.
    pub(super) fn note(&self, id: DocumentId, writer: String, head: u64) {
        let mut generations = self.generations();
        if LEAST <= generations.young.len() {
            generations.old = std::mem::take(&mut generations.young);
        }
        let key = (id, writer);
        let older = generations.old.get(&key).copied();
        let noted = generations.young.entry(key).or_default();
        *noted = head.max(*noted).max(older.unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_head_counts_and_writers_of_long_ago_are_forgotten() {
        let (answered, id) = (Answered::default(), DocumentId::parse(&"0".repeat(32)).expect("an id"));
        assert_eq!(answered.head(&id, "w"), None);
        answered.note(id.clone(), "w".to_owned(), 7);
        answered.note(id.clone(), "w".to_owned(), 5);
        assert_eq!((answered.head(&id, "w"), answered.head(&id, "v")), (Some(7), None));
        for n in 0..LEAST {
            answered.note(id.clone(), n.to_string(), 1);
        }
        assert_eq!(answered.head(&id, "w"), Some(7));
        answered.note(id.clone(), "w".to_owned(), 6);
        assert_eq!(answered.head(&id, "w"), Some(7));
        for n in 0..2 * LEAST + 2 {
            answered.note(id.clone(), n.to_string(), 1);
        }
        assert_eq!(answered.head(&id, "w"), None);
        let generations = answered.generations();
        assert!(generations.young.len() + generations.old.len() <= 2 * LEAST);
    }
}
