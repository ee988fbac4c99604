//! The JSON routes. Who asks comes from the session or from a verified token, never from anything else in the request.

pub(super) mod account;
mod documents;
mod drafts;
mod edits;
mod events;
mod files;
mod health;
mod journal_key;
mod openapi;
mod passkeys;
mod second_factors;
mod trash;
pub(super) mod versions;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{delete, get, patch, post};
use holdfast::wire::{Code, EXPECTED_USER, MAX_BATCH_BYTES, MAX_DOCUMENT_BYTES};
use holdfast_session::bearer::Actor;
use holdfast_session::sessions::Live;

use super::AppState;
use crate::documents::Owner;
use crate::import::IMPORT_BODY;
use holdfast_session::routes::ProblemResponse;

/// A whole text as JSON: every byte may need an escape.
const WHOLE_TEXT_BODY: usize = 2 * MAX_DOCUMENT_BYTES + 4096;
/// A batch of edits, and the envelope around it.
const BATCH_BODY: usize = MAX_BATCH_BYTES + 4096;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/api/openapi.json", get(openapi::describe))
        .route("/api/account", get(account::read).patch(account::update).delete(account::delete))
        .route("/api/account/email/code", post(account::send_email_code))
        .route("/api/account/email/verify", post(account::verify_email))
        .route("/api/account/password", post(account::change_password))
        .route("/api/account/sign-out", post(account::sign_out_everywhere))
        .route("/api/account/authenticator", post(second_factors::set_up_authenticator))
        .route("/api/account/authenticator/verify", post(second_factors::verify_authenticator))
        .route("/api/account/passkeys", get(passkeys::list).post(passkeys::add))
        .route("/api/account/passkeys/options", post(passkeys::begin))
        .route("/api/account/passkeys/remove", post(passkeys::remove))
        .route("/api/account/second-factors", post(second_factors::set))
        .route("/api/export", get(account::export))
        .route("/api/import", post(files::import).layer(DefaultBodyLimit::max(IMPORT_BODY)))
        .route("/api/journal-key", get(journal_key::read))
        .route(
            "/api/documents",
            get(documents::list).post(documents::create).layer(DefaultBodyLimit::max(WHOLE_TEXT_BODY)),
        )
        .route("/api/documents/{id}", get(documents::read).patch(documents::rename).delete(documents::trash))
        .route("/api/documents/{id}/export", get(files::export))
        .route("/api/documents/{id}/draft", get(drafts::read))
        .route("/api/documents/{id}/draft", patch(drafts::save).layer(DefaultBodyLimit::max(BATCH_BODY)))
        .route(
            "/api/documents/{id}/draft",
            axum::routing::put(drafts::put).layer(DefaultBodyLimit::max(WHOLE_TEXT_BODY)),
        )
        .route("/api/documents/{id}/edits", get(edits::since))
        .route("/api/events", get(events::stream))
        .route("/api/documents/{id}/versions", get(versions::list).post(versions::create))
        .route("/api/documents/{id}/versions/{n}", get(versions::read).patch(versions::name))
        .route("/api/documents/{id}/versions/{n}/diff", get(versions::diff))
        .route("/api/documents/{id}/versions/{n}/restore", post(versions::restore))
        .route("/api/trash", get(trash::list))
        .route("/api/trash/{id}", delete(trash::delete))
        .route("/api/trash/{id}/restore", post(trash::restore))
}

/// Whoever may act, as an owner.
trait Subject {
    fn sub(&self) -> &str;
}

impl Subject for Live {
    fn sub(&self) -> &str {
        self.sub()
    }
}

impl Subject for Actor {
    fn sub(&self) -> &str {
        self.sub()
    }
}

fn owner(subject: &impl Subject) -> Owner {
    Owner::new(subject.sub())
}

/// A page may say for whom it writes; it is never answered as somebody else.
fn expect_user(subject: &impl Subject, headers: &axum::http::HeaderMap) -> Result<(), ProblemResponse> {
    match headers.get(EXPECTED_USER) {
        Some(expected) if expected.as_bytes() != subject.sub().as_bytes() => {
            Err(ProblemResponse::from(Code::OtherUser))
        }
        _ => Ok(()),
    }
}

/// Whether programs with a token are let in here: at a user's documents, not at their sessions, streams and keys.
pub(super) fn is_for_programs(path: &str) -> bool {
    ["/api/documents", "/api/trash"]
        .iter()
        .any(|prefix| path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}
