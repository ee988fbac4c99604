//! The key set (RFC 7517) and the discovery document (OpenID Connect Discovery 1.0, 3).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::answer;
use crate::control::Call;
use crate::ids;
use crate::pool::Shared;

pub(super) async fn jwks(State(pool): State<Arc<Shared>>, Path(pool_id): Path<String>) -> Response {
    let fault = pool.faults.take("JWKS");
    let first = fault.as_ref().filter(|fault| fault.kind.comes_first());
    pool.journal.record(Call {
        operation: "JWKS".to_owned(),
        outcome: if first.is_some() { "none" } else { "ok" }.to_owned(),
        message: None,
        carries: None,
        fault: fault.as_ref().map(|fault| fault.kind.name()),
        at_ms: pool.now_ms(),
    });
    if let Some(fault) = first {
        return answer::instead(fault.kind, &ids::uuid(&*pool.entropy)).await;
    }
    let response = document(&pool, &pool_id, || pool.keys().jwks());
    answer::delivered(fault.as_ref(), response).await
}

pub(super) async fn openid_configuration(State(pool): State<Arc<Shared>>, Path(pool_id): Path<String>) -> Response {
    document(&pool, &pool_id, || {
        let (issuer, domain) = (pool.issuer(), pool.domain());
        json!({
            "authorization_endpoint": format!("{domain}/oauth2/authorize"),
            "end_session_endpoint": format!("{domain}/logout"),
            "id_token_signing_alg_values_supported": ["RS256"],
            "issuer": issuer,
            "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
            "response_types_supported": ["code", "token"],
            "scopes_supported": ["openid", "email", "phone", "profile"],
            "revocation_endpoint": format!("{domain}/oauth2/revoke"),
            "subject_types_supported": ["public"],
            "token_endpoint": format!("{domain}/oauth2/token"),
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "userinfo_endpoint": format!("{domain}/oauth2/userInfo"),
        })
    })
}

fn document(pool: &Shared, pool_id: &str, make: impl FnOnce() -> Value) -> Response {
    if pool_id == pool.pool_id {
        Json(make()).into_response()
    } else {
        let message = format!("User pool {pool_id} does not exist.");
        (StatusCode::BAD_REQUEST, Json(json!({ "message": message }))).into_response()
    }
}
