//! What the operator has to mend: whether the provider refuses this server (a wrong client id, secret, pool or region), and
//! how often that and the like has happened. Nobody is signed out by it; somebody has to be told.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// In memory, of this process.
#[derive(Debug, Default)]
pub(super) struct Trouble {
    refuses: AtomicBool,
    alarms: AtomicU64,
}

impl Trouble {
    /// Counts an alarm; how many there have been since the start.
    pub(super) fn alarm(&self, is_refusal: bool) -> u64 {
        self.refuses.fetch_or(is_refusal, Ordering::SeqCst);
        self.alarms.fetch_add(1, Ordering::SeqCst).saturating_add(1)
    }

    pub(super) fn alarms(&self) -> u64 {
        self.alarms.load(Ordering::SeqCst)
    }

    /// The provider has given tokens to this server, and they are believed.
    pub(super) fn is_over(&self) {
        self.refuses.store(false, Ordering::SeqCst);
    }

    pub(super) fn provider_refuses(&self) -> bool {
        self.refuses.load(Ordering::SeqCst)
    }
}
