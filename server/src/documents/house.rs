//! What nobody asks for: automatic versions are thinned, and the trash is emptied of what has been in it for long enough. In
//! small pieces, so that no save waits for a large document to disappear.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

use super::{Documents, trash};
use crate::start::is_set;
use crate::storage::{StorageError, documents as rows, versions};

/// How often there is something to do, by the server's clock…
const EVERY_MS: i64 = 60 * 60 * 1000;
/// …which is looked at this often: it may be moved.
const LOOK_AT_CLOCK: Duration = Duration::from_secs(1);

/// How much one piece of work deletes: versions may hold megabytes each.
const MOST_VERSIONS: u32 = 8;
const MOST_BATCHES: u32 = 2_000;

/// Keeps house until the process is asked to stop.
pub(crate) async fn keep(documents: Documents, mut stopped: watch::Receiver<bool>) {
    let mut looks = interval(LOOK_AT_CLOCK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut due = i64::MIN;
    loop {
        tokio::select! {
            _ = looks.tick() => {}
            () = is_set(&mut stopped) => return,
        }
        let now = documents.clock.now_ms();
        if due <= now {
            due = now + EVERY_MS;
            tokio::select! {
                swept = sweep(&documents, now) => {
                    if let Err(error) = swept {
                        tracing::warn!(error = &error as &dyn std::error::Error, "old versions and documents were not swept away");
                    }
                }
                () = is_set(&mut stopped) => return,
            }
        }
    }
}

async fn sweep(documents: &Documents, now: i64) -> Result<(), StorageError> {
    let writer = &documents.database.writer;
    while 0 < writer.run(move |c| Box::pin(async move { versions::thin(c, now, MOST_VERSIONS).await })).await? {}
    empty_trash(documents, now - trash::KEPT_MS).await
}

/// Deletes what was moved to the trash at or before that moment, everybody's.
pub(super) async fn empty_trash(documents: &Documents, before: i64) -> Result<(), StorageError> {
    let writer = &documents.database.writer;
    while writer
        .run(move |c| Box::pin(async move { rows::purge(c, before, MOST_BATCHES, MOST_VERSIONS).await }))
        .await?
    {}
    Ok(())
}
