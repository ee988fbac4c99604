//! `/api/documents/{id}/draft`: reading, saving edits, replacing the whole text.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use holdfast::wire::{Code, Conflict, EXPECTED_USER, Escrowed, MAX_BATCH_EDITS, PatchDraft, Problem, PutDraft};
use holdfast_session::bearer::{Acting, ActingSaver, LateSaver};
use holdfast_session::sessions::Former;
use serde::Serialize;

use super::{AppState, expect_user, owner};
use crate::documents::DocumentId;
use crate::drafts::{PutOutcome, Refusal, SaveOutcome};
use crate::escrow::{Late, Taken};
use crate::http::body::IdInPath;
use crate::http::made_by::Agent;
use holdfast_session::routes::{JsonBody, ProblemResponse, problem_json};

impl From<Refusal> for ProblemResponse {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Writer => Self::with_detail(Code::Invalid, "writer is 1 to 64 characters of [A-Za-z0-9_-]"),
            Refusal::Empty => Self::with_detail(Code::Invalid, "a batch has at least one edit, and seq begins at 1"),
            Refusal::TooManyEdits => {
                Self::with_detail(Code::TooLarge, format!("a batch has at most {MAX_BATCH_EDITS} edits"))
            }
            Refusal::OutOfRange => Self::from(Code::EditOutOfRange),
            Refusal::SplitsSurrogate => Self::from(Code::EditSplitsSurrogate),
            Refusal::SeqGap { expected } => Self::with_detail(Code::SeqGap, format!("expected seq {expected}")),
            Refusal::SeqOverlap { expected } => Self::with_detail(Code::SeqOverlap, format!("expected seq {expected}")),
            Refusal::HeadUnknown { head } => Self::with_detail(Code::HeadUnknown, format!("the head is {head}")),
            Refusal::TooLarge => Self::from(Code::TooLarge),
        }
    }
}

/// A conflict is a problem document with the extension members that rebasing needs (RFC 9457, section 3.2).
#[derive(Serialize)]
struct ConflictProblem {
    #[serde(flatten)]
    problem: Problem,
    #[serde(flatten)]
    conflict: Conflict,
}

pub(super) async fn read(
    State(state): State<AppState>,
    Acting(actor): Acting,
    IdInPath(id): IdInPath,
) -> Result<impl IntoResponse, ProblemResponse> {
    let draft = state.drafts.read(&owner(&actor), &id).await?.ok_or(Code::NotFound)?;
    Ok(([(header::ETAG, format!("\"{}\"", draft.head))], Json(draft)))
}

pub(super) async fn save(
    State(state): State<AppState>,
    saver: LateSaver,
    IdInPath(id): IdInPath,
    headers: HeaderMap,
    body: Result<JsonBody<PatchDraft>, ProblemResponse>,
) -> Result<Response, ProblemResponse> {
    let actor = match saver {
        LateSaver::Actor(actor) => actor,
        LateSaver::Former(former) => return keep(&state, &former, id, &headers, body).await,
    };
    let JsonBody(patch) = body?;
    expect_user(&actor, &headers)?;
    let arrived = state.clock.now();
    let made_by = Agent::of(&headers).acting(&actor);
    let outcome = state.drafts.save(owner(&actor), id, patch, made_by).await;
    state.metrics.save(match &outcome {
        Ok(SaveOutcome::Saved(_)) => "saved",
        Ok(SaveOutcome::Conflict(_)) => "conflict",
        Ok(SaveOutcome::Refused(_)) => "refused",
        Ok(SaveOutcome::NotFound) => "not_found",
        Err(_) => "failed",
    });
    match outcome? {
        SaveOutcome::Saved(receipt) => {
            state.metrics.receipt(state.clock.now() - arrived);
            Ok(Json(receipt).into_response())
        }
        SaveOutcome::Conflict(conflict) => {
            let body = ConflictProblem { problem: Problem::from(Code::Conflict), conflict: *conflict };
            Ok(problem_json(Code::Conflict, &body))
        }
        SaveOutcome::Refused(refusal) => Err(ProblemResponse::from(refusal)),
        SaveOutcome::NotFound => Err(ProblemResponse::from(Code::NotFound)),
    }
}

/// A deadline has ended the session: the batch is kept until the user signs in again. Whatever it is refused for, the
/// answer is the one that there was nobody; only its size and rate are told.
async fn keep(
    state: &AppState,
    former: &Former,
    id: DocumentId,
    headers: &HeaderMap,
    body: Result<JsonBody<PatchDraft>, ProblemResponse>,
) -> Result<Response, ProblemResponse> {
    let nobody = || ProblemResponse::from(Code::from(former.reason));
    let is_expected = headers.get(EXPECTED_USER).is_none_or(|expected| expected.as_bytes() == former.sub.as_bytes());
    let JsonBody(patch) = match body {
        Ok(body) if is_expected => body,
        Err(problem) if matches!(problem.code(), Code::TooLarge | Code::TimedOut) => return Err(problem),
        _ => return Err(nobody()),
    };
    let taken = state.escrow.take(former, Late { document: id, patch, title: None }).await?;
    state.metrics.late_save(taken.as_str());
    match taken {
        Taken::Kept(acked_seq) => Ok((StatusCode::ACCEPTED, Json(Escrowed { acked_seq })).into_response()),
        Taken::Refused => Err(nobody()),
        Taken::TooLarge => Err(ProblemResponse::from(Code::TooLarge)),
        Taken::TooMany => Err(ProblemResponse::from(Code::TooManyRequests)),
    }
}

pub(super) async fn put(
    State(state): State<AppState>,
    ActingSaver(actor): ActingSaver,
    IdInPath(id): IdInPath,
    headers: HeaderMap,
    JsonBody(PutDraft { text }): JsonBody<PutDraft>,
) -> Result<Response, ProblemResponse> {
    expect_user(&actor, &headers)?;
    let base_head = if_match(&headers)?;
    let outcome = state.drafts.rewrite(owner(&actor), id, base_head, text).await?;
    put_response(outcome)
}

/// The answer to a text that was replaced as a whole.
pub(super) fn put_response(outcome: PutOutcome) -> Result<Response, ProblemResponse> {
    match outcome {
        PutOutcome::Saved(receipt) => {
            let etag = format!("\"{}\"", receipt.head);
            Ok(([(header::ETAG, etag)], Json(receipt)).into_response())
        }
        PutOutcome::HeadMoved(head) => {
            Err(ProblemResponse::with_detail(Code::HeadMoved, format!("the head is {head}")))
        }
        PutOutcome::TooLarge => Err(ProblemResponse::from(Code::TooLarge)),
        PutOutcome::NotFound => Err(ProblemResponse::from(Code::NotFound)),
    }
}

/// The head in `If-Match: "<head>"` (RFC 9110, section 13.1.1).
fn if_match(headers: &HeaderMap) -> Result<u64, ProblemResponse> {
    let value = headers.get(header::IF_MATCH).ok_or(Code::IfMatchRequired)?;
    let head = value.to_str().ok().and_then(|value| value.strip_prefix('"')?.strip_suffix('"')?.parse().ok());
    head.ok_or_else(|| ProblemResponse::with_detail(Code::Invalid, "If-Match is the draft's ETag, such as \"7\""))
}
