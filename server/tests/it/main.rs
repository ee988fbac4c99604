//! The server as its clients meet it: one binary, the real process on a port of its own, real HTTP, a real SQLite file,
//! the real AWS SDK against the embedded pool, and a clock that only moves when a test moves it.

mod harness;

mod documents;
mod drafts;
