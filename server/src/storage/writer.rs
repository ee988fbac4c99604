//! The one writer. Every write of the process goes through this task: it takes whatever is waiting (at most
//! [`GROUP`] pieces of work), runs them in one `BEGIN IMMEDIATE` transaction, each within a savepoint of its own, and
//! answers them only after the `COMMIT` has returned. One fsync is shared by all of them, which is what makes
//! `synchronous=FULL` affordable. A caller that goes away cancels nothing: its work is committed all the same.
//!
//! What others are told about a write is told after the commit too, in the order of the writes: see [`after_commit`].

use std::cell::RefCell;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use sqlx::SqliteConnection;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::{StorageError, close_quietly};

/// How many pieces of work share one commit at the most.
const GROUP: usize = 64;

/// How many may wait; more is answered by waiting for a place.
const QUEUE: usize = 1024;

/// What a piece of work returns while it borrows the connection.
pub type Future<'c, T> = std::pin::Pin<Box<dyn std::future::Future<Output = T> + Send + 'c>>;

/// Called once with the fate of the transaction.
type Completion = Box<dyn FnOnce(Result<(), StorageError>) + Send>;

/// What is left to do once a transaction is on disk.
type Afterwards = Box<dyn FnOnce() + Send>;

tokio::task_local! {
    /// What the piece of work that is running has asked for.
    static AFTER_COMMIT: RefCell<Vec<Afterwards>>;
}

/// Asks, from within a piece of work, for something to be done once it is on disk: after the commit, in the order in which
/// it was asked for, before the work's caller is answered. Never where the work or its transaction fails. It runs on the
/// writer's task, so it must be quick and must not block.
pub(crate) fn after_commit(afterwards: impl FnOnce() + Send + 'static) {
    let asked = AFTER_COMMIT.try_with(|after| after.borrow_mut().push(Box::new(afterwards)));
    if asked.is_err() {
        tracing::error!("something was to be done after a commit, but no piece of work is running");
    }
}

/// What a piece of work leaves behind.
struct Ran {
    completion: Completion,
    /// Empty where the work has failed.
    afterwards: Vec<Afterwards>,
    /// The transaction is not what it was: SQLite rolls the whole of it back by itself when the disk is full or fails. A
    /// savepoint after that would commit by itself.
    broken: Option<StorageError>,
}

/// One caller's writes.
trait Work: Send {
    /// Carries them out within the open transaction.
    fn run(self: Box<Self>, connection: &mut SqliteConnection) -> Future<'_, Ran>;
    /// There is no transaction to carry them out in.
    fn refuse(self: Box<Self>, error: StorageError);
}

struct Task<T, F> {
    work: F,
    answer: oneshot::Sender<Result<T, StorageError>>,
}

impl<T, F> Work for Task<T, F>
where
    T: Send + 'static,
    F: for<'c> FnOnce(&'c mut SqliteConnection) -> Future<'c, Result<T, StorageError>> + Send + 'static,
{
    fn run(self: Box<Self>, connection: &mut SqliteConnection) -> Future<'_, Ran> {
        Box::pin(async move {
            let Self { work, answer } = *self;
            let running = AFTER_COMMIT.scope(RefCell::default(), async {
                let result = within_savepoint(connection, work).await;
                (result, AFTER_COMMIT.with(RefCell::take))
            });
            let (result, afterwards, broken) = match AssertUnwindSafe(running).catch_unwind().await {
                Ok((Ok(Ok(result)), afterwards)) => (Ok(result), afterwards, None),
                Ok((Ok(Err(error)), _)) => (Err(error), Vec::new(), None),
                Ok((Err(broken), _)) => (Err(broken.clone()), Vec::new(), Some(broken)),
                Err(_panic) => (Err(StorageError::Panicked), Vec::new(), Some(StorageError::Panicked)),
            };
            let completion = Box::new(move |fate: Result<(), StorageError>| {
                // A caller that has gone away is not told; its work is on disk nevertheless.
                let _gone = answer.send(fate.and(result));
            });
            Ran { completion, afterwards, broken }
        })
    }

    fn refuse(self: Box<Self>, error: StorageError) {
        let _gone = self.answer.send(Err(error));
    }
}

/// A handle to the writer task; cheap to clone.
#[derive(Clone)]
pub struct Writer {
    queue: mpsc::Sender<Box<dyn Work>>,
}

/// The running task.
pub struct WriterTask {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl WriterTask {
    /// Takes nothing more in, and waits until everything handed in is committed and the connection is closed.
    pub async fn finish(self) {
        let _stopped_already = self.stop.send(());
        if let Err(error) = self.task.await {
            tracing::error!(error = &error as &dyn std::error::Error, "the writer task died");
        }
    }
}

impl Writer {
    pub(super) fn start(connection: SqliteConnection) -> (Self, WriterTask) {
        let (queue, work) = mpsc::channel(QUEUE);
        let (stop, stopped) = oneshot::channel();
        (Self { queue }, WriterTask { stop, task: tokio::spawn(write(connection, work, stopped)) })
    }

