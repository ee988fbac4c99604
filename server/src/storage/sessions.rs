//! The session crate's storage port over the sessions table. What each statement owes is written there
//! ([`SessionRows`]); all of them keep the contract that `server/tests/it` runs.

use async_trait::async_trait;
use holdfast::session::Lifetimes;
use holdfast::wire::EndReason;
use holdfast_session::rows::{
    Claim, Claimed, Device, Ended, Ending, Holder, Identity, Lease, NewSession, OnlyIf, Refreshed, RowId, RowsError,
    SealedTokens, SessionRow, SessionRows,
};
use sqlx::{FromRow, SqliteConnection};

use super::{Database, StorageError, devices, leases};
use crate::documents::Owner;
use crate::events::Events;
use crate::metrics::{Metrics, Refresh, SignIn};

/// Sessions in SQLite, who is told when one begins or ends, and where that is counted.
#[derive(Clone)]
pub struct SqliteSessions(pub Database, pub Events, pub Metrics);

#[derive(FromRow)]
pub(super) struct Raw {
    id_hash: Vec<u8>,
    sub: String,
    email: String,
    username: String,
    signed_in_at: i64,
    refresh_expires_at: i64,
    access_issued_at: i64,
    access_expires_at: i64,
    last_activity_at: i64,
    created_at: i64,
    generation: i64,
    lease_holder: Option<Vec<u8>>,
    lease_until: Option<i64>,
    access_sealed: Option<String>,
    id_sealed: Option<String>,
    refresh_sealed: Option<String>,
    device_key: Option<String>,
    device_proved_at: Option<i64>,
    ended_at: Option<i64>,
    end_reason: Option<String>,
}

impl TryFrom<Raw> for SessionRow {
    type Error = RowsError;

    fn try_from(raw: Raw) -> Result<Self, RowsError> {
        let inconsistent = |what: &str| RowsError::Inconsistent { what: what.to_owned() };
        let id: [u8; 32] = raw.id_hash.try_into().map_err(|_| inconsistent("id_hash is not 32 bytes"))?;
        let tokens = match (raw.access_sealed, raw.id_sealed) {
            (Some(access), Some(id)) => Some(SealedTokens { access, id, refresh: raw.refresh_sealed }),
            (None, None) => None,
            _ => return Err(inconsistent("one of access_sealed and id_sealed is missing")),
        };
        let ended = match (raw.ended_at, raw.end_reason) {
            (Some(at), Some(reason)) => {
                let reason = EndReason::parse(&reason).ok_or_else(|| inconsistent("end_reason is unknown"))?;
                Some(Ended { at, reason })
            }
            (None, None) => None,
            _ => return Err(inconsistent("one of ended_at and end_reason is missing")),
        };
        let device = match (raw.device_key, raw.device_proved_at) {
            (Some(key), Some(proved_at)) => Some(Device { key, proved_at }),
            (None, None) => None,
            _ => return Err(inconsistent("one of device_key and device_proved_at is missing")),
        };
        let holder = raw.lease_holder.map(<[u8; 16]>::try_from).transpose();
        let holder = holder.map_err(|_| inconsistent("lease_holder is not 16 bytes"))?.map(Holder);
        Ok(Self {
            id: RowId::from_bytes(id),
            user: Identity { sub: raw.sub, email: raw.email, username: raw.username },
            lifetimes: Lifetimes {
                signed_in_at: raw.signed_in_at,
                refresh_expires_at: raw.refresh_expires_at,
                access_issued_at: raw.access_issued_at,
                access_expires_at: raw.access_expires_at,
                last_activity_at: raw.last_activity_at,
            },
            created_at: raw.created_at,
            generation: raw.generation,
            lease: raw.lease_until.map(|until| Lease { holder, until }),
            tokens,
            device,
            ended,
        })
    }
}

