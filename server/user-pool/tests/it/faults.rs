//! Each fault, over real TCP where the connection itself is what fails.

use std::time::Duration;

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use holdfast_user_pool::control::{Fault, FaultKind};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::harness::{EMAIL, PASSWORD, TestPool, json_of, outcome, refusal, text};

struct Served {
    addr: std::net::SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

async fn serve(pool: &TestPool) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let task = tokio::spawn(pool.pool.clone().serve(listener, async { drop(stopped.await) }));
    Served { addr, stop, task }
}

fn sign_in_request(pool: &TestPool) -> String {
    let body = json!({
        "AuthFlow": "USER_PASSWORD_AUTH",
        "ClientId": pool.client_id(),
        "AuthParameters": { "USERNAME": EMAIL, "PASSWORD": PASSWORD },
    })
    .to_string();
    format!(
        "POST / HTTP/1.1\r\nhost: pool\r\ncontent-type: application/x-amz-json-1.1\r\nx-amz-target: \
         AWSCognitoIdentityProviderService.InitiateAuth\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

async fn exchange(served: &Served, request: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(served.addr).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

fn fault(pool: &TestPool, kind: FaultKind) {
    pool.pool.control().fault(Fault::once("InitiateAuth", kind)).unwrap();
}

fn sessions(pool: &TestPool) -> usize {
    let state = std::fs::read(pool.dir.path().join("user-pool/state.json")).unwrap();
    let state: Value = serde_json::from_slice(&state).unwrap();
    state["sessions"].as_object().unwrap().len()
}

#[tokio::test]
async fn throttling_and_errors_are_answered_once_each_and_nothing_happens() {
    let pool = TestPool::open();
    fault(&pool, FaultKind::Throttle);
    fault(&pool, FaultKind::Error500);
    let throttled = outcome(pool.sign_in_as(EMAIL, PASSWORD).await);
    assert_eq!(throttled, refusal("TooManyRequestsException", "Rate exceeded"));
    let broken = pool.answer("InitiateAuth", &json!({})).await;
    assert_eq!(broken.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(json_of(broken).await["__type"], "InternalErrorException");
    fault(&pool, FaultKind::Html502);
    let page = pool.answer("InitiateAuth", &json!({})).await;
    assert_eq!(
        (page.status(), page.headers()["content-type"].as_bytes()),
        (StatusCode::BAD_GATEWAY, &b"text/html"[..])
    );
    assert_eq!(sessions(&pool), 0);
    pool.sign_in().await;
    let calls: Vec<_> = pool.pool.control().calls().into_iter().map(|call| (call.outcome, call.fault)).collect();
    let none = |fault: &str| ("none".to_owned(), Some(fault.to_owned()));
    assert_eq!(calls, [none("throttle"), none("error500"), none("html502"), ("ok".to_owned(), None)]);
}

#[tokio::test]
async fn a_reset_before_leaves_nothing_and_a_reset_after_leaves_a_session_nobody_was_told_of() {
    let pool = TestPool::open();
    let served = serve(&pool).await;
    for (kind, expected) in [(FaultKind::ResetBefore, 0), (FaultKind::ResetAfter, 1)] {
        fault(&pool, kind);
        let error = exchange(&served, &sign_in_request(&pool)).await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
        assert_eq!(sessions(&pool), expected);
    }
    assert!(exchange(&served, &sign_in_request(&pool)).await.unwrap().starts_with("HTTP/1.1 200 OK"));
}

#[tokio::test]
async fn without_the_own_server_a_reset_still_breaks_the_answer_off() {
    let pool = TestPool::open();
    fault(&pool, FaultKind::ResetBefore);
    let response = pool.answer("InitiateAuth", &json!({})).await;
    assert!(axum::body::to_bytes(response.into_body(), 1_000).await.is_err());
}

#[tokio::test]
async fn a_truncated_answer_is_half_of_the_json_and_the_sign_in_happened() {
    let pool = TestPool::open();
    let served = serve(&pool).await;
    fault(&pool, FaultKind::Truncate);
    let answer = exchange(&served, &sign_in_request(&pool)).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK"));
    assert!(body.starts_with("{\"AuthenticationResult\"") && serde_json::from_str::<Value>(body).is_err());
    assert_eq!(sessions(&pool), 1);
}

/// Returns when the pool has seen so many sign-ins.
async fn seen(pool: &TestPool, sign_ins: usize) {
    let seen = async {
        while pool.pool.control().count("InitiateAuth") < sign_ins {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), seen).await.unwrap();
}

#[tokio::test]
async fn a_hanging_call_does_not_keep_others_or_the_shutdown() {
    let pool = TestPool::open();
    let served = serve(&pool).await;
    fault(&pool, FaultKind::Hang);
    let request = sign_in_request(&pool);
    let mut hanging = TcpStream::connect(served.addr).await.unwrap();
    hanging.write_all(request.as_bytes()).await.unwrap();
    seen(&pool, 1).await;
    assert!(exchange(&served, &request).await.unwrap().starts_with("HTTP/1.1 200 OK"));
    assert_eq!(sessions(&pool), 1);
    let answer = tokio::time::timeout(Duration::from_millis(50), hanging.read_u8());
    assert!(answer.await.is_err(), "it still hangs");
    served.stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(30), served.task).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_slow_answer_comes_late_though_the_work_is_done() {
    let pool = TestPool::open();
    let served = serve(&pool).await;
    let slow = Fault::once("InitiateAuth", FaultKind::Slow).delayed(Duration::from_secs(2));
    pool.pool.control().fault(slow).unwrap();
    let mut stream = TcpStream::connect(served.addr).await.unwrap();
    stream.write_all(sign_in_request(&pool).as_bytes()).await.unwrap();
    seen(&pool, 1).await;
    assert_eq!(sessions(&pool), 1);
    assert!(tokio::time::timeout(Duration::from_millis(50), stream.read_u8()).await.is_err());
    assert_eq!(stream.read_u8().await.unwrap(), b'H');
}

#[tokio::test]
async fn who_goes_away_does_not_stop_what_was_asked() {
    let pool = TestPool::open();
    let served = serve(&pool).await;
    let mut stream = TcpStream::connect(served.addr).await.unwrap();
    stream.write_all(sign_in_request(&pool).as_bytes()).await.unwrap();
    drop(stream);
    seen(&pool, 1).await;
    assert_eq!(sessions(&pool), 1);
}

#[tokio::test]
async fn the_key_set_fails_on_demand_too() {
    let pool = TestPool::open();
    pool.pool.control().fault(Fault::once("JWKS", FaultKind::Html502)).unwrap();
    let path = format!("/{}/.well-known/jwks.json", pool.pool.pool_id());
    let request = || axum::http::Request::get(&path).body(axum::body::Body::empty()).unwrap();
    assert_eq!(pool.send(request()).await.status(), StatusCode::BAD_GATEWAY);
    assert_eq!(pool.send(request()).await.status(), StatusCode::OK);
    assert_eq!(pool.pool.control().count("JWKS"), 2);
}

fn unverified(token: &str, part: usize) -> Value {
    let part = token.split('.').nth(part).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[tokio::test]
async fn tokens_can_be_wrong_in_one_way_each() {
    let pool = TestPool::open();
    let good = pool.sign_in().await;
    let claims = pool.claims(&good.access).await;
    let control = pool.pool.control();
    let broken = async |kind| {
        control.fault(Fault::once("GetTokensFromRefreshToken", kind)).unwrap();
        pool.refresh(good.refresh()).await.unwrap()
    };
    for (kind, claim) in
        [(FaultKind::WrongSub, "sub"), (FaultKind::WrongIss, "iss"), (FaultKind::WrongClientId, "client_id")]
    {
        let wrong = pool.claims(&broken(kind).await.access).await;
        let differing = ["sub", "iss", "client_id"].into_iter().filter(|name| wrong[*name] != claims[*name]);
        assert_eq!(differing.collect::<Vec<_>>(), [claim]);
    }
    let future = pool.claims(&broken(FaultKind::IatFuture).await.access).await;
    assert_eq!(future["iat"].as_i64(), claims["iat"].as_i64().map(|iat| iat + 3_600));
    assert_eq!(broken(FaultKind::MissingIdToken).await.id, "");
    let kid = text(&unverified(&broken(FaultKind::WrongKid).await.access, 0)["kid"]);
    assert!(!pool.jwks().await.to_string().contains(&kid));
    let none = broken(FaultKind::AlgNone).await.access;
    assert_eq!((unverified(&none, 0)["alg"].clone(), none.ends_with('.')), (json!("none"), true));
    assert_eq!(unverified(&broken(FaultKind::Hs256).await.access, 0)["alg"], "HS256");
    for kind in [FaultKind::AlgNone, FaultKind::Hs256, FaultKind::WrongKid] {
        assert!(pool.get_user(&broken(kind).await.access).await.is_err());
    }
    let refreshed = pool.refresh(good.refresh()).await.unwrap();
    pool.get_user(&refreshed.access).await.unwrap();
}
