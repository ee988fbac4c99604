//! The countdown in plain English, for the eye and for the ear.

#[cfg(test)]
mod tests;

use super::Phase;
use super::countdown::floor_to_pace;
use crate::sync::SaveState;
use crate::wire::LimitKind;

/// Something for a screen reader to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// What to say.
    pub text: String,
    /// Whether it may interrupt (`aria-live="assertive"`); only the last one does.
    pub assertive: bool,
}

/// Whether signing in again takes a password, where people sign in on the pool's own pages and the browser may still be
/// signed in there. That clock ends no sign-in here; it only says what the next one costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again<'a> {
    /// Nobody has said.
    Unknown,
    /// None, until then: the reader's own time of day, or nothing where that is days away.
    NoPasswordUntil(&'a str),
    /// The password, or whatever else the pool asks for.
    Password,
}

/// What the countdown has to tell.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// How near the end is.
    pub phase: Phase,
    /// Milliseconds left.
    pub remaining_ms: i64,
    /// Which clock that is.
    pub limit: LimitKind,
    /// Why it has ended, as a sentence; nothing where the time was over.
    pub why: &'a str,
    /// The end as the reader's own time of day, rounded down; a warning shows it, and who asks while it is quiet sees it.
    pub ends_at: &'a str,
    /// What signing in again takes.
    pub again: Again<'a>,
    /// Characters that no receipt covers.
    pub unsaved: u64,
    /// Where they are.
    pub state: SaveState,
    /// Whether there is a text here that can be written in.
    pub writes: bool,
}

impl Default for Told<'_> {
    /// Nothing is near and everything is saved.
    fn default() -> Self {
        Self {
            phase: Phase::Quiet,
            remaining_ms: i64::MAX,
            limit: LimitKind::Refresh,
            why: "",
            ends_at: "",
            again: Again::Unknown,
            unsaved: 0,
            state: SaveState::Saved,
            writes: true,
        }
    }
}

/// The end of the time.
const ENDED: &str = "Your sign-in has ended.";
/// What follows from every end for who writes. Where the typing goes until then is told beside it.
const GO_ON_TYPING: &str = " You can go on typing; sign in again to save it.";
/// What follows where there is nothing to write in.
const GO_ON: &str = " Sign in again to go on.";

/// When something is said (milliseconds left), and how. Six at most, however long the window: WCAG 2.2, 4.1.3 asks that
/// status messages can be heard, and more than this would be heard instead of the text.
const ANNOUNCEMENTS: [(i64, &str); 6] = [
    (0, ""),
    (30_000, "30 seconds"),
    (60_000, "1 minute"),
    (120_000, "2 minutes"),
    (300_000, "5 minutes"),
    (600_000, "10 minutes"),
];

/// What is to be said when what is left goes from `before_ms` to what `told` has: nothing, or the one latest thing, even
/// where a sleep has skipped several.
#[must_use]
pub fn announcement(before_ms: i64, told: &Told<'_>) -> Option<Announcement> {
    let (from, time) = ANNOUNCEMENTS.into_iter().find(|(from, _)| told.remaining_ms <= *from)?;
    (from < before_ms).then(|| {
        let mut text = String::new();
        if from == 0 {
            push_end(&mut text, told);
        } else {
            text.push_str(what_comes(told.limit));
            text.push_str("in less than ");
            text.push_str(time);
            text.push_str(how(told.limit, told.phase));
        }
        Announcement { text, assertive: from == 0 }
    })
}

/// A warning that is minutes away names the time of day, too; below this the reader is told how long they have only.
const NAMED_MS: i64 = 120_000;

/// The banner's sentences: the time, which limit it is where that is the operator's own, and where the unsaved work is. A
/// warning also says that nothing is in danger, where that is so, and what signing in again takes, where that is known.
#[must_use]
pub fn words(told: &Told<'_>) -> String {
    let &Told { phase, remaining_ms, limit, why: _, ends_at, again, unsaved, state, writes: _ } = told;
    let warning = phase == Phase::Warning;
    let mut words = String::new();
    if remaining_ms <= 0 {
        push_end(&mut words, told);
    } else {
        words.push_str(what_comes(limit));
        push_time(&mut words, floor_to_pace(remaining_ms));
        if (warning || phase == Phase::Quiet) && NAMED_MS <= remaining_ms && !ends_at.is_empty() {
            words.push_str(", at ");
            words.push_str(ends_at);
        }
        words.push_str(how(limit, phase));
    }
    if Phase::Warning <= phase && (remaining_ms <= 0 || limit != LimitKind::Idle) {
        push_again(&mut words, again);
    }
    if warning && 0 < remaining_ms && state == SaveState::Saved {
        words.push_str(" Everything you typed is saved.");
    }
    if let Some(work) = work_words(unsaved, state) {
        words.push(' ');
        words.push_str(&work);
        if remaining_ms <= 0 && !matches!(state, SaveState::OnDevice | SaveState::Escrowed) {
            words.push_str(" Leave this tab open.");
        }
    }
    words
}

