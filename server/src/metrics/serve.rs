//! `GET /metrics`, on an address of its own: it is for the people who run the process, and for nobody on the internet.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use holdfast_session::sessions::Sessions;

use super::Metrics;
use crate::storage::{Database, escrow};

/// <https://prometheus.io/docs/specs/om/open_metrics_spec/#overall-structure>
const OPEN_METRICS: HeaderValue =
    HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");

pub(crate) fn router(metrics: Metrics, database: Database, sessions: Sessions) -> Router {
    Router::new().route("/metrics", get(tell)).with_state((metrics, database, sessions))
}

async fn tell(State((metrics, database, sessions)): State<(Metrics, Database, Sessions)>) -> Response {
    metrics.refreshes_joined(sessions.refreshes_joined());
    metrics.alarms(sessions.alarms());
    let waiting = async {
        let mut reader = database.readers.acquire().await?;
        escrow::waiting_rows(&mut reader).await
    };
    match waiting.await {
        Ok(rows) => metrics.escrow_waiting(rows),
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "what waits in escrow was not counted");
        }
    }
    match metrics.told() {
        Ok(text) => ([(header::CONTENT_TYPE, OPEN_METRICS)], text).into_response(),
        Err(_error) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
