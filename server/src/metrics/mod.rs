//! What the process counts for those who run it, in Prometheus' form. No label has anything of a user's: each is one of a few
//! words that stand here.

mod serve;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use holdfast::wire::EndReason;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

pub(crate) use self::serve::router;

/// Upper bounds of the receipts' histogram, in seconds: from one fsync to a time-out.
const RECEIPT_BOUNDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// Counts of one kind, apart by one label.
type Counts = Family<[(&'static str, &'static str); 1], Counter>;

/// What became of a refresh of a session's tokens, as the sessions table has seen it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refresh {
    /// The new tokens are in the table.
    Stored,
    /// Another process' tokens were there already: a race without a loser.
    Overtaken,
    /// It failed, and nobody is signed out by that.
    Failed,
}

/// When somebody signed in, seen from the browser's last session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignIn {
    /// There was none.
    First,
    /// Before its end.
    InTime,
    /// After its end: a forced sign-in that was gone through.
    Recovered,
}

/// Everything that is counted; cheap to clone.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    registry: Registry,
    saves: Counts,
    receipts: Histogram,
    refreshes: Counts,
    refreshes_joined: Counter,
    sessions_ended: Counts,
    sign_ins: Counts,
    sign_in_prompts: Counter,
    escrow_saves: Counts,
    escrow_waiting: Gauge,
    journal_recoveries: Counter,
    work_discarded: Counter,
    imported_files: Counts,
    alarms: Counter,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("holdfast");
        let inner = Inner {
            saves: Counts::default(),
            receipts: Histogram::new(RECEIPT_BOUNDS),
            refreshes: Counts::default(),
            refreshes_joined: Counter::default(),
            sessions_ended: Counts::default(),
            sign_ins: Counts::default(),
            sign_in_prompts: Counter::default(),
            escrow_saves: Counts::default(),
            escrow_waiting: Gauge::default(),
            journal_recoveries: Counter::default(),
            work_discarded: Counter::default(),
            imported_files: Counts::default(),
            alarms: Counter::default(),
            registry: Registry::default(),
        };
        let Inner { saves, receipts, refreshes, refreshes_joined, sessions_ended, sign_ins, .. } = &inner;
        registry.register("saves", "Batches of edits, by what became of them", saves.clone());
        registry.register("receipt_seconds", "From a batch's arrival to its receipt", receipts.clone());
        registry.register("refreshes", "Refreshes of tokens, by what became of them", refreshes.clone());
        registry.register(
            "refreshes_joined",
            "Requests that waited for another request's refresh: races that were avoided",
            refreshes_joined.clone(),
        );
        registry.register("sessions_ended", "Sessions that ended, by the reason", sessions_ended.clone());
        registry.register("sign_ins", "Sign-ins, by when the browser's last session ended", sign_ins.clone());
        let Inner {
            sign_in_prompts,
            escrow_saves,
            escrow_waiting,
            journal_recoveries,
            work_discarded,
            imported_files,
            ..
        } = &inner;
        registry.register(
            "alarms",
            "Answers of the user pool that an operator has to do something about, such as a refused client secret",
            inner.alarms.clone(),
        );
        registry.register(
            "sign_in_prompts",
            "Pages that asked for a new sign-in because a session had ended or was about to",
            sign_in_prompts.clone(),
        );
        registry.register(
            "escrow_saves",
            "Saves after the end of a session, by what became of them",
            escrow_saves.clone(),
        );
        registry.register("escrow_waiting", "Saves that wait for their user's next sign-in", escrow_waiting.clone());
        registry.register(
            "journal_recoveries",
            "Drafts to which a browser added what it had kept of a tab that is gone",
            journal_recoveries.clone(),
        );
        registry.register(
            "work_discarded",
            "Sign-outs at which somebody chose to throw unsaved words away",
            work_discarded.clone(),
        );
        registry.register(
            "imported_files",
            "Files that were to become documents, by what became of them",
            imported_files.clone(),
        );
        Self(Arc::new(Inner { registry, ..inner }))
    }
}

