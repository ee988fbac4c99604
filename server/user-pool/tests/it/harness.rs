//! A pool in a directory of its own, on a manual clock and seeded randomness, with one method for each thing a client does.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use holdfast::clock::ManualClock;
use holdfast::entropy::SeededEntropy;
use holdfast_user_pool::{PoolConfig, UserPool};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use time::Duration;
use tower::ServiceExt as _;

pub(crate) const EMAIL: &str = "ada@example.com";
pub(crate) const PASSWORD: &str = "Password-1";

/// A directory that goes when the test ends.
pub(crate) struct TempDir(PathBuf);

impl TempDir {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let name = format!("pool-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&path);
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(crate) struct TestPool {
    pub(crate) pool: UserPool,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) dir: TempDir,
    config: PoolConfig,
}

/// The state of a pool that was just made. Making RSA keys takes most of a second, so every test begins with the same
/// ones; what a pool makes by itself is tested with the restarts and the process.
fn template() -> &'static [u8] {
    static TEMPLATE: OnceLock<Vec<u8>> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let dir = TempDir::new();
        let mut config = PoolConfig::new(dir.path());
        config.users = vec![(EMAIL.to_owned(), PASSWORD.to_owned())];
        UserPool::open(config, Arc::new(ManualClock::default()), Arc::new(SeededEntropy::new(0))).unwrap();
        std::fs::read(dir.path().join("user-pool/state.json")).unwrap()
    })
}

/// What a sign-in or a refresh hands out.
#[derive(Debug, Clone)]
pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) id: String,
    pub(crate) refresh: Option<String>,
}

impl Tokens {
    pub(crate) fn refresh(&self) -> &str {
        self.refresh.as_deref().unwrap()
    }
}

impl TestPool {
    pub(crate) fn open() -> Self {
        Self::with(|_| {})
    }

    /// Access tokens for an hour, refresh tokens for a day, and what `change` makes of it.
    pub(crate) fn with(change: impl FnOnce(&mut PoolConfig)) -> Self {
        let dir = TempDir::new();
        let mut config = PoolConfig::new(dir.path());
        config.users = vec![(EMAIL.to_owned(), PASSWORD.to_owned())];
        change(&mut config);
        let folder = dir.path().join("user-pool");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("state.json"), template()).unwrap();
        let clock = Arc::new(ManualClock::default());
        let pool = UserPool::open(config.clone(), clock.clone(), Arc::new(SeededEntropy::new(1))).unwrap();
        Self { pool, clock, dir, config }
    }

    /// A pool that was opened elsewhere, on a clock of its own.
    pub(crate) fn around(pool: UserPool, dir: TempDir) -> Self {
        let config = PoolConfig::new(dir.path());
        Self { pool, clock: Arc::default(), dir, config }
    }

    /// The same directory, opened anew at the same moment.
    pub(crate) fn restart(self) -> Self {
        let Self { pool, clock, dir, config } = self;
        drop(pool);
        let pool = UserPool::open(config.clone(), clock.clone(), Arc::new(SeededEntropy::new(2))).unwrap();
        Self { pool, clock, dir, config }
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.clock.advance(Duration::seconds(seconds));
    }

    pub(crate) fn clock_ms(&self) -> i64 {
        holdfast::clock::Clock::now_ms(&*self.clock)
    }

    pub(crate) fn client_id(&self) -> &str {
        self.pool.client_id()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.pool.router().oneshot(request).await.unwrap()
    }

    /// The raw answer to an operation.
    pub(crate) async fn answer(&self, operation: &str, body: &Value) -> Response<Body> {
        self.send(request(operation, body.to_string())).await
    }

    pub(crate) async fn call(&self, operation: &str, body: Value) -> Result<Value, (String, String)> {
        let response = self.answer(operation, &body).await;
        let status = response.status();
        let body = json_of(response).await;
        if status == StatusCode::OK {
            return Ok(body);
        }
        Err((text(&body["__type"]), text(&body["message"])))
    }

    pub(crate) async fn sign_in_as(&self, name: &str, password: &str) -> Result<Tokens, (String, String)> {
        let body = json!({
            "AuthFlow": "USER_PASSWORD_AUTH",
            "ClientId": self.client_id(),
            "AuthParameters": { "USERNAME": name, "PASSWORD": password },
        });
        self.call("InitiateAuth", body).await.map(|body| tokens(&body))
    }

    /// InitiateAuth, whatever comes of it.
    pub(crate) async fn initiate(&self, flow: &str, parameters: Value) -> Result<Value, (String, String)> {
        let body = json!({ "AuthFlow": flow, "ClientId": self.client_id(), "AuthParameters": parameters });
        self.call("InitiateAuth", body).await
    }

    /// USER_PASSWORD_AUTH that must lead to `challenge`.
    pub(crate) async fn challenged(&self, challenge: &str) -> Challenged {
        let answer = self.initiate("USER_PASSWORD_AUTH", json!({ "USERNAME": EMAIL, "PASSWORD": PASSWORD })).await;
        challenged(challenge, &answer.unwrap())
    }

    /// RespondToAuthChallenge of the user the pool begins with.
    pub(crate) async fn respond(
        &self,
        challenge: &str,
        session: &str,
        responses: Value,
    ) -> Result<Value, (String, String)> {
        let mut responses = responses;
        if responses["USERNAME"].is_null() {
            responses["USERNAME"] = EMAIL.into();
        }
        let body = json!({
            "ChallengeName": challenge,
            "ClientId": self.client_id(),
            "Session": session,
            "ChallengeResponses": responses,
        });
        self.call("RespondToAuthChallenge", body).await
    }

    pub(crate) async fn sign_in(&self) -> Tokens {
        self.sign_in_as(EMAIL, PASSWORD).await.unwrap()
    }

    /// GetTokensFromRefreshToken.
    pub(crate) async fn refresh(&self, token: &str) -> Result<Tokens, (String, String)> {
        let body = json!({ "ClientId": self.client_id(), "RefreshToken": token });
        self.call("GetTokensFromRefreshToken", body).await.map(|body| tokens(&body))
    }

    /// InitiateAuth with REFRESH_TOKEN_AUTH.
    pub(crate) async fn refresh_auth(&self, flow: &str, token: &str) -> Result<Tokens, (String, String)> {
        let parameters = json!({ "REFRESH_TOKEN": token });
        let body = json!({ "AuthFlow": flow, "ClientId": self.client_id(), "AuthParameters": parameters });
        self.call("InitiateAuth", body).await.map(|body| tokens(&body))
    }

    pub(crate) async fn revoke(&self, token: &str) -> Result<Value, (String, String)> {
        self.call("RevokeToken", json!({ "ClientId": self.client_id(), "Token": token })).await
    }

    pub(crate) async fn get_user(&self, access: &str) -> Result<Value, (String, String)> {
        self.call("GetUser", json!({ "AccessToken": access })).await
    }

    pub(crate) async fn sign_up(&self, name: &str, password: &str) -> Result<Value, (String, String)> {
        let body = json!({ "ClientId": self.client_id(), "Username": name, "Password": password });
        self.call("SignUp", body).await
    }

    pub(crate) async fn confirm(&self, name: &str, code: &str) -> Result<Value, (String, String)> {
        let body = json!({ "ClientId": self.client_id(), "Username": name, "ConfirmationCode": code });
        self.call("ConfirmSignUp", body).await
    }

    /// The code that was mailed last.
    pub(crate) fn last_code(&self) -> String {
        self.pool.control().outbox().last().unwrap().code.clone()
    }

    pub(crate) async fn forgot_password(&self, name: &str) -> Result<Value, (String, String)> {
        self.call("ForgotPassword", json!({ "ClientId": self.client_id(), "Username": name })).await
    }

    pub(crate) async fn confirm_forgot_password(
        &self,
        name: &str,
        code: &str,
        password: &str,
    ) -> Result<Value, (String, String)> {
        let body = json!({
            "ClientId": self.client_id(), "Username": name, "ConfirmationCode": code, "Password": password,
        });
        self.call("ConfirmForgotPassword", body).await
    }

    pub(crate) async fn jwks(&self) -> Value {
        let path = format!("/{}/.well-known/jwks.json", self.pool.pool_id());
        json_of(self.send(Request::get(path).body(Body::empty()).unwrap()).await).await
    }

    /// The claims of a token, its signature checked against the published key set by another implementation.
    pub(crate) async fn claims(&self, token: &str) -> Value {
        let set: jsonwebtoken::jwk::JwkSet = serde_json::from_value(self.jwks().await).unwrap();
        let header = jsonwebtoken::decode_header(token).unwrap();
        let key = jsonwebtoken::DecodingKey::from_jwk(set.find(header.kid.as_deref().unwrap()).unwrap()).unwrap();
        let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::RS256);
        validation.validate_exp = false;
        validation.validate_aud = false;
        jsonwebtoken::decode::<Value>(token, &key, &validation).unwrap().claims
    }
}

