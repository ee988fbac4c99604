//! `/healthz`: the process answers. `/readyz`: it can do its work, shown by doing it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::AppState;
use crate::storage::StorageError;

pub(super) async fn alive() -> Response {
    Json(json!({"status": "alive"})).into_response()
}

/// At most one write a second, however often it is asked: each costs an fsync, and nobody needs to sign in for it.
const CHECK_EVERY_MS: i64 = 1000;

/// That the provider refuses this server makes it no less ready: whoever is signed in goes on working, and a fleet that is
/// taken out of rotation for it would end that, too.
pub(super) async fn ready(State(state): State<AppState>) -> Response {
    let writable = writable(&state).await;
    let keys = state.sessions.provider_keys_known();
    let body = json!({
        "status": if writable && keys { "ready" } else { "not_ready" },
        "database": if writable { "writable" } else { "cannot_save" },
        "identity_provider": match (keys, state.sessions.provider_refuses()) {
            (false, _) => "keys_unknown",
            (true, true) => "refuses_this_server",
            (true, false) => "keys_known",
        },
    });
    let status = if writable && keys { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(body)).into_response()
}

async fn writable(state: &AppState) -> bool {
    let mut last = state.last_check.lock().await;
    let now = state.clock.now_ms();
    if let Some((at, writable)) = *last
        && now < at + CHECK_EVERY_MS
    {
        return writable;
    }
    let written = state
        .database
        .writer
        .run(move |connection| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO health (id, checked_at)
                     VALUES (1, $1)
                         ON CONFLICT (id) DO UPDATE SET checked_at = excluded.checked_at",
                )
                .bind(now)
                .execute(connection)
                .await?;
                Ok::<_, StorageError>(())
            })
        })
        .await;
    *last = Some((now, written.is_ok()));
    written.is_ok()
}
