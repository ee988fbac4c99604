//! *Stay signed in*: a person says that they are still there. It moves the idle limit, for all tabs, and finds out whether
//! they still are signed in.

use holdfast::wire::EXPECTED_USER;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::desk::{Desk, Who};
use super::shell::Watcher;
use crate::api;
use crate::browser::{Ask, fetch, monotonic_ms};
use crate::words;

pub(super) fn stay(desk: Desk, watcher: Watcher) {
    let Some(watch) = watcher.get_value() else { return };
    spawn_local(async move {
        let asked = monotonic_ms();
        let sub = desk.owner.with_value(|owner| owner.sub.clone());
        let headers = [(EXPECTED_USER, sub.as_str())];
        let ask = Ask { method: "POST", path: "/api/session/extend", headers: &headers, ..Ask::default() };
        let reply = fetch(&ask).await;
        if let Some(reason) = reply.as_ref().and_then(api::ended) {
            watch.take_end(reason, asked);
        } else if let Some(status) = reply.as_ref().and_then(|reply| api::session_status(&reply.body)) {
            watch.tell_tabs();
            if watch.take(&status, asked, monotonic_ms()) == Who::Owner {
                // The button goes away; the text has the focus next.
                desk.resume();
            }
        } else {
            desk.tell(words::NOT_HEARD.to_owned().into());
            // Somebody else may be signed in.
            watch.ask();
        }
    });
}
