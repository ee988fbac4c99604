//! Connections. An accept loop of our own, because axum 0.8's has no time-out for request heads: a client that never
//! finishes one would hold its connection for ever.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_io_timeout::TimeoutStream;

use super::peer::{ForPeer, Peer};
use crate::start::is_set;

/// How long a client may take for a request's head.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a client may take for the next piece of an answer: one that does not read must not hold it for ever.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);
/// How many connections are open at the most; more wait in the kernel's queue.
const MOST_CONNECTIONS: usize = 4096;
/// How long requests in flight may take to finish when the process is asked to stop.
const DRAIN: Duration = Duration::from_secs(8);

/// Serves until `stop` turns true, then lets what is in flight finish.
pub(crate) async fn serve(listener: TcpListener, router: Router, mut stop: watch::Receiver<bool>) {
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let graceful = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            () = is_set(&mut stop) => break,
        };
        if let Some((stream, peer, place)) = accepted {
            let router = TowerToHyperService::new(router.clone());
            connection(stream, place, ForPeer { router, peer: Peer(peer.ip()) }, &graceful);
        }
    }
    drop(listener);
    if tokio::time::timeout(DRAIN, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests were still in flight when the time to finish them was over");
    }
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => Some((stream, peer, place)),
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "a connection was not accepted");
            breathe().await;
            None
        }
    }
}

fn connection(stream: TcpStream, place: OwnedSemaphorePermit, service: ForPeer, graceful: &GracefulShutdown) {
    // Receipts are small and waited for: never hold one back to fill a packet.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(error = &error as &dyn std::error::Error, "TCP_NODELAY was not set");
    }
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(WRITE_TIMEOUT));
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(64 * 1024)
        .serve_connection(TokioIo::new(Box::pin(stream)), service);
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(error = &error as &dyn std::error::Error, "a connection ended early");
        }
        drop(place);
    });
}

#[expect(clippy::disallowed_methods, reason = "out of file descriptors, most likely: trying again at once would spin")]
async fn breathe() {
    tokio::time::sleep(Duration::from_millis(100)).await;
}
