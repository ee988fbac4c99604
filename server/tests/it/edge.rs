//! What holds for every request: its origin, the headers of its answer, its size.

use std::collections::HashSet;

use http::Method;
use serde_json::json;

use crate::harness::{ADA, TestApp};

/// Every mutating route is refused unless the request comes from this very origin, and nothing is changed by it.
#[tokio::test]
async fn only_the_very_same_origin_may_change_anything() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("untouched").await;
    let batch = json!({"writer": "w", "base_head": 0, "seq": 1, "edits": [[0, 0, "x"]]});
    let routes = [
        (Method::POST, "/api/session".to_owned(), json!({"username": ADA.0, "password": ADA.1})),
        (Method::DELETE, "/api/session".to_owned(), json!({})),
        (Method::POST, "/api/sign-up".to_owned(), json!({"email": "x@example.com", "password": "Password-9"})),
        (Method::POST, "/api/documents".to_owned(), json!({})),
        (Method::PATCH, format!("/api/documents/{id}"), json!({"title": "t"})),
        (Method::DELETE, format!("/api/documents/{id}"), json!({})),
        (Method::PATCH, format!("/api/documents/{id}/draft"), batch),
        (Method::PUT, format!("/api/documents/{id}/draft"), json!({"text": "t"})),
        (Method::POST, format!("/api/documents/{id}/versions"), json!({})),
        (Method::POST, format!("/api/documents/{id}/versions/1/restore"), json!({})),
        (Method::POST, format!("/api/trash/{id}/restore"), json!({})),
        (Method::POST, format!("/documents/{id}/versions"), json!({})),
        (Method::POST, format!("/documents/{id}/versions/1/restore"), json!({})),
        (Method::POST, format!("/documents/{id}/trash"), json!({})),
        (Method::POST, format!("/trash/{id}/restore"), json!({})),
        (Method::POST, "/drill".to_owned(), json!({})),
        (Method::POST, "/sign-out".to_owned(), json!({})),
        (Method::POST, "/documents".to_owned(), json!({})),
        (Method::POST, "/nowhere".to_owned(), json!({})),
    ];
    let origin = app.running.origin.clone();
    let strangers: [&[(&str, &str)]; 9] = [
        &[],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[("sec-fetch-site", "cross-site"), ("origin", &origin)],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", "http://sub.127.0.0.1")],
        &[("referer", &origin)],
    ];
    for (method, path, body) in routes {
        for headers in strangers {
            let mut request = ada.request(method.clone(), &path, Some(&body));
            request.headers_mut().remove("origin");
            for (name, value) in headers {
                request.headers_mut().append(*name, value.parse().expect("a header value"));
            }
            let name = http::HeaderName::from_static("x-from");
            request.headers_mut().insert(name, "a test".parse().expect("a header value"));
            let answer = ada.send(request).await;
            assert_eq!((answer.status, answer.code().as_str()), (403, "cross_origin"), "{method} {path} {headers:?}");
        }
    }
    assert_eq!(ada.draft(&id).await["text"], "untouched");
    assert_eq!(ada.get("/api/documents").await.json()["documents"].as_array().map(Vec::len), Some(1));
}

/// A1 and the edge: a strict policy with a nonce that is never used twice, and nothing personal is kept by anybody.
#[tokio::test]
async fn every_answer_carries_a_strict_policy_and_nothing_personal_is_cached() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("").await;
    let mut nonces = HashSet::new();
    for path in ["/", "/sign-in", "/sign-up", "/nowhere", "/api/session", "/api/documents", "/healthz"]
        .into_iter()
        .map(str::to_owned)
        .chain([format!("/documents/{id}"), format!("/documents/{id}/history"), format!("/api/documents/{id}/draft")])
        .cycle()
        .take(90)
    {
        let mut request = ada.request(Method::GET, &path, None);
        request.headers_mut().insert("accept", "text/html".parse().expect("a header value"));
        let answer = ada.send(request).await;
        let policy = answer.header("content-security-policy").expect("a policy").to_owned();
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(!policy.contains("'unsafe-"), "{path}: {policy}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("cross-origin-opener-policy"), Some("same-origin"), "{path}");
        if answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html")) {
            let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).expect("a nonce");
            assert!(nonces.insert(nonce.to_owned()), "{path}: a nonce was used twice");
            let elsewhere = answer.text().replace(&format!("nonce=\"{nonce}\""), "");
            assert!(!elsewhere.contains(nonce), "{path}: the nonce stands outside of nonce attributes");
            for inline in ["<script>", " onclick=", " onload=", " style=", "javascript:"] {
                assert!(!answer.text().contains(inline), "{path}: {inline}");
            }
        }
    }
    assert!(20 < nonces.len());
}

