//! Managed login: through the embedded pool's own pages and back, as a browser goes, and what must not come of it.

use std::net::SocketAddr;
use std::time::Duration;

use holdfast_user_pool::control::{Fault, FaultKind, UserAction};

use crate::harness::{ADA, Answer, BOB, Browser, TestApp};

const MANAGED: (&str, &str) = ("HOLDFAST_COGNITO_DOMAIN", "embedded");
const START: &str = "/sign-in/managed";

async fn start(variables: &[(&str, &str)]) -> TestApp {
    TestApp::start_with(&[&[MANAGED], variables].concat()).await
}

/// One person's browser: Holdfast's cookies, and the pool's.
struct Person {
    app: Browser,
    pool: Browser,
}

impl Person {
    fn of(app: &TestApp) -> Self {
        let pool = app.running.pool.as_ref().expect("the embedded pool").domain();
        let port = pool.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
        Self { app: app.browser(), pool: Browser::new(SocketAddr::from(([127, 0, 0, 1], port)), &pool) }
    }

    /// From Holdfast to where the pool sends the browser back to, or to its login page.
    async fn to_the_pool(&self, path: &str) -> Answer {
        let there = self.app.get(path).await;
        assert_eq!(there.status, 303, "{there:?}");
        let answer = self.pool.get(&path_of(&location(&there))).await;
        if location(&answer).contains("/login?") { self.pool.get(&path_of(&location(&answer))).await } else { answer }
    }

    /// Fills the login page in; where the pool sends the browser back to.
    async fn fill(&self, page: &Answer, (email, password): (&str, &str)) -> String {
        let text = page.text();
        let between = |before: &str| text.split_once(before).and_then(|(_, rest)| rest.split_once('"'));
        let (action, _) = between("action=\"").expect("a form");
        let (csrf, _) = between("name=\"_csrf\" value=\"").expect("a token");
        let fields = [("_csrf", csrf), ("username", email), ("password", password)];
        path_of(&location(&self.pool.form(&action.replace("&amp;", "&"), &fields).await))
    }

    /// Back at Holdfast: the page that goes on by itself, and what it goes on to.
    async fn back(&self, callback: &str) -> Answer {
        // From another site: the `Strict` cookies stay at home, and nothing may be decided without them.
        let stranger = Browser::new(self.app.addr(), "http://elsewhere.example");
        let page = stranger.get(callback).await;
        assert_eq!((page.status, page.header("set-cookie")), (200, None), "{page:?}");
        let query = callback.split_once('?').expect("a query").1;
        assert!(
            page.text().contains(&format!("url=/sign-in/finish?{}", query.replace('&', "&amp;"))),
            "{}",
            page.text()
        );
        self.app.get(&format!("/sign-in/finish?{query}")).await
    }

    async fn sign_in(&self, path: &str, who: (&str, &str)) -> Answer {
        let page = self.to_the_pool(path).await;
        assert_eq!(page.status, 200, "{page:?}");
        self.back(&self.fill(&page, who).await).await
    }
}

fn location(answer: &Answer) -> String {
    answer.header("location").unwrap_or_default().to_owned()
}

/// Path and query of a URL.
fn path_of(url: &str) -> String {
    url.splitn(4, '/').nth(3).map(|rest| format!("/{rest}")).unwrap_or_else(|| panic!("no URL: {url}"))
}

#[tokio::test]
async fn the_first_sign_in_goes_there_and_back_and_leads_to_where_they_wanted_to_go() {
    let app = start(&[]).await;
    let person = Person::of(&app);
    let page = person.app.get("/sign-in?next=/trash").await.text();
    assert!(page.contains("href=\"/sign-in/managed?next=/trash\"") && !page.contains("type=\"password\""), "{page}");
    let there = location(&person.app.get(START).await);
    for part in ["http://localhost:", "code_challenge_method=S256", "state=", "nonce=", "response_type=code"] {
        assert!(there.contains(part), "{part}: {there}");
    }
    let done = person.sign_in("/sign-in/managed?next=/trash", ADA).await;
    assert_eq!((done.status, location(&done).as_str()), (303, "/trash"), "{done:?}");
    let status = person.app.get("/api/session").await.json();
    assert_eq!(status["user"]["email"], ADA.0);
    assert_eq!(status["sso_ms"], 3_600_000);
    assert_eq!(person.app.get("/api/documents").await.status, 200);
}

