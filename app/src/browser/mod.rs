//! **The browser**: the only files that touch web-sys. Clock, timers, events, `fetch`, the text area, the device's journal,
//! the event stream, the other tabs.
//!
//! They compile everywhere and run only in a browser: islands reach them from effects and event handlers, neither of which
//! runs while a page is rendered on the server.

mod clock;
mod events;
mod fetch;
mod field;
pub(crate) mod journal;
mod json;
mod page;
mod random;
mod splice;
mod stream;
mod tabs;
mod text_area;
mod timer;

pub(crate) use clock::{moment, monotonic_ms, time_of_day, wall_ms};
pub(crate) use events::{every_return, on, on_document, on_window, wants_to_save, way};
pub(crate) use fetch::{Ask, Reply, fetch};
pub(crate) use field::Field;
pub(crate) use journal::download;
pub(crate) use json::Json;
pub(crate) use page::{
    ask, chosen, close, find, go_to, hold_back, is_from, is_hidden, is_offline, meta, pressed, set_title, take_out,
    title, write,
};
pub(crate) use random::random_id;
pub(crate) use stream::Stream;
pub(crate) use tabs::Tabs;
pub(crate) use text_area::TextArea;
pub(crate) use timer::{Timer, wait};