/// The page of a dead network is let in with what is written into it, a page may start the service worker, and that may ask
/// this server.
#[tokio::test]
async fn the_policies_of_the_service_worker_and_its_page_let_them_work() {
    let app = TestApp::start().await;
    let page = app.browser().get("/offline").await;
    let policy = page.header("content-security-policy").expect("a policy").to_owned();
    assert!(policy.contains("worker-src 'self'; ") && policy.contains("manifest-src 'self'; "), "{policy}");
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).expect("a nonce");
    assert_eq!(page.text().matches(&format!(" nonce=\"{nonce}\"")).count(), 2, "{}", page.text());
    // A build for tests has no site in it; the policy is the path's.
    let worker = app.browser().get("/sw.js").await;
    let policy = "default-src 'none'; connect-src 'self'; frame-ancestors 'none'";
    assert_eq!((worker.status, worker.header("content-security-policy")), (404, Some(policy)));
    let manifest = app.browser().get("/manifest.webmanifest").await;
    assert_eq!((manifest.status, manifest.header("content-type")), (200, Some("application/manifest+json")));
    assert_eq!(manifest.json()["start_url"], "/");
}

#[tokio::test]
async fn what_is_not_there_and_what_is_too_large_is_a_problem_document() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    assert_eq!(ada.get("/api/nowhere").await.code(), "not_found");
    assert_eq!(ada.delete("/api/documents").await.code(), "method_not_allowed");
    assert_eq!(ada.get("/pkg/../Cargo.toml").await.status, 404);
    let long = json!({"username": "x".repeat(200_000), "password": "y"});
    let answer = ada.post("/api/session", &long).await;
    assert_eq!((answer.status, answer.code().as_str()), (413, "too_large"));
    let mut deep = ada.request(Method::POST, "/api/documents", Some(&json!({})));
    *deep.body_mut() = "[".repeat(60_000).into();
    assert_eq!(ada.send(deep).await.code(), "malformed");
}

#[tokio::test]
async fn two_cookies_of_our_name_are_nobody() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let cookie = ada.cookie().expect("a cookie");
    let planted = app.browser();
    planted.set_cookie(Some(format!("holdfast=AAAAAAAAAAAAAAAAAAAAAA; {cookie}")));
    let answer = planted.get("/api/documents").await;
    assert!(matches!(answer.status, 400 | 401), "{answer:?}");
}

#[tokio::test]
async fn a_hostile_title_and_text_stay_text() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let hostile = "</textarea><script>alert(1)</script>\"><img src=x onerror=alert(1)> & </title>";
    let answer = ada.post("/api/documents", &json!({"title": hostile, "text": hostile})).await;
    let id = answer.json()["id"].as_str().expect("an id").to_owned();
    for path in ["/".to_owned(), format!("/documents/{id}")] {
        let page = ada.get(&path).await.text();
        assert!(!page.contains("<script>alert") && !page.contains("<img src=x"), "{path}: {page}");
    }
}

/// Whichever thread a page's answer ends on, it is whole.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn signed_in_pages_are_whole_under_load() {
    let app = TestApp::start().await;
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document(&"many words ".repeat(20_000)).await;
    let visits: Vec<_> = (0..400)
        .map(|n| {
            let (ada, path) = (ada.clone(), if n % 2 == 0 { "/".to_owned() } else { format!("/documents/{id}") });
            tokio::spawn(async move { ada.get(&path).await })
        })
        .collect();
    for visit in visits {
        let answer = visit.await.expect("an answer");
        assert_eq!(answer.status, 200);
        assert!(answer.text().ends_with("</html>"), "cut short");
    }
}

/// A stranger has no text to lose here: what is not known by its cookie is refused before it fills the memory.
#[tokio::test]
async fn a_large_form_is_taken_only_from_a_browser_that_was_signed_in() {
    let app = TestApp::start().await;
    let text = "x".repeat(200_000);
    let form = |browser: crate::harness::Browser, id: String| {
        let text = text.clone();
        async move {
            let fields = [("head", "0"), ("title", "t"), ("text", text.as_str())];
            browser.form(&format!("/documents/{id}"), &fields).await.status
        }
    };
    let ada = app.signed_in(ADA).await;
    let id = ada.new_document("").await;
    assert_eq!(form(app.browser(), id.clone()).await, 413);
    assert_eq!(form(ada.clone(), id.clone()).await, 303);
    app.advance(std::time::Duration::from_secs(48 * 3600));
    assert_eq!(form(ada, id).await, 401, "carried through the sign-in");
}
