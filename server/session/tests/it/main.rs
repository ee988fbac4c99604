//! The crate from outside: a real router, a clock moved by hand, a scripted pool with real signatures; and once more with
//! the AWS SDK against the embedded user pool. No test sleeps.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

mod bodies;
mod challenges;
mod cognito;
mod confirm;
mod crashes;
mod crowds;
mod device;
mod drain;
mod early;
mod elsewhere;
mod ends;
mod forgotten;
mod hostile_matrix;
mod hostile_pairs;
mod hostile_tokens;
mod keys;
mod late;
mod leases;
mod lifted;
mod lost_answers;
mod managed_login;
mod outages;
mod races;
mod real_challenges;
mod refresh;
mod routes;
mod stolen_table;
mod support;
mod transient;
