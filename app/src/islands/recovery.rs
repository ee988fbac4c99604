//! Brings home what dead tabs have left in this device's journal, from whatever page is open: each log goes on as the writer
//! that it was, on the same sync machine, until receipts cover it. Open editors see it arrive like the edits of another
//! window.

use holdfast::sync::{Alarm, Effect as Task, Event, Left, Record, SaveState, Session, Sync, replay};
use holdfast::wire::{Code, EXPECTED_USER, UNATTENDED};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::desk::{Desk, News, Who};
use super::editor::{Document, send};
use super::live::{self, Ears};
use crate::api;
use crate::browser::{Ask, fetch, journal, moment, monotonic_ms, wait};
use crate::words;

/// Looks now, and whenever the owner has signed in again.
pub(super) fn start(desk: Desk, ears: Ears) {
    let busy = StoredValue::new(false);
    Effect::new(move |before: Option<bool>| {
        let owner = desk.who.get() == Who::Owner;
        if owner && before != Some(true) && !busy.get_value() {
            busy.set_value(true);
            spawn_local(async move {
                look(desk, ears).await;
                busy.set_value(false);
            });
        }
        owner
    });
}

async fn look(desk: Desk, ears: Ears) {
    let sub = desk.owner.with_value(|owner| owner.sub.clone());
    for journal::Found { log, at, records } in journal::left_behind(&sub).await {
        let Some(records) = records else {
            desk.tell(words::words_purged(&moment(at)).into());
            let _ = log.write(true, &[]).await;
            continue;
        };
        if let Some((title, before)) = records.iter().flatten().find_map(api::read_title) {
            let document = Document { id: log.document.clone(), sub: sub.clone() };
            if bring_title_home(desk, ears, &document, title, &before).await {
                let _ = log.write(true, &[]).await;
            }
            continue;
        }
        let opened = !records.is_empty() && records.iter().any(Option::is_some);
        let found = replay(&log.writer, records.iter().map(|record| record.as_ref().and_then(api::read_record)));
        let document = Document { id: log.document.clone(), sub: sub.clone() };
        let strays: Vec<String> = found.stray.into_iter().map(|edit| edit.inserted).collect();
        if !opened {
            // Another key's, or damaged from the first byte on: it stays as it is.
            desk.tell(words::words_unreadable(&moment(at)).into());
            continue;
        }
        let home = match found.left {
            Some(left) if !left.edits.is_empty() => bring_home(desk, &document, &log, left, at).await,
            _ => Home::Reached,
        };
        let words_aside = match home {
            Home::Reached => strays.concat(),
            Home::Nowhere(text) => [text, strays.concat()].concat(),
            // The log stays; a later sign-in finds it.
            Home::Later => continue,
        };
        if words_aside.trim().is_empty() || keep_aside(desk, &words_aside, at).await {
            let _ = log.write(true, &[]).await;
        }
    }
}

/// What became of a log.
enum Home {
    /// Receipts cover it.
    Reached,
    /// There is no place for its edits any more; these are the words in them.
    Nowhere(String),
    /// Not now.
    Later,
}

async fn bring_home(desk: Desk, document: &Document, log: &journal::Log, left: Left, at: i64) -> Home {
    let text: String = left.edits.iter().map(|edit| edit.inserted.as_str()).collect();
    let characters = text.chars().count() as u64;
    // The state without them stays within reach.
    let before = version_before(document).await;
    let mut sync = Sync::resume(left, document.sub.clone(), monotonic_ms());
    let (mut event, mut review) = (Event::Tick, None);
    loop {
        let mut next = None;
        for effect in sync.on(event, monotonic_ms()) {
            match effect {
                Task::Send(batch) => {
                    let answer = send::send(document, &batch, true).await;
                    review = send::review(document, &answer).or(review);
                    next = Some(Event::Answered(answer));
                }
                Task::WakeIn { ms } if next.is_none() => {
                    wait(ms).await;
                    next = Some(Event::Tick);
                }
                Task::RewriteJournal { through, head, hash, edits } => {
                    let all = Record::Base { acked: through, head, hash, edits: Some(edits) };
                    let _ = log.write(true, &[api::record(&all)]).await;
                }
                Task::Alarm(Alarm::Rejected(Code::CannotSave)) => {}
                Task::Alarm(_) => return Home::Nowhere(text),
                // The page knows: a document that is not there is asked for once more.
                Task::AskSession if sync.status().session == Session::Unknown => {
                    next = Some(Event::SignedIn { sub: document.sub.clone() });
                }
                Task::AskSession => return Home::Later,
                _ => {}
            }
        }
        if sync.status().state == SaveState::Saved {
            let undo = before.map(|version| (document.clone(), version));
            let title = title_now(document).await.flatten().unwrap_or_else(|| words::THE_TEXT.to_owned());
            let place = place(&document.id, &title);
            desk.tell(News { text: words::words_added(characters, &moment(at)), document: place, undo, review });
            return Home::Reached;
        }
        match next {
            Some(next) => event = next,
            None => return Home::Later,
        }
    }
}