/// A request of an operation, as the SDK writes it.
pub(crate) fn request(operation: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post("/")
        .header("content-type", "application/x-amz-json-1.1")
        .header("x-amz-target", format!("AWSCognitoIdentityProviderService.{operation}"))
        .body(body.into())
        .unwrap()
}

pub(crate) async fn json_of(response: Response<Body>) -> Value {
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice(&bytes).unwrap()
}

/// A challenge that was put.
#[derive(Debug)]
pub(crate) struct Challenged {
    pub(crate) session: String,
    pub(crate) parameters: Value,
}

/// The challenge in an answer, which must be `name` and come without tokens.
pub(crate) fn challenged(name: &str, answer: &Value) -> Challenged {
    assert_eq!(answer["ChallengeName"], name, "{answer}");
    assert!(answer["AuthenticationResult"].is_null());
    let session = text(&answer["Session"]);
    assert!((20..=4_096).contains(&session.len()));
    Challenged { session, parameters: answer["ChallengeParameters"].clone() }
}

/// The tokens in an answer.
pub(crate) fn tokens(body: &Value) -> Tokens {
    let result = &body["AuthenticationResult"];
    assert_eq!(result["TokenType"], "Bearer");
    Tokens {
        access: text(&result["AccessToken"]),
        id: text(&result["IdToken"]),
        refresh: result["RefreshToken"].as_str().map(str::to_owned),
    }
}

/// A code of six digits that is not `code`.
pub(crate) fn wrong(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// What a refused call is compared with.
pub(crate) fn refusal<T>(code: &str, message: &str) -> Result<T, (String, String)> {
    Err((code.to_owned(), message.to_owned()))
}

/// Drops what a granted call returned, so that it can be compared with a refusal.
pub(crate) fn outcome<T>(result: Result<T, (String, String)>) -> Result<(), (String, String)> {
    result.map(drop)
}