// B9
#[tokio::test]
async fn extending_is_silent_while_the_pool_knows_the_browser_and_begins_a_new_family_with_an_exact_end() {
    let app = start(&[("HOLDFAST_POOL_REFRESH_TTL", "20m"), ("HOLDFAST_POOL_ACCESS_TTL", "5m")]).await;
    let person = Person::of(&app);
    person.sign_in(START, ADA).await;
    let old = person.app.copy();
    app.advance(Duration::from_secs(15 * 60));
    assert_eq!(person.app.get("/api/session").await.json()["sso_ms"], 45 * 60_000);
    let answer = person.to_the_pool("/sign-in/managed?window=1").await;
    assert_eq!(answer.status, 302, "no password page: {answer:?}");
    let done = person.back(&path_of(&location(&answer))).await;
    assert_eq!(done.status, 200, "{done:?}");
    assert!(done.text().contains("You can close this window"), "{}", done.text());
    let status = person.app.get("/api/session").await.json();
    assert_eq!(status["sign_in_by_ms"], 20 * 60_000, "from the exchange, to the second: {status}");
    assert_eq!(status["signed_in_ms_ago"], 15 * 60_000, "the interactive sign-in is where it was");
    assert_eq!(old.get("/api/session").await.code(), "replaced");
    // The pool agrees, to the second: the last refresh is taken, and the next is not.
    app.advance(Duration::from_secs(20 * 60 - 1));
    assert_eq!(person.app.get("/api/documents").await.status, 200);
    assert_eq!(app.pool().calls().last().map(|call| call.outcome.clone()).as_deref(), Some("ok"));
    app.advance(Duration::from_secs(5 * 60));
    assert_eq!(person.app.get("/api/documents").await.code(), "expired");
}

// B9, B3: the clock of the browser's sign-in at the pool.
#[tokio::test]
async fn when_the_pool_knows_the_browser_no_more_it_is_said_before_and_the_login_page_is_shown() {
    let app = start(&[("HOLDFAST_POOL_SSO_TTL", "10m")]).await;
    let person = Person::of(&app);
    person.sign_in(START, ADA).await;
    app.advance(Duration::from_secs(10 * 60));
    assert_eq!(person.app.get("/api/session").await.json()["sso_ms"], 0);
    let there = location(&person.app.get(START).await);
    assert!(!there.contains("prompt=none"), "{there}");
    let page = person.to_the_pool(START).await;
    assert!(page.text().contains("type=\"password\""));
}

#[tokio::test]
async fn where_the_estimate_was_wrong_the_silent_way_leads_on_to_the_login_page() {
    let app = start(&[]).await;
    let person = Person::of(&app);
    person.sign_in(START, ADA).await;
    person.pool.set_cookie(None);
    let there = person.app.get("/sign-in/managed?window=1").await;
    assert!(location(&there).contains("prompt=none"));
    let back = person.pool.get(&path_of(&location(&there))).await;
    let again = person.back(&path_of(&location(&back))).await;
    assert_eq!((again.status, location(&again).as_str()), (303, "/sign-in/managed?window=1&page=1"), "{again:?}");
    assert_eq!(person.app.get("/api/session").await.json()["sso_ms"], 0, "what was believed is corrected");
    let done = person.sign_in(&location(&again), ADA).await;
    assert!(done.text().contains("You can close this window"), "{done:?}");
}

