//! The edge: routes, and what every request and response goes through.
//!
//! | module | owns |
//! |---|---|
//! | [`api`] | the JSON routes of documents, drafts and versions; health; the control routes |
//! | [`pages`] | the HTML pages and the forms that work without scripts |
//! | [`site`] | the embedded files of the islands |
//! | [`same_origin`], [`headers`], [`body`], [`problem`] | what holds for all of them |
//! | [`files`] | texts on their way in and out |
//! | [`made_by`] | where a request comes from, for the versions that it makes |
//! | [`leave`] | deleting an account with all it has |
//! | [`door`], [`peer`] | what strangers may ask, and who they are |
//! | [`serve`] | connections: time-outs, limits, draining at the end |

mod api;
mod body;
mod door;
mod files;
mod headers;
mod leave;
mod made_by;
mod pages;
mod peer;
mod problem;
mod same_origin;
pub(crate) mod serve;
mod site;
mod trace;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::IntoResponse;
use axum::{Extension, Router};
use holdfast::clock::Clock;
use holdfast::entropy::Entropy;
use holdfast::wire::Code;
use holdfast_session::bearer::Bearers;
use holdfast_session::routes::session_routes;
use holdfast_session::seal::Keys;
use holdfast_session::sessions::Sessions;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;

use crate::documents::Documents;
use crate::drafts::Drafts;
use crate::escrow::Escrow;
use crate::events::Events;
use crate::metrics::Metrics;
use crate::search::Search;
use crate::storage::Database;
use holdfast_session::routes::ProblemResponse;

pub(crate) use self::door::Door;
pub(crate) use self::pages::CALLBACK;

/// Places for imports that are worked on.
pub(crate) fn places_for_imports() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(files::MOST_IMPORTS))
}

/// Bodies of routes that say nothing else.
const SMALL_BODY: usize = 64 * 1024;

/// How long the next piece of a body may take to arrive, and how long a request may take in all: a megabyte over a slow
/// telephone is a legitimate save.
const BODY_TIMEOUT: Duration = Duration::from_secs(15);
const ANSWER_TIMEOUT: Duration = Duration::from_secs(90);

/// What the handlers share; cheap to clone.
#[derive(Clone)]
pub(crate) struct AppState {
    pub(crate) sessions: Sessions,
    /// Programs that bring a token instead of a session.
    pub(crate) bearers: Bearers,
    pub(crate) documents: Documents,
    pub(crate) drafts: Drafts,
    pub(crate) search: Search,
    pub(crate) events: Events,
    pub(crate) metrics: Metrics,
    pub(crate) escrow: Escrow,
    pub(crate) database: Database,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) keys: Keys,
    /// The one origin, such as `https://write.example.com`.
    pub(crate) origin: Arc<str>,
    /// Whether people can make accounts here, and the demo user's e-mail address.
    pub(crate) sign_up: bool,
    pub(crate) demo: Option<Arc<str>>,
    /// Places for imports under way.
    pub(crate) imports: Arc<Semaphore>,
    /// Limits what one address may ask without a session.
    pub(crate) door: Door,
    /// When the database was last written to for `/readyz`, and whether that went well.
    pub(crate) last_check: Arc<tokio::sync::Mutex<Option<(i64, bool)>>>,
}

impl AppState {
    fn is_https(&self) -> bool {
        self.origin.starts_with("https://")
    }
}

/// All routes. `control` are those of `/__control`, where it is open.
pub(crate) fn router(state: AppState, control: Option<Router>) -> Router {
    let mut router = Router::new()
        .merge(api::router())
        .merge(pages::router())
        .with_state(state.clone())
        .merge(
            session_routes(state.sessions.clone())
                .layer(from_fn_with_state(state.metrics.clone(), leave::count_discarded)),
        )
        .layer(state.sessions.layer())
        .layer(Extension(state.bearers.clone()))
        .merge(site::router());
    if let Some(control) = control {
        router = router.nest("/__control", control);
    }
    router
        .fallback(pages::not_found)
        .method_not_allowed_fallback(|| async { ProblemResponse::from(Code::MethodNotAllowed).into_response() })
        .layer(DefaultBodyLimit::max(SMALL_BODY))
        .layer(from_fn_with_state(state.clone(), door::pass))
        .layer(from_fn_with_state(state.clone(), same_origin::require))
        .layer(CatchPanicLayer::custom(|_panic: Box<dyn std::any::Any + Send>| {
            tracing::error!("a handler panicked");
            ProblemResponse::from(Code::Internal).into_response()
        }))
        .layer(RequestBodyTimeoutLayer::new(BODY_TIMEOUT))
        .layer(from_fn(answer_in_time))
        .layer(from_fn_with_state(state.clone(), headers::set))
        .layer(from_fn_with_state(state, trace::trace))
}

/// A request whose answer takes too long is answered; what it had handed to the writer is carried out all the same.
async fn answer_in_time(request: axum::extract::Request, next: axum::middleware::Next) -> axum::response::Response {
    match tokio::time::timeout(ANSWER_TIMEOUT, next.run(request)).await {
        Ok(response) => response,
        Err(_elapsed) => ProblemResponse::from(Code::TimedOut).into_response(),
    }
}
