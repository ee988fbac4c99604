//! `/api/events`: what happens to the user's documents and sessions, as it happens (server-sent events).
//!
//! The stream belongs to the session that opened it and ends with it: at once when the end is written down, within a
//! second when it is a deadline that passes. Reading it is never activity.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use holdfast::wire::Code;
use holdfast_session::sessions::{Live, Peek};
use hyper::body::Bytes;
use tokio::time::{Interval, MissedTickBehavior, interval};
use tower_sessions::Session;

use super::{AppState, owner};
use crate::events::{Frame, Refused, Subscription};
use holdfast_session::routes::ProblemResponse;

/// How often a silent stream says that it is alive. Proxies close what is silent for a minute.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How often the clock is looked at: no one writes down that a deadline has passed.
const LOOK_AT_CLOCK: Duration = Duration::from_secs(1);

pub(super) async fn stream(
    State(state): State<AppState>,
    Peek(live): Peek,
    session: Session,
    headers: HeaderMap,
) -> Result<Response, ProblemResponse> {
    let subscription = state.events.open(owner(&live), live.row_id()).map_err(|refused| match refused {
        Refused::TooMany => Code::TooManyRequests,
        Refused::Stopping => Code::Unavailable,
    })?;
    // An end that was written before the stream was open is not told to it.
    let live = state.sessions.current(&session, &headers).await?;
    let shown_until = state.sessions.device_shown_until(&live, &headers);
    let reader = Reader {
        state,
        shown_until,
        live,
        subscription,
        heartbeat: every(HEARTBEAT),
        clock: every(LOOK_AT_CLOCK),
        ended: false,
    };
    let frames = stream::unfold(reader, |mut reader| async move {
        let frame = reader.next().await?;
        Some((Ok::<Bytes, Infallible>(frame.bytes), reader))
    });
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        // Nginx would hold events back until a buffer is full.
        (header::HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((headers, Body::from_stream(frames)).into_response())
}

/// One open stream.
struct Reader {
    state: AppState,
    /// Where the session is bound to a device: the browser shows it anew by asking for another stream.
    shown_until: Option<i64>,
    /// As it was when last asked for; a deadline that has passed may have moved since.
    live: Live,
    subscription: Subscription,
    heartbeat: Interval,
    clock: Interval,
    ended: bool,
}

impl Reader {
    /// What is sent next; `None` at the end.
    async fn next(&mut self) -> Option<Frame> {
        if self.ended {
            return None;
        }
        loop {
            tokio::select! {
                frame = self.subscription.next() => {
                    let frame = frame?;
                    self.ended = frame.is_about_sessions && !self.is_alive().await;
                    return Some(frame);
                }
                _ = self.clock.tick() => {
                    let now = self.state.clock.now_ms();
                    if self.shown_until.is_some_and(|until| until <= now) {
                        return None;
                    }
                    if self.live.deadline().has_passed(now) && !self.is_alive().await {
                        self.ended = true;
                        return Some(Frame::session());
                    }
                }
                // The first tick is immediate: the answer begins with something to read.
                _ = self.heartbeat.tick() => return Some(Frame::heartbeat()),
            }
        }
    }

    /// Asks for the session again; asking is not activity, and notes the end where a deadline has passed.
    async fn is_alive(&mut self) -> bool {
        match self.state.sessions.again(&self.live).await {
            Ok(live) => {
                self.live = live;
                true
            }
            // Where storage cannot answer, the reader is not left connected on trust.
            Err(_refusal) => false,
        }
    }
}

fn every(period: Duration) -> Interval {
    let mut interval = interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}
