//! Recordings of real people writing (github.com/josephg/editing-traces, CC BY 4.0), where `HOLDFAST_TRACES` names
//! their folder.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use ropey::Rope;
use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Trace {
    #[serde(default)]
    pub(crate) start_content: String,
    pub(crate) end_content: String,
    pub(crate) txns: Vec<Txn>,
}

#[derive(Deserialize)]
pub(crate) struct Txn {
    #[serde(default)]
    parents: Vec<usize>,
    #[serde(default)]
    agent: usize,
    /// Position and length in Unicode code points.
    pub(crate) patches: Vec<(usize, usize, String)>,
}

/// The trace, or `None`, said aloud, where there is no folder.
pub(crate) fn trace(name: &str) -> Option<Trace> {
    let Ok(folder) = std::env::var("HOLDFAST_TRACES") else {
        eprintln!("SKIPPED: {name} was not replayed, HOLDFAST_TRACES is not set");
        return None;
    };
    let path = std::path::Path::new(&folder).join(name).with_extension("json.gz");
    let mut json = String::new();
    let file = std::fs::File::open(&path).expect("HOLDFAST_TRACES has the trace");
    flate2::read::GzDecoder::new(file).read_to_string(&mut json).expect("gzip");
    Some(serde_json::from_str(&json).expect("a trace"))
}

/// The edit that a patch is, in UTF-16 units of `text`.
pub(crate) fn edit_of(text: &Rope, (at, deleted, inserted): (usize, usize, String)) -> Edit {
    let start = text.char_to_utf16_cu(at);
    let end = text.char_to_utf16_cu(at + deleted);
    let units = |n: usize| u32::try_from(n).expect("small");
    Edit { at: units(start), deleted: units(end - start), inserted }
}

/// Applies `edit` and returns what it removed.
pub(crate) fn apply(text: &mut Rope, edit: &Edit) -> String {
    let start = text.utf16_cu_to_char(edit.at as usize);
    let end = text.utf16_cu_to_char((edit.at + edit.deleted) as usize);
    assert_eq!(text.char_to_utf16_cu(end) - text.char_to_utf16_cu(start), edit.deleted as usize, "a pair is split");
    let removed = text.slice(start..end).to_string();
    text.remove(start..end);
    text.insert(start, &edit.inserted);
    removed
}

#[test]
fn recorded_texts_of_one_writer_come_out_as_they_were_written() {
    for name in ["automerge-paper", "json-crdt-patch", "sveltecomponent"] {
        let Some(trace) = trace(name) else { continue };
        let mut text = Rope::from_str(&trace.start_content);
        let mut edits = 0;
        for patch in trace.txns.into_iter().flat_map(|txn| txn.patches) {
            let edit = edit_of(&text, patch);
            apply(&mut text, &edit);
            edits += 1;
        }
        assert!(text == trace.end_content.as_str(), "{name} differs");
        println!("{name}: {edits} edits, {} characters, equal", text.len_chars());
    }
}

/// One of the two people: what they see, and what of it has no place in the server's order yet.
#[derive(Clone, Default)]
struct Person {
    text: Rope,
    base: usize,
    pending: Vec<(usize, Vec<Op>)>,
    seen: BTreeSet<usize>,
}

/// What the server has accepted: the transaction, who wrote it, and its edits as accepted.
type Log = Vec<(usize, usize, Vec<Edit>)>;

impl Person {
    /// Takes in everything that the log has: the other's edits are rebased over, one's own must be there in the very
    /// form that they have here.
    fn pull(&mut self, me: usize, log: &Log) {
        for (txn, agent, edits) in &log[self.base..] {
            if *agent == me {
                let (own, ops) = self.pending.remove(0);
                assert_eq!((own, ops.iter().map(Op::collapse).collect()), (*txn, edits.clone()));
                continue;
            }
            let mut ops: Vec<Op> = self.pending.iter().flat_map(|(_, ops)| ops.clone()).collect();
            for edit in rebase_ops(&mut ops, edits) {
                apply(&mut self.text, &edit);
            }
            let mut ops = ops.into_iter();
            for (_, own) in &mut self.pending {
                *own = ops.by_ref().take(own.len()).collect();
            }
            self.seen.insert(*txn);
        }
        self.base = log.len();
    }

