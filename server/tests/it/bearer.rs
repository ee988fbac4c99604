//! S1, S2: programs with a token of the pool's, at the same routes as the browser.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use holdfast_user_pool::control::{Fault, FaultKind, OldKeys};
use http::{Method, header};
use serde_json::{Value, json};

use crate::harness::{ADA, Answer, BOB, Browser, TestApp};

const HOUR: Duration = Duration::from_secs(3600);

async fn get(program: &Browser, token: &str, path: &str) -> Answer {
    program.send(program.with_token(token, Method::GET, path, None)).await
}

/// Code and reason of a refusal, and that `WWW-Authenticate` says it too.
fn reason(answer: &Answer) -> String {
    assert_eq!((answer.status, answer.code().as_str()), (401, "invalid_token"), "{answer:?}");
    let challenge = answer.header("www-authenticate").expect("RFC 6750 section 3");
    assert!(challenge.starts_with(r#"Bearer error="invalid_token", error_description=""#), "{challenge}");
    answer.json()["reason"].as_str().expect("a reason").to_owned()
}

// S2
#[tokio::test]
async fn s2_a_program_writes_and_reads_documents_with_an_id_token_and_nothing_else() {
    let app = TestApp::start().await;
    let (program, token) = (app.browser(), app.tokens(ADA).await.id);
    let send = |method, path: String, body: Option<Value>| {
        let (program, token) = (program.clone(), token.clone());
        async move { program.send(program.with_token(&token, method, &path, body.as_ref())).await }
    };
    let made =
        send(Method::POST, "/api/documents".into(), Some(json!({"title": "By a program", "text": "Hello"}))).await;
    assert_eq!(made.status, 201, "{made:?}");
    let id = made.json()["id"].as_str().expect("an id").to_owned();
    let draft = format!("/api/documents/{id}/draft");
    let edits = json!({"writer": "program", "base_head": 0, "seq": 1, "edits": [[5, 0, ", world"]]});
    assert_eq!(send(Method::PATCH, draft.clone(), Some(edits.clone())).await.status, 200);
    assert_eq!(send(Method::PATCH, draft.clone(), Some(edits)).await.json()["head"], 1, "a retry changes nothing");
    assert_eq!(send(Method::POST, format!("/api/documents/{id}/versions"), Some(json!({}))).await.status, 201);
    let read = send(Method::GET, draft, None).await;
    assert_eq!(read.json()["text"], "Hello, world");
    assert_eq!(read.header("etag"), Some("\"1\""));
    assert_eq!(send(Method::DELETE, format!("/api/documents/{id}"), None).await.status, 204);
    assert_eq!(send(Method::POST, format!("/api/trash/{id}/restore"), None).await.status, 200);
    assert!(program.cookie().is_none() && read.header("set-cookie").is_none(), "no cookie is set");
    // The person in the browser has the same document.
    assert_eq!(app.signed_in(ADA).await.draft(&id).await["text"], "Hello, world");
    assert_eq!(app.signed_in(BOB).await.get(&format!("/api/documents/{id}")).await.status, 404);
    let bobs = app.tokens(BOB).await.id;
    assert_eq!(get(&program, &bobs, &format!("/api/documents/{id}")).await.status, 404, "nobody else's program does");
}

// S2
#[tokio::test]
async fn s2_a_token_that_is_not_good_here_is_refused_with_its_reason() {
    let app = TestApp::start().await;
    let other = TestApp::start().await;
    let (program, tokens) = (app.browser(), app.tokens(ADA).await);
    let foreign = other.tokens(ADA).await.id;
    let parts: Vec<&str> = tokens.id.split('.').collect();
    let claims = URL_SAFE_NO_PAD.decode(parts[1]).expect("base64");
    let mut mine: Value = serde_json::from_slice(&claims).expect("JSON");
    mine["sub"] = json!("somebody-else");
    let forged = format!("{}.{}.{}", parts[0], URL_SAFE_NO_PAD.encode(mine.to_string()), parts[2]);
    let unsigned = format!("{}.{}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#), parts[1]);
    for (token, expected) in [
        (tokens.access.as_str(), "wrong_use"),
        (foreign.as_str(), "foreign_pool"),
        (forged.as_str(), "forged"),
        (unsigned.as_str(), "malformed"),
        (tokens.refresh.as_str(), "malformed"),
        ("x", "malformed"),
    ] {
        for path in ["/api/documents", "/api/trash"] {
            assert_eq!(reason(&get(&program, token, path).await), expected, "{path}");
        }
        let made = program.with_token(token, Method::POST, "/api/documents", Some(&json!({})));
        assert_eq!(reason(&program.send(made).await), expected);
    }
    assert_eq!(get(&program, &tokens.id, "/api/documents").await.status, 200);
    app.advance(HOUR);
    assert_eq!(reason(&get(&program, &tokens.id, "/api/documents").await), "expired");
    assert_eq!(app.number("SELECT count(*) FROM documents").await, 0);
}

// S2
#[tokio::test]
async fn s2_what_is_taken_is_the_operators_to_say() {
    let both = TestApp::start_with(&[("HOLDFAST_API_ACCEPTS", "id,access")]).await;
    let tokens = both.tokens(ADA).await;
    for token in [&tokens.id, &tokens.access] {
        assert_eq!(get(&both.browser(), token, "/api/documents").await.status, 200);
    }
    let access = TestApp::start_with(&[("HOLDFAST_API_ACCEPTS", "access")]).await;
    let tokens = access.tokens(ADA).await;
    assert_eq!(reason(&get(&access.browser(), &tokens.id, "/api/documents").await), "wrong_use");
    let none = TestApp::start_with(&[("HOLDFAST_API_ACCEPTS", "none")]).await;
    let tokens = none.tokens(ADA).await;
    for token in [&tokens.id, &tokens.access] {
        assert_eq!(reason(&get(&none.browser(), token, "/api/documents").await), "wrong_use");
    }
}

/// RFC 9110, 11.1: a scheme is a scheme in any case.
#[tokio::test]
async fn s2_the_scheme_is_a_bearers_however_it_is_written() {
    let app = TestApp::start().await;
    let (program, token) = (app.browser(), app.tokens(ADA).await.id);
    for (scheme, status) in [("Bearer", 200), ("bearer", 200), ("BEARER", 200), ("Bearers", 401), ("Basic", 401)] {
        let mut request = program.request(Method::GET, "/api/documents", None);
        let value = format!("{scheme} {token}").parse().expect("a header value");
        request.headers_mut().insert(header::AUTHORIZATION, value);
        assert_eq!(program.send(request).await.status, status, "{scheme}");
    }
}

/// A browser that is signed in never becomes a program, nor the other way round.
#[tokio::test]
async fn s2_a_token_and_a_cookie_in_one_request_are_refused_whosever_they_are() {
    let app = TestApp::start().await;
    let (bob, token) = (app.signed_in(BOB).await, app.tokens(ADA).await.id);
    let cookie = bob.cookie().expect("a cookie");
    for cookie in [cookie.clone(), format!("a=1; {cookie}"), "holdfast=stale".to_owned()] {
        for origin in [None, Some(app.running.origin.as_str()), Some("https://evil.example")] {
            let mut request = bob.with_token(&token, Method::POST, "/api/documents", Some(&json!({})));
            request.headers_mut().insert(header::COOKIE, cookie.parse().expect("a header value"));
            if let Some(origin) = origin {
                request.headers_mut().insert(header::ORIGIN, origin.parse().expect("a header value"));
            }
            let answer = bob.send(request).await;
            assert_eq!((answer.status, answer.code().as_str()), (400, "ambiguous_credentials"), "{cookie} {origin:?}");
        }
    }
    let mut twice = bob.with_token(&token, Method::GET, "/api/documents", None);
    twice.headers_mut().append(header::AUTHORIZATION, "Bearer x".parse().expect("a header value"));
    assert_eq!(bob.send(twice).await.code(), "ambiguous_credentials", "nor are two tokens");
    assert_eq!(app.number("SELECT count(*) FROM documents").await, 0);
    // A load balancer's cookie and another scheme are nobody's credentials here.
    let mut balanced = bob.with_token(&token, Method::GET, "/api/documents", None);
    balanced.headers_mut().insert(header::COOKIE, "AWSALB=x; theme=dark".parse().expect("a header value"));
    assert_eq!(bob.send(balanced).await.status, 200);
    bob.set_cookie(Some(cookie));
    let mut basic = bob.request(Method::GET, "/api/documents", None);
    basic.headers_mut().insert(header::AUTHORIZATION, "Basic eDp5".parse().expect("a header value"));
    assert_eq!(bob.send(basic).await.status, 200, "the session's");
}

/// P26: a token opens the documents and nothing else, and frees no other route from the rule of the origin.
#[tokio::test]
async fn s2_a_token_opens_no_session_no_stream_and_no_key() {
    let app = TestApp::start().await;
    let (program, token) = (app.browser(), app.tokens(ADA).await.id);
    for path in ["/api/session", "/api/sessions", "/api/events", "/api/journal-key"] {
        let answer = get(&program, &token, path).await;
        assert_eq!((answer.status, answer.code().as_str()), (401, "signed_out"), "{path}");
    }
    let sign_in = json!({"username": ADA.0, "password": ADA.1});
    for (method, path) in
        [(Method::POST, "/api/session"), (Method::DELETE, "/api/session"), (Method::POST, "/api/sign-up")]
    {
        let answer = program.send(program.with_token(&token, method, path, Some(&sign_in))).await;
        assert_eq!((answer.status, answer.code().as_str()), (403, "cross_origin"), "{path}");
    }
    assert_eq!(get(&program, &token, "/").await.status / 100, 3, "a page sends to the sign-in");
    assert_eq!(app.number("SELECT count(*) FROM sessions").await, 0);
}

#[tokio::test]
async fn s2_programs_have_a_rate_of_their_own_for_each_user() {
    let app = TestApp::start_with(&[("HOLDFAST_API_RATE", "60")]).await;
    let (program, adas, bobs) = (app.browser(), app.tokens(ADA).await.id, app.tokens(BOB).await.id);
    let ada = app.signed_in(ADA).await;
    let mut answers = Vec::new();
    for _ in 0..8 {
        answers.push(get(&program, &adas, "/api/documents").await);
    }
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 6, "six at once, one more every second");
    let refused = answers.last().expect("the last one");
    assert_eq!((refused.code().as_str(), refused.header("retry-after")), ("too_many_requests", Some("5")));
    assert_eq!(get(&program, &bobs, "/api/documents").await.status, 200, "somebody else's are not held up");
    assert_eq!(ada.get("/api/documents").await.status, 200, "nor is she in her browser");
    app.advance(Duration::from_secs(1));
    assert_eq!(get(&program, &adas, "/api/documents").await.status, 200);
    assert_eq!(get(&program, &adas, "/api/documents").await.status, 429);
}

/// P27, threat 14: ten thousand key ids cost one fetch, and not even that where the token says that it is another pool's.
#[tokio::test]
async fn p27_a_flood_of_invented_keys_reaches_the_pool_once_and_known_keys_stay_good() {
    let app = TestApp::start().await;
    let (program, token) = (app.browser(), app.tokens(ADA).await.id);
    assert_eq!(get(&program, &token, "/api/documents").await.status, 200);
    let before = app.pool().count("JWKS");
    let parts: Vec<&str> = token.split('.').collect();
    for number in 0..300 {
        let header = json!({"alg": "RS256", "kid": format!("invented-{number}")});
        let invented = format!("{}.{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), parts[1], parts[2]);
        assert_eq!(reason(&get(&program, &invented, "/api/documents").await), "unknown_key");
    }
    assert_eq!(app.pool().count("JWKS"), before + 1);
    assert_eq!(get(&program, &token, "/api/documents").await.status, 200);
    // The flood does not touch the keys that sessions are checked with: theirs are found at once after a rotation.
    app.pool().rotate_keys(OldKeys::Published).await.expect("rotated");
    assert_eq!(app.browser().sign_in(ADA.0, ADA.1).await.status, 200);
}

/// Threat 15: with the key set gone, what is known is enough; what is not known is nobody's fault.
#[tokio::test]
async fn p27_while_the_key_set_is_down_known_keys_stay_good() {
    let app = TestApp::start().await;
    let (program, token) = (app.browser(), app.tokens(ADA).await.id);
    app.pool().fault(Fault::once("JWKS", FaultKind::Html502).times(1_000)).expect("a fault");
    let answer = get(&program, &token, "/api/documents").await;
    assert_eq!((answer.status, answer.code().as_str()), (503, "provider_unavailable"), "nothing is known yet");
    app.pool().clear_faults();
    app.advance(Duration::from_secs(5));
    assert_eq!(get(&program, &token, "/api/documents").await.status, 200);
    app.pool().fault(Fault::once("JWKS", FaultKind::Html502).times(1_000)).expect("a fault");
    app.advance(Duration::from_secs(59 * 60));
    assert_eq!(get(&program, &token, "/api/documents").await.status, 200);
    let later = app.tokens(ADA).await.id;
    app.advance(Duration::from_secs(50 * 60));
    assert_eq!(get(&program, &later, "/api/documents").await.status, 200, "for as long as tokens are signed with it");
}

/// S1: each token goes where it belongs.
#[tokio::test]
async fn s1_the_refresh_token_goes_to_the_pool_and_the_id_token_to_the_api() {
    let app = TestApp::start().await;
    let tokens = app.tokens(ADA).await;
    let pool = app.running.pool.as_ref().expect("the embedded pool");
    app.advance(HOUR);
    let body = json!({"ClientId": pool.client_id(), "RefreshToken": tokens.refresh});
    let fresh = app.ask_pool("GetTokensFromRefreshToken", &body).await["AuthenticationResult"]["IdToken"].clone();
    let fresh = fresh.as_str().expect("an ID token");
    assert_eq!(get(&app.browser(), fresh, "/api/documents").await.status, 200, "a program refreshes by itself");
    let refreshes = app.refreshes();
    app.advance(HOUR);
    assert_eq!(reason(&get(&app.browser(), fresh, "/api/documents").await), "expired");
    assert_eq!(app.refreshes(), refreshes, "the server refreshes nothing for a program");
}
