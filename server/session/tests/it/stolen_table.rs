//! P23: who has the table has nothing; and the server's keys are replaced while everybody goes on.

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use holdfast_session::seal::Keys;

use crate::support::{App, Browser, HOUR};

// P23
#[tokio::test]
async fn p23_nothing_that_stands_in_the_table_is_a_cookie_or_a_token() {
    let app = App::new();
    let ada = app.signed_in().await;
    let row = app.row(&ada).await;
    let (id, tokens) = (row.id, row.tokens.expect("tokens"));
    let bytes = id.as_bytes();
    let mut tried = vec![id.to_hex(), tokens.access.clone(), tokens.id, tokens.refresh.expect("a refresh token")];
    for part in [&bytes[..], &bytes[..16], &bytes[16..]] {
        tried.extend([STANDARD.encode(part), URL_SAFE.encode(part), URL_SAFE_NO_PAD.encode(part)]);
    }
    for value in tried {
        let mut thief = app.browser();
        thief.cookie = Some(format!("holdfast={value}"));
        assert_eq!(thief.get("/work").await.problem(), (401, String::from("signed_out")), "{value}");
    }
    assert_eq!(app.browser_of(&ada).get("/work").await.status, StatusCode::OK);
}

fn ring(versions: &[u8]) -> Keys {
    let keys: Vec<String> = versions.iter().map(|n| format!("k{n}:{}", STANDARD.encode([*n; 32]))).collect();
    Keys::parse(&keys.join(",")).expect("a ring")
}

// P23
#[tokio::test]
async fn p23_three_versions_of_the_key_are_live_while_they_are_replaced_and_nobody_notices() {
    let first = App::new().restarted_with(10, ring(&[1]));
    first.pool.state().grace = true;
    let mut browsers: Vec<Browser> = Vec::new();
    for (number, versions) in [&[1_u8][..], &[2, 1], &[3, 2, 1], &[3, 2]].into_iter().enumerate() {
        let process = first.restarted_with(20 + number as u64, ring(versions));
        if versions.contains(&1) {
            browsers.push(process.signed_in().await);
        }
        first.advance(HOUR);
        // The first one is idle for a while: then each of the three is sealed with another version.
        let awake = browsers.iter().skip(usize::from(number == 1));
        let sealed_with = format!("v1.k{}.", versions[0]);
        for browser in awake {
            assert_eq!(process.browser_of(browser).get("/work").await.status, StatusCode::OK, "{versions:?}");
            let tokens = first.row(browser).await.tokens.expect("tokens");
            assert!(tokens.access.starts_with(&sealed_with), "a refresh seals with the newest key");
        }
    }
}
