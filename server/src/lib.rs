//! **The Holdfast process**: documents, drafts, storage, pages, and the composition of everything.
//!
//! | module | owns |
//! |---|---|
//! | [`backup`] | the database as one file, and back |
//! | [`settings`] | configuration, and the words when it is wrong |
//! | [`start`] | the composition root: opens, wires, serves, drains |
//! | [`documents`] | titles, the list, the trash, versions |
//! | [`drafts`] | the unsaved work: accepting edits, receipts, the text from snapshot and edits |
//! | [`events`] | the fan-out to open pages: what has just been committed |
//! | [`escrow`] | saves that arrive after their session's end, until the same user signs in again |
//! | `import`, `export` | files on their way in and out |
//! | `search` | the list, and what is found in it |
//! | [`metrics`] | what is counted, and told to Prometheus |
//! | [`storage`] | SQLite: one writer with group commit, and every SQL statement |
//! | `markdown` | a text as people read it: HTML that runs nothing |
//! | `http` | the edge: JSON routes, pages, headers, connections |

pub mod backup;
pub mod documents;
pub mod drafts;
pub mod escrow;
pub mod events;
mod export;
mod http;
mod import;
mod markdown;
pub mod metrics;
mod search;
pub mod settings;
pub mod start;
pub mod storage;
