//! The exact moment of the forced sign-in.
//!
//! Cognito tells nobody when a refresh token ends: it is in no token and in no answer. AWS: "the refresh token expires
//! 30 days after your application user signs into your user pool" (or whatever `RefreshTokenValidity` says), so the
//! moment is computed once, at the interactive sign-in, and never again from a later token: refreshing does not move
//! it, and rotation does not either ("the new refresh token is valid for the remaining duration of the original").
//! The last access token bought before that moment still works until its own end.

use crate::wire::LimitKind;

/// How long before its end an access token is due for a refresh, in milliseconds (at most a third of its life).
pub const REFRESH_MARGIN_MS: i64 = 60_000;

/// The clocks of one session, in milliseconds since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetimes {
    /// The interactive sign-in.
    pub signed_in_at: i64,
    /// The refresh token's end, computed once by [`refresh_expires_at`].
    pub refresh_expires_at: i64,
    /// When the access token in hand was issued.
    pub access_issued_at: i64,
    /// The end of the access token in hand.
    pub access_expires_at: i64,
    /// The last thing a person did.
    pub last_activity_at: i64,
}

/// The operator's own limits, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// From the interactive sign-in.
    pub absolute: Option<i64>,
    /// From the last activity.
    pub idle: Option<i64>,
}

/// A moment, and which clock it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    /// Milliseconds since the Unix epoch. It has passed when `at <= now`.
    pub at: i64,
    /// Which clock ends first.
    pub kind: LimitKind,
}

impl Deadline {
    /// Whether the moment has come.
    #[must_use]
    pub fn has_passed(&self, now: i64) -> bool {
        self.at <= now
    }

    /// Milliseconds left; 0 when the moment has come.
    #[must_use]
    pub fn remaining(&self, now: i64) -> i64 {
        self.at.saturating_sub(now).max(0)
    }
}

/// The refresh token's end: `auth_time` (never later than the server's clock at that moment) plus
/// `RefreshTokenValidity`. All in milliseconds.
#[must_use]
pub fn refresh_expires_at(auth_time: i64, server_now: i64, validity: i64) -> i64 {
    auth_time.min(server_now).saturating_add(validity)
}

/// `min( max(refresh_expires_at, access_expires_at), absolute limit, idle limit )`, and which one it is.
/// Where two coincide the first of that list is named.
#[must_use]
pub fn sign_in_by(lifetimes: &Lifetimes, limits: &Limits) -> Deadline {
    let tokens = lifetimes.refresh_expires_at.max(lifetimes.access_expires_at);
    let mut first = Deadline { at: tokens, kind: LimitKind::Refresh };
    let others = [
        (limits.absolute.map(|limit| lifetimes.signed_in_at.saturating_add(limit)), LimitKind::Absolute),
        (limits.idle.map(|limit| lifetimes.last_activity_at.saturating_add(limit)), LimitKind::Idle),
    ];
    for (at, kind) in others {
        if let Some(at) = at
            && at < first.at
        {
            first = Deadline { at, kind };
        }
    }
    first
}

/// Whether a request that needs the access token should refresh it first: it has less than [`REFRESH_MARGIN_MS`] left,
/// or less than a third of its life where that is shorter, so that tokens of seconds are not refreshed at every request.
#[must_use]
pub fn refresh_due(lifetimes: &Lifetimes, now: i64) -> bool {
    let life = lifetimes.access_expires_at.saturating_sub(lifetimes.access_issued_at).max(0);
    let margin = REFRESH_MARGIN_MS.min(life / 3);
    lifetimes.access_expires_at.saturating_sub(margin) <= now
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;
    const HOUR: i64 = 60 * MINUTE;

    fn signed_in_at_nine(access_issued_at: i64) -> Lifetimes {
        Lifetimes {
            signed_in_at: 9 * HOUR,
            refresh_expires_at: 33 * HOUR,
            access_issued_at,
            access_expires_at: access_issued_at + HOUR,
            last_activity_at: access_issued_at,
        }
    }

    #[test]
    fn the_day_of_the_founding_article_ends_at_half_past_nine() {
        let at_nine = sign_in_by(&signed_in_at_nine(9 * HOUR), &Limits::default());
        assert_eq!(at_nine, Deadline { at: 33 * HOUR, kind: LimitKind::Refresh });
        let refreshed_at_half_past_eight = signed_in_at_nine(32 * HOUR + 30 * MINUTE);
        let deadline = sign_in_by(&refreshed_at_half_past_eight, &Limits::default());
        assert_eq!(deadline.at, 33 * HOUR + 30 * MINUTE);
        assert!(!deadline.has_passed(deadline.at - 1));
        assert!(deadline.has_passed(deadline.at));
        assert!(deadline.has_passed(deadline.at + 1));
    }

    #[test]
    fn the_nearest_of_all_clocks_is_named() {
        let lifetimes = signed_in_at_nine(10 * HOUR);
        let limits = Limits { absolute: Some(8 * HOUR), idle: None };
        assert_eq!(sign_in_by(&lifetimes, &limits), Deadline { at: 17 * HOUR, kind: LimitKind::Absolute });
        let limits = Limits { absolute: Some(8 * HOUR), idle: Some(15 * MINUTE) };
        let idle = Deadline { at: 10 * HOUR + 15 * MINUTE, kind: LimitKind::Idle };
        assert_eq!(sign_in_by(&lifetimes, &limits), idle);
    }

    #[test]
    fn an_auth_time_ahead_of_the_servers_clock_does_not_lengthen_the_window() {
        assert_eq!(refresh_expires_at(10_000, 9_000, 5_000), 14_000);
        assert_eq!(refresh_expires_at(8_000, 9_000, 5_000), 13_000);
    }

    #[test]
    fn a_refresh_is_due_a_minute_before_the_end_to_the_millisecond() {
        let lifetimes = signed_in_at_nine(9 * HOUR);
        assert!(!refresh_due(&lifetimes, 10 * HOUR - MINUTE - 1));
        assert!(refresh_due(&lifetimes, 10 * HOUR - MINUTE));
        assert!(refresh_due(&lifetimes, 10 * HOUR - MINUTE + 1));
    }

    #[test]
    fn a_token_of_seconds_is_refreshed_in_its_last_third() {
        let mut lifetimes = signed_in_at_nine(9 * HOUR);
        lifetimes.access_expires_at = lifetimes.access_issued_at + 20_000;
        assert!(!refresh_due(&lifetimes, lifetimes.access_expires_at - 6_667));
        assert!(refresh_due(&lifetimes, lifetimes.access_expires_at - 6_666));
    }
}