    /// Sends everything up to `txn`: rebased as for the sender, who goes on seeing what they saw.
    fn push(&self, me: usize, through: usize, log: &mut Log) {
        let mut ghost = self.clone();
        ghost.pull(me, log);
        for (txn, ops) in ghost.pending.iter().take_while(|(txn, _)| *txn <= through) {
            log.push((*txn, me, ops.iter().map(Op::collapse).collect()));
        }
    }
}

#[test]
fn two_people_writing_at_once_lose_no_insertion() {
    let Some(trace) = trace("friendsforever-concurrent") else { return };
    // Every inserted character becomes one that occurs only once; from the 8,193rd on they are surrogate pairs.
    let mut fresh = ('\u{e000}'..='\u{ffff}').chain('\u{10000}'..);
    let (mut inserted, mut deleted) = (BTreeSet::new(), BTreeSet::new());
    let mut people = [Person::default(), Person::default()];
    let mut log: Log = Vec::new();
    let (mut clamped, mut merges) = (0, 0);
    let mut known: BTreeMap<usize, [Option<usize>; 2]> = BTreeMap::new();
    for (id, txn) in trace.txns.into_iter().enumerate() {
        // The newest transaction of each person that this one had seen.
        let mut newest: [Option<usize>; 2] = [None, None];
        for parent in &txn.parents {
            for (newest, seen) in newest.iter_mut().zip(known[parent]) {
                *newest = (*newest).max(seen);
            }
        }
        let (me, other) = (txn.agent, 1 - txn.agent);
        if let Some(needed) = newest[other].filter(|needed| !people[me].seen.contains(needed)) {
            people[other].push(other, needed, &mut log);
            people[me].pull(me, &log);
            assert!(people[me].seen.contains(&needed));
            merges += 1;
        }
        let person = &mut people[me];
        let mut ops = Vec::new();
        for (at, removed, text) in txn.patches {
            // Two insertions at one place may stand in another order than in the recording: lengths stay the same
            // unless a later deletion met the other one.
            let end = (at + removed).min(person.text.len_chars());
            let start = at.min(end);
            clamped += usize::from((start, end) != (at, at + removed));
            let unique: String = text.chars().map(|_| fresh.next().expect("enough")).collect();
            inserted.extend(unique.chars());
            let edit = edit_of(&person.text, (start, end - start, unique));
            deleted.extend(apply(&mut person.text, &edit).chars());
            ops.push(Op::from(edit));
        }
        person.pending.push((id, ops));
        newest[me] = Some(id);
        known.insert(id, newest);
    }
    for me in [0, 1] {
        people[me].push(me, usize::MAX, &mut log);
    }
    for me in [0, 1] {
        people[me].pull(me, &log);
        assert!(people[me].pending.is_empty());
    }
    assert!(people[0].text == people[1].text, "the two texts differ");
    let mut server = Rope::new();
    for edit in log.iter().flat_map(|(_, _, edits)| edits) {
        apply(&mut server, edit);
    }
    assert!(server == people[0].text, "the server's text differs");
    let result: BTreeSet<char> = server.chars().collect();
    assert_eq!(result.len(), server.len_chars(), "something is doubled");
    let lost = inserted.difference(&deleted).filter(|c| !result.contains(c)).count();
    let back = deleted.intersection(&result).count();
    println!(
        "friendsforever-concurrent: {} inserted, {} deleted, {} merges, {} characters (recorded: {}), {clamped} clamped, \
         {lost} lost, {back} back from the dead",
        inserted.len(),
        deleted.len(),
        merges,
        server.len_chars(),
        trace.end_content.chars().count()
    );
    assert_eq!((lost, back), (0, 0));
}
