//! Merging what waits for a user who has signed in.

use std::sync::Arc;

use holdfast::clock::Clock as _;
use holdfast::sync::escrow::{Kept, Logged, Settled, settle};
use holdfast::wire::{PatchDraft, VersionKind};
use sqlx::SqliteConnection;

use super::sealed::Whose;
use super::{Escrow, Inner};
use crate::documents::{DocumentId, MadeBy, Owner, is_title};
use crate::drafts::Appended;
use crate::storage::escrow as rows;
use crate::storage::{StorageError, documents, drafts};

/// How often the head may move under our feet before the rest is left to the next sign-in.
const ATTEMPTS: usize = 8;

/// How many batches are appended in one piece of work, so that everybody else's saves come in between.
const AT_ONCE: usize = 256;

/// A writer's batches in the open, and what is to be done with them.
struct Plan {
    document: DocumentId,
    writer: String,
    kept: Vec<Kept>,
    /// The rows that they came from, which this plan deals with.
    rows: Vec<String>,
    /// The title that the last of them brought.
    title: Option<String>,
    /// The draft's head.
    head: u64,
    settled: Settled,
}

impl Plan {
    /// Whether something is appended to a text that has moved on since it was typed.
    fn is_a_merge(&self) -> bool {
        !self.settled.append.is_empty() && self.kept.iter().any(|batch| batch.base_head < self.head)
    }
}

/// How far a piece of work has come.
enum Progress {
    /// All is done.
    Done,
    /// So many batches are appended, and this is the head.
    Appended(usize, u64),
    /// Somebody else was faster: plan anew.
    Moved,
}

impl Escrow {
    /// Merges everything that this user has in escrow, one writer after the other. What has been merged already is found
    /// in the draft and not merged again.
    ///
    /// # Errors
    /// The last [`StorageError`]; what could be merged is.
    pub(crate) async fn merge(&self, owner: &Owner) -> Result<(), StorageError> {
        let waiting = {
            let mut reader = self.inner.database.readers.acquire().await?;
            rows::waiting(&mut reader, owner).await?
        };
        let mut outcome = Ok(());
        for (document, writer) in waiting {
            if let Err(error) = self.merge_writer(owner, &document, &writer).await {
                outcome = Err(error);
            }
        }
        outcome
    }

    async fn merge_writer(&self, owner: &Owner, document: &DocumentId, writer: &str) -> Result<(), StorageError> {
        for _ in 0..ATTEMPTS {
            let Some(plan) = self.inner.plan(owner, document, writer).await? else { return Ok(()) };
            if self.carry_out(owner.clone(), plan).await? {
                return Ok(());
            }
        }
        let problem = "the head never stands still";
        Err(StorageError::Inconsistent { table: "drafts", row: document.to_string(), problem })
    }

    /// `false` where the plan is out of date.
    async fn carry_out(&self, owner: Owner, plan: Plan) -> Result<bool, StorageError> {
        let plan = Arc::new(plan);
        let (mut from, mut head) = (0, plan.head);
        loop {
            let (inner, owner, plan) = (Arc::clone(&self.inner), owner.clone(), Arc::clone(&plan));
            let progress = self
                .inner
                .database
                .writer
                .run(move |connection| Box::pin(async move { inner.step(connection, &owner, &plan, from, head).await }))
                .await?;
            match progress {
                Progress::Done => return Ok(true),
                Progress::Moved => return Ok(false),
                Progress::Appended(count, now_at) => (from, head) = (count, now_at),
            }
        }
    }
}

