//! What the person who starts the process reads: where it is, and who can sign in.

use std::fmt::Write as _;

use super::Running;

/// The lines to print once the process listens.
#[must_use]
pub fn announce(running: &Running) -> String {
    let mut text = format!("Holdfast is at {}\n", running.origin);
    if running.pool.is_some() {
        text.push_str("Sign-ins go to the embedded user pool: for development and tests, not for the public.\n");
    }
    if let Some(demo) = running.demo_user() {
        let _infallible = writeln!(text, "Demo user: {}  password: {}", demo.email, demo.password);
    }
    text
}
