//! Clients that are slow, silent or many.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::harness::{ADA, TestApp};

/// axum 0.8's own accept loop would hold these for ever.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_whose_head_never_ends_is_dropped_and_others_are_served_meanwhile() {
    let app = TestApp::start().await;
    let mut halves = Vec::new();
    for _ in 0..100 {
        let mut stream = TcpStream::connect(app.running.addr).await.expect("the server listens");
        stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ").await.expect("written");
        halves.push(stream);
    }
    assert_eq!(app.signed_in(ADA).await.get("/api/documents").await.status, 200);
    for mut stream in halves {
        let mut rest = Vec::new();
        let closed = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut rest)).await;
        assert!(closed.is_ok(), "still held after twenty seconds");
    }
}