fn unavailable(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> RowsError {
    RowsError::Unavailable(error.into())
}

#[async_trait]
impl SessionRows for SqliteSessions {
    async fn create(&self, new: &NewSession) -> Result<(), RowsError> {
        let (new, events) = (new.clone(), self.1.clone());
        let created = self.0.writer.run(move |c| Box::pin(async move { create(c, &events, &new).await }));
        let before = created.await.map_err(unavailable)?;
        if before == SignIn::InTime {
            self.2.session_ended(EndReason::Replaced);
        }
        self.2.signed_in(before);
        Ok(())
    }

    async fn find(&self, id: RowId) -> Result<Option<SessionRow>, RowsError> {
        let row = self.0.lookups.run(async |connection| {
            sqlx::query_as::<_, Raw>("SELECT * FROM sessions WHERE id_hash = $1")
                .bind(id.as_bytes().as_slice())
                .fetch_optional(connection)
                .await
        });
        let row = row.await.map_err(unavailable)?;
        row.map(SessionRow::try_from).transpose()
    }

    async fn claim(&self, id: RowId, claim: &Claim) -> Result<Claimed, RowsError> {
        let claim = *claim;
        let claimed = self.0.writer.run(move |c| Box::pin(async move { leases::claim(c, id, claim).await }));
        claimed.await.map_err(unavailable)?
    }

    async fn release(&self, id: RowId, claim: &Claim, closed_until: i64) -> Result<bool, RowsError> {
        let claim = *claim;
        let released =
            self.0.writer.run(move |c| Box::pin(async move { leases::release(c, id, claim, closed_until).await }));
        // Nobody gives a lease back who has tokens to store.
        self.2.refresh(Refresh::Failed);
        released.await.map_err(unavailable)
    }

    async fn store_refresh(&self, id: RowId, refreshed: &Refreshed) -> Result<bool, RowsError> {
        let refreshed = refreshed.clone();
        let stored = self.0.writer.run(move |c| Box::pin(async move { store_refresh(c, id, &refreshed).await }));
        let stored = stored.await.map_err(unavailable)?;
        self.2.refresh(if stored { Refresh::Stored } else { Refresh::Overtaken });
        Ok(stored)
    }

    async fn touch(&self, id: RowId, at: i64) -> Result<bool, RowsError> {
        self.0.writer.run(move |c| Box::pin(async move { touch(c, id, at).await })).await.map_err(unavailable)
    }

    async fn bind(&self, id: RowId, device: &Device) -> Result<bool, RowsError> {
        let device = device.clone();
        let bound = self.0.writer.run(move |c| Box::pin(async move { devices::bind(c, id, &device).await }));
        bound.await.map_err(unavailable)
    }

    async fn prove(&self, id: RowId, at: i64) -> Result<bool, RowsError> {
        let proved = self.0.writer.run(move |c| Box::pin(async move { devices::prove(c, id, at).await }));
        proved.await.map_err(unavailable)
    }

    async fn set_email(&self, sub: &str, email: &str) -> Result<u64, RowsError> {
        let (sub, email) = (sub.to_owned(), email.to_owned());
        self.0.writer.run(move |c| Box::pin(async move { set_email(c, &sub, &email).await })).await.map_err(unavailable)
    }

    async fn end(&self, id: RowId, ending: Ending) -> Result<bool, RowsError> {
        let events = self.1.clone();
        let reason = ending.reason;
        let ended = self.0.writer.run(move |c| Box::pin(async move { end(c, &events, id, ending).await }));
        let ended = ended.await.map_err(unavailable)?;
        if ended {
            self.2.session_ended(reason);
        }
        Ok(ended)
    }

    async fn list_for(&self, sub: &str) -> Result<Vec<SessionRow>, RowsError> {
        let rows: Vec<Raw> = sqlx::query_as(
            "SELECT *
               FROM sessions
              WHERE sub = $1
                AND ended_at IS NULL
              ORDER BY signed_in_at DESC, id_hash",
        )
        .bind(sub)
        .fetch_all(&self.0.readers)
        .await
        .map_err(unavailable)?;
        rows.into_iter().map(SessionRow::try_from).collect()
    }

    async fn purge(&self, before: i64) -> Result<u64, RowsError> {
        self.0.writer.run(move |c| Box::pin(async move { purge(c, before).await })).await.map_err(unavailable)
    }
}

/// Answers what became of the session that the browser had before.
async fn create(connection: &mut SqliteConnection, events: &Events, new: &NewSession) -> Result<SignIn, StorageError> {
    let before = match new.replaces {
        None => SignIn::First,
        Some(old) => {
            let ending = Ending { reason: EndReason::Replaced, at: new.created_at, only_if: OnlyIf::Alive };
            let was_alive = end(connection, events, old, ending).await?;
            if was_alive { SignIn::InTime } else { ended_before(connection, old).await? }
        }
    };
    sqlx::query(
        "INSERT INTO sessions
                (id_hash, sub, email, username,
                 signed_in_at, refresh_expires_at, access_issued_at, access_expires_at, last_activity_at,
                 created_at, generation, access_sealed, id_sealed, refresh_sealed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11, $12, $13)",
    )
    .bind(new.id.as_bytes().as_slice())
    .bind(&new.user.sub)
    .bind(&new.user.email)
    .bind(&new.user.username)
    .bind(new.lifetimes.signed_in_at)
    .bind(new.lifetimes.refresh_expires_at)
    .bind(new.lifetimes.access_issued_at)
    .bind(new.lifetimes.access_expires_at)
    .bind(new.lifetimes.last_activity_at)
    .bind(new.created_at)
    .bind(&new.tokens.access)
    .bind(&new.tokens.id)
    .bind(&new.tokens.refresh)
    .execute(connection)
    .await?;
    events.sessions(Owner::new(&new.user.sub));
    Ok(before)
}

/// A session that a deadline had ended is recovered; after any other end, somebody begins anew.
async fn ended_before(connection: &mut SqliteConnection, id: RowId) -> Result<SignIn, StorageError> {
    let reason: Option<String> = sqlx::query_scalar("SELECT end_reason FROM sessions WHERE id_hash = $1")
        .bind(id.as_bytes().as_slice())
        .fetch_optional(connection)
        .await?
        .flatten();
    let natural = [EndReason::Expired.as_str(), EndReason::Idle.as_str()];
    let recovered = reason.is_some_and(|reason| natural.contains(&reason.as_str()));
    Ok(if recovered { SignIn::Recovered } else { SignIn::First })
}

async fn store_refresh(
    connection: &mut SqliteConnection,
    id: RowId,
    refreshed: &Refreshed,
) -> Result<bool, StorageError> {
    let stored = sqlx::query(
        "UPDATE sessions
            SET generation = generation + 1,
                lease_holder = NULL,
                lease_until = NULL,
                access_sealed = $3,
                id_sealed = $4,
                refresh_sealed = $5,
                access_issued_at = $6,
                access_expires_at = $7
          WHERE id_hash = $1
            AND generation = $2
            AND ended_at IS NULL",
    )
    .bind(id.as_bytes().as_slice())
    .bind(refreshed.generation)
    .bind(&refreshed.tokens.access)
    .bind(&refreshed.tokens.id)
    .bind(&refreshed.tokens.refresh)
    .bind(refreshed.access_issued_at)
    .bind(refreshed.access_expires_at)
    .execute(connection)
    .await?;
    Ok(stored.rows_affected() == 1)
}

async fn touch(connection: &mut SqliteConnection, id: RowId, at: i64) -> Result<bool, StorageError> {
    let touched = sqlx::query(
        "UPDATE sessions
            SET last_activity_at = max(last_activity_at, $2)
          WHERE id_hash = $1
            AND ended_at IS NULL",
    )
    .bind(id.as_bytes().as_slice())
    .bind(at)
    .execute(connection)
    .await?;
    Ok(touched.rows_affected() == 1)
}

async fn set_email(connection: &mut SqliteConnection, sub: &str, email: &str) -> Result<u64, StorageError> {
    let changed = sqlx::query(
        "UPDATE sessions
            SET email = $2
          WHERE sub = $1
            AND email <> $2
            AND ended_at IS NULL",
    )
    .bind(sub)
    .bind(email)
    .execute(connection)
    .await?;
    Ok(changed.rows_affected())
}

async fn end(
    connection: &mut SqliteConnection,
    events: &Events,
    id: RowId,
    ending: Ending,
) -> Result<bool, StorageError> {
    let (generation, last_activity_at) = match ending.only_if {
        OnlyIf::Alive => (None, None),
        OnlyIf::Generation(generation) => (Some(generation), None),
        OnlyIf::Untouched { generation, last_activity_at } => (Some(generation), Some(last_activity_at)),
    };
    let ended: Option<String> = sqlx::query_scalar(
        "UPDATE sessions
            SET ended_at = $2,
                end_reason = $3,
                access_sealed = NULL,
                id_sealed = NULL,
                refresh_sealed = NULL,
                lease_holder = NULL,
                lease_until = NULL
          WHERE id_hash = $1
            AND ended_at IS NULL
            AND ($4 IS NULL OR generation = $4)
            AND ($5 IS NULL OR last_activity_at = $5)
         RETURNING sub",
    )
    .bind(id.as_bytes().as_slice())
    .bind(ending.at)
    .bind(ending.reason.as_str())
    .bind(generation)
    .bind(last_activity_at)
    .fetch_optional(connection)
    .await?;
    let has_ended = ended.is_some();
    if let Some(sub) = ended {
        events.sessions(Owner::new(&sub));
    }
    Ok(has_ended)
}

async fn purge(connection: &mut SqliteConnection, before: i64) -> Result<u64, StorageError> {
    let purged = sqlx::query(
        "DELETE FROM sessions
          WHERE coalesce(ended_at, max(refresh_expires_at, access_expires_at)) <= $1",
    )
    .bind(before)
    .execute(connection)
    .await?;
    Ok(purged.rows_affected())
}

/// Forgets the user's sessions that a deadline has ended, and with them whose their late saves would be.
pub(crate) async fn forget_former(connection: &mut SqliteConnection, owner: &Owner) -> Result<(), StorageError> {
    sqlx::query(
        "DELETE FROM sessions
          WHERE sub = $1
            AND end_reason IN ($2, $3)",
    )
    .bind(owner.as_str())
    .bind(EndReason::Expired.as_str())
    .bind(EndReason::Idle.as_str())
    .execute(connection)
    .await?;
    Ok(())
}

/// What has become of a user since a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromRow)]
pub(crate) struct Since {
    /// There is a sign-in that has not ended.
    pub(crate) is_back: bool,
    /// The pool has taken back a session of theirs, or has told that the account is not what it was.
    pub(crate) is_distrusted: bool,
}

/// See [`Since`].
pub(crate) async fn since(connection: &mut SqliteConnection, owner: &Owner, at: i64) -> Result<Since, StorageError> {
    Ok(sqlx::query_as(
        "SELECT EXISTS (SELECT 1
                          FROM sessions
                         WHERE sub = $1
                           AND ended_at IS NULL
                           AND created_at >= $2) AS is_back,
                EXISTS (SELECT 1
                          FROM sessions
                         WHERE sub = $1
                           AND ended_at >= $2
                           AND end_reason IN ($3, $4, $5, $6)) AS is_distrusted",
    )
    .bind(owner.as_str())
    .bind(at)
    .bind(EndReason::Revoked.as_str())
    .bind(EndReason::Disabled.as_str())
    .bind(EndReason::Deleted.as_str())
    .bind(EndReason::PasswordReset.as_str())
    .fetch_one(connection)
    .await?)
}
