//! The save status: one element that says where the work is. "Saved" stands there only when receipts cover the whole text
//! and the title is on the server, too.

use holdfast::sync::{Alarm, SaveState, Session, Status as Text};
use leptos::prelude::*;

use super::title::TitleState;
use crate::browser::{self, Timer, time_of_day};
use crate::islands::desk::Work;
use crate::words;

/// Not worth a word before it has lasted this long: a save takes a moment.
const PATIENCE_MS: u64 = 4_000;

/// What the status is derived from.
#[derive(Clone, Copy)]
pub(super) struct Status {
    text: RwSignal<Text>,
    title: RwSignal<TitleState>,
    /// The title is in the device's journal.
    title_kept: RwSignal<bool>,
    alarm: RwSignal<Option<Alarm>>,
    /// The device cannot keep a copy.
    no_journal: RwSignal<bool>,
    /// No save has gone through for longer than one should take, although something is unsaved.
    late: RwSignal<bool>,
    patience: StoredValue<Option<Timer>, LocalStorage>,
}

impl Status {
    pub(super) fn new() -> Self {
        let nothing_typed = Text {
            state: SaveState::Saved,
            typed: 0,
            journalled: 0,
            acked: 0,
            unsaved_characters: 0,
            saved_at: None,
            unreachable: false,
            session: Session::Live,
            sealed: false,
        };
        Self {
            text: RwSignal::new(nothing_typed),
            title: RwSignal::new(TitleState::Saved),
            title_kept: RwSignal::new(false),
            alarm: RwSignal::new(None),
            no_journal: RwSignal::new(false),
            late: RwSignal::new(false),
            patience: StoredValue::new_local(None),
        }
    }

    /// The text's part.
    pub(super) fn set_text(self, text: Text) {
        if self.text.get_untracked() != text {
            if text.state == SaveState::Saved {
                self.alarm.set(None);
            }
            if self.text.get_untracked().acked < text.acked {
                // Saving works, even where the typing is always ahead of it.
                self.be_patient();
            }
            self.text.set(text);
            self.watch();
        }
    }

    /// The title's part.
    pub(super) fn set_title(self, title: TitleState) {
        if self.title.get_untracked() != title {
            self.title.set(title);
            self.watch();
        }
    }

    /// Whether the device's journal has the title as it stands there.
    pub(super) fn set_title_kept(self, kept: bool) {
        if self.title_kept.get_untracked() != kept {
            self.title_kept.set(kept);
        }
    }

    /// Something that must not happen, did.
    pub(super) fn set_alarm(self, alarm: Alarm) {
        self.alarm.set(Some(alarm));
    }

    /// Whether the device keeps a copy of what is typed.
    pub(super) fn set_journal(self, works: bool) {
        if self.no_journal.get_untracked() == works {
            self.no_journal.set(!works);
        }
    }

    /// Both parts together.
    pub(super) fn work(self) -> Work {
        let text = self.text.get();
        let state = match (text.state, self.title.get()) {
            (SaveState::Saved, TitleState::Waiting) => SaveState::OnScreen,
            (SaveState::Saved, TitleState::Sending) => SaveState::Sending,
            (SaveState::Saved, TitleState::Refused) => SaveState::CannotSave,
            (state, _) => state,
        };
        let kept = text.state != SaveState::Saved && text.typed <= text.journalled;
        let text_is_safe = text.state == SaveState::Saved || (kept && !self.no_journal.get());
        let title_is_safe = self.title.get() == TitleState::Saved || self.title_kept.get();
        // What the server refuses stays where it is until somebody does something about it.
        let safe = state != SaveState::CannotSave && text_is_safe && title_is_safe;
        Work { unsaved: text.unsaved_characters, state, kept, safe }
    }

    /// Begins to lose patience when something becomes unsaved, and is patient again when all is saved.
    fn watch(self) {
        if self.work_untracked().state == SaveState::Saved {
            self.be_patient();
        } else if self.patience.with_value(Option::is_none) {
            self.patience.set_value(Timer::after(PATIENCE_MS, move || self.late.set(true)));
        }
    }

    fn be_patient(self) {
        self.patience.set_value(None);
        self.late.set(false);
    }

    fn work_untracked(self) -> Work {
        untrack(move || self.work())
    }

    fn words(self) -> String {
        let work = self.work();
        let Work { unsaved, state, .. } = work;
        match state {
            SaveState::Saved => {
                self.text.get().saved_at.map_or_else(words::saved, |at| words::saved_at(&time_of_day(at)))
            }
            SaveState::CannotSave => words::cannot_save(unsaved, work.place(), self.alarm.get()),
            SaveState::Escrowed => words::ESCROWED.to_owned(),
            SaveState::Conflict => words::MERGING.to_owned(),
            SaveState::Sending | SaveState::OnDevice | SaveState::OnScreen => {
                let text = self.text.get();
                if text.session == Session::Live && text.unreachable && text.state != SaveState::Saved {
                    words::no_connection(unsaved, work.place())
                } else if self.late.get() || text.session != Session::Live {
                    words::not_saved(unsaved, work.place())
                } else {
                    words::SAVING.to_owned()
                }
            }
        }
    }

    /// The element. It is a status that is spoken only when something is wrong: "Saving", "Saved" after every sentence
    /// would be heard instead of the text.
    pub(super) fn view(self) -> impl IntoView + use<> {
        let state = Memo::new(move |_| self.work().state);
        let spoken = move || if state.get() == SaveState::CannotSave { "polite" } else { "off" };
        let download = move |_| {
            if let Some(area) = browser::find("textarea") {
                browser::download(&browser::title(), &area);
            }
        };
        let helpless = move || self.no_journal.get() || state.get() == SaveState::CannotSave;
        view! {
            <p class="save-trouble" role="alert" hidden=move || !self.no_journal.get()>
                {move || if self.no_journal.get() { words::NO_JOURNAL } else { "" }}
            </p>
            <button class="button-quiet" type="button" hidden=move || !helpless() on:click=download>{words::DOWNLOAD}</button>
            <p
                class="save-status"
                role="status"
                aria-live=spoken
                data-save-state=move || state.get().as_str()
                data-late=move || self.late.get().then_some("")
                data-typed=move || self.text.get().typed.to_string()
                data-journalled=move || self.text.get().journalled.to_string()
                data-acked=move || self.text.get().acked.to_string()
            >
                {move || self.words()}
            </p>
        }
    }
}
