//! The server as its clients meet it: one binary, the real process on a port of its own, real HTTP, a real SQLite file,
//! the real AWS SDK against the embedded pool, and a clock that only moves when a test moves it.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

mod harness;
mod json_schema;

mod account;
mod account_page;
mod api_page;
mod authenticator;
mod backup;
mod bearer;
mod clocks;
mod crash_rotation;
mod deadline;
mod device;
mod documents;
mod door;
mod drafts;
mod drill;
mod edge;
mod escrow;
mod events;
mod export;
mod forgotten_password;
mod held_at_start;
mod history;
mod history_pages;
mod import;
mod journal_key;
mod kill;
mod limits;
mod long_history;
mod managed_login;
mod metrics;
mod misconfigured;
mod openapi;
mod outages;
mod passkey_sign_in;
mod passkeys;
mod policies;
mod provider_faults;
mod read;
mod reasons;
mod refresh;
mod saved_page;
mod saving;
mod search;
mod second_factors;
mod secrets;
mod sessions;
mod sign_in_challenges;
mod sign_up;
mod start;
mod storage;
mod trash;
mod two_processes;
mod validity;
