//! Faults on demand: which call, in what way, how often.

use std::sync::Mutex;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::ControlError;
use crate::locks::lock;
use crate::managed_login::ENDPOINTS;
use crate::operations::OPERATIONS;

/// The longest that a `slow` answer is held back.
const LONGEST_DELAY_MS: u64 = 60_000;

/// The next `times` calls of `operation` fail in this way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// A Cognito operation, `*` for any of them, an endpoint of managed login, or `JWKS` for the key set.
    pub operation: String,
    /// How they fail.
    pub kind: FaultKind,
    /// How many of them; one unless said otherwise.
    #[serde(default = "once")]
    pub times: u32,
    /// How long a `slow` answer is held back: a second unless said otherwise, a minute at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<u64>,
}

/// The ways to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// TooManyRequestsException, "Rate exceeded"; nothing happened.
    Throttle,
    /// InternalErrorException with status 500; nothing happened.
    Error500,
    /// A load balancer's page with status 502; nothing happened.
    Html502,
    /// The connection is reset and nothing happened.
    ResetBefore,
    /// The operation took effect and then the connection is reset: a lost response.
    ResetAfter,
    /// No answer until the client goes away, two minutes at most; nothing happened.
    Hang,
    /// The operation took effect and the answer ends in the middle.
    Truncate,
    /// The operation took effect and the answer comes late.
    Slow,
    /// Tokens with another user's `sub`.
    WrongSub,
    /// Tokens of another issuer.
    WrongIss,
    /// An ID token with another `nonce` than the authentication request's.
    WrongNonce,
    /// Tokens of another app client.
    WrongClientId,
    /// Tokens whose key nobody publishes.
    WrongKid,
    /// Tokens without a signature (`"alg":"none"`).
    AlgNone,
    /// Tokens signed with the public key as an HMAC secret.
    Hs256,
    /// A result without an ID token.
    MissingIdToken,
    /// Tokens issued an hour from now.
    IatFuture,
}

impl Fault {
    /// The next call of `operation` fails in this way.
    #[must_use]
    pub fn once(operation: &str, kind: FaultKind) -> Self {
        Self { operation: operation.to_owned(), kind, times: 1, delay_ms: None }
    }

    /// The same, for the next `times` calls.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times, ..self }
    }

    /// How long a `slow` answer is held back.
    #[must_use]
    pub fn delayed(self, delay: Duration) -> Self {
        Self { delay_ms: Some(u64::try_from(delay.as_millis()).unwrap_or(LONGEST_DELAY_MS)), ..self }
    }

    pub(crate) fn delay(&self) -> Duration {
        Duration::from_millis(self.delay_ms.unwrap_or(1_000))
    }
}

impl FaultKind {
    /// Whether the operation is kept from taking effect.
    pub(crate) fn comes_first(self) -> bool {
        matches!(self, Self::Throttle | Self::Error500 | Self::Html502 | Self::ResetBefore | Self::Hang)
    }

    /// Its name in JSON.
    pub(crate) fn name(self) -> String {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::String(name)) => name,
            Ok(_) | Err(_) => format!("{self:?}"),
        }
    }
}

/// The faults that have not happened yet.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    pub(crate) fn add(&self, fault: Fault) -> Result<(), ControlError> {
        let name = fault.operation.as_str();
        if !(OPERATIONS.contains(&name) || ENDPOINTS.contains(&name) || ["*", "JWKS"].contains(&name)) {
            let (operations, endpoints) = (OPERATIONS.join(", "), ENDPOINTS.join(", "));
            let text = format!("unknown operation {name:?}: one of *, JWKS, {endpoints}, {operations}");
            return Err(ControlError::Invalid(text));
        }
        if fault.times == 0 {
            return Err(ControlError::Invalid("times must be at least 1".to_owned()));
        }
        if fault.delay_ms.is_some_and(|delay| delay > LONGEST_DELAY_MS) {
            return Err(ControlError::Invalid(format!("delay_ms must be at most {LONGEST_DELAY_MS}")));
        }
        lock(&self.0).push(fault);
        Ok(())
    }

    /// The fault that this call of `operation` meets.
    pub(crate) fn take(&self, operation: &str) -> Option<Fault> {
        let any = OPERATIONS.contains(&operation);
        let mut faults = lock(&self.0);
        let matches = |fault: &Fault| fault.operation == operation || (any && fault.operation == "*");
        let index = faults.iter().position(matches)?;
        let fault = faults[index].clone();
        faults[index].times -= 1;
        if faults[index].times == 0 {
            faults.remove(index);
        }
        Some(fault)
    }

    pub(crate) fn clear(&self) {
        lock(&self.0).clear();
    }
}

fn once() -> u32 {
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_used_up_in_order_and_only_by_what_they_name() {
        let faults = Faults::default();
        faults.add(Fault::once("GetUser", FaultKind::Throttle).times(2)).unwrap();
        faults.add(Fault::once("*", FaultKind::Html502)).unwrap();
        assert_eq!(faults.take("GetUser").map(|fault| fault.kind), Some(FaultKind::Throttle));
        assert_eq!(faults.take("JWKS"), None);
        assert_eq!(faults.take("SignUp").map(|fault| fault.kind), Some(FaultKind::Html502));
        assert_eq!(faults.take("SignUp"), None);
        assert_eq!(faults.take("GetUser").map(|fault| fault.kind), Some(FaultKind::Throttle));
        assert_eq!(faults.take("GetUser"), None);
    }

    #[test]
    fn a_fault_of_an_unknown_operation_or_of_no_times_is_refused() {
        let faults = Faults::default();
        assert!(faults.add(Fault::once("GetUsr", FaultKind::Throttle)).is_err());
        assert!(faults.add(Fault::once("GetUser", FaultKind::Throttle).times(0)).is_err());
        assert_eq!(FaultKind::Error500.name(), "error500");
    }
}
