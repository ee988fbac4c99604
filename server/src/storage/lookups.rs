//! Connections on which sessions are looked up, one statement at a time.
//!
//! Every request looks its session up, so it is these trips that count. sqlx's pool makes two of each: it asks a connection
//! whether it is there whenever it is given back, in a task of its own. Here nobody gives anything back.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use tokio::sync::Mutex;

/// As many as there are threads that could use them at the same moment, on a small machine.
const CONNECTIONS: usize = 2;

/// See the module; cheap to clone.
#[derive(Clone)]
pub struct Lookups(Arc<Inner>);

struct Inner {
    connections: [Mutex<Option<Lookup>>; CONNECTIONS],
    next: AtomicUsize,
}

struct Lookup {
    connection: SqliteConnection,
    /// Whoever asked last has gone away before the answer.
    is_interrupted: bool,
}

impl Lookups {
    pub(super) async fn open(options: &SqliteConnectOptions) -> Result<Self, sqlx::Error> {
        let mut opened = [const { None }; CONNECTIONS];
        for place in &mut opened {
            *place = Some(Lookup { connection: options.connect().await?, is_interrupted: false });
        }
        Ok(Self(Arc::new(Inner { connections: opened.map(Mutex::new), next: AtomicUsize::new(0) })))
    }

    /// Carries one read-only statement out.
    ///
    /// # Errors
    /// SQLite's; [`sqlx::Error::PoolClosed`] once the database has been closed.
    pub(crate) async fn run<T>(
        &self,
        statement: impl AsyncFnOnce(&mut SqliteConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, sqlx::Error> {
        let place = self.0.next.fetch_add(1, Ordering::Relaxed) % CONNECTIONS;
        let mut lookup = self.0.connections[place].lock().await;
        let Lookup { connection, is_interrupted } = lookup.as_mut().ok_or(sqlx::Error::PoolClosed)?;
        if std::mem::replace(is_interrupted, true) {
            connection.ping().await?;
        }
        let answer = statement(connection).await;
        *is_interrupted = false;
        answer
    }

    /// Closes them: a file that nobody has open any more has no log beside it.
    pub(super) async fn close(&self) {
        for connection in &self.0.connections {
            if let Some(lookup) = connection.lock().await.take() {
                super::close_quietly(lookup.connection).await;
            }
        }
    }
}