/// Gives a document the title that was typed into a tab that is gone, unless it has been given another one since then: then
/// the writer is told. `false`: not now.
async fn bring_title_home(desk: Desk, ears: Ears, document: &Document, title: String, before: &str) -> bool {
    let headers = [(EXPECTED_USER, document.sub.as_str())];
    let Some(now) = title_now(document).await else { return false };
    match now {
        Some(now) if now == title => {}
        Some(now) if now == before => {
            let (path, body) = (document.path(""), api::rename(&title));
            let ask = Ask { method: "PATCH", path: &path, headers: &headers, body: Some(&body), ..Ask::default() };
            if fetch(&ask).await.is_none_or(|reply| 300 <= reply.status) {
                return false;
            }
            let news = News::from(words::TITLE_ADDED.to_owned());
            desk.tell(News { document: place(&document.id, &title), ..news });
            live::renamed(ears, &document.id, title);
        }
        Some(now) => {
            let news = News::from(words::title_aside(&title));
            desk.tell(News { document: place(&document.id, &now), ..news });
        }
        None => desk.tell(words::title_gone(&title).into()),
    }
    true
}

/// A document's title, or that it is gone; nothing where that cannot be asked now.
async fn title_now(document: &Document) -> Option<Option<String>> {
    let path = document.path("");
    let headers = [(EXPECTED_USER, document.sub.as_str()), (UNATTENDED, "1")];
    let reply = fetch(&Ask { method: "GET", path: &path, headers: &headers, ..Ask::default() }).await?;
    match reply.status {
        404 => Some(None),
        _ => reply.body.get("title").text().map(Some),
    }
}

/// The page of a document, and how it is called in a sentence.
fn place(id: &str, title: &str) -> Option<(String, String)> {
    Some((["/documents/", id].concat(), words::short(title)))
}

async fn version_before(document: &Document) -> Option<u64> {
    let (path, body) = (document.path("/versions"), api::create_version("", "recovery"));
    let headers = [(EXPECTED_USER, document.sub.as_str()), (UNATTENDED, "1")];
    let ask = Ask { method: "POST", path: &path, headers: &headers, body: Some(&body), ..Ask::default() };
    fetch(&ask).await.filter(|reply| reply.status < 300).and_then(|reply| api::version(&reply.body))
}

/// Words that have no place become a document of their own.
async fn keep_aside(desk: Desk, text: &str, at: i64) -> bool {
    let body = api::create_document(words::RECOVERED_WORDS, text);
    let sub = desk.owner.with_value(|owner| owner.sub.clone());
    let headers = [(EXPECTED_USER, sub.as_str()), (UNATTENDED, "1")];
    let ask = Ask { method: "POST", path: "/api/documents", headers: &headers, body: Some(&body), ..Ask::default() };
    let Some(kept) = fetch(&ask).await.filter(|reply| reply.status < 300) else { return false };
    let id = kept.body.get("id").text().unwrap_or_default();
    let news = News::from(words::words_aside(&moment(at)));
    desk.tell(News { document: place(&id, words::RECOVERED_WORDS), ..news });
    true
}

/// Goes back to the state before the last thing that was added.
pub(super) fn undo(desk: Desk, document: Document, version: u64) {
    spawn_local(async move {
        let path = document.path(&["/versions/", &version.to_string(), "/restore"].concat());
        let headers = [(EXPECTED_USER, document.sub.as_str())];
        let ask = Ask { method: "POST", path: &path, headers: &headers, ..Ask::default() };
        if fetch(&ask).await.is_some_and(|reply| reply.status < 300) {
            desk.news.set(vec![words::UNDONE.to_owned().into()]);
        }
    });
}
