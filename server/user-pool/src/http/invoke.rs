//! `POST /`: finds the operation, lets faults happen, performs it and writes it into the log.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use serde_json::{Map, Value};

use super::answer;
use crate::control::{Call, Fault};
use crate::error::ApiError;
use crate::operations::{self, ForWhom, OPERATIONS, Request};
use crate::pool::Shared;
use crate::tokens::jwt;
use crate::{ids, params};

pub(super) async fn invoke(
    State(pool): State<Arc<Shared>>,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let request_id = ids::uuid(&*pool.entropy);
    let Some(operation) = operation(&method, &headers) else {
        return answer::amz(&Err(ApiError::unknown_operation()), &request_id);
    };
    let fault = pool.faults.take(operation);
    if let Some(fault) = fault.as_ref().filter(|fault| fault.kind.comes_first()) {
        let carries = params::parse(&body).ok().and_then(|body| carries(&pool, &body));
        pool.journal.record(Call { carries, ..call(&pool, operation, None, Some(fault)) });
        return answer::instead(fault.kind, &request_id).await;
    }
    // In a task of its own: a client that goes away does not stop halfway what it asked for, as it would not at AWS.
    let task = tokio::spawn(perform(pool, operation, body, fault.clone()));
    let result = task.await.unwrap_or_else(|_panicked| Err(ApiError::internal()));
    answer::delivered(fault.as_ref(), answer::amz(&result, &request_id)).await
}

/// The operation a request names, if this pool has it.
fn operation(method: &Method, headers: &HeaderMap) -> Option<&'static str> {
    let content_type = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    if method != Method::POST || !media_type.eq_ignore_ascii_case("application/x-amz-json-1.1") {
        return None;
    }
    let target = headers.get("x-amz-target")?.to_str().ok()?;
    let name = target.strip_prefix("AWSCognitoIdentityProviderService.")?;
    OPERATIONS.into_iter().find(|&operation| operation == name)
}

async fn perform(
    pool: Arc<Shared>,
    operation: &'static str,
    body: Bytes,
    fault: Option<Fault>,
) -> Result<Value, ApiError> {
    let mut carried = None;
    let result = match params::parse(&body) {
        Ok(body) => {
            // Before it is performed, which may be the end of the token.
            carried = carries(&pool, &body);
            let fault = fault.as_ref().map(|fault| fault.kind);
            let request = Request { pool: Arc::clone(&pool), body, fault, for_whom: ForWhom::Client };
            operations::perform(operation, request).await
        }
        Err(error) => Err(error),
    };
    pool.journal.record(Call { carries: carried, ..call(&pool, operation, Some(&result), fault.as_ref()) });
    result
}

/// Which kind of token a request carries, if any.
fn carries(pool: &Shared, body: &Map<String, Value>) -> Option<&'static str> {
    let refresh = body.get("RefreshToken").or_else(|| body.get("Token"));
    let refresh = refresh.or_else(|| body.get("AuthParameters")?.get("REFRESH_TOKEN"));
    let token = body.get("AccessToken").or(refresh)?.as_str()?;
    if pool.state().refresh_tokens.contains_key(&ids::fingerprint(token)) {
        return Some("refresh");
    }
    let claims = jwt::verified_claims(&pool.keys(), token);
    Some(match claims.as_ref().and_then(|claims| claims["token_use"].as_str()) {
        Some("access") => "access",
        Some("id") => "id",
        _ => "unknown",
    })
}

fn call(pool: &Shared, operation: &str, result: Option<&Result<Value, ApiError>>, fault: Option<&Fault>) -> Call {
    let (outcome, message) = match result {
        None => ("none", None),
        Some(Ok(_)) => ("ok", None),
        Some(Err(error)) => (error.code, error.message.clone()),
    };
    Call {
        operation: operation.to_owned(),
        outcome: outcome.to_owned(),
        message,
        carries: None,
        fault: fault.map(|fault| fault.kind.name()),
        at_ms: pool.now_ms(),
    }
}
