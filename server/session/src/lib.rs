//! **Cognito sessions for any axum app.** Tokens stay on the server, sealed with the secret in the cookie; they are
//! refreshed on demand, once, in a task that no disconnect can cancel; only a definite no from the user pool ends a
//! session; and the moment of the forced sign-in is known to the millisecond.
//!
//! | module | owns |
//! |---|---|
//! | [`sessions`] | the service: who is signed in, until when, refresh, sign-in, sign-out; the extractors |
//! | [`routes`] | `/api/session`, `/api/sessions`, `/api/sign-up`, `/api/forgot-password`, problem documents |
//! | [`layer`] | the cookie |
//! | [`store`] | why tower-sessions holds nothing contended |
//! | [`rows`] | the storage port, its contract, rows in memory |
//! | [`provider`] | the identity-provider port |
//! | [`cognito`] | its implementation over the AWS SDK |
//! | [`device`] | binding a session to a key that does not leave the device |
//! | [`bearer`] | programs that bring a token instead of a session |
//! | [`jwks`], [`verify`] | the pool's keys, and what a token must be before it is believed |
//! | [`managed_login`] | signing in on the pool's own pages |
//! | [`seal`] | tokens at rest |
//! | [`buckets`] | how often something may be tried |
//!
//! Nothing here knows documents, pages or SQL. `examples/tiny.rs` is a whole app.

#[cfg(target_family = "wasm")]
compile_error!("holdfast-session holds tokens and runs on the server; nothing in it may be compiled for a browser");

pub mod bearer;
pub mod buckets;
pub mod cognito;
pub mod device;
pub mod jwks;
pub mod layer;
pub mod managed_login;
pub mod provider;
pub mod routes;
pub mod rows;
pub mod seal;
pub mod sessions;
pub mod store;
pub mod verify;
