//! What the page is told: what remains, never an absolute time that its clock would have to agree with.

use holdfast::session::{ask_first_window, fixed_end, renewable_until};
use holdfast::wire::{LimitKind, SessionStatus};

use super::{Live, Sessions};

/// WCAG 2.2.1: "the user is warned before time expires and given at least 20 seconds to extend the time limit with a simple
/// action". Only the idle limit is extended that way.
const LEAST_IDLE_WARNING_MS: i64 = 20_000;

impl Sessions {
    /// `GET /api/session`. Reads the clock and nothing else.
    #[must_use]
    pub fn status(&self, live: &Live) -> SessionStatus {
        let now = self.0.clock.now_ms();
        let config = &self.0.config;
        let left = |at: i64| at.saturating_sub(now).max(0);
        let lifetimes = live.lifetimes();
        let half = window(live, config.limits.idle) / 2;
        let least = if live.deadline.kind == LimitKind::Idle { LEAST_IDLE_WARNING_MS } else { 0 };
        let warning_ms = config.warning_ms.min(half).max(least);
        SessionStatus {
            user: live.user(),
            sign_in_by_ms: live.deadline.remaining(now),
            sign_in_by_kind: live.deadline.kind,
            access_ms: left(lifetimes.access_expires_at),
            refresh_ms: left(lifetimes.refresh_expires_at),
            signed_in_ms_ago: now.saturating_sub(lifetimes.signed_in_at).max(0),
            policy: config.policy,
            notice_ms: config.notice_ms.min(half).max(least),
            warning_ms,
            asks_first: self.asks_first(live).is_some(),
            provider_unavailable: self.0.backoffs.is_failing(live.row.id),
            sso_ms: None,
        }
    }

    /// What is left of the sign-in, in milliseconds, where a page that is opened now asks for a new one first, so that none
    /// is forced in the middle of the work: it can be renewed by itself for less than `ask_first_ms`. A new sign-in always
    /// satisfies that. Where signing in may not work at the moment, nobody is asked for it.
    #[must_use]
    pub fn asks_first(&self, live: &Live) -> Option<i64> {
        let (now, config) = (self.0.clock.now_ms(), &self.0.config);
        let until = renewable_until(live.lifetimes(), &config.limits);
        // The whole counts from the moment the session was made, not from the authentication behind it, which may be older
        // where it was a single sign-on that the pool has continued.
        let window = ask_first_window(config.ask_first_ms, until.saturating_sub(live.row.created_at));
        // Without a window nobody is asked, not even on the last access token, which may outlive the refresh token.
        let asks = 0 < window && until.saturating_sub(now) < window;
        let works = !self.0.backoffs.is_failing(live.row.id) && self.provider_keys_known();
        (asks && works).then(|| fixed_end(live.lifetimes(), &config.limits).remaining(now))
    }
}

/// How long the window is that ends at the deadline: with an idle limit every activity opens a new one.
fn window(live: &Live, idle: Option<i64>) -> i64 {
    match (live.deadline.kind, idle) {
        (LimitKind::Idle, Some(idle)) => idle,
        // The sign-in may be older than the refresh token: a single sign-on that the pool has continued.
        (LimitKind::Refresh, _) => live.deadline.at.saturating_sub(live.row.created_at).max(0),
        _ => live.deadline.at.saturating_sub(live.lifetimes().signed_in_at).max(0),
    }
}
