//! What is answered while somebody else has the database: another process that migrates it, a backup, a shell. The process
//! listens, says that nothing can be saved yet, and begins as soon as it can; open editors keep what is typed meanwhile, as
//! with any other `503 cannot_save`.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use axum::response::IntoResponse as _;
use axum::{Json, Router};
use holdfast::wire::Code;
use holdfast_session::routes::problem_response;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// A start takes 60 ms where nobody has the database.
const ORDINARY_START: Duration = Duration::from_secs(1);
/// How long a client may take for a request's head.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// How many connections are open at the most; more wait in the kernel's queue.
const MOST_CONNECTIONS: usize = 256;

/// Answers on this listener until it is dropped; its connections end with it. At first it does not: who comes during an
/// ordinary start waits in the kernel's queue for a moment, and is answered by what has started.
pub(super) async fn answer(listener: &TcpListener) -> Infallible {
    ordinary_start().await;
    let router = Router::new().fallback(|request: Request<Body>| async move { waiting(request.uri().path()) });
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept(), if connections.len() < MOST_CONNECTIONS => {
                let Ok((stream, _)) = accepted else {
                    tokio::task::yield_now().await;
                    continue;
                };
                let service = TowerToHyperService::new(router.clone());
                connections.spawn(
                    hyper::server::conn::http1::Builder::new()
                        .timer(TokioTimer::new())
                        .header_read_timeout(HEAD_TIMEOUT)
                        .keep_alive(false)
                        .serve_connection(TokioIo::new(stream), service),
                );
            }
            Some(_ended) = connections.join_next() => {}
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a while, not a condition: how long a start may take unnoticed")]
async fn ordinary_start() {
    tokio::time::sleep(ORDINARY_START).await;
}

fn waiting(path: &str) -> Response<Body> {
    match path {
        "/healthz" => Json(json!({"status": "alive"})).into_response(),
        "/readyz" => {
            let body = json!({
                "status": "not_ready", "database": "cannot_save", "identity_provider": "keys_unknown",
            });
            (StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response()
        }
        _ => problem_response(Code::CannotSave),
    }
}
