//! What the countdown says, to the eye and to the ear.

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
    let reads = Told { writes: false, ..told };
    assert_eq!(words(&reads), "This account has been switched off. Sign in again to go on.");
}

#[test]
fn no_jargon_is_ever_shown_or_said() {
    let states = [SaveState::Saved, SaveState::OnScreen, SaveState::OnDevice, SaveState::Escrowed, SaveState::Conflict];
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
        for jargon in ["session", "token", "sync", "expire", "journal", "escrow", "server error", "conflict", "idle"] {
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

/// Whoever asks while nothing is near is told the same, with the time of day; and of the idle limit what it depends on.
#[test]
fn who_asks_while_it_is_quiet_is_told_when_it_ends() {
    let asked = |limit: LimitKind, remaining_ms: i64| words(&Told { limit, ..at(Phase::Quiet, remaining_ms) });
    let (refresh, absolute) = (asked(LimitKind::Refresh, 7_260_000), asked(LimitKind::Absolute, 7_260_000));
    assert_eq!(refresh, "You need to sign in again in about 2 hours, at 16:42.");
    assert!(absolute.starts_with("You need to sign in again in about 2 hours, at 16:42: "), "{absolute}");
    let idle = asked(LimitKind::Idle, 840_000);
    assert_eq!(idle, "You will be signed out in about 14 minutes, at 16:42, if nothing happens here until then.");
    assert!(asked(LimitKind::Refresh, 0).starts_with("Your sign-in has ended."));
}
