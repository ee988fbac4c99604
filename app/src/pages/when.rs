//! How long ago, in words. Rendered on the server, which does not know the reader's time zone: beyond a week it is a date, and
//! days and times of day are those of UTC until a script of the page writes the reader's own (`app/src/browser/days.js`).

use holdfast::clock::from_unix_ms;
use leptos::prelude::use_context;

use super::reader::Reader;
use crate::words::{self, Unit};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// "just now", "5 minutes ago", "3 days ago", "15 January 2026".
pub(super) fn ago(at_ms: i64, now_ms: i64) -> String {
    match now_ms.saturating_sub(at_ms) {
        past if past < MINUTE => words::JUST_NOW.to_owned(),
        past if past < HOUR => words::ago(past / MINUTE, Unit::Minute),
        past if past < DAY => words::ago(past / HOUR, Unit::Hour),
        past if past < 7 * DAY => words::ago(past / DAY, Unit::Day),
        _ => reader().date(at_ms),
    }
}

/// Which day it was: "Today", "Yesterday", "Tuesday, 13 January 2026".
pub(super) fn day(at_ms: i64, now_ms: i64) -> String {
    match now_ms.div_euclid(DAY) - at_ms.div_euclid(DAY) {
        // A clock that was put back.
        ..=0 => words::TODAY.to_owned(),
        1 => words::YESTERDAY.to_owned(),
        _ => [&from_unix_ms(at_ms).weekday().to_string(), ", ", &reader().date(at_ms)].concat(),
    }
}

/// The time of day: "14:02".
pub(super) fn clock(at_ms: i64) -> String {
    reader().clock(at_ms)
}

/// "15 January 2026, 14:02".
pub(super) fn moment(at_ms: i64) -> String {
    [&reader().date(at_ms), ", ", &reader().clock(at_ms)].concat()
}

/// Whose page it is; the page gives it as a context.
fn reader() -> Reader {
    use_context::<Reader>().unwrap_or_default()
}

/// "30 days left", "1 day left", "less than a day left". A day that has begun counts, but for the last one.
pub(super) fn days_left(until_ms: i64, now_ms: i64) -> String {
    let left = until_ms.saturating_sub(now_ms);
    words::days_left(if left < DAY { 0 } else { (left + DAY - 1) / DAY })
}

/// The moment for machines, `2026-01-15T09:00:00Z`.
pub(super) fn iso(at_ms: i64) -> String {
    let at = from_unix_ms(at_ms);
    let month = u8::from(at.month());
    format!("{:04}-{month:02}-{:02}T{:02}:{:02}:{:02}Z", at.year(), at.day(), at.hour(), at.minute(), at.second())
}

#[cfg(test)]
mod tests {
    use holdfast::clock::{ManualClock, unix_ms};

    use super::*;

    #[test]
    fn each_unit_begins_where_the_smaller_one_ends() {
        let now = unix_ms(ManualClock::DEFAULT);
        for (past, words) in [
            (0, "just now"),
            (MINUTE - 1, "just now"),
            (MINUTE, "1 minute ago"),
            (HOUR - 1, "59 minutes ago"),
            (HOUR, "1 hour ago"),
            (DAY, "1 day ago"),
            (7 * DAY - 1, "6 days ago"),
            (7 * DAY, "8 January 2026"),
        ] {
            assert_eq!(ago(now - past, now), words);
        }
        for (past, words) in [
            (-DAY, "Today"),
            (9 * HOUR, "Today"),
            (9 * HOUR + 1, "Yesterday"),
            (33 * HOUR, "Yesterday"),
            (33 * HOUR + 1, "Tuesday, 13 January 2026"),
        ] {
            assert_eq!(day(now - past, now), words);
        }
        assert_eq!((clock(now), moment(now)), ("09:00".to_owned(), "15 January 2026, 09:00".to_owned()));
        assert_eq!(iso(now), "2026-01-15T09:00:00Z");
        for (left, words) in [
            (30 * DAY - 1, "30 days left"),
            (DAY + 1, "2 days left"),
            (DAY, "1 day left"),
            (DAY - 1, "less than a day left"),
        ] {
            assert_eq!(days_left(now + left, now), words);
        }
    }
}
