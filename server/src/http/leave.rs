//! Leaving: deleting an account, the user pool's part and the documents, in an order that a crash does no harm to; and what
//! a sign-out does to words that were not saved.

use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use holdfast::wire::Code;
use holdfast_session::routes::ProblemResponse;
use holdfast_session::sessions::{Live, SignedOut};
use tower_sessions::Session;

use super::AppState;
use crate::documents::Owner;
use crate::metrics::Metrics;
use crate::storage::StorageError;

/// What a page tells with its sign-out, `DELETE /api/session?unsaved=discarded`: its writer was asked, and threw away what
/// could not be saved.
const DISCARDED: &str = "unsaved=discarded";

/// Counts the sign-outs that threw words away: those that ended a session, for anybody may ask without one.
pub(super) async fn count_discarded(State(metrics): State<Metrics>, request: Request, next: Next) -> Response {
    let discards = request.method() == Method::DELETE && request.uri().query() == Some(DISCARDED);
    let response = next.run(request).await;
    if discards && response.extensions().get() == Some(&SignedOut::Somebody) {
        metrics.work_discarded();
    }
    response
}

/// Deletes the account and everything that it has, in a task of its own: a browser that goes away stops nothing halfway.
///
/// # Errors
/// When the pool does not delete the account: then everything is as it was, at worst in the trash.
pub(super) async fn delete_account(state: &AppState, session: &Session, live: &Live) -> Result<(), Code> {
    let (state, session, live) = (state.clone(), session.clone(), live.clone());
    tokio::spawn(async move { delete(&state, &session, &live).await }).await.map_err(|_| Code::Internal)?
}

async fn delete(state: &AppState, session: &Session, live: &Live) -> Result<(), Code> {
    let owner = || Owner::new(live.sub());
    let code = |error: StorageError| ProblemResponse::from(error).code();
    let packed_at = state.documents.pack_up(owner()).await.map_err(code)?;
    match state.sessions.delete_account(session, live).await {
        Ok(()) => {
            // Where this fails they are in the trash of nobody, and go from there when their time is over.
            let _ = state.documents.forget_all(owner()).await.map_err(code);
            Ok(())
        }
        Err(refused) => {
            state.documents.unpack(owner(), packed_at).await.map_err(code)?;
            Err(refused)
        }
    }
}
