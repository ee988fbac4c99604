//! Our own tower-sessions store, which stores nothing of tower-sessions'.
//!
//! tower-sessions loads a whole record once per request and writes it back as an upsert, the last writer winning: a slow
//! request that overlaps a sign-out brings the session back to life, one that overlaps a refresh puts the old token
//! back, and a response with a 5xx loses its changes. So the crate carries the cookie and its id, and everything else
//! is columns of [`SessionRows`], written conditionally by [`crate::sessions`]. This module must not know tokens.

use std::sync::Arc;

use async_trait::async_trait;
use holdfast::clock::{Clock, from_unix_ms};
use holdfast::session::Limits;
use holdfast::wire::EndReason;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use tower_sessions::{Session, SessionStore};

use crate::rows::{Ending, OnlyIf, SessionRows};
use crate::seal::CookieSecret;

tokio::task_local! {
    /// The id of the row that was just created, on its way through tower-sessions into the cookie.
    static CREATED: Id;
}

/// The store behind the session layer.
#[derive(Clone)]
pub struct RowStore {
    rows: Arc<dyn SessionRows>,
    clock: Arc<dyn Clock>,
    limits: Limits,
}

impl RowStore {
    /// A store over these rows.
    #[must_use]
    pub fn new(rows: Arc<dyn SessionRows>, clock: Arc<dyn Clock>, limits: Limits) -> Self {
        Self { rows, clock, limits }
    }
}

impl std::fmt::Debug for RowStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RowStore").finish_non_exhaustive()
    }
}

/// Gives the request's session the id of a row that exists already, so that the response sets its cookie. The id that
/// the browser sent is left behind: nobody can choose the id of a session that is signed in later.
pub(crate) async fn adopt(session: &Session, secret: &CookieSecret) -> std::result::Result<(), SessionError> {
    session.cycle_id().await?;
    CREATED.scope(secret.id(), session.save()).await
}

pub(crate) type SessionError = tower_sessions::session::Error;

#[async_trait]
impl SessionStore for RowStore {
    /// Only `adopt` creates: a row is made by a sign-in, not by a request.
    async fn create(&self, record: &mut Record) -> Result<()> {
        match CREATED.try_with(|id| *id) {
            Ok(id) => {
                record.id = id;
                Ok(())
            }
            Err(_) => Err(Error::Backend(String::from("this store holds sign-ins only; keep other data elsewhere"))),
        }
    }

    /// Writes nothing: there is nothing in a record that belongs into a row, and an ended row stays ended.
    async fn save(&self, record: &Record) -> Result<()> {
        if record.data.is_empty() {
            Ok(())
        } else {
            Err(Error::Backend(String::from("this store keeps no data of a session")))
        }
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let row = self.rows.find(CookieSecret::of(*id).row_id()).await.map_err(backend)?;
        let now = self.clock.now_ms();
        Ok(row.filter(|row| row.ended.is_none()).and_then(|row| {
            let deadline = holdfast::session::sign_in_by(&row.lifetimes, &self.limits);
            let record = Record { id: *id, data: Default::default(), expiry_date: from_unix_ms(deadline.at) };
            (!deadline.has_passed(now)).then_some(record)
        }))
    }

    /// A tombstone, unless there is one: the row keeps the reason of its first end.
    async fn delete(&self, id: &Id) -> Result<()> {
        let ending = Ending { reason: EndReason::SignedOut, at: self.clock.now_ms(), only_if: OnlyIf::Alive };
        self.rows.end(CookieSecret::of(*id).row_id(), ending).await.map(drop).map_err(backend)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "a function for map_err")]
fn backend(error: crate::rows::RowsError) -> Error {
    Error::Backend(error.to_string())
}
