//! How long a token lasts, as an operator writes it and as Cognito tells it.
//!
//! A bare number is a trap: Cognito reads `RefreshTokenValidity: 60` without `TokenValidityUnits` as 60 **days**, and 0
//! as its default of 30 days (AWS, *Amazon Cognito user pools API Reference*, `UserPoolClientType`). So here the unit is
//! always written.

use thiserror::Error;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// What Cognito makes of a refresh token validity of 0.
const COGNITO_DEFAULT_MS: i64 = 30 * DAY;

/// Why a length of time was not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ValidityError {
    /// Digits alone.
    #[error("a number without a unit: write 60m, 12h or 30d (Cognito itself would read 60 as 60 days)")]
    NoUnit,
    /// Not digits and one of the units.
    #[error("not a length of time: write a whole number and s, m, h or d, such as 45s, 60m, 12h or 30d")]
    Malformed,
    /// Too large to be counted in milliseconds.
    #[error("too long")]
    TooLong,
    /// Cognito allows a refresh token 60 minutes to 3,650 days.
    #[error("outside what Cognito allows for a refresh token, 60m to 3650d")]
    OutOfRange,
}

/// The milliseconds that `30d`, `12h`, `60m` or `45s` stand for.
///
/// # Errors
/// Where the unit is missing or the text is something else.
pub fn parse_validity(text: &str) -> Result<i64, ValidityError> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let unit = match unit {
        "s" => SECOND,
        "m" => MINUTE,
        "h" => HOUR,
        "d" => DAY,
        "" if !number.is_empty() => return Err(ValidityError::NoUnit),
        _ => return Err(ValidityError::Malformed),
    };
    if number.is_empty() {
        return Err(ValidityError::Malformed);
    }
    number.parse::<i64>().ok().and_then(|number| number.checked_mul(unit)).ok_or(ValidityError::TooLong)
}

/// `ms` where a real user pool can have it as the validity of a refresh token: 60 minutes to 3,650 days (AWS, *Amazon
/// Cognito user pools API Reference*, `UserPoolClientType`, `RefreshTokenValidity`).
///
/// # Errors
/// Where no real user pool can have it.
pub fn check_refresh_validity(ms: i64) -> Result<i64, ValidityError> {
    if (HOUR..=3_650 * DAY).contains(&ms) { Ok(ms) } else { Err(ValidityError::OutOfRange) }
}

/// The refresh token validity of a `DescribeUserPoolClient` answer, in milliseconds: `RefreshTokenValidity` with
/// `TokenValidityUnits.RefreshToken` (`seconds`, `minutes`, `hours`, `days`; days where it is absent). 0 is 30 days.
///
/// # Errors
/// Where the unit is none of Cognito's, or the value is negative or too large.
pub fn from_cognito(value: i64, unit: Option<&str>) -> Result<i64, ValidityError> {
    let unit = match unit {
        Some("seconds") => SECOND,
        Some("minutes") => MINUTE,
        Some("hours") => HOUR,
        Some("days") | None => DAY,
        Some(_) => return Err(ValidityError::Malformed),
    };
    match value {
        0 => Ok(COGNITO_DEFAULT_MS),
        ..0 => Err(ValidityError::Malformed),
        _ => value.checked_mul(unit).ok_or(ValidityError::TooLong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s4_a_validity_is_a_number_and_a_unit() {
        for (text, ms) in [("45s", 45_000), ("60m", 3_600_000), ("12h", 43_200_000), (" 30d ", 2_592_000_000)] {
            assert_eq!(parse_validity(text), Ok(ms), "{text}");
        }
        assert_eq!(parse_validity("0s"), Ok(0));
    }

    #[test]
    fn s4_a_bare_number_is_refused_and_the_message_says_what_cognito_would_make_of_it() {
        assert_eq!(parse_validity("60"), Err(ValidityError::NoUnit));
        assert!(ValidityError::NoUnit.to_string().contains("60 days"));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "d", "-5m", "1.5h", "5 m", "5M", "5w", "m5", "5m5s", "５m"] {
            assert_eq!(parse_validity(text), Err(ValidityError::Malformed), "{text}");
        }
        for text in ["9223372036854775807d", "99999999999999999999s"] {
            assert_eq!(parse_validity(text), Err(ValidityError::TooLong), "{text}");
        }
    }

    #[test]
    fn s4_a_real_pool_takes_sixty_minutes_to_ten_years() {
        for (ms, allowed) in [
            (HOUR - 1, false),
            (HOUR, true),
            (HOUR + 1, true),
            (3_650 * DAY - 1, true),
            (3_650 * DAY, true),
            (3_650 * DAY + 1, false),
        ] {
            assert_eq!(check_refresh_validity(ms).is_ok(), allowed, "{ms}");
        }
    }

    #[test]
    fn s4_what_cognito_tells_has_a_unit_or_means_days_and_zero_is_thirty_days() {
        assert_eq!(from_cognito(60, None), Ok(60 * DAY));
        assert_eq!(from_cognito(60, Some("minutes")), Ok(HOUR));
        assert_eq!(from_cognito(7_200, Some("seconds")), Ok(2 * HOUR));
        assert_eq!(from_cognito(24, Some("hours")), Ok(DAY));
        assert_eq!(from_cognito(0, Some("minutes")), Ok(30 * DAY));
        assert_eq!(from_cognito(0, None), Ok(30 * DAY));
        assert_eq!(from_cognito(1, Some("weeks")), Err(ValidityError::Malformed));
        assert_eq!(from_cognito(-1, None), Err(ValidityError::Malformed));
    }
}
