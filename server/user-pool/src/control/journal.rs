//! What the pool was asked, and what it would have mailed. In memory, the latest only.

use std::collections::VecDeque;
use std::sync::Mutex;

use serde::Serialize;

use crate::locks::lock;

const CALLS: usize = 10_000;
const MESSAGES: usize = 1_000;

/// One call of an operation or of the key set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Call {
    /// The Cognito operation, an endpoint of managed login, or `JWKS`.
    pub operation: String,
    /// `ok`, the exception's name or the error code of OAuth 2.0 (`login` where the login page was asked for), or `none` where a fault kept the operation from happening.
    pub outcome: String,
    /// The exception's text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Which token it carried: `access`, `id` or `refresh`; `unknown` where this pool never issued it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carries: Option<&'static str>,
    /// The fault that this call met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// When, by the pool's clock.
    pub at_ms: i64,
}

/// A message that would have been mailed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// The e-mail address, or the phone number.
    pub to: String,
    /// What it is for: `sign_up`, `resend`, `forgot_password`, `verify_attribute` or `sign_in`.
    pub kind: &'static str,
    /// The code in it.
    pub code: String,
    /// When, by the pool's clock.
    pub at_ms: i64,
}

/// The log of calls and the outbox.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    calls: Mutex<VecDeque<Call>>,
    outbox: Mutex<VecDeque<Message>>,
}

impl Journal {
    pub(crate) fn record(&self, call: Call) {
        push(&self.calls, call, CALLS);
    }

    /// Puts a code into the outbox and into the log, which is where a developer without mail finds it.
    pub(crate) fn send(&self, message: Message) {
        tracing::info!("user pool: code {} for {} (development only)", message.code, message.to);
        push(&self.outbox, message, MESSAGES);
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        lock(&self.calls).iter().cloned().collect()
    }

    pub(crate) fn outbox(&self) -> Vec<Message> {
        lock(&self.outbox).iter().cloned().collect()
    }

    pub(crate) fn clear(&self) {
        lock(&self.calls).clear();
        lock(&self.outbox).clear();
    }
}

fn push<T>(queue: &Mutex<VecDeque<T>>, item: T, limit: usize) {
    let mut queue = lock(queue);
    if queue.len() == limit {
        queue.pop_front();
    }
    queue.push_back(item);
}
