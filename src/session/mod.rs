//! When a user must sign in again, and how that is told.

mod deadline;

pub use deadline::{Deadline, Lifetimes, Limits, REFRESH_MARGIN_MS, refresh_due, refresh_expires_at, sign_in_by};
