//! The key cache: fetched as rarely as can be, and never a way to flood the pool or to be led astray.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Response, StatusCode};
use axum::routing::get;
use holdfast::clock::ManualClock;
use holdfast_session::jwks::{FetchError, FetchKeys as _, HttpFetch, Jwks, KeyError};
use tokio::net::TcpListener;

use crate::support::{Forge, MINUTE, SECOND, StaticKeys};

fn cache() -> (Arc<ManualClock>, StaticKeys, Arc<Jwks>) {
    let clock = Arc::new(ManualClock::default());
    let keys = StaticKeys::of(&Forge::new());
    let jwks = Arc::new(Jwks::new(keys.clone(), clock.clone()));
    (clock, keys, jwks)
}

fn advance(clock: &ManualClock, ms: i64) {
    clock.advance(time::Duration::milliseconds(ms));
}

#[tokio::test]
async fn fifty_who_want_the_first_key_fetch_once() {
    let (_, keys, jwks) = cache();
    let mut wanting = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let jwks = Arc::clone(&jwks);
        wanting.spawn(async move { jwks.find(&Forge::new().kid).await.is_ok() });
    }
    assert!(wanting.join_all().await.into_iter().all(|found| found));
    assert_eq!(keys.fetches(), 1);
    assert!(jwks.are_known());
}

#[tokio::test]
async fn a_flood_of_invented_key_ids_costs_one_fetch_for_each_cool_down() {
    let (clock, keys, jwks) = cache();
    jwks.prime().await.expect("keys");
    for round in 1..=3 {
        for number in 0..100 {
            assert_eq!(jwks.find(&format!("invented-{number}")).await.err(), Some(KeyError::Unknown));
        }
        assert_eq!(keys.fetches(), 1 + round);
        advance(&clock, 5 * MINUTE - 1);
        assert_eq!(jwks.find("one-more").await.err(), Some(KeyError::Unknown));
        assert_eq!(keys.fetches(), 1 + round);
        advance(&clock, 1);
    }
}

#[tokio::test]
async fn a_rotated_key_is_found_at_once() {
    let (_, keys, jwks) = cache();
    jwks.prime().await.expect("keys");
    let rotated = Forge::new().named("rotated");
    keys.set(Some(rotated.key_set()));
    assert!(jwks.find("rotated").await.is_ok());
    assert_eq!(keys.fetches(), 2);
    assert!(jwks.find("rotated").await.is_ok());
    assert_eq!(keys.fetches(), 2);
}

#[tokio::test]
async fn known_keys_stay_good_while_the_set_is_down_empty_or_nonsense() {
    let (clock, keys, jwks) = cache();
    jwks.prime().await.expect("keys");
    for body in [None, Some(b"{\"keys\":[]}".to_vec()), Some(b"<html>".to_vec())] {
        keys.set(body);
        advance(&clock, 5 * SECOND);
        assert_eq!(jwks.find("other").await.err(), Some(KeyError::Unavailable));
        assert!(jwks.find(&Forge::new().kid).await.is_ok());
    }
}

#[tokio::test]
async fn a_failed_fetch_is_repeated_soon_and_not_at_once() {
    let (clock, keys, jwks) = cache();
    keys.set(None);
    assert_eq!(jwks.prime().await, Err(KeyError::Unavailable));
    assert_eq!(jwks.find(&Forge::new().kid).await.err(), Some(KeyError::Unavailable));
    assert_eq!(keys.fetches(), 1);
    keys.set(Some(Forge::new().key_set()));
    advance(&clock, 5 * SECOND);
    assert!(jwks.find(&Forge::new().kid).await.is_ok());
}

async fn served(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

#[tokio::test]
async fn over_http_a_redirect_is_not_followed_and_a_large_or_failed_answer_is_refused() {
    let set = Forge::new().key_set();
    let redirect = || async {
        let builder = Response::builder().status(StatusCode::FOUND).header("location", "/good");
        builder.body(Body::empty()).expect("a response")
    };
    let router = Router::new()
        .route("/good", get(|| async move { set }))
        .route("/redirect", get(redirect))
        .route("/large", get(|| async { " ".repeat(64 * 1024 + 1) }))
        .route("/broken", get(|| async { StatusCode::INTERNAL_SERVER_ERROR }));
    let base = served(router).await;
    let fetch = |path: &str| HttpFetch::new(&format!("{base}{path}")).expect("a URL");
    assert!(fetch("/good").fetch().await.is_ok());
    assert!(matches!(fetch("/redirect").fetch().await, Err(FetchError::Status(302))));
    assert!(matches!(fetch("/large").fetch().await, Err(FetchError::Body)));
    assert!(matches!(fetch("/broken").fetch().await, Err(FetchError::Status(500))));
    let nobody = HttpFetch::new("http://127.0.0.1:1/jwks.json").expect("a URL");
    assert!(matches!(nobody.fetch().await, Err(FetchError::Unreachable)));
    for url in ["file:///etc/passwd", "ftp://example.com/", "jwks.json", ""] {
        assert!(matches!(HttpFetch::new(url), Err(FetchError::Unusable)), "{url}");
    }
}

#[tokio::test]
async fn a_tls_client_can_be_made() {
    assert!(HttpFetch::new("https://cognito-idp.eu-west-1.amazonaws.com/pool/.well-known/jwks.json").is_ok());
}
