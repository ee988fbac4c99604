//! The banner: how long the sign-in lasts, what is safe where, and the way to sign in again. It never takes the focus and
//! opens nothing by itself.

use holdfast::session::{Again, Phase, Told, announcement, words as countdown_words};
use holdfast::wire::{EndReason, LimitKind};
use leptos::prelude::*;

use super::desk::{Desk, News, Who};
use super::shell::Watcher;
use super::{recovery, stay};
use crate::browser::{monotonic_ms, time_of_day, wall_ms};
use crate::words;

/// A warning can be put off until so much is left (WCAG 2.2, 2.2.4): three times what 2.2.1 asks for.
const LAST_MS: i64 = 60_000;

/// Always in the page; quiet, it is out of sight.
#[island]
pub(crate) fn Banner() -> impl IntoView {
    let (desk, watcher) = (expect_context::<Desk>(), expect_context::<Watcher>());
    let phase = Memo::new(move |_| desk.phase());
    // Being there is enough for the one limit, the others need a sign-in.
    let stays = move || phase.get() == Phase::Warning && desk.limit.get() == LimitKind::Idle;
    let asks = move || matches!(phase.get(), Phase::Warning | Phase::Expired) && !stays();
    let put_off = RwSignal::new(false);
    let early = Memo::new(move |_| phase.get() == Phase::Warning && LAST_MS < desk.left_ms());
    // The next end is another one.
    Effect::new(move |_| {
        if !early.get() {
            put_off.set(false);
        }
    });
    let waits = Memo::new(move |_| early.get() && put_off.get());
    let ends_at = RwSignal::new(String::new());
    // By the clock that the reader looks at, however wrong it is; the server does not know it.
    Effect::new(move |_| {
        if phase.get() == Phase::Warning {
            ends_at.set(time_of_day(wall_ms() + desk.left_ms()));
        }
    });
    let no_password_until = RwSignal::new(String::new());
    Effect::new(move |_| {
        if Phase::Warning <= phase.get() && desk.needs_none() == Some(true) {
            no_password_until.set(no_password_until_now(desk));
        }
    });
    let text = Memo::new(move |_| match phase.get() {
        Phase::Quiet => String::new(),
        _ if waits.get() => String::new(),
        Phase::Sealed => words::SEALED_HELP.to_owned(),
        Phase::Notice | Phase::Warning | Phase::Expired => {
            let work = desk.work.get();
            let (ends_at, until) = (ends_at.get(), no_password_until.get());
            let again = match desk.needs_none() {
                None => Again::Unknown,
                Some(true) => Again::NoPasswordUntil(&until),
                Some(false) => Again::Password,
            };
            let told = Told {
                ends_at: &ends_at,
                again,
                unsaved: work.unsaved,
                state: work.place(),
                ..told(desk, phase.get())
            };
            let mut text = countdown_words(&told);
            if desk.asks_now() {
                text.push_str(words::BEFORE_YOU_GO_ON);
            }
            if desk.troubled.get() {
                text.push_str(words::PROVIDER_TROUBLED);
            }
            text
        }
    });
    let seconds = Memo::new(move |_| (desk.left_ms() / 1000).to_string());
    let (polite, assertive) = announcements(desk, waits);
    // What another user's device has kept is not theirs to read about.
    let quiet = Memo::new(move |_| phase.get() == Phase::Sealed || desk.news.with(Vec::is_empty));
    let told = move || if quiet.get() { String::new() } else { desk.news.with(|news| said(news)) };
    // The document of the newest, as a link; those before it are named only.
    let document = move |part: fn(&Place) -> &str, otherwise: &str| {
        let place = desk.news.with(|news| news.last().and_then(|news| news.document.clone()));
        place.filter(|_| !quiet.get()).map_or_else(|| otherwise.to_owned(), |place| part(&place).to_owned())
    };
    let path = move || document(|place| &place.0, "/");
    // Always somewhere, and always called something: a link without that is none, even where it is hidden.
    let title = move || document(|place| &place.1, words::GO_TO_MY_DOCUMENTS);
    let nowhere = move || quiet.get() || desk.news.with(|news| news.last().is_none_or(|news| news.document.is_none()));
    let undoable = move || !quiet.get() && desk.news.with(|news| news.last().is_some_and(|news| news.undo.is_some()));
    let review = move || {
        let path = desk.news.with(|news| news.last().and_then(|news| news.review.clone()));
        path.filter(|_| !quiet.get())
    };
    let undo = move |_| {
        if let Some((document, version)) =
            desk.news.with_untracked(|news| news.last().and_then(|news| news.undo.clone()))
        {
            recovery::undo(desk, document, version);
        }
    };
    view! {
        <section
            class="banner"
            aria-label=words::SIGN_IN_STATE
            data-session-phase=move || phase.get().as_str()
            data-remaining-seconds=move || seconds.get()
            data-limit=move || LimitKind::as_str(desk.limit.get())
            data-put-off=move || waits.get().then_some("")
        >
            <p class="banner-words">{move || text.get()}</p>
            <button
                class="button-accent"
                type="button"
                hidden=move || waits.get() || !asks()
                on:click=move |_| desk.dialog_open.set(true)
            >
                {words::SIGN_IN_NOW}
            </button>
            <button
                class="button-accent"
                type="button"
                hidden=move || waits.get() || !stays()
                on:click=move |_| stay::stay(desk, watcher)
            >
                {words::STAY_SIGNED_IN}
            </button>
            <button
                class="button-quiet"
                type="button"
                hidden=move || waits.get() || !early.get()
                on:click=move |_| {
                    put_off.set(true);
                    desk.resume();
                }
            >
                {words::REMIND_ME_LATER}
            </button>
            <p class="news" role="status" hidden=move || quiet.get()>
                {told}
                <a href=path target="_blank" hidden=nowhere><bdi>{title}</bdi></a>
            </p>
            <button class="button-quiet" type="button" hidden=move || !undoable() on:click=undo>{words::UNDO}</button>
            // Always somewhere: a link without an address is none, even where it is hidden.
            <a
                href=move || review().unwrap_or_else(|| String::from("/"))
                target="_blank"
                hidden=move || review().is_none()
            >
                {words::REVIEW}
            </a>
            <button class="button-quiet" type="button" hidden=move || quiet.get() on:click=move |_| desk.news.set(Vec::new())>
                {words::ALL_RIGHT}
            </button>
            <p class="visually-hidden" aria-live="polite">{move || polite.get()}</p>
            <p class="visually-hidden" aria-live="assertive">{move || assertive.get()}</p>
        </section>
    }
}