#[tokio::test]
async fn an_answer_that_is_not_this_browsers_own_signs_nobody_in() {
    let app = start(&[]).await;
    let (ada, eve) = (Person::of(&app), Person::of(&app));
    // Eve's own code, brought to a browser that began nothing, and to one that began something else.
    let page = eve.to_the_pool(START).await;
    let callback = eve.fill(&page, BOB).await;
    for begun in [false, true] {
        if begun {
            ada.app.get(START).await;
        }
        let answer = ada.back(&callback).await;
        assert_eq!(answer.status, 401, "{answer:?}");
        assert!(answer.text().contains("took too long") && answer.text().contains(START), "{}", answer.text());
        assert_eq!(ada.app.get("/api/session").await.code(), "signed_out");
    }
    // Her own, once, and not twice: the request is used up, and so is the code.
    let kept = eve.app.clone().request(http::Method::GET, &callback.replace("callback", "finish"), None);
    assert_eq!(eve.back(&callback).await.status, 303);
    let replay = Browser::new(eve.app.addr(), "").send(kept).await;
    assert_eq!(replay.status, 401, "with the cookie that the browser had: {replay:?}");
    assert_eq!(eve.back(&callback).await.status, 401);
}

/// One use: whatever the first answer is, the request and its cookie are gone with it, and no later one reaches the pool.
#[tokio::test]
async fn a_request_takes_one_answer_even_where_that_brought_no_code() {
    let app = start(&[]).await;
    let person = Person::of(&app);
    let there = location(&person.app.get(START).await);
    let state = there.split("state=").nth(1).and_then(|rest| rest.split('&').next()).expect("a state");
    let left = person.back(&format!("/sign-in/callback?error=access_denied&state={state}")).await;
    assert_eq!(left.status, 401, "{left:?}");
    assert_eq!(person.back(&format!("/sign-in/callback?code=c&state={state}")).await.status, 401);
    assert_eq!(app.pool().count("Token"), 0, "nobody was asked for tokens");
}

#[tokio::test]
async fn whoever_leaves_or_is_refused_is_led_back_with_a_reason() {
    let app = start(&[]).await;
    let person = Person::of(&app);
    let begin = async || {
        let there = location(&person.app.get("/sign-in/managed?next=/trash").await);
        there.split("state=").nth(1).and_then(|rest| rest.split('&').next()).expect("a state").to_owned()
    };
    let left = person.back(&format!("/sign-in/callback?error=access_denied&state={}", begin().await)).await;
    assert_eq!(left.status, 401);
    assert!(left.text().contains("href=\"/sign-in/managed?next=/trash&amp;page=1\""), "{}", left.text());
    let late = begin().await;
    app.advance(Duration::from_secs(10 * 60));
    assert_eq!(person.back(&format!("/sign-in/callback?code=c&state={late}")).await.status, 401);
    assert_eq!(app.pool().count("Token"), 0, "it is too late to ask for tokens");
    for (kind, status) in [
        (FaultKind::Html502, 503),
        (FaultKind::Throttle, 429),
        (FaultKind::WrongNonce, 503),
        (FaultKind::WrongKid, 503),
    ] {
        app.pool().fault(Fault::once("Token", kind)).expect("a fault");
        let answer = person.sign_in(START, ADA).await;
        assert_eq!(answer.status, status, "{kind:?}: {}", answer.text());
        assert!(answer.text().contains(START), "a way to begin again: {kind:?}");
        assert_eq!(person.app.get("/api/session").await.code(), "signed_out");
        person.pool.set_cookie(None);
    }
}

