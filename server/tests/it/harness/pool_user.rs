//! Somebody who signs in at the pool itself, beside the server: what the pool really does, told by the pool.

use http::{HeaderValue, Method};
use serde_json::{Value, json};

use super::{Browser, TestApp};

/// A sign-in of its own, and its refresh token.
pub(crate) struct PoolUser {
    pool: Browser,
    client_id: String,
    refresh_token: String,
}

impl PoolUser {
    /// Signs in now.
    pub(crate) async fn sign_in(app: &TestApp, (username, password): (&str, &str)) -> Self {
        let pool = app.running.pool.as_ref().expect("the embedded pool");
        let issuer: http::Uri = pool.issuer().parse().expect("a URL");
        let addr = issuer.authority().expect("an authority").as_str().parse().expect("an address");
        let client_id = pool.client_id().to_owned();
        let mut user = Self { pool: Browser::new(addr, ""), client_id, refresh_token: String::new() };
        let parameters = json!({"USERNAME": username, "PASSWORD": password});
        let body = json!({"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": user.client_id, "AuthParameters": parameters});
        let answer = user.call("InitiateAuth", &body).await.expect("a sign-in");
        user.take(&answer);
        user
    }

    /// Refreshes, and keeps the successor where tokens rotate; the pool's message where it refuses.
    pub(crate) async fn refresh(&mut self) -> Result<(), String> {
        let body = json!({"ClientId": self.client_id, "RefreshToken": self.refresh_token});
        let answer = self.call("GetTokensFromRefreshToken", &body).await?;
        self.take(&answer);
        Ok(())
    }

    fn take(&mut self, answer: &Value) {
        if let Some(token) = answer["AuthenticationResult"]["RefreshToken"].as_str() {
            token.clone_into(&mut self.refresh_token);
        }
    }

    async fn call(&self, operation: &str, body: &Value) -> Result<Value, String> {
        let mut request = self.pool.request(Method::POST, "/", Some(body));
        let headers = request.headers_mut();
        headers.insert("content-type", HeaderValue::from_static("application/x-amz-json-1.1"));
        let target = format!("AWSCognitoIdentityProviderService.{operation}");
        headers.insert("x-amz-target", target.parse().expect("a header value"));
        let answer = self.pool.send(request).await;
        let json = answer.json();
        if answer.status == 200 { Ok(json) } else { Err(json["message"].as_str().unwrap_or_default().to_owned()) }
    }
}
