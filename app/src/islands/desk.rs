//! The state that the islands share. Plain signals and what follows from them; what moves them is in `watch`, the dialog
//! and the editor.

use holdfast::session::{Countdown, Phase, Thresholds, phase};
use holdfast::sync::SaveState;
use holdfast::wire::{EndReason, LimitKind, Policy, SessionStatus, User};
use leptos::prelude::*;

use super::editor::Document;

/// Who is signed in, as far as this page knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// The one this page belongs to.
    Owner,
    /// Nobody.
    Nobody(EndReason),
    /// Somebody else.
    Other,
}

impl Who {
    /// Who it is now that the server has said `heard`. Where another user was signed in and nobody is any more, this page is
    /// still not theirs to see: it opens to its owner only.
    fn then(self, heard: Self) -> Self {
        match (self, heard) {
            (Self::Other, Self::Nobody(_)) => Self::Other,
            (_, heard) => heard,
        }
    }
}

/// What is not saved, and where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Work {
    /// Characters that no receipt covers.
    pub(crate) unsaved: u64,
    /// Where they are.
    pub(crate) state: SaveState,
    /// They are on this device's disk, whatever else is tried with them.
    pub(crate) kept: bool,
    /// All of it, the title too, is on the server, or on this device's disk and may still get there.
    pub(crate) safe: bool,
}

impl Work {
    /// Where they are for certain, while something is tried with them.
    pub(crate) fn place(&self) -> SaveState {
        match self.state {
            SaveState::Saved | SaveState::Escrowed => self.state,
            _ if self.kept => SaveState::OnDevice,
            state => state,
        }
    }
}

/// Something that the writer should know and may take back.
#[derive(Debug, Clone)]
pub(crate) struct News {
    /// What, up to the document's title.
    pub(crate) text: String,
    /// Which document, by its page and its title.
    pub(crate) document: Option<(String, String)>,
    /// The version that takes it back, and of which document.
    pub(crate) undo: Option<(Document, u64)>,
    /// Where one can look at it.
    pub(crate) review: Option<String>,
}

impl From<String> for News {
    fn from(text: String) -> Self {
        Self { text, document: None, undo: None, review: None }
    }
}

/// See the module.
#[derive(Clone, Copy)]
pub(crate) struct Desk {
    /// Whose page this is; it never changes.
    pub(crate) owner: StoredValue<User>,
    /// Whether there is a text here that can be written in.
    pub(crate) writes: StoredValue<bool>,
    /// Who is signed in. Set, even to the same, whenever the server has said so.
    pub(crate) who: RwSignal<Who>,
    /// What is left of the sign-in, as last counted.
    pub(crate) remaining_ms: RwSignal<i64>,
    /// Which clock that is.
    pub(crate) limit: RwSignal<LimitKind>,
    /// The writer has come back after a pause.
    pub(crate) returned: RwSignal<bool>,
    /// The sign-in is asked for of whoever comes back.
    pub(super) asks_first: RwSignal<bool>,
    /// Signing in may not work at the moment.
    pub(crate) troubled: RwSignal<bool>,
    /// What is not saved.
    pub(crate) work: RwSignal<Work>,
    /// The page's own title.
    pub(crate) name: RwSignal<String>,
    /// Whether the sign-in dialog is open.
    pub(crate) dialog_open: RwSignal<bool>,
    /// What the writer should know, the newest last.
    pub(crate) news: RwSignal<Vec<News>>,
    /// Counts the wishes that everything be saved at once.
    pub(crate) flushes: RwSignal<u32>,
    /// Counts the decisions to drop what no receipt covers.
    pub(crate) discards: RwSignal<u32>,
    /// Counts the sign-ins in the dialog, after which the writer is back in the text.
    pub(crate) resumes: RwSignal<u32>,
    /// The writer has decided to leave: nothing holds them back.
    pub(crate) leaving: StoredValue<bool>,
    /// Until when a sign-in on the pool's own pages should need no password, by the page's clock; `None` where people sign in
    /// here.
    pub(super) sso_until: StoredValue<Option<u64>>,
    /// Whether it should need none now, as last counted.
    pub(crate) silent: RwSignal<Option<bool>>,
    pub(super) countdown: StoredValue<Countdown>,
    pub(super) thresholds: StoredValue<Thresholds>,
}

