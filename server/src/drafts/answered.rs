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
    young: HashMap<(DocumentId, String), Told>,
    old: HashMap<(DocumentId, String), Told>,
}

/// The highest head that was told, and whether the draft's was higher still.
type Told = (u64, bool);

impl Answered {
    fn generations(&self) -> MutexGuard<'_, Generations> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The highest head that this writer was answered with.
    pub(super) fn head(&self, id: &DocumentId, writer: &str) -> Option<u64> {
        let (generations, key) = (self.generations(), (id.clone(), writer.to_owned()));
        generations.young.get(&key).max(generations.old.get(&key)).map(|(head, _)| *head)
    }

    /// Notes an answer to a batch on `base_head`, and says whether it is the next part after one that ended there. Where
    /// there are too many writers, those go that were answered longest ago.
    pub(super) fn note(&self, id: DocumentId, writer: String, base_head: u64, told: Told) -> bool {
        let mut generations = self.generations();
        if LEAST <= generations.young.len() {
            generations.old = std::mem::take(&mut generations.young);
        }
        let key = (id, writer);
        let older = generations.old.get(&key).copied().unwrap_or_default();
        let noted = generations.young.entry(key).or_default();
        let before = older.max(*noted);
        *noted = told.max(before);
        before == (base_head, true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_head_counts_and_writers_of_long_ago_are_forgotten() {
        let (answered, id) = (Answered::default(), DocumentId::parse(&"0".repeat(32)).expect("an id"));
        assert_eq!(answered.head(&id, "w"), None);
        answered.note(id.clone(), "w".to_owned(), 0, (7, false));
        answered.note(id.clone(), "w".to_owned(), 0, (5, false));
        assert_eq!((answered.head(&id, "w"), answered.head(&id, "v")), (Some(7), None));
        for n in 0..LEAST {
            answered.note(id.clone(), n.to_string(), 0, (1, false));
        }
        assert_eq!(answered.head(&id, "w"), Some(7));
        answered.note(id.clone(), "w".to_owned(), 0, (6, false));
        assert_eq!(answered.head(&id, "w"), Some(7));
        for n in 0..2 * LEAST + 2 {
            answered.note(id.clone(), n.to_string(), 0, (1, false));
        }
        assert_eq!(answered.head(&id, "w"), None);
        let generations = answered.generations();
        assert!(generations.young.len() + generations.old.len() <= 2 * LEAST);
    }

    #[test]
    fn the_next_part_is_known_by_where_the_one_before_it_ended() {
        let (answered, id) = (Answered::default(), DocumentId::parse(&"0".repeat(32)).expect("an id"));
        let note = |base_head, told| answered.note(id.clone(), "w".to_owned(), base_head, told);
        assert!(!note(0, (7, true)));
        assert!(!note(0, (7, true)), "the first part once more");
        assert!(note(7, (9, false)));
        assert!(!note(9, (12, false)), "all was told: this is another absence");
    }
}
