//! The tasks that must not be cut off: whoever closes the database waits for them first. A refresh that is lost between
//! the pool's answer and the row has spent the old token for nothing.

use std::time::Duration;

use tokio::sync::watch;

/// Counts what is under way.
pub(super) struct Tasks(watch::Sender<State>);

#[derive(Default)]
struct State {
    closed: bool,
    running: usize,
}

/// Held by a task for as long as it runs, also when it panics.
pub(super) struct Ticket(watch::Sender<State>);

impl Tasks {
    pub(super) fn new() -> Self {
        Self(watch::Sender::new(State::default()))
    }

    /// Leave to begin something; `None` once the doors are closed.
    pub(super) fn admit(&self) -> Option<Ticket> {
        self.0
            .send_if_modified(|state| {
                state.running += usize::from(!state.closed);
                !state.closed
            })
            .then(|| Ticket(self.0.clone()))
    }

    /// Leave for what a task that is under way begins: it is waited for as well.
    pub(super) fn admit_successor(&self) -> Ticket {
        self.0.send_modify(|state| state.running += 1);
        Ticket(self.0.clone())
    }

    /// Whether the process is about to stop: nothing may wait for others any more.
    pub(super) fn are_closed(&self) -> bool {
        self.0.borrow().closed
    }

    /// Closes the doors, and waits until nothing is under way any more. `false` when that took too long.
    pub(super) async fn drain(&self, patience: Duration) -> bool {
        self.0.send_modify(|state| state.closed = true);
        let mut states = self.0.subscribe();
        let idle = tokio::time::timeout(patience, states.wait_for(|state| state.running == 0)).await;
        matches!(idle, Ok(Ok(_)))
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.0.send_modify(|state| state.running -= 1);
    }
}
