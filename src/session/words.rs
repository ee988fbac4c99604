//! The countdown in plain English, for the eye and for the ear.

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
    /// The end as the reader's own time of day, rounded down; a warning shows it.
    pub ends_at: &'a str,
    /// What signing in again takes.
    pub again: Again<'a>,
    /// Characters that no receipt covers.
    pub unsaved: u64,
    /// Where they are.
    pub state: SaveState,
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
        }
    }
}

/// The end of the time.
const ENDED: &str = "Your sign-in has ended.";
/// What follows from every end. Where the typing goes until then is told beside it.
const GO_ON: &str = " You can go on typing; sign in again to save it.";

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
            text.push_str(how(told.limit));
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
    let &Told { phase, remaining_ms, limit, why: _, ends_at, again, unsaved, state } = told;
    let warning = phase == Phase::Warning;
    let mut words = String::new();
    if remaining_ms <= 0 {
        push_end(&mut words, told);
    } else {
        words.push_str(what_comes(limit));
        push_time(&mut words, floor_to_pace(remaining_ms));
        if warning && NAMED_MS <= remaining_ms && !ends_at.is_empty() {
            words.push_str(", at ");
            words.push_str(ends_at);
        }
        words.push_str(how(limit));
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
    words.push_str(GO_ON);
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

/// After the time: why it is so, where it is the operator's own wish.
fn how(limit: LimitKind) -> &'static str {
    match limit {
        LimitKind::Refresh => ".",
        LimitKind::Absolute => ": the longest time for one sign-in is over then.",
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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(phase: Phase, remaining_ms: i64) -> Told<'static> {
        Told { phase, remaining_ms, ends_at: "16:42", ..Told::default() }
    }

    fn said(before_ms: i64, remaining_ms: i64) -> Option<Announcement> {
        announcement(before_ms, &at(Phase::Warning, remaining_ms))
    }

    #[test]
    fn the_time_is_told_more_finely_towards_the_end_and_never_rounded_up() {
        for (ms, told) in [
            (3 * 86_400_000 + 5, "in about 3 days"),
            (172_799_999, "in about 47 hours"),
            (7_200_000, "in about 2 hours"),
            (7_199_999, "in about 119 minutes"),
            (600_000, "in about 10 minutes"),
            (599_999, "in about 9 minutes"),
            (120_000, "in about 2 minutes"),
            (119_999, "in 1 minute 50 seconds"),
            (69_999, "in 1 minute"),
            (59_999, "in 50 seconds"),
            (20_000, "in 20 seconds"),
            (19_999, "in 19 seconds"),
            (1_000, "in 1 second"),
            (999, "in a moment"),
        ] {
            let told = format!("You need to sign in again {told}.");
            assert_eq!(words(&at(Phase::Notice, ms)), told, "{ms}");
        }
    }

    #[test]
    fn b11_the_words_say_what_is_where() {
        let words = |phase, ms, ends_at, unsaved, state| words(&Told { unsaved, state, ends_at, ..at(phase, ms) });
        assert_eq!(
            words(Phase::Warning, 540_000, "16:42", 12, SaveState::OnDevice),
            "You need to sign in again in about 9 minutes, at 16:42. 12 characters are only on this device."
        );
        assert_eq!(
            words(Phase::Warning, 120_000, "16:42", 0, SaveState::Saved),
            "You need to sign in again in about 2 minutes, at 16:42. Everything you typed is saved."
        );
        assert_eq!(
            words(Phase::Warning, 119_999, "16:42", 0, SaveState::Saved),
            "You need to sign in again in 1 minute 50 seconds. Everything you typed is saved."
        );
        assert_eq!(
            words(Phase::Expired, 0, "", 1_234, SaveState::OnScreen),
            "Your sign-in has ended. You can go on typing; sign in again to save it. 1,234 characters are only on this \
             screen. Leave this tab open."
        );
        assert_eq!(
            words(Phase::Expired, 0, "", 1, SaveState::OnDevice),
            "Your sign-in has ended. You can go on typing; sign in again to save it. 1 character is only on this device."
        );
        assert_eq!(work_words(1, SaveState::Sending).as_deref(), Some("1 character is only on this screen."));
        assert_eq!(work_words(0, SaveState::OnScreen).as_deref(), Some("Your last changes are only on this screen."));
        assert_eq!(
            work_words(2, SaveState::Escrowed).as_deref(),
            Some("2 characters wait on the server until you sign in.")
        );
        assert_eq!(work_words(0, SaveState::Saved), None);
    }

    #[test]
    fn b3_the_operators_own_limits_are_named() {
        let told = |limit, ms| Told { limit, ..at(Phase::Warning, ms) };
        assert_eq!(
            words(&told(LimitKind::Idle, 420_000)),
            "You will be signed out in about 7 minutes, at 16:42, because nothing has happened here for a while. \
             Everything you typed is saved."
        );
        assert_eq!(
            words(&told(LimitKind::Absolute, 50_000)),
            "You need to sign in again in 50 seconds: the longest time for one sign-in is over then. Everything you typed \
             is saved."
        );
        assert_eq!(
            announcement(i64::MAX, &told(LimitKind::Idle, 20_000)).map(|said| said.text).as_deref(),
            Some("You will be signed out in less than 30 seconds, because nothing has happened here for a while.")
        );
    }

    #[test]
    fn b3_the_clock_of_the_browsers_sign_in_at_the_pool_is_named_and_ends_nothing() {
        let told = |again, ms| Told { again, ..at(Phase::Warning, ms) };
        assert_eq!(
            words(&told(Again::NoPasswordUntil("16:38"), 540_000)),
            "You need to sign in again in about 9 minutes, at 16:42. You should not need your password for that until \
             16:38. Everything you typed is saved."
        );
        assert_eq!(
            words(&told(Again::NoPasswordUntil(""), 50_000)),
            "You need to sign in again in 50 seconds. You should not need your password for that. Everything you typed is \
             saved."
        );
        assert_eq!(
            words(&Told { unsaved: 3, state: SaveState::OnDevice, ..told(Again::Password, 50_000) }),
            "You need to sign in again in 50 seconds. You will be asked for your password. 3 characters are only on this \
             device."
        );
        assert_eq!(
            words(&Told { phase: Phase::Expired, ..told(Again::NoPasswordUntil("16:52"), 0) }),
            "Your sign-in has ended. You can go on typing; sign in again to save it. You should not need your password \
             for that until 16:52."
        );
        // Being there is enough for the idle limit; far from the end nothing is to be done.
        let idle = Told { limit: LimitKind::Idle, ..told(Again::Password, 50_000) };
        assert!(!words(&idle).contains("password"));
        assert!(!words(&Told { phase: Phase::Notice, ..told(Again::Password, 3_000_000) }).contains("password"));
    }

    #[test]
    fn a17_an_end_before_its_time_says_why() {
        let told = Told { why: "This account has been switched off.", ..at(Phase::Expired, 0) };
        let text = "This account has been switched off. You can go on typing; sign in again to save it.";
        assert_eq!(words(&told), text);
        assert_eq!(announcement(5_000, &told), Some(Announcement { text: text.to_owned(), assertive: true }));
    }

    #[test]
    fn no_jargon_is_ever_shown_or_said() {
        let states =
            [SaveState::Saved, SaveState::OnScreen, SaveState::OnDevice, SaveState::Escrowed, SaveState::Conflict];
        let mut all = Vec::new();
        for limit in [LimitKind::Refresh, LimitKind::Absolute, LimitKind::Idle] {
            for ms in [0, 500, 15_000, 65_000, 600_000, 8_000_000, 900_000_000] {
                let told = Told { limit, ..at(Phase::Warning, ms) };
                all.extend(announcement(i64::MAX, &told).map(|said| said.text));
                all.extend(states.map(|state| words(&Told { unsaved: 7, state, ..told })));
            }
        }
        for text in all {
            let text = text.to_lowercase();
            for jargon in
                ["session", "token", "sync", "expire", "journal", "escrow", "server error", "conflict", "idle"]
            {
                assert!(!text.contains(jargon), "{text}");
            }
        }
    }

    #[test]
    fn b13_a_whole_day_is_announced_six_times_and_only_the_last_is_assertive() {
        let mut heard = Vec::new();
        let mut before = 86_400_000;
        while -5_000 < before {
            heard.extend(said(before, before - 250));
            before -= 250;
        }
        assert_eq!(heard.len(), 6);
        assert!(heard.iter().take(5).all(|announcement| !announcement.assertive));
        assert!(heard[5].assertive);
    }

    #[test]
    fn b13_a_sleep_across_several_moments_is_announced_once_and_a_new_sign_in_not_at_all() {
        let text = "You need to sign in again in less than 1 minute.";
        assert_eq!(said(700_000, 45_000).map(|said| said.text).as_deref(), Some(text));
        assert_eq!(said(700_000, 0).map(|said| said.assertive), Some(true));
        assert_eq!(said(45_000, 86_400_000), None);
        assert_eq!(said(0, 0), None);
        assert_eq!(said(600_001, 600_001), None);
        assert!(said(600_001, 600_000).is_some());
        assert_eq!(said(600_000, 599_999), None);
    }
}
