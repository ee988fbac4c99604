//! How the reader writes dates and times, as far as a request says. The words of the pages are English everywhere; which of
//! the month and the day comes first, and whether the day has twelve hours, differs among those who read it.

use holdfast::clock::from_unix_ms;

/// Regions where noon is 12:00 PM and English is read; languages that count so wherever they are spoken.
/// <https://cldr.unicode.org/> (`timeData`, the preferred hour cycle)
const TWELVE_HOURS: [&str; 14] = ["US", "CA", "AU", "NZ", "IN", "PH", "SG", "MY", "PK", "EG", "SA", "MX", "CO", "HK"];
/// Regions where January 15 is not 15 January.
const MONTH_FIRST: [&str; 3] = ["US", "PH", "CA"];

/// How dates and times are written for one reader.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reader {
    month_first: bool,
    twelve_hours: bool,
}

impl Reader {
    /// What an `Accept-Language` asks for: its first language counts, because browsers list them so.
    #[must_use]
    pub fn of(accept_language: &str) -> Self {
        let first = accept_language.split([',', ';']).next().unwrap_or_default();
        let region = first.trim().split('-').skip(1).find(|part| part.len() == 2).unwrap_or_default().to_uppercase();
        let is_in = |regions: &[&str]| regions.contains(&region.as_str());
        Self { month_first: is_in(&MONTH_FIRST), twelve_hours: is_in(&TWELVE_HOURS) }
    }

    /// "15 January 2026", "January 15, 2026".
    pub(super) fn date(self, at_ms: i64) -> String {
        let at = from_unix_ms(at_ms);
        let (day, month, year) = (at.day(), at.month(), at.year());
        if self.month_first { format!("{month} {day}, {year}") } else { format!("{day} {month} {year}") }
    }

    /// "14:02", "2:02 PM".
    pub(super) fn clock(self, at_ms: i64) -> String {
        let at = from_unix_ms(at_ms);
        let (hour, minute) = (at.hour(), at.minute());
        if !self.twelve_hours {
            return format!("{hour:02}:{minute:02}");
        }
        let half = if hour < 12 { "AM" } else { "PM" };
        let hour = if hour % 12 == 0 { 12 } else { hour % 12 };
        format!("{hour}:{minute:02} {half}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_are_the_readers() {
        const HOUR: i64 = 3_600_000;
        // 15 January 2026, midnight.
        let midnight = 1_768_435_200_000;
        for (language, date, times) in [
            ("en-US,en;q=0.9", "January 15, 2026", ["12:00 AM", "9:00 AM", "12:00 PM", "2:00 PM"]),
            ("en-CA", "January 15, 2026", ["12:00 AM", "9:00 AM", "12:00 PM", "2:00 PM"]),
            ("en-AU;q=1", "15 January 2026", ["12:00 AM", "9:00 AM", "12:00 PM", "2:00 PM"]),
            ("en-GB,en-US;q=0.9", "15 January 2026", ["00:00", "09:00", "12:00", "14:00"]),
            ("de-DE,de;q=0.9,en-US;q=0.7", "15 January 2026", ["00:00", "09:00", "12:00", "14:00"]),
            ("zh-Hant-HK", "15 January 2026", ["12:00 AM", "9:00 AM", "12:00 PM", "2:00 PM"]),
            ("en", "15 January 2026", ["00:00", "09:00", "12:00", "14:00"]),
            ("*", "15 January 2026", ["00:00", "09:00", "12:00", "14:00"]),
            ("", "15 January 2026", ["00:00", "09:00", "12:00", "14:00"]),
        ] {
            let reader = Reader::of(language);
            assert_eq!(reader.date(midnight), date, "{language}");
            let told = [0, 9, 12, 14].map(|hour| reader.clock(midnight + hour * HOUR));
            assert_eq!(told, times, "{language}");
        }
    }
}
