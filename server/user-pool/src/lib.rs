//! **The embedded user pool**: it speaks Amazon Cognito's own JSON protocol over HTTP, so that the real AWS SDK and real
//! tokens are exercised with no AWS account. For development and tests, never for production.
//!
//! It does what no public emulator does: refresh tokens expire, `auth_time` stays where the sign-in put it, rotation has
//! its grace period, and throttling, errors, hangs and lost responses happen on demand.
//!
//! | module | owns |
//! |---|---|
//! | [`UserPool`] | the pool: open it, put its router somewhere or let it serve |
//! | [`control`] | faults, mutations, the log of calls, the outbox of codes |
//! | `http` | the wire: dispatch, errors, key set, dropped connections |
//! | `managed_login` | the login page and the endpoints of OAuth 2.0 and OpenID Connect |
//! | `operations` | one file for each group of Cognito's actions |
//! | `srp` | the Secure Remote Password protocol with Cognito's details |
//! | `tokens` | keys, JSON web tokens, claims |
//! | `state` | what is remembered, and its file |
//! | [`settings`] | the `HOLDFAST_POOL_*` variables |

mod challenges;
mod config;
pub mod control;
mod error;
mod http;
mod ids;
mod limits;
mod lockout;
mod locks;
mod managed_login;
mod operations;
mod params;
mod passwords;
mod phantoms;
mod pool;
mod rules;
mod seed;
pub mod settings;
mod srp;
mod state;
mod system;
mod tokens;
mod totp;
mod webauthn;

pub use config::PoolConfig;
pub use control::Control;
pub use http::serve::serve;
pub use pool::{OpenError, UserPool};
pub use rules::{MfaConfiguration, SignInRules};
pub use seed::DemoUser;
pub use system::{SystemClock, SystemEntropy};
