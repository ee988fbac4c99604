//! Deleting an account: the user pool's part and the documents, in an order that a crash does no harm to.

use holdfast::wire::Code;
use holdfast_session::routes::ProblemResponse;
use holdfast_session::sessions::Live;
use tower_sessions::Session;

use super::AppState;
use crate::documents::Owner;
use crate::storage::StorageError;

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
