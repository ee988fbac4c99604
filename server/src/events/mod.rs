//! What is told to a user's open pages as it happens: the fan-out behind `GET /api/events`.
//!
//! Everything is published from the writer's task after the commit that makes it true (`storage::after_commit`),
//! so the order of a document's events is the order of its heads, with no gap. A stream holds a bounded number of events for
//! a reader that is slow; one that falls further behind is closed, and catches up when it comes back. It must not know
//! HTTP, and it knows of a session no more than its name.

mod frame;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use holdfast_session::rows::RowId;
use tokio::sync::mpsc;

pub(crate) use self::frame::Frame;
use crate::documents::{DocumentId, Owner};
use crate::storage::after_commit;
use crate::storage::drafts::BatchRow;

/// How many streams one session may hold open: one per browser is enough, a reconnect overlaps for a moment.
pub(crate) const MOST_PER_SESSION: usize = 6;

/// How many events wait for a slow reader.
const QUEUE: usize = 256;

/// All open streams of the process; cheap to clone.
#[derive(Clone, Default)]
pub struct Events(Arc<Mutex<Open>>);

#[derive(Default)]
struct Open {
    streams: HashMap<Owner, Vec<Stream>>,
    next: u64,
    closed: bool,
}

struct Stream {
    id: u64,
    session: RowId,
    /// `None` once the reader has fallen too far behind.
    queue: Option<mpsc::Sender<Frame>>,
}

/// Why no stream is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// The session has [`MOST_PER_SESSION`] of them.
    TooMany,
    /// The process is stopping.
    Stopping,
}

impl Events {
    /// Opens a stream of everything that happens to this user's documents and sessions from now on.
    pub(crate) fn open(&self, owner: Owner, session: RowId) -> Result<Subscription, Refused> {
        let mut open = self.locked();
        if open.closed {
            return Err(Refused::Stopping);
        }
        let held = open.streams.get(&owner).into_iter().flatten().filter(|stream| stream.session == session);
        if MOST_PER_SESSION <= held.count() {
            return Err(Refused::TooMany);
        }
        let (queue, frames) = mpsc::channel(QUEUE);
        open.next += 1;
        let id = open.next;
        open.streams.entry(owner.clone()).or_default().push(Stream { id, session, queue: Some(queue) });
        Ok(Subscription { events: self.clone(), owner, id, frames })
    }

    /// Ends every stream and opens no more: for the end of the process.
    pub(crate) fn close(&self) {
        let mut open = self.locked();
        open.closed = true;
        for stream in open.streams.values_mut().flatten() {
            stream.queue = None;
        }
    }

    /// Tells of an accepted batch, once it is on disk. Call it within the piece of work that appends it.
    pub(crate) fn edits(&self, owner: &Owner, id: &DocumentId, batch: &BatchRow) {
        let (events, owner, id) = (self.clone(), owner.clone(), id.clone());
        let batch = frame::told(batch);
        after_commit(move || events.publish(&owner, || Frame::edits(&id, &batch)));
    }

    /// Tells a document's new title, once it is on disk. Call it within a piece of work.
    pub(crate) fn renamed(&self, owner: &Owner, id: &DocumentId, title: &str) {
        let (events, owner, id, title) = (self.clone(), owner.clone(), id.clone(), title.to_owned());
        after_commit(move || events.publish(&owner, || Frame::document(&id, Some(&title))));
    }

    /// Tells that a document's place or history has changed, once that is on disk. Call it within a piece of work.
    pub(crate) fn document(&self, owner: &Owner, id: &DocumentId) {
        let (events, owner, id) = (self.clone(), owner.clone(), id.clone());
        after_commit(move || events.publish(&owner, || Frame::document(&id, None)));
    }

    /// Tells that one of the user's sessions has begun or ended, once that is on disk. Call it within a piece of work.
    pub(crate) fn sessions(&self, owner: Owner) {
        let events = self.clone();
        after_commit(move || events.publish(&owner, Frame::session));
    }

    fn publish(&self, owner: &Owner, frame: impl FnOnce() -> Frame) {
        let mut open = self.locked();
        let Some(streams) = open.streams.get_mut(owner) else { return };
        let frame = frame();
        for stream in streams {
            if stream.queue.as_ref().is_some_and(|queue| queue.try_send(frame.clone()).is_err()) {
                stream.queue = None;
            }
        }
    }

    fn locked(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One open stream; dropping it closes it.
pub(crate) struct Subscription {
    events: Events,
    owner: Owner,
    id: u64,
    frames: mpsc::Receiver<Frame>,
}

impl Subscription {
    /// The next event; `None` where the reader was too slow or the process is stopping.
    pub(crate) async fn next(&mut self) -> Option<Frame> {
        self.frames.recv().await
    }
}

impl std::fmt::Debug for Subscription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subscription").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut open = self.events.locked();
        if let Some(streams) = open.streams.get_mut(&self.owner) {
            streams.retain(|stream| stream.id != self.id);
            if streams.is_empty() {
                open.streams.remove(&self.owner);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner() -> Owner {
        Owner::new("ada")
    }

    fn session(n: u8) -> RowId {
        RowId::from_bytes([n; 32])
    }

    #[tokio::test]
    async fn a_reader_that_falls_behind_is_closed_after_what_was_held_for_it() {
        let events = Events::default();
        let mut slow = events.open(owner(), session(1)).expect("open");
        for _ in 0..=QUEUE {
            events.publish(&owner(), Frame::session);
        }
        events.publish(&owner(), Frame::session);
        for _ in 0..QUEUE {
            assert!(slow.next().await.is_some());
        }
        assert!(slow.next().await.is_none());
    }

    #[tokio::test]
    async fn a_session_has_six_streams_and_a_closed_one_makes_room() {
        let events = Events::default();
        let mut streams: Vec<_> = (0..6).map(|_| events.open(owner(), session(1)).expect("open")).collect();
        assert_eq!(events.open(owner(), session(1)).err(), Some(Refused::TooMany));
        assert!(events.open(owner(), session(2)).is_ok(), "another session of the same user has its own");
        streams.pop();
        assert!(events.open(owner(), session(1)).is_ok());
        drop(streams);
        assert!(events.locked().streams.is_empty(), "nothing is kept of streams that are gone");
    }

    #[tokio::test]
    async fn closing_ends_every_stream_and_opens_no_more() {
        let events = Events::default();
        let mut stream = events.open(owner(), session(1)).expect("open");
        events.close();
        assert!(stream.next().await.is_none());
        assert_eq!(events.open(owner(), session(1)).err(), Some(Refused::Stopping));
    }
}
