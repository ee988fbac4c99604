//! The control plane over HTTP: JSON in and out, paths relative to where it is nested (`/__control`).
//!
//! Whoever nests it makes sure that only the own machine reaches it. A web page that the browser says comes from another
//! site is refused here, because a page anywhere can make a browser post to the loopback address.

use std::pin::Pin;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::{Control, ControlError, Fault, OldKeys, Revoke, UserAction};
use crate::{SignInRules, UserPool};

/// The longest leap of the clock: ten years.
const LONGEST_LEAP: i64 = 3_650 * 24 * 60 * 60;

type Reset = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

#[derive(Clone)]
struct Plane {
    control: Control,
    advance: Arc<dyn Fn(i64) + Send + Sync>,
    reset: Arc<dyn Fn() -> Reset + Send + Sync>,
}

impl UserPool {
    /// The routes of `/__control`, to be nested there. `advance` moves the clock that everything shares, by seconds.
    pub fn control_router(&self, advance: impl Fn(i64) + Send + Sync + 'static) -> Router {
        self.control_router_with_reset(advance, || async { Ok(()) })
    }

    /// The same, where `POST reset` also resets what the caller keeps. `reset` runs after the pool's own; its error is
    /// answered with status 500.
    pub fn control_router_with_reset<F>(
        &self,
        advance: impl Fn(i64) + Send + Sync + 'static,
        reset: impl Fn() -> F + Send + Sync + 'static,
    ) -> Router
    where
        F: Future<Output = Result<(), String>> + Send + 'static,
    {
        let plane =
            Plane { control: self.control(), advance: Arc::new(advance), reset: Arc::new(move || Box::pin(reset())) };
        Router::new()
            .route("/advance", post(advance_clock))
            .route("/pool/fault", post(add_fault))
            .route("/pool/users/{name}/{action}", post(act_on_user))
            .route("/pool/revoke", post(revoke))
            .route("/pool/rotate-keys", post(rotate_keys))
            .route("/pool/client-secrets", post(client_secrets))
            .route("/pool/mutate", post(mutate))
            .route("/pool/rules", get(rules).post(set_rules))
            .route("/pool/calls", get(calls))
            .route("/pool/outbox", get(outbox))
            .route("/reset", post(reset_all))
            .layer(middleware::from_fn(refuse_other_sites))
            .with_state(plane)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    seconds: i64,
}

async fn advance_clock(State(plane): State<Plane>, body: Bytes) -> Answer {
    let Advance { seconds } = read(&body)?;
    if !(1..=LONGEST_LEAP).contains(&seconds) {
        return Err(ControlError::Invalid(format!("seconds must be between 1 and {LONGEST_LEAP}")));
    }
    (plane.advance)(seconds);
    done()
}

async fn add_fault(State(plane): State<Plane>, body: Bytes) -> Answer {
    plane.control.fault(read::<Fault>(&body)?)?;
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SoftwareToken {
    secret: String,
}

async fn act_on_user(State(plane): State<Plane>, Path((name, action)): Path<(String, String)>, body: Bytes) -> Answer {
    if action == "attributes" {
        plane.control.set_attributes(&name, read(&body)?).await?;
        return done();
    }
    if action == "software-token" {
        let SoftwareToken { secret } = read(&body)?;
        plane.control.set_software_token(&name, &secret).await?;
        return done();
    }
    let action = match action.as_str() {
        "disable" => UserAction::Disable,
        "enable" => UserAction::Enable,
        "sign-out" => UserAction::SignOut,
        "force-new-password" => UserAction::ForceNewPassword,
        "reset-password" => UserAction::ResetPassword,
        "delete" => UserAction::Delete,
        other => {
            let known = "disable, enable, sign-out, reset-password, force-new-password, attributes, software-token \
                         or delete";
            return Err(ControlError::Invalid(format!("unknown action {other:?}: {known}")));
        }
    };
    plane.control.user(&name, action).await?;
    done()
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RevokeBody {
    username: Option<String>,
    token: Option<String>,
}

async fn revoke(State(plane): State<Plane>, body: Bytes) -> Answer {
    let whose = match read_or_default::<RevokeBody>(&body)? {
        RevokeBody { username: None, token: None } => Revoke::All,
        RevokeBody { username: Some(name), token: None } => Revoke::User(name),
        RevokeBody { username: None, token: Some(token) } => Revoke::Token(token),
        _ => return Err(ControlError::Invalid("give username or token, not both".to_owned())),
    };
    plane.control.revoke(whose).await?;
    done()
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RotateKeys {
    #[serde(default)]
    drop_old: bool,
}

async fn rotate_keys(State(plane): State<Plane>, body: Bytes) -> Answer {
    let RotateKeys { drop_old } = read_or_default(&body)?;
    plane.control.rotate_keys(if drop_old { OldKeys::Dropped } else { OldKeys::Published }).await?;
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClientSecrets {
    secrets: Vec<String>,
}

async fn client_secrets(State(plane): State<Plane>, body: Bytes) -> Answer {
    let ClientSecrets { secrets } = read(&body)?;
    plane.control.set_client_secrets(secrets)?;
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mutate {
    auth_time_moves: bool,
}

async fn mutate(State(plane): State<Plane>, body: Bytes) -> Answer {
    let Mutate { auth_time_moves } = read(&body)?;
    plane.control.mutate_auth_time_moves(auth_time_moves);
    done()
}

async fn rules(State(plane): State<Plane>) -> Json<SignInRules> {
    Json(plane.control.sign_in_rules())
}

/// What the body leaves out stays as it is.
async fn set_rules(State(plane): State<Plane>, body: Bytes) -> Answer {
    let mut rules = json!(plane.control.sign_in_rules());
    let changes: Map<String, Value> = read(&body)?;
    if let Some(members) = rules.as_object_mut() {
        members.extend(changes);
    }
    let rules = serde_json::from_value(rules).map_err(|error| ControlError::Invalid(error.to_string()))?;
    plane.control.set_sign_in_rules(rules)?;
    done()
}

async fn calls(State(plane): State<Plane>) -> Json<Value> {
    Json(json!({ "calls": plane.control.calls() }))
}

async fn outbox(State(plane): State<Plane>) -> Json<Value> {
    Json(json!({ "messages": plane.control.outbox() }))
}

async fn reset_all(State(plane): State<Plane>) -> Answer {
    plane.control.reset().await?;
    if let Err(problem) = (plane.reset)().await {
        tracing::error!(problem, "reset failed");
        return Err(ControlError::Failed);
    }
    done()
}

type Answer = Result<Json<Value>, ControlError>;

fn done() -> Answer {
    Ok(Json(json!({ "ok": true })))
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, ControlError> {
    serde_json::from_slice(body).map_err(|error| ControlError::Invalid(error.to_string()))
}

fn read_or_default<T: DeserializeOwned + Default>(body: &[u8]) -> Result<T, ControlError> {
    if body.is_empty() { Ok(T::default()) } else { read(body) }
}

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        let status = match self {
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Invalid(_) => StatusCode::BAD_REQUEST,
            Self::Failed => StatusCode::INTERNAL_SERVER_ERROR,
        };
        (status, Json(json!({ "error": self.to_string() }))).into_response()
    }
}

/// Sec-Fetch-Site ("Fetch Metadata Request Headers", W3C) is sent by every current browser and by nothing else.
async fn refuse_other_sites(request: Request, next: Next) -> Response {
    let site = request.headers().get("sec-fetch-site").map(axum::http::HeaderValue::as_bytes);
    if matches!(site, None | Some(b"same-origin" | b"none")) {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, Json(json!({ "error": "refused: the request comes from another site" })))
            .into_response()
    }
}
