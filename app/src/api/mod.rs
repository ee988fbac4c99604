//! The wire's types, to and from JSON, by hand: the derived code is the server's, and in the browser serde_json with it
//! would be a quarter of all that is loaded. The tests hold both to the same form.

mod read;
mod write;

pub(crate) use read::{code, conflict, ended, escrowed, receipt, session_status, start, version};
pub(crate) use write::{patch_draft, rename, sign_in};