impl Inner {
    /// Decides about a writer's batches, beside everybody's saves; `None` where there is nothing to be done, or the document
    /// is in the trash: it may come back.
    async fn plan(&self, owner: &Owner, document: &DocumentId, writer: &str) -> Result<Option<Plan>, StorageError> {
        let mut reader = self.database.readers.begin().await?;
        let Some(draft) = drafts::draft(&mut reader, owner, document).await? else { return Ok(None) };
        let sealed = rows::of_writer(&mut reader, owner, document, writer).await?;
        let least = sealed.iter().map(|row| row.base_head).min().unwrap_or(draft.head);
        let accepted = drafts::batches_between(&mut reader, owner, document, least, draft.head).await?;
        let own = drafts::batch_of_writer(&mut reader, owner, document, writer, u64::MAX).await?;
        drop(reader);

        let whose = Whose { owner, document, writer };
        let (mut kept, mut waiting, mut title) = (Vec::new(), Vec::new(), None);
        for row in sealed {
            let opened = self.open(&whose, &row).map_err(|error| {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "what is in escrow does not open; is its key in the ring?"
                );
                StorageError::Inconsistent { table: "escrow", row: row.id.clone(), problem: "it does not open" }
            })?;
            if !row.is_settled {
                title = opened.title.or(title);
                waiting.push(row.id);
            }
            kept.push(Kept { base_head: row.base_head, seq: row.seq, edits: opened.edits });
        }
        let is_own = |batch: &drafts::BatchRow| batch.writer == writer;
        let log = accepted.into_iter().map(|batch| Logged {
            head: batch.head,
            own: is_own(&batch),
            seq: batch.seq,
            edits: batch.edits,
        });
        let (log, head, acked) = (log.collect(), draft.head, own.map_or(0, |batch| batch.last_seq()));
        // Costs what was typed times what was written meanwhile: not on a thread that serves requests.
        let settling = tokio::task::spawn_blocking(move || (settle(&kept, log, head, acked), kept));
        let (settled, kept) = settling.await.map_err(|_| StorageError::Panicked)?;
        let (document, writer) = (document.clone(), writer.to_owned());
        Ok((!waiting.is_empty()).then_some(Plan { document, writer, kept, rows: waiting, title, head, settled }))
    }

    /// Appends the next batches; the last step settles the rows.
    async fn step(
        &self,
        connection: &mut SqliteConnection,
        owner: &Owner,
        plan: &Plan,
        from: usize,
        mut head: u64,
    ) -> Result<Progress, StorageError> {
        let now = self.clock.now_ms();
        let Plan { document, writer, settled, .. } = plan;
        let whose = Whose { owner, document, writer };
        if from == 0 && plan.is_a_merge() {
            self.drafts.keep_now(connection, owner, document, VersionKind::Merge, None, MadeBy::UNKNOWN).await?;
        }
        let mut refused = None;
        for (n, (seq, edits)) in settled.append.iter().enumerate().skip(from) {
            if from + AT_ONCE <= n {
                return Ok(Progress::Appended(n, head));
            }
            let patch = PatchDraft { writer: writer.clone(), base_head: head, seq: *seq, edits: edits.clone() };
            match self.drafts.append(connection, owner, document, patch).await? {
                Appended::Saved(receipt) => head = receipt.head,
                Appended::Behind => return Ok(Progress::Moved),
                // It may come back out of the trash.
                Appended::NotFound => return Ok(Progress::Done),
                Appended::Refused(refusal) => {
                    tracing::warn!(?refusal, "an edit in escrow is refused");
                    refused = Some(*seq);
                    break;
                }
            }
        }
        let refused = |batch: &Kept| refused.is_some_and(|seq| seq <= batch.last_seq());
        let (aside, with): (Vec<_>, Vec<_>) =
            (0..).zip(&plan.kept).partition(|(place, batch)| settled.aside.contains(place) || refused(batch));
        self.keep_aside(connection, &whose, &bare(aside), &bare(with), now).await?;
        if let Some(title) = plan.title.as_deref().filter(|title| is_title(title))
            && documents::rename(connection, owner, document, title, now).await?
        {
            self.events.renamed(owner, document, title);
        }
        for id in &plan.rows {
            rows::settle(connection, owner, id, now).await?;
        }
        tracing::info!(batches = settled.append.len() - from, aside = settled.aside.len(), "escrow is merged");
        Ok(Progress::Done)
    }
}

fn bare(placed: Vec<(usize, &Kept)>) -> Vec<&Kept> {
    placed.into_iter().map(|(_, batch)| batch).collect()
}
