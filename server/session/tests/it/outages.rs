//! P16, A8: twelve ways in which a pool can fail × five durations × before and after the end of the access token. Over the
//! AWS SDK and real HTTP: what the SDK makes of a broken answer decides here. Each of the 120 keeps its session.
//!
//! That names which nobody resolves and TLS that is none belong to the same kind is shown in `cognito`.

use std::time::Duration;

use axum::http::StatusCode;
use futures_util::future::join_all;
use holdfast_session::rows::SessionRows as _;
use holdfast_user_pool::control::{Fault, FaultKind};
use serde_json::Value;

use crate::support::{HOUR, MINUTE, Real, SECOND};

const REFRESH: &str = "GetTokensFromRefreshToken";
/// Those with which the pool has not spent the token.
const BEFORE: [FaultKind; 5] =
    [FaultKind::Throttle, FaultKind::Error500, FaultKind::Html502, FaultKind::ResetBefore, FaultKind::Hang];
/// Those after which it has, where it rotates.
const AFTER: [FaultKind; 7] = [
    FaultKind::ResetAfter,
    FaultKind::Slow,
    FaultKind::Truncate,
    FaultKind::MissingIdToken,
    FaultKind::WrongKid,
    FaultKind::IatFuture,
    FaultKind::WrongSub,
];
const DURATIONS: [i64; 5] = [SECOND, 10 * SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE];
/// When the fault begins, from the end of the access token.
const BEGINNINGS: [i64; 2] = [-30 * SECOND, SECOND];

#[tokio::test]
async fn a8_twelve_faults_of_five_durations_before_and_after_the_end_keep_a_hundred_and_twenty_sessions() {
    let all = all_outages(BEFORE.into_iter().chain(AFTER), false).await;
    assert_eq!(all.kept, 120);
    println!(
        "outages: {} of 120 sessions kept; all of {} saves were taken while the pool failed, which was asked {} times",
        all.kept, all.saves, all.calls
    );
}

/// Where tokens rotate, what does not reach the pool may last for as long as it likes, too.
#[tokio::test]
async fn a8_with_rotation_an_outage_longer_than_any_grace_costs_nothing_where_no_token_was_spent() {
    assert_eq!(all_outages(BEFORE.into_iter(), true).await.kept, 50);
}

/// What outages have cost.
#[derive(Default)]
struct Figures {
    /// Outages after which the session is the same one.
    kept: usize,
    /// Saves during them, all of which were taken.
    saves: usize,
    /// What the pool was asked.
    calls: i64,
}

/// One session for each kind, side by side: most of the time is spent waiting.
async fn all_outages(faults: impl Iterator<Item = FaultKind>, rotation: bool) -> Figures {
    let mut sessions = Vec::new();
    for fault in faults {
        // One after the other: a pool makes its keys on this very thread, and so many passwords at once would not be
        // hashed in time on a machine that is busy.
        let mut real = Real::impatient(|config| config.rotation = rotation).await;
        assert_eq!(real.browser.sign_in("ada@example.com", "Password-1").await.status, StatusCode::OK);
        sessions.push(outages(fault, rotation, real));
    }
    join_all(sessions).await.into_iter().fold(Figures::default(), |all, one| Figures {
        kept: all.kept + one.kept,
        saves: all.saves + one.saves,
        calls: all.calls + one.calls,
    })
}

/// One session through all its outages of this kind; answers how many it has outlived.
async fn outages(fault: FaultKind, rotation: bool, mut real: Real) -> Figures {
    let mut figures = Figures::default();
    for duration in DURATIONS {
        for beginning in BEGINNINGS {
            let cell = format!("{fault:?} for {duration} ms, {beginning} ms from the end, rotation {rotation}");
            real.advance(HOUR + beginning);
            let fails = Fault::once(REFRESH, fault).times(1_000).delayed(Duration::from_secs(2));
            real.pool.control().fault(fails).expect("a fault");
            let asked = real.refreshes();
            for step in [0, duration / 2, duration - duration / 2] {
                real.advance(step);
                let saved = real.browser.post("/save", &Value::Null).await;
                assert!(saved.text.starts_with("saved for "), "{cell}: {}", saved.text);
                figures.saves += 1;
            }
            let status = real.browser.get("/api/session").await;
            assert_eq!((status.status, &status.json()["provider_unavailable"]), (StatusCode::OK, &Value::Bool(true)));
            let calls = i64::try_from(real.refreshes() - asked).expect("a number");
            assert!((1..=1 + duration / SECOND).contains(&calls), "{cell}: {calls} calls");
            real.pool.control().clear_faults();
            // On a machine that is busy an attempt may run out once more: the patience here is short.
            let mut status = StatusCode::SERVICE_UNAVAILABLE;
            for _ in 0..5 {
                real.advance(MINUTE);
                status = real.browser.get("/work").await.status;
                if status != StatusCode::SERVICE_UNAVAILABLE {
                    break;
                }
            }
            assert_eq!(status, StatusCode::OK, "{cell}");
            let row = real.rows.find(real.browser.row_id()).await.expect("memory").expect("a row");
            assert_eq!(row.ended, None, "{cell}");
            figures.calls += calls;
            figures.kept += 1;
        }
    }
    figures
}
