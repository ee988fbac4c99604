//! What the page is told: what remains, never an absolute time that its clock would have to agree with.

use holdfast::wire::{LimitKind, SessionStatus};

use super::{Live, Sessions};

impl Sessions {
    /// `GET /api/session`. Reads the clock and nothing else.
    #[must_use]
    pub fn status(&self, live: &Live) -> SessionStatus {
        let now = self.0.clock.now_ms();
        let config = &self.0.config;
        let left = |at: i64| at.saturating_sub(now).max(0);
        let lifetimes = live.lifetimes();
        let half = window(live, config.limits.idle) / 2;
        SessionStatus {
            user: live.user(),
            sign_in_by_ms: live.deadline.remaining(now),
            sign_in_by_kind: live.deadline.kind,
            access_ms: left(lifetimes.access_expires_at),
            refresh_ms: left(lifetimes.refresh_expires_at),
            signed_in_ms_ago: now.saturating_sub(lifetimes.signed_in_at).max(0),
            policy: config.policy,
            notice_ms: config.notice_ms.min(half),
            warning_ms: config.warning_ms.min(half),
            provider_unavailable: self.0.backoffs.is_failing(live.row.id),
        }
    }
}

/// How long the window is that ends at the deadline: with an idle limit every activity opens a new one.
fn window(live: &Live, idle: Option<i64>) -> i64 {
    match (live.deadline.kind, idle) {
        (LimitKind::Idle, Some(idle)) => idle,
        _ => live.deadline.at.saturating_sub(live.lifetimes().signed_in_at).max(0),
    }
}