    /// Runs `work` in the next transaction and returns its result after the commit. Where `work` fails only its own
    /// writes are rolled back; where the commit fails everybody's are, and everybody is told.
    ///
    /// # Errors
    /// What `work` returned, what the commit said, or [`StorageError::Stopped`] in a process that is shutting down.
    pub async fn run<T, F>(&self, work: F) -> Result<T, StorageError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> Future<'c, Result<T, StorageError>> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        self.queue.send(Box::new(Task { work, answer })).await.map_err(|_| StorageError::Stopped)?;
        answered.await.map_err(|_| StorageError::Stopped)?
    }
}

/// Within the savepoint that is open already, and leaves one open. The inner result is the work's own; the outer error says
/// that the transaction is broken.
async fn within_savepoint<T, F>(
    connection: &mut SqliteConnection,
    work: F,
) -> Result<Result<T, StorageError>, StorageError>
where
    F: for<'c> FnOnce(&'c mut SqliteConnection) -> Future<'c, Result<T, StorageError>>,
{
    let result = work(connection).await;
    // Rolling back to a savepoint leaves it open: either way the next piece of work finds a fresh one, and both statements
    // are one trip to the connection's thread.
    let settle = if result.is_ok() { "RELEASE work; SAVEPOINT work" } else { "ROLLBACK TO work" };
    sqlx::query(settle).execute(&mut *connection).await?;
    Ok(result)
}

async fn write(
    mut connection: SqliteConnection,
    mut queue: mpsc::Receiver<Box<dyn Work>>,
    mut stopped: oneshot::Receiver<()>,
) {
    let mut group = Vec::with_capacity(GROUP);
    loop {
        let waiting = tokio::select! {
            biased;
            waiting = queue.recv_many(&mut group, GROUP) => waiting,
            _ = &mut stopped, if !queue.is_closed() => {
                queue.close();
                continue;
            }
        };
        if waiting == 0 {
            break;
        }
        if let Err(error) = sqlx::query("BEGIN IMMEDIATE; SAVEPOINT work").execute(&mut connection).await {
            // Without a transaction every savepoint would commit by itself, before its time: nothing is begun.
            let error = StorageError::from(error);
            tracing::error!(error = &error as &dyn std::error::Error, "no transaction could be begun");
            group.drain(..).for_each(|work| work.refuse(error.clone()));
            continue;
        }
        let mut completions = Vec::with_capacity(group.len());
        let mut afterwards = Vec::new();
        let mut broken = None;
        for work in group.drain(..) {
            if let Some(error) = &broken {
                work.refuse(StorageError::clone(error));
                continue;
            }
            let ran = work.run(&mut connection).await;
            completions.push(ran.completion);
            afterwards.extend(ran.afterwards);
            broken = ran.broken;
        }
        let fate = match broken {
            None => commit(&mut connection).await,
            Some(error) => Err(error),
        };
        if let Err(error) = &fate {
            tracing::error!(error = error as &dyn std::error::Error, "a transaction was not committed");
            // SQLite may have rolled back by itself; then this fails, and nothing is lost by it.
            let _already_rolled_back = sqlx::query("ROLLBACK").execute(&mut connection).await;
        }
        if fate.is_ok() {
            for afterwards in afterwards {
                // What is told to others must not take the writer down.
                if std::panic::catch_unwind(AssertUnwindSafe(afterwards)).is_err() {
                    tracing::error!("what was to be done after a commit panicked");
                }
            }
        }
        for complete in completions {
            complete(fate.clone());
        }
    }
    close_quietly(connection).await;
}

async fn commit(connection: &mut SqliteConnection) -> Result<(), StorageError> {
    sqlx::query("COMMIT").execute(connection).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::storage::Database;

    #[tokio::test]
    async fn what_is_left_for_after_the_commit_is_done_before_the_answer_and_never_for_what_failed() {
        let data = tempfile::tempdir().expect("a temporary directory");
        let url = format!("sqlite://{}", data.path().join("test.db").display());
        let (database, task) = Database::open(&url).await.expect("the database opens");
        let done = Arc::new(AtomicUsize::new(0));
        for (n, (statement, is_fine)) in
            [("SELECT 1", true), ("SELECT nothing", false), ("ROLLBACK", false)].iter().enumerate()
        {
            let count = Arc::clone(&done);
            let ran = database.writer.run(move |connection| {
                Box::pin(async move {
                    after_commit(move || {
                        count.fetch_add(1, Ordering::SeqCst);
                        assert!(n != 0, "a panic here must not take the writer down");
                    });
                    sqlx::query(*statement).execute(connection).await?;
                    Ok(())
                })
            });
            assert_eq!(ran.await.is_ok(), *is_fine, "{statement}");
            assert_eq!(done.load(Ordering::SeqCst), 1, "{statement}");
        }
        database.close(task).await;
    }
}
