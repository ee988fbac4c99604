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

pub(super) async fn ready(State(state): State<AppState>) -> Response {
    let now = state.clock.now_ms();
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
    let keys = state.sessions.provider_keys_known();
    let body = json!({
        "status": if written.is_ok() && keys { "ready" } else { "not_ready" },
        "database": if written.is_ok() { "writable" } else { "cannot_save" },
        "identity_provider": if keys { "keys_known" } else { "keys_unknown" },
    });
    let status = if written.is_ok() && keys { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(body)).into_response()
}