/// A token that the pool's own operations do not take, however fresh (here somebody has cut the request's scope down on
/// its way), is a mistake in the set-up, which the operator is told: nobody's session ends by it.
#[tokio::test]
async fn a_token_of_too_small_a_scope_opens_no_account_and_ends_no_session() {
    let app = start(&[]).await;
    let person = Person::of(&app);
    let there = location(&person.app.get(START).await).replace("+aws.cognito.signin.user.admin", "");
    assert!(there.contains("scope=openid+email&"), "{there}");
    let login = person.pool.get(&path_of(&there)).await;
    let page = person.pool.get(&path_of(&location(&login))).await;
    let done = person.back(&person.fill(&page, ADA).await).await;
    assert_eq!(done.status, 303, "{done:?}");
    let answer = person.app.get("/api/account").await;
    assert_eq!((answer.status, answer.code().as_str()), (502, "provider_misconfigured"), "{answer:?}");
    assert_eq!((app.pool().count("GetUser"), app.refreshes()), (2, 1), "asked again with a fresh one, and no more");
    assert_eq!(person.app.get("/api/session").await.status, 200);
    assert_eq!(person.app.get("/api/documents").await.status, 200);
}

#[tokio::test]
async fn no_answer_leads_to_another_server() {
    let app = start(&[]).await;
    let person = Person::of(&app);
    for next in
        ["//evil.example", "https://evil.example", "/%5Cevil.example", "/sign-out", "window", "javascript:alert(1)"]
    {
        person.pool.set_cookie(None);
        let done = person.sign_in(&format!("{START}?next={next}&page=1"), ADA).await;
        assert_eq!((done.status, location(&done).as_str()), (303, "/"), "{next}");
    }
}

#[tokio::test]
async fn signing_out_ends_the_browsers_sign_in_at_the_pool_too() {
    let app = start(&[]).await;
    let person = Person::of(&app);
    person.sign_in(START, ADA).await;
    let page = person.app.form("/sign-out", &[]).await;
    assert!(page.text().contains("content=\"0;url=/signed-out\""), "{}", page.text());
    let out = location(&person.app.get("/signed-out").await);
    assert!(out.contains("/logout?client_id="), "{out}");
    let back = person.pool.get(&path_of(&out)).await;
    assert_eq!(location(&back), format!("{}/", app.running.origin));
    assert!(!location(&person.app.get(START).await).contains("prompt=none"));
    assert!(person.to_the_pool(START).await.text().contains("type=\"password\""));
    assert_eq!(app.pool().count("RevokeToken"), 1);
}

#[tokio::test]
async fn a_text_that_came_too_late_stays_on_the_page_and_is_saved_after_the_sign_in_beside_it() {
    let app = start(&[("HOLDFAST_ESCROW", "0")]).await;
    let person = Person::of(&app);
    person.sign_in(START, ADA).await;
    let id = person.app.new_document("first").await;
    let head = person.app.draft(&id).await["head"].to_string();
    app.pool().user(ADA.0, UserAction::SignOut).await.expect("done");
    person.app.delete("/api/session").await;
    let path = format!("/documents/{id}");
    let fields = [("head", head.as_str()), ("title", "A title"), ("text", "written too late"), ("action", "save")];
    let page = person.app.form(&path, &fields).await.text();
    assert!(page.contains("written too late") && page.contains("target=\"_blank\""), "{page}");
    assert!(page.contains(&format!("action=\"{path}\"")), "{page}");
    person.pool.set_cookie(None);
    let done = person.sign_in("/sign-in/managed?window=1&page=1", ADA).await;
    assert_eq!(done.status, 200, "{done:?}");
    let saved = person.app.form(&path, &fields).await;
    assert_eq!(saved.status, 303, "{}", saved.text());
    assert_eq!(person.app.draft(&id).await["text"], "written too late");
}

#[tokio::test]
async fn without_managed_login_its_routes_lead_nowhere() {
    let app = TestApp::start().await;
    let browser = app.browser();
    assert_eq!(browser.get(START).await.status, 404);
    assert_eq!(browser.get("/sign-in/finish?code=a&state=b").await.status, 401);
    assert_eq!(location(&browser.get("/signed-out").await), "/sign-in?out=1");
    let ada = app.signed_in(ADA).await;
    assert!(ada.get("/api/session").await.json()["sso_ms"].is_null());
}