fn push_end(words: &mut String, told: &Told<'_>) {
    words.push_str(if told.why.is_empty() { ENDED } else { told.why });
    words.push_str(if told.writes { GO_ON_TYPING } else { GO_ON });
}

/// "Should", because only the pool knows.
fn push_again(words: &mut String, again: Again<'_>) {
    words.push_str(match again {
        Again::Unknown => return,
        Again::Password => " You will be asked for your password.",
        Again::NoPasswordUntil(_) => " You should not need your password for that",
    });
    if let Again::NoPasswordUntil(until) = again {
        if !until.is_empty() {
            words.push_str(" until ");
            words.push_str(until);
        }
        words.push('.');
    }
}

/// Before the time.
fn what_comes(limit: LimitKind) -> &'static str {
    match limit {
        LimitKind::Idle => "You will be signed out ",
        LimitKind::Refresh | LimitKind::Absolute => "You need to sign in again ",
    }
}

/// After the time: why it is so, where it is the operator's own wish. While it is quiet, something may still happen.
fn how(limit: LimitKind, phase: Phase) -> &'static str {
    match limit {
        LimitKind::Refresh => ".",
        LimitKind::Absolute => ": the longest time for one sign-in is over then.",
        LimitKind::Idle if phase == Phase::Quiet => ", if nothing happens here until then.",
        LimitKind::Idle => ", because nothing has happened here for a while.",
    }
}

/// Where the unsaved work is; `None` when there is none.
#[must_use]
pub fn work_words(unsaved: u64, state: SaveState) -> Option<String> {
    let one = unsaved == 1;
    let place = match state {
        SaveState::Saved => return None,
        SaveState::OnDevice => {
            if one {
                "is only on this device."
            } else {
                "are only on this device."
            }
        }
        SaveState::Escrowed => {
            if one {
                "waits on the server until you sign in."
            } else {
                "wait on the server until you sign in."
            }
        }
        SaveState::OnScreen | SaveState::Sending | SaveState::Conflict | SaveState::CannotSave => {
            if one {
                "is only on this screen."
            } else {
                "are only on this screen."
            }
        }
    };
    let mut words = String::new();
    match unsaved {
        0 => words.push_str("Your last changes"),
        1 => words.push_str("1 character"),
        _ => push_count(&mut words, unsaved, " characters"),
    }
    words.push(' ');
    words.push_str(place);
    Some(words)
}

fn push_time(words: &mut String, shown_ms: i64) {
    let seconds = shown_ms.unsigned_abs() / 1_000;
    let (about, number, one, many) = match seconds {
        0 => return words.push_str("in a moment"),
        1..60 => ("in ", seconds, " second", " seconds"),
        60..120 => ("in ", 1, " minute", ""),
        120..7_200 => ("in about ", seconds / 60, " minute", " minutes"),
        7_200..172_800 => ("in about ", seconds / 3_600, " hour", " hours"),
        _ => ("in about ", seconds / 86_400, " day", " days"),
    };
    words.push_str(about);
    push_count(words, number, if number == 1 { one } else { many });
    if (61..120).contains(&seconds) {
        words.push(' ');
        push_count(words, seconds - 60, " seconds");
    }
}

/// The number with commas, then `unit`: "1,234 characters".
#[must_use]
pub fn count(number: u64, unit: &str) -> String {
    let mut words = String::new();
    push_count(&mut words, number, unit);
    words
}

fn push_count(words: &mut String, number: u64, unit: &str) {
    let digits = number.to_string();
    for (index, digit) in digits.chars().enumerate() {
        if 0 < index && (digits.len() - index).is_multiple_of(3) {
            words.push(',');
        }
        words.push(digit);
    }
    words.push_str(unit);
}
