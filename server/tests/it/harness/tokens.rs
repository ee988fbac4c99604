//! Tokens as a program gets them: from the pool itself, over Cognito's protocol.

use http::{Method, Request};
use http_body_util::Full;
use serde_json::{Value, json};

use super::{Browser, TestApp};

/// What `InitiateAuth` gives.
#[derive(Debug, Clone)]
pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) id: String,
    pub(crate) refresh: String,
}

impl TestApp {
    /// Signs in at the pool as a program does.
    pub(crate) async fn tokens(&self, (email, password): (&str, &str)) -> Tokens {
        let pool = self.running.pool.as_ref().expect("the embedded pool");
        let body = json!({
            "AuthFlow": "USER_PASSWORD_AUTH", "ClientId": pool.client_id(),
            "AuthParameters": {"USERNAME": email, "PASSWORD": password},
        });
        Tokens::read(&self.ask_pool("InitiateAuth", &body).await)
    }

    /// One call of an operation.
    pub(crate) async fn ask_pool(&self, operation: &str, body: &Value) -> Value {
        let pool = self.running.pool.as_ref().expect("the embedded pool");
        let issuer: http::Uri = pool.issuer().parse().expect("a URL");
        let addr = issuer.authority().expect("an authority").as_str().parse().expect("an address");
        let request = Request::builder()
            .method(Method::POST)
            .uri("/")
            .header("host", issuer.authority().expect("an authority").as_str())
            .header("x-amz-target", format!("AWSCognitoIdentityProviderService.{operation}"))
            .header("content-type", "application/x-amz-json-1.1")
            .body(Full::from(body.to_string()))
            .expect("a request");
        let answer = Browser::new(addr, "").send(request).await;
        assert_eq!(answer.status, 200, "{operation}: {}", answer.text());
        answer.json()
    }
}

impl Tokens {
    fn read(answer: &Value) -> Self {
        let result = &answer["AuthenticationResult"];
        let text = |name: &str| result[name].as_str().unwrap_or_else(|| panic!("no {name}: {answer}")).to_owned();
        Self { access: text("AccessToken"), id: text("IdToken"), refresh: text("RefreshToken") }
    }
}
