//! The wire's types, to and from JSON, by hand: the derived code is the server's, and in the browser serde_json with it
//! would be a quarter of all that is loaded. The tests hold both to the same form.

mod journal;
mod read;
mod write;

pub(crate) use journal::{read_record, read_title, record, title_record};
pub(crate) use read::{
    asks_further, code, conflict, ended, escrowed, receipt, remote, renamed, session_status, start, version,
};
pub(crate) use write::{challenge_answer, create_document, create_version, patch_draft, rename, sign_in};