fn count(counts: &Counts, label: &'static str, value: &'static str) {
    counts.get_or_create(&[(label, value)]).inc();
}

impl Metrics {
    /// A batch: `saved`, `conflict`, `refused`, `not_found` or `failed`.
    pub(crate) fn save(&self, outcome: &'static str) {
        count(&self.0.saves, "outcome", outcome);
    }

    /// A receipt was ready so long after its batch had arrived.
    pub(crate) fn receipt(&self, after: time::Duration) {
        self.0.receipts.observe(after.as_seconds_f64());
    }

    pub(crate) fn refresh(&self, outcome: Refresh) {
        let outcome = match outcome {
            Refresh::Stored => "stored",
            Refresh::Overtaken => "overtaken",
            Refresh::Failed => "failed",
        };
        count(&self.0.refreshes, "outcome", outcome);
    }

    /// A session ended. Where the pool said so when it was asked to refresh, that was a refresh, too.
    pub(crate) fn session_ended(&self, reason: EndReason) {
        count(&self.0.sessions_ended, "reason", reason.as_str());
        if matches!(reason, EndReason::Revoked | EndReason::Disabled | EndReason::Deleted | EndReason::PasswordReset) {
            count(&self.0.refreshes, "outcome", "refused");
        }
    }

    pub(crate) fn signed_in(&self, when: SignIn) {
        let when = match when {
            SignIn::First => "first",
            SignIn::InTime => "in_time",
            SignIn::Recovered => "recovered",
        };
        count(&self.0.sign_ins, "session", when);
    }

    pub(crate) fn sign_in_prompt(&self) {
        self.0.sign_in_prompts.inc();
    }

    /// A late save: `kept`, `refused`, `too_large` or `too_many`.
    pub(crate) fn late_save(&self, outcome: &'static str) {
        count(&self.0.escrow_saves, "outcome", outcome);
    }

    pub(crate) fn journal_recovery(&self) {
        self.0.journal_recoveries.inc();
    }

    /// Somebody signed out and threw away what was not saved.
    pub(crate) fn work_discarded(&self) {
        self.0.work_discarded.inc();
    }

    /// A file: `document`, or why it became none.
    pub(crate) fn imported_file(&self, outcome: &'static str) {
        count(&self.0.imported_files, "outcome", outcome);
    }

    /// So many since the start; whoever raises them counts them.
    fn alarms(&self, all: u64) {
        self.0.alarms.inner().store(all, Ordering::SeqCst);
    }

    fn escrow_waiting(&self, rows: i64) {
        self.0.escrow_waiting.set(rows);
    }

    /// What the sessions have counted since the start.
    fn refreshes_joined(&self, so_far: u64) {
        self.0.refreshes_joined.inner().store(so_far, Ordering::Relaxed);
    }

    /// All of it, as text.
    fn told(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.0.registry)?;
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_told_under_its_name() {
        let metrics = Metrics::default();
        metrics.save("saved");
        metrics.save("saved");
        metrics.receipt(time::Duration::milliseconds(4));
        metrics.session_ended(EndReason::Revoked);
        metrics.signed_in(SignIn::Recovered);
        metrics.refresh(Refresh::Stored);
        let told = metrics.told().expect("text");
        for line in [
            "holdfast_saves_total{outcome=\"saved\"} 2",
            "holdfast_receipt_seconds_bucket{le=\"0.005\"} 1",
            "holdfast_receipt_seconds_bucket{le=\"0.0025\"} 0",
            "holdfast_sessions_ended_total{reason=\"revoked\"} 1",
            "holdfast_refreshes_total{outcome=\"refused\"} 1",
            "holdfast_refreshes_total{outcome=\"stored\"} 1",
            "holdfast_sign_ins_total{session=\"recovered\"} 1",
            "holdfast_journal_recoveries_total 0",
        ] {
            assert!(told.lines().any(|told| told == line), "{line} in\n{told}");
        }
        assert!(told.ends_with("# EOF\n"), "{told}");
    }
}
