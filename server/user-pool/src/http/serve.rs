//! Serving over TCP, with connections that can be dropped without an answer, which no handler of its own can bring about.

use std::pin::{Pin, pin};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::ServiceExt as _;

/// How long a client may take for its request's head.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// How long running requests may take to end after the shutdown began.
const DRAIN: Duration = Duration::from_secs(3);

/// In a response's extensions: do not send it, reset the connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct DropConnection;

/// Serves `router` until `shutdown`, then lets running requests end for at most three seconds.
///
/// Under this server the pool's faults `reset_before` and `reset_after` reset the connection (RST). Whoever serves the
/// pool's router together with routes of their own uses it too.
pub async fn serve(router: Router, listener: TcpListener, shutdown: impl Future<Output = ()>) {
    let (stop, stopped) = watch::channel(false);
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => drop(connections.spawn(connection(router.clone(), stream, stopped.clone()))),
                // A client that hung up, or too many open files: both pass.
                Err(error) => {
                    tracing::warn!(%error, "user pool: could not accept a connection");
                    breathe().await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
    drop(listener);
    // Nobody listens when there are no connections.
    let _ = stop.send(true);
    let drained = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(DRAIN, drained).await.is_err() {
        tracing::debug!("user pool: connections were still busy at the end");
    }
}

/// One connection, until its client or the shutdown ends it, or a request's answer is to drop it.
async fn connection(router: Router, stream: TcpStream, mut stopped: watch::Receiver<bool>) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: hyper::Request<Incoming>| answer(router.clone(), request));
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
    let mut connection = builder.serve_connection(TokioIo::new(stream), service);
    let ended = tokio::select! {
        ended = &mut connection => ended,
        _ = stopped.changed() => {
            Pin::new(&mut connection).graceful_shutdown();
            (&mut connection).await
        }
    };
    if ended.is_err() {
        // Without lingering, closing resets the connection instead of ending it in good order.
        let _ = connection.into_parts().io.into_inner().set_zero_linger();
    }
}

type Answer = Pin<Box<dyn Future<Output = Result<Response, Dropped>> + Send>>;

fn answer(router: Router, request: hyper::Request<Incoming>) -> Answer {
    Box::pin(async move {
        let Ok(response) = router.oneshot(request.map(Body::new)).await;
        if response.extensions().get::<DropConnection>().is_some() { Err(Dropped) } else { Ok(response) }
    })
}

/// The connection is to be dropped.
#[derive(Debug, thiserror::Error)]
#[error("the connection is dropped on purpose")]
struct Dropped;

#[expect(
    clippy::disallowed_methods,
    reason = "the machine needs real time to come back, whatever the pool's clock shows"
)]
async fn breathe() {
    tokio::time::sleep(Duration::from_millis(200)).await;
}