impl Desk {
    /// The state a page begins with. It was counted by the server after the page was asked for, which is moment 0 of the
    /// page's clock: counting from there never shows too much.
    pub(crate) fn new(status: Option<SessionStatus>, writes: bool) -> Self {
        // Without its start, which the server always writes, a page only knows that it has to ask.
        let status = status.unwrap_or_else(unknown);
        let (thresholds, asks_first) = (thresholds(&status), asks_first(&status));
        Self {
            owner: StoredValue::new(status.user),
            writes: StoredValue::new(writes),
            who: RwSignal::new(Who::Owner),
            remaining_ms: RwSignal::new(status.sign_in_by_ms),
            limit: RwSignal::new(status.sign_in_by_kind),
            returned: RwSignal::new(false),
            asks_first: RwSignal::new(asks_first),
            troubled: RwSignal::new(status.provider_unavailable),
            work: RwSignal::new(Work { unsaved: 0, state: SaveState::Saved, kept: false, safe: true }),
            name: RwSignal::new(String::new()),
            dialog_open: RwSignal::new(false),
            news: RwSignal::new(Vec::new()),
            flushes: RwSignal::new(0),
            discards: RwSignal::new(0),
            resumes: RwSignal::new(0),
            leaving: StoredValue::new(false),
            sso_until: StoredValue::new(until(status.sso_ms, 0)),
            silent: RwSignal::new(status.sso_ms.map(|left| 0 < left)),
            countdown: StoredValue::new(Countdown::start(status.sign_in_by_ms, 0)),
            thresholds: StoredValue::new(thresholds),
        }
    }

    /// What the banner shows.
    pub(crate) fn phase(&self) -> Phase {
        match self.who.get() {
            Who::Other => Phase::Sealed,
            Who::Nobody(_) => Phase::Expired,
            Who::Owner => {
                let phase = phase(self.remaining_ms.get(), &self.thresholds.get_value());
                if self.asks_now() { phase.max(Phase::Warning) } else { phase }
            }
        }
    }

    /// Whether the sign-in is asked for now although there is time, because the writer has just come back.
    pub(crate) fn asks_now(&self) -> bool {
        self.returned.get()
            && self.asks_first.get()
            && 0 < self.remaining_ms.get()
            && self.who.get() == Who::Owner
            && self.limit.get() != LimitKind::Idle
    }

    /// What is left for the one this page belongs to: nothing, once they are signed out.
    pub(crate) fn left_ms(&self) -> i64 {
        if self.who.get() == Who::Owner { self.remaining_ms.get() } else { 0 }
    }

    /// Whether signing in again should need no password; nothing where nobody can know. Who has signed out, or was signed
    /// out by somebody, may be signed out at the pool, too.
    pub(crate) fn needs_none(&self) -> Option<bool> {
        match self.who.get() {
            Who::Owner => self.silent.get(),
            Who::Nobody(reason) => self.silent.get().filter(|_| reason.is_natural()),
            Who::Other => None,
        }
    }

    /// Takes in who is signed in.
    pub(super) fn set_who(&self, heard: Who) {
        self.who.set(self.who.get_untracked().then(heard));
    }

    /// Tells the writer, once.
    pub(crate) fn tell(&self, news: News) {
        self.news.update(|all| {
            all.retain(|told| (&told.text, &told.document) != (&news.text, &news.document));
            all.push(news);
        });
    }

    /// Takes back what is not true any more.
    pub(crate) fn unsay(&self, text: &str) {
        if self.news.with_untracked(|all| all.iter().any(|told| told.text == text)) {
            self.news.update(|all| all.retain(|told| told.text != text));
        }
    }

    /// Asks for everything to be saved at once.
    pub(crate) fn flush(&self) {
        self.flushes.update(|count| *count += 1);
    }

    /// Brings the writer back into the text.
    pub(crate) fn resume(&self) {
        self.resumes.update(|count| *count += 1);
    }

    /// Whether everything is saved.
    pub(crate) fn is_saved(&self) -> bool {
        self.work.get_untracked().state == SaveState::Saved
    }

    /// Whether nothing is lost if this page ends now.
    pub(crate) fn is_safe(&self) -> bool {
        self.work.get_untracked().safe
    }
}

/// The moment so many milliseconds after `now`.
pub(super) fn until(left_ms: Option<i64>, now: u64) -> Option<u64> {
    left_ms.map(|left| now.saturating_add(u64::try_from(left).unwrap_or(0)))
}

pub(super) fn thresholds(status: &SessionStatus) -> Thresholds {
    Thresholds { notice_ms: status.notice_ms, warning_ms: status.warning_ms }
}

/// Only the policy `early` asks whoever comes back; `strict` has its idle limit for that.
pub(super) fn asks_first(status: &SessionStatus) -> bool {
    status.asks_first && status.policy == Policy::Early
}

fn unknown() -> SessionStatus {
    SessionStatus {
        user: User { sub: String::new(), email: String::new() },
        sign_in_by_ms: 0,
        sign_in_by_kind: LimitKind::Refresh,
        access_ms: 0,
        refresh_ms: 0,
        signed_in_ms_ago: i64::MAX,
        policy: Policy::Countdown,
        notice_ms: 0,
        warning_ms: 0,
        asks_first: false,
        provider_unavailable: false,
        sso_ms: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_user_has_sealed_opens_to_its_owner_only() {
        let nobody = Who::Nobody(EndReason::SignedOut);
        assert_eq!(Who::Owner.then(nobody), nobody);
        assert_eq!(Who::Owner.then(Who::Other), Who::Other);
        assert_eq!(Who::Other.then(nobody), Who::Other);
        assert_eq!(Who::Other.then(nobody).then(Who::Owner), Who::Owner);
    }
}
