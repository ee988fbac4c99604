//! Cognito's wire: one address for every operation, which a header names, two documents under the pool's id, and
//! the pages and endpoints of managed login.

pub(crate) mod answer;
mod invoke;
pub(crate) mod serve;
mod well_known;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;

use crate::managed_login;
use crate::pool::Shared;

/// No request of Cognito's is nearly as large.
const BODY_LIMIT: usize = 256 * 1024;

pub(crate) fn router(pool: &Arc<Shared>) -> Router {
    Router::new()
        .route("/", axum::routing::any(invoke::invoke))
        .route("/{pool_id}/.well-known/jwks.json", get(well_known::jwks))
        .route("/{pool_id}/.well-known/openid-configuration", get(well_known::openid_configuration))
        .merge(managed_login::router())
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(Arc::clone(pool))
}
