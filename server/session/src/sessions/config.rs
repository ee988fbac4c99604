//! What the operator decides, and the ports that the process hands in.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use holdfast::clock::Clock;
use holdfast::entropy::Entropy;
use holdfast::session::Limits;
use holdfast::wire::Policy;

use crate::managed_login::ManagedLogin;
use crate::provider::IdentityProvider;
use crate::rows::SessionRows;
use crate::seal::Keys;
use crate::verify::Verifier;

/// What the operator decides.
#[derive(Debug, Clone)]
pub struct SessionsConfig {
    /// The operator's own limits.
    pub limits: Limits,
    /// Told to the page; what it means here is in the limits and in `ask_first_ms`.
    pub policy: Policy,
    /// With less than this left of the sign-in a page asks for a new one before work starts ([`super::Sessions::asks_first`]);
    /// cut to half of what a new one would give. 0 never asks.
    pub ask_first_ms: i64,
    /// How often, at most, a session in use asks the pool whether its user is still signed in there (`GetUser`); `None`
    /// finds out at the next refresh.
    pub revocation_check_ms: Option<i64>,
    /// The app client's `RefreshTokenValidity`.
    pub refresh_token_validity_ms: i64,
    /// How long before the end the quiet line appears.
    pub notice_ms: i64,
    /// How long before the end the banner appears.
    pub warning_ms: i64,
    /// Whether the app is reached over https: Secure `__Host-` cookies.
    pub secure: bool,
    /// Whether sessions are bound to a key of the device where the browser offers it ([`crate::device`]); over https only.
    pub device_binding: bool,
    /// For how long after a session's end the app still takes saves ([`super::Saver`]): the cookie stays as long.
    pub late_saves_ms: i64,
    /// How long a request that reads waits for a refresh: the provider's operation time-out and a little.
    pub read_patience: Duration,
    /// How long a request that saves waits for a refresh: it needs the session, not a fresh token.
    pub save_patience: Duration,
    /// How long a sign-out waits for the provider to take the refresh token back.
    pub sign_out_patience: Duration,
    /// Sign-ins that may ask the provider at the same time.
    pub concurrent_sign_ins: usize,
    /// How long a step of a sign-in can be answered: the app client's `AuthSessionValidity`, three minutes by default.
    pub challenge_ms: i64,
    /// Where people sign in on the pool's own pages.
    pub managed_login: Option<ManagedLogin>,
    /// What an authenticator app shows beside its code.
    pub app_name: String,
}

impl SessionsConfig {
    /// The defaults, for an app client with this `RefreshTokenValidity`.
    #[must_use]
    pub fn new(refresh_token_validity_ms: i64) -> Self {
        Self {
            limits: Limits::default(),
            policy: Policy::default(),
            ask_first_ms: 0,
            revocation_check_ms: None,
            refresh_token_validity_ms,
            notice_ms: 3_600_000,
            warning_ms: 600_000,
            secure: true,
            device_binding: true,
            late_saves_ms: 0,
            read_patience: Duration::from_secs(16),
            save_patience: Duration::from_millis(1500),
            sign_out_patience: Duration::from_secs(1),
            concurrent_sign_ins: 32,
            challenge_ms: 180_000,
            managed_login: None,
            app_name: String::from("Holdfast"),
        }
    }
}

/// What the process hands in.
pub struct Ports {
    /// Cognito, or what stands for it.
    pub provider: Arc<dyn IdentityProvider>,
    /// Checks its tokens.
    pub verifier: Verifier,
    /// The sessions table.
    pub rows: Arc<dyn SessionRows>,
    /// The server's key ring.
    pub keys: Keys,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// What the app does at every sign-in.
    pub sign_in_hook: Option<Arc<dyn SignInHook>>,
}

/// What an app does at every sign-in, before it is answered.
#[async_trait]
pub trait SignInHook: Send + Sync + 'static {
    /// This user has signed in. The sign-in is answered when this returns and cannot fail by it, so it must not take long.
    async fn signed_in(&self, sub: &str);

    /// This user has ended all other sessions. What those bring that had ended before, by their deadlines, is not wanted any
    /// more either ([`super::Saver::Former`]).
    async fn others_ended(&self, sub: &str) {
        let _nothing_to_do_for = sub;
    }
}
