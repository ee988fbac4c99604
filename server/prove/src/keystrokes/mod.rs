//! E3, E4: what real people really typed, keystroke by keystroke, through the machine that ships, while answers get lost,
//! sessions end, tabs crash and a second writer puts marks into the same text. In the end the text is the recorded one,
//! byte by byte. And two people who were recorded writing at once lose no insertion of either.
//!
//! The controls: a server that loses an edit of a thousand batches, and a journal that is switched off.

mod desk;
mod trace;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use desk::{Broken, Desk};
use holdfast::edit::Edit;
use holdfast::sync::Event;
use holdfast::wire::PatchDraft;
use ropey::Rope;
use trace::{Trace, apply, edit_of};

use crate::Result;
use crate::count::Figures;
use crate::plan::Plan;
use crate::random::Random;
use crate::stopwatch::now;

const ALONE: [&str; 3] = ["automerge-paper", "json-crdt-patch", "sveltecomponent"];
const TOGETHER: &str = "friendsforever-concurrent";
/// What the second writer puts in; nobody typed it.
const MARK: char = '\u{10FFFD}';
/// Replaying automerge-paper may take so many seconds.
const LONGEST_SECONDS: f64 = 10.0;

pub(crate) fn prove(plan: &Plan) -> Result<Figures> {
    let Some(folder) = std::env::var_os("HOLDFAST_TRACES").map(PathBuf::from) else {
        return Ok(Figures::Skipped("HOLDFAST_TRACES names no folder of recorded keystrokes".to_owned()));
    };
    let mut figures = Vec::new();
    for name in ALONE {
        let began = now();
        let typed = alone(&folder, name, Broken::Nothing, plan.seed)?;
        let seconds = began.elapsed().as_secs_f64();
        if name == ALONE[0] && LONGEST_SECONDS < seconds {
            return Err(format!("{name} took {seconds:.1} s, more than {LONGEST_SECONDS} s").into());
        }
        figures.push(format!("{name} {typed} in {seconds:.1} s"));
    }
    figures.push(format!("{TOGETHER} {}", together(&folder, plan.seed)?));
    for broken in [Broken::Server, Broken::Journal] {
        if alone(&folder, ALONE[0], broken, plan.seed).is_ok() {
            return Err(format!("the control {broken:?} was not caught").into());
        }
    }
    Ok(Figures::Line(format!(
        "{}; controls (an edit dropped, journal off): both caught; seed {}",
        figures.join("; "),
        plan.seed
    )))
}

/// Types a recording at ten edits a second.
fn alone(folder: &Path, name: &str, broken: Broken, seed: u64) -> Result<String> {
    let trace = Trace::read(folder, name)?;
    let mut desk = Desk::new(&trace.start_content, 1, broken, Random::new(seed));
    // What the writer would see without the other's marks: the recording's positions are those of this text.
    let mut own = Rope::from_str(&trace.start_content);
    let (mut edits, mut marks) = (0_u64, 0);
    for (at, deleted, inserted) in trace.txns.into_iter().flat_map(|txn| txn.patches) {
        let mut edit = edit_of(&own, at, deleted, inserted);
        let marks_before = u32::try_from(desk.typists[0].visible.len_utf16_cu() - own.len_utf16_cu())?;
        apply(&mut own, &edit)?;
        edits += 1;
        // All marks stand before the text.
        edit.at += marks_before;
        apply(&mut desk.typists[0].visible, &edit)?;
        desk.later(0, Event::Typed(edit))?;
        if desk.random.per_mille(20) {
            marks += 1;
            mark(&mut desk, marks)?;
        }
        match desk.random.below(5_000) {
            0 => desk.crash(0)?,
            1..300 => desk.later(0, Event::SignedIn { sub: "ada".to_owned() })?,
            _ => {}
        }
    }
    desk.finish()?;
    let text: String = desk.server.text.chars().filter(|c| *c != MARK).collect();
    if text != trace.end_content {
        return Err(format!("{name}: the text is not the recorded one").into());
    }
    let desk::Tally { conflicts, unanswered, crashes, ended } = desk.tally;
    Ok(format!(
        "{edits} edits, equal ({marks} marks, {conflicts} conflicts, {unanswered} unanswered, {ended} sessions ended, {crashes} crashes)"
    ))
}

/// The second writer is the server's own: every one of its batches fits.
fn mark(desk: &mut Desk, number: u64) -> Result<()> {
    let edits = vec![Edit { at: 0, deleted: 0, inserted: MARK.to_string() }];
    let base_head = desk.server.head();
    let patch = PatchDraft { writer: "marks".to_owned(), base_head, seq: number, edits };
    desk.server.accept(&patch)?;
    Ok(())
}

/// Two recorded people, each with their own latency: every inserted character becomes one that occurs only once.
fn together(folder: &Path, seed: u64) -> Result<String> {
    let trace = Trace::read(folder, TOGETHER)?;
    let mut fresh = ('\u{e000}'..='\u{ffff}').chain('\u{10000}'..);
    let (mut inserted, mut deleted) = (BTreeSet::new(), BTreeSet::new());
    let mut desk = Desk::new("", 2, Broken::Nothing, Random::new(seed));
    let mut edits = 0_u64;
    for txn in trace.txns {
        for (at, removed, text) in txn.patches {
            let unique: String = text.chars().filter_map(|_| fresh.next()).collect();
            inserted.extend(unique.chars());
            let visible = &mut desk.typists[txn.agent].visible;
            let edit = edit_of(visible, at, removed, unique);
            deleted.extend(apply(visible, &edit)?.chars());
            edits += 1;
            desk.later(txn.agent, Event::Typed(edit))?;
        }
        if desk.random.below(2_000) == 0 {
            desk.crash(txn.agent)?;
        }
    }
    desk.finish()?;
    let text: BTreeSet<char> = desk.server.text.chars().collect();
    let lost = inserted.difference(&deleted).filter(|c| !text.contains(c)).count();
    let doubled = desk.server.text.len_chars() - text.len();
    let back = deleted.intersection(&text).count();
    if (lost, doubled, back) != (0, 0, 0) {
        return Err(format!("{TOGETHER}: {lost} lost, {doubled} doubled, {back} deleted and back").into());
    }
    let desk::Tally { conflicts, crashes, .. } = desk.tally;
    Ok(format!(
        "{edits} edits of two writers, {} insertions, 0 lost ({conflicts} conflicts, {crashes} crashes)",
        inserted.len()
    ))
}
