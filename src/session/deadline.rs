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

/// How far the server's clock is ahead of the pool's, in milliseconds: what is to be added to a moment of the pool's. Read
/// off an `iat` that the pool wrote between `asked_at` and `answered_at` of the server's clock.
///
/// Where both clocks may be right it is 0. Where they cannot be, the pool is taken to have written it at `asked_at`: the
/// earliest moment there is, so that a deadline computed with it is never later than the pool's own, and earlier by at
/// most the time that question and answer took (and the second that `iat` is cut to).
#[must_use]
pub fn pool_clock_offset(issued_at: i64, asked_at: i64, answered_at: i64) -> i64 {
    if asked_at <= issued_at && issued_at <= answered_at { 0 } else { asked_at.saturating_sub(issued_at) }
}

/// The end that no activity moves: [`sign_in_by`] without the idle limit.
#[must_use]
pub fn fixed_end(lifetimes: &Lifetimes, limits: &Limits) -> Deadline {
    sign_in_by(lifetimes, &Limits { idle: None, ..*limits })
}

/// Until when the sign-in is renewed without the person: the refresh token's end, or the absolute limit. What a last access
/// token has bought beyond it is borrowed time.
#[must_use]
pub fn renewable_until(lifetimes: &Lifetimes, limits: &Limits) -> i64 {
    let absolute = limits.absolute.map(|limit| lifetimes.signed_in_at.saturating_add(limit));
    absolute.map_or(lifetimes.refresh_expires_at, |at| at.min(lifetimes.refresh_expires_at))
}

/// How much must be left of the sign-in for a page to open without asking for a new one first: `window`, but at most half
/// of the `whole` that a sign-in made now would give. With more than that, signing in would never be enough, and the
/// person would be asked for ever. All in milliseconds.
#[must_use]
pub fn ask_first_window(window: i64, whole: i64) -> i64 {
    window.min(whole.max(0) / 2)
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
    fn b5_moments_of_the_pool_are_put_on_the_servers_clock_and_never_too_late() {
        assert_eq!(pool_clock_offset(10_000, 9_000, 11_000), 0, "both clocks may be right");
        assert_eq!(pool_clock_offset(10_000, 10_700, 10_900), 700, "iat is cut to the second");
        for skew in [-10 * MINUTE, 10 * MINUTE] {
            let issued_at = 9 * HOUR;
            let (asked_at, answered_at) = (issued_at + skew - 300, issued_at + skew + 200);
            let offset = pool_clock_offset(issued_at, asked_at, answered_at);
            assert!(offset <= skew && skew - 500 <= offset, "{skew}");
        }
    }

    #[test]
    fn s8_the_window_is_cut_to_what_a_new_sign_in_can_satisfy() {
        assert_eq!(ask_first_window(HOUR, 24 * HOUR), HOUR);
        assert_eq!(ask_first_window(HOUR, HOUR), 30 * MINUTE);
        assert_eq!(ask_first_window(24 * HOUR, 24 * HOUR), 12 * HOUR);
        assert_eq!(ask_first_window(0, 24 * HOUR), 0);
        assert_eq!(ask_first_window(HOUR, -1), 0);
        let limits = Limits { absolute: Some(8 * HOUR), idle: Some(15 * MINUTE) };
        assert_eq!(fixed_end(&signed_in_at_nine(9 * HOUR), &limits).kind, LimitKind::Absolute);
        assert_eq!(renewable_until(&signed_in_at_nine(9 * HOUR), &limits), 17 * HOUR);
        let late = signed_in_at_nine(32 * HOUR + 30 * MINUTE);
        assert_eq!(renewable_until(&late, &Limits::default()), 33 * HOUR, "not the half hour that is borrowed");
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
