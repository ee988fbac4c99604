//! One refresh per session at a time, in this process. Whoever comes later waits for the one in flight and gets its
//! result; nobody's disconnect ends it, because it runs in a task of its own.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use tokio::time::Instant;

use super::tasks::Ticket;
use super::{Live, Refusal};
use crate::rows::RowId;

/// How a refresh came out.
#[derive(Clone, Debug)]
pub(super) enum Landed {
    /// The session, with tokens that are good: its own or the winner's.
    Fresh(Box<Live>),
    /// The session has ended.
    Refused(Refusal),
    /// Nothing is known; the session goes on as it is.
    Unknown,
}

/// A refresh that somebody started.
#[derive(Clone)]
pub(super) struct Flight {
    pub(super) started: Instant,
    landing: watch::Receiver<Option<Landed>>,
}

impl Flight {
    /// Waits for the result. A refresh that panicked is one of which nothing is known.
    pub(super) async fn landed(mut self) -> Landed {
        let landed = self.landing.wait_for(Option::is_some).await;
        landed.ok().and_then(|landed| landed.clone()).unwrap_or(Landed::Unknown)
    }
}

/// The refreshes in flight. An entry lives exactly as long as its task.
#[derive(Default)]
pub(super) struct Flights {
    under_way: Arc<Mutex<HashMap<RowId, Flight>>>,
    joined: AtomicU64,
}

impl Flights {
    /// The refresh in flight for this session, else the one that `start` begins; `None` where `may_start` gives no
    /// ticket.
    pub(super) fn join_or_start<F>(
        &self,
        id: RowId,
        may_start: impl FnOnce() -> Option<Ticket>,
        start: impl FnOnce() -> F,
    ) -> Option<Flight>
    where
        F: Future<Output = Landed> + Send + 'static,
    {
        let mut flights = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(flight) = flights.get(&id) {
            self.joined.fetch_add(1, Ordering::Relaxed);
            return Some(flight.clone());
        }
        let ticket = may_start()?;
        let (sender, landing) = watch::channel(None);
        #[expect(clippy::disallowed_methods, reason = "requests wait by tokio's timers, which know no other clock")]
        let flight = Flight { started: Instant::now(), landing };
        flights.insert(id, flight.clone());
        let entry = Entry { flights: Arc::clone(&self.under_way), id };
        let future = start();
        tokio::spawn(async move {
            let _held = (entry, ticket);
            sender.send_replace(Some(future.await));
        });
        Some(flight)
    }

    /// How often a refresh was joined that somebody else had started.
    pub(super) fn joined(&self) -> u64 {
        self.joined.load(Ordering::Relaxed)
    }
}

/// Takes the entry away with the task, also when it panics.
struct Entry {
    flights: Arc<Mutex<HashMap<RowId, Flight>>>,
    id: RowId,
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.flights.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tasks::Tasks;
    use super::*;
    use std::time::Duration;

    // A2
    #[tokio::test]
    async fn a_flight_that_panics_is_unknown_and_leaves_the_way_free() {
        let (flights, tasks) = (Flights::default(), Tasks::new());
        let id = RowId::from_bytes([1; 32]);
        let flight = flights.join_or_start(id, || tasks.admit(), || async { panic!("on purpose") }).expect("a flight");
        assert!(matches!(flight.landed().await, Landed::Unknown));
        assert!(flights.under_way.lock().expect("a lock").is_empty());
        assert!(tasks.drain(Duration::ZERO).await, "nor does anybody wait for it at the end");
        assert!(flights.join_or_start(id, || tasks.admit(), || async { Landed::Unknown }).is_none());
    }
}
