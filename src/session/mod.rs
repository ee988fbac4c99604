//! When a user must sign in again, and how that is told.

mod countdown;
mod deadline;
mod phase;
mod validity;
mod words;

pub use countdown::Countdown;
pub use deadline::{
    Deadline, Lifetimes, Limits, REFRESH_MARGIN_MS, ask_first_window, fixed_end, pool_clock_offset, refresh_due,
    refresh_expires_at, renewable_until, sign_in_by,
};
pub use phase::{Phase, Thresholds, phase};
pub use validity::{ValidityError, check_refresh_validity, from_cognito, parse_validity};
pub use words::{Again, Announcement, Told, announcement, count, words, work_words};