/// A document's page and its title, short.
type Place = (String, String);

/// All of it in a line. A title is somebody's words: it is set apart, whichever way it is written.
fn said(news: &[News]) -> String {
    let mut line = String::new();
    for (nth, News { text, document, .. }) in news.iter().enumerate() {
        line.push_str(text);
        if nth + 1 < news.len() {
            if let Some((_, title)) = document {
                line.push('\u{2068}');
                line.push_str(title);
                line.push('\u{2069}');
            }
            line.push(' ');
        }
    }
    line
}

/// A time of day that is further away than this is another day's.
pub(super) const SAME_DAY_MS: u64 = 12 * 60 * 60 * 1000;

/// The browser's sign-in at the pool ends then, by the reader's own clock; nothing where that is days away.
fn no_password_until_now(desk: Desk) -> String {
    let left = desk.sso_until.get_value().unwrap_or(0).saturating_sub(monotonic_ms());
    if SAME_DAY_MS < left { String::new() } else { time_of_day(wall_ms().saturating_add_unsigned(left)) }
}

/// What the domain has to know for its words, but for the work.
pub(super) fn told(desk: Desk, phase: Phase) -> Told<'static> {
    let (limit, remaining_ms) = (desk.limit.get(), desk.left_ms());
    let why = match desk.who.get() {
        Who::Nobody(reason) => words::why(reason),
        _ if remaining_ms == 0 && limit == LimitKind::Idle => words::why(EndReason::Idle),
        _ => "",
    };
    Told { phase, remaining_ms, limit, why, writes: desk.writes.get_value(), ..Told::default() }
}

/// What a screen reader says, few and far between: the domain decides what and when.
fn announcements(desk: Desk, waits: Memo<bool>) -> (RwSignal<String>, RwSignal<String>) {
    let (polite, assertive) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    Effect::new(move |before: Option<(i64, Phase)>| {
        let (left, phase) = (desk.left_ms(), desk.phase());
        if let Some((left_before, phase_before)) = before {
            if phase != phase_before && matches!(phase, Phase::Quiet | Phase::Sealed) {
                // What was said stays in the page, and is not true any more.
                polite.set(String::new());
                assertive.set(String::new());
            } else if Phase::Warning <= phase && !waits.get_untracked() {
                // A banner that comes up says how near the end is, whatever was crossed on the way.
                let before = if phase_before < Phase::Warning { i64::MAX } else { left_before };
                if let Some(said) = announcement(before, &told(desk, phase)) {
                    let region = if said.assertive { assertive } else { polite };
                    region.set(said.text);
                } else if phase_before < Phase::Warning {
                    polite.set(words::BEFORE_YOU_GO_ON.to_owned());
                }
            }
        }
        (left, phase)
    });
    (polite, assertive)
}
