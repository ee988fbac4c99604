//! What is done about the forced sign-in, and the operator's own limits.

use holdfast::session::Limits;
use holdfast::wire::Policy;
use holdfast_user_pool::settings::{SettingError, read};

use super::parse_ms;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
/// The idle limit that belongs to `strict`.
const STRICT_IDLE: i64 = 15 * MINUTE;

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolicySettings {
    /// The policy.
    pub policy: Policy,
    /// With less than this left, in milliseconds, a page asks for a new sign-in first; 0 never does.
    pub ask_first_ms: i64,
    /// The operator's own limits.
    pub limits: Limits,
    /// How often, at most, Cognito is asked whether somebody active is still signed in there, in milliseconds.
    pub revocation_check_ms: Option<i64>,
}

impl PolicySettings {
    pub(super) fn read(lookup: &impl Fn(&str) -> Option<String>) -> Result<Self, SettingError> {
        let policy = read(lookup, "HOLDFAST_POLICY", "countdown", parse_policy)?.unwrap_or_default();
        let early = read(lookup, "HOLDFAST_EARLY_WINDOW", "60m", parse_ms)?.unwrap_or(HOUR);
        let strict = read(lookup, "HOLDFAST_STRICT_WINDOW", "24h", parse_ms)?.unwrap_or(24 * HOUR);
        let idle = read(lookup, "HOLDFAST_IDLE_LIMIT", "15m", parse_limit)?;
        let (ask_first_ms, idle) = match policy {
            Policy::Countdown => (0, idle),
            Policy::Early => (early, idle),
            Policy::Strict => (strict, idle.or(Some(STRICT_IDLE))),
        };
        Ok(Self {
            policy,
            ask_first_ms,
            limits: Limits { absolute: read(lookup, "HOLDFAST_ABSOLUTE_LIMIT", "12h", parse_limit)?, idle },
            revocation_check_ms: read(lookup, "HOLDFAST_REVOCATION_CHECK", "60s", parse_interval)?,
        })
    }

    /// The variable that `ask_first_ms` came from.
    #[must_use]
    pub fn window_variable(&self) -> &'static str {
        if self.policy == Policy::Strict { "HOLDFAST_STRICT_WINDOW" } else { "HOLDFAST_EARLY_WINDOW" }
    }
}

fn parse_policy(text: &str) -> Result<Policy, String> {
    match text {
        "countdown" => Ok(Policy::Countdown),
        "early" => Ok(Policy::Early),
        "strict" => Ok(Policy::Strict),
        _ => Err(format!("{text:?} is none of countdown, early, strict")),
    }
}

fn parse_limit(text: &str) -> Result<i64, String> {
    match parse_ms(text)? {
        0 => Err("a limit of no time would sign everybody out at once; leave it unset for none".to_owned()),
        ms => Ok(ms),
    }
}

/// `GetUser` counts against the account's quota.
fn parse_interval(text: &str) -> Result<i64, String> {
    match parse_ms(text)? {
        ms if ms < 1_000 => Err(format!("{text:?} is shorter than a second; leave it unset for no check")),
        ms => Ok(ms),
    }
}
