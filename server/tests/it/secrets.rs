//! Tokens: never in an answer, never in the clear on disk, never opened without the cookie.

use std::path::Path;

use serde_json::json;

use crate::harness::{ADA, TestApp};

/// Every file below a directory.
fn files(directory: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push((path.display().to_string(), std::fs::read(&path).expect("a file")));
        }
    }
    found
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

/// How JSON web tokens and Cognito's refresh tokens begin: base64 of `{"` and a header's first name. With `eyJ` alone one
/// in some dozens of runs finds it within what is sealed, where it means nothing.
const BEGINNINGS: [&[u8]; 5] = [b"eyJ0eXAi", b"eyJhbGci", b"eyJraWQi", b"eyJjdHki", b"eyJlbmMi"];

fn contains_a_token(bytes: &[u8]) -> bool {
    BEGINNINGS.iter().any(|beginning| contains(bytes, beginning))
}

/// A1, A11.
#[tokio::test]
async fn a11_no_token_is_on_disk_in_the_clear_and_a1_none_is_in_an_answer() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("text").await;
    let tokens = app.tokens(ADA).await;
    for token in [&tokens.access, &tokens.id, &tokens.refresh] {
        assert!(contains_a_token(token.as_bytes()), "what is looked for is what tokens look like");
    }
    app.advance(std::time::Duration::from_secs(3600));
    let answers = [
        ada.get("/").await,
        ada.get(&format!("/documents/{id}")).await,
        ada.get("/api/session").await,
        ada.get("/api/documents").await,
        ada.get(&format!("/api/documents/{id}/draft")).await,
        ada.sign_in(ADA.0, ADA.1).await,
        ada.sign_in(ADA.0, "wrong").await,
    ];
    for answer in answers {
        assert!(!contains_a_token(&answer.body), "{}", answer.text());
        assert!(!contains_a_token(format!("{:?}", answer.headers).as_bytes()));
    }
    let cookie = ada.cookie().expect("a cookie");
    let secret = cookie.split_once('=').expect("name=value").1.to_owned();
    let sealed = app.number("SELECT count(*) FROM sessions WHERE access_sealed LIKE 'v1.%'").await;
    assert!(0 < sealed, "the tokens are there, sealed");
    let data = app.stop().await;
    for (name, bytes) in files(data.path()) {
        let of_the_pool_itself = name.contains("user-pool");
        assert!(of_the_pool_itself || !contains_a_token(&bytes), "a token in {name}");
        assert!(!contains(&bytes, secret.as_bytes()), "the cookie in {name}");
    }
}

/// S1: each token in its own role. Signing in, refreshing and signing out are all that the pool is asked for; what the
/// server keeps of the ID token are the user's claims, and the refresh token goes nowhere but to the pool.
#[tokio::test]
async fn s1_the_pool_is_asked_for_nothing_but_what_a_session_needs() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    app.advance(std::time::Duration::from_secs(3600));
    let id = ada.new_document("").await;
    assert_eq!(ada.save(&id, "w", 0, 1, json!([[0, 0, "x"]])).await.status, 200);
    assert_eq!(ada.delete("/api/session").await.status / 100, 2);
    crate::harness::eventually("the refresh token is given back", || async { app.pool().count("RevokeToken") == 1 })
        .await;
    let calls: Vec<(String, String)> = app
        .pool()
        .calls()
        .into_iter()
        .filter(|call| call.operation != "JWKS")
        .map(|call| (call.operation, call.outcome))
        .collect();
    let ok = |operation: &str| (operation.to_owned(), "ok".to_owned());
    assert_eq!(calls, [ok("InitiateAuth"), ok("GetTokensFromRefreshToken"), ok("RevokeToken")]);
}

/// A11: exchanging the sealed tokens of two rows opens neither.
#[tokio::test]
async fn a11_sealed_tokens_are_bound_to_their_row() {
    let app = TestApp::start().await;
    let (first, second) = (app.signed_in(ADA).await, app.signed_in(ADA).await);
    app.execute(
        "CREATE TEMP TABLE before AS SELECT id_hash, refresh_sealed FROM sessions;
         UPDATE sessions
            SET refresh_sealed = (SELECT before.refresh_sealed FROM before WHERE before.id_hash <> sessions.id_hash)",
    )
    .await;
    app.advance(std::time::Duration::from_secs(3600));
    for browser in [first, second] {
        browser.get("/api/documents").await;
        assert_eq!(
            browser.get("/api/session").await.json()["access_ms"].as_i64().unwrap_or(0),
            0,
            "nothing was refreshed"
        );
    }
    assert_eq!(app.refreshes(), 0, "a token that does not open is never sent anywhere");
}

#[tokio::test]
async fn the_data_directory_and_its_files_are_nobody_elses_to_read() {
    use std::os::unix::fs::PermissionsExt;
    let data = tempfile::tempdir().expect("a temporary directory");
    let directory = data.path().join("data");
    let path = directory.to_str().expect("UTF-8").to_owned();
    let app = TestApp::start_with(&[("HOLDFAST_DATA", &path)]).await;
    app.signed_in(ADA).await.post("/api/documents", &json!({})).await;
    let mode = |path: &Path| std::fs::metadata(path).expect("it exists").permissions().mode() & 0o777;
    assert_eq!(mode(&directory), 0o700);
    for (name, _) in files(&directory) {
        assert_eq!(mode(Path::new(&name)) & 0o077, 0, "{name}");
    }
}
