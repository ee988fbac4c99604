//! Storage that sometimes answers with an error, and not always the truth.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use holdfast_session::rows::{
    Claim, Claimed, Device, Ending, MemoryRows, NewSession, Refreshed, RowId, RowsError, SessionRow, SessionRows,
};

/// What happens to one `store_refresh` that answers with an error.
#[derive(Debug, Clone)]
pub(crate) enum Store {
    /// Nothing is stored.
    Fails,
    /// It is stored, and the answer is lost.
    AnswerLost,
    /// Nothing is stored, and another process stores these.
    Overtaken(Refreshed),
    /// It is stored, the answer is lost, and another process refreshes the session once more.
    AnswerLostAndRefreshedAgain(Refreshed),
}

/// Rows in memory, with a script.
#[derive(Debug)]
pub(crate) struct FaultyRows {
    rows: Arc<MemoryRows>,
    script: Mutex<VecDeque<Store>>,
    read_only: AtomicBool,
}

impl FaultyRows {
    pub(crate) fn over(rows: Arc<MemoryRows>) -> Self {
        Self { rows, script: Mutex::default(), read_only: AtomicBool::new(false) }
    }

    /// Whether the disk is full: leases can be neither taken nor given back.
    pub(crate) fn set_read_only(&self, read_only: bool) {
        self.read_only.store(read_only, Ordering::SeqCst);
    }

    fn is_writable(&self) -> Result<(), RowsError> {
        match self.read_only.load(Ordering::SeqCst) {
            true => Err(RowsError::Unavailable("the disk is full".into())),
            false => Ok(()),
        }
    }

    pub(crate) fn script(&self, what: impl IntoIterator<Item = Store>) {
        self.script.lock().expect("a lock").extend(what);
    }
}

#[async_trait]
impl SessionRows for FaultyRows {
    async fn create(&self, new: &NewSession) -> Result<(), RowsError> {
        self.rows.create(new).await
    }

    async fn find(&self, id: RowId) -> Result<Option<SessionRow>, RowsError> {
        self.rows.find(id).await
    }

    async fn claim(&self, id: RowId, claim: &Claim) -> Result<Claimed, RowsError> {
        self.is_writable()?;
        self.rows.claim(id, claim).await
    }

    async fn release(&self, id: RowId, claim: &Claim, closed_until: i64) -> Result<bool, RowsError> {
        self.is_writable()?;
        self.rows.release(id, claim, closed_until).await
    }

    async fn store_refresh(&self, id: RowId, refreshed: &Refreshed) -> Result<bool, RowsError> {
        let step = self.script.lock().expect("a lock").pop_front();
        let theirs = match step {
            None => return self.rows.store_refresh(id, refreshed).await,
            Some(Store::Fails) => None,
            Some(Store::AnswerLost) => {
                self.rows.store_refresh(id, refreshed).await?;
                None
            }
            Some(Store::Overtaken(theirs)) => Some(theirs),
            Some(Store::AnswerLostAndRefreshedAgain(theirs)) => {
                self.rows.store_refresh(id, refreshed).await?;
                Some(Refreshed { generation: theirs.generation + 1, ..theirs })
            }
        };
        if let Some(theirs) = theirs {
            assert!(self.rows.store_refresh(id, &theirs).await?, "the script fits the row");
        }
        Err(RowsError::Unavailable("the answer is lost".into()))
    }

    async fn touch(&self, id: RowId, at: i64) -> Result<bool, RowsError> {
        self.rows.touch(id, at).await
    }

    async fn bind(&self, id: RowId, device: &Device) -> Result<bool, RowsError> {
        self.rows.bind(id, device).await
    }

    async fn prove(&self, id: RowId, at: i64) -> Result<bool, RowsError> {
        self.rows.prove(id, at).await
    }

    async fn set_email(&self, sub: &str, email: &str) -> Result<u64, RowsError> {
        self.rows.set_email(sub, email).await
    }

    async fn end(&self, id: RowId, ending: Ending) -> Result<bool, RowsError> {
        self.rows.end(id, ending).await
    }

    async fn list_for(&self, sub: &str) -> Result<Vec<SessionRow>, RowsError> {
        self.rows.list_for(sub).await
    }

    async fn purge(&self, before: i64) -> Result<u64, RowsError> {
        self.rows.purge(before).await
    }
}
