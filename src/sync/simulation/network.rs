//! The network, which loses, doubles and delays; the journal, which is written in order but not at once; and what a tab
//! does of what its machine tells it to.

use super::device::{JOURNAL_MS, Writing};
use super::server::{Cookie, Fault};
use super::world::{Item, MENDED_AT, OWNER, World};
use crate::edit::{apply_to, utf16_len};
use crate::entropy::SeededEntropy;
use crate::receipt::Chain;
use crate::sync::{Alarm, Answer, Effect, Event, Record, Remote, Sync, replay};
use crate::wire::{Code, PatchDraft};

/// How long a tab waits for an answer.
const TIMEOUT_MS: u64 = 4_000;

impl World {
    /// Tells a machine what happened, performs its effects, and looks at what it claims.
    pub(super) fn tell(&mut self, tab: usize, event: Event) -> Result<(), String> {
        if !self.tabs[tab].alive {
            return Ok(());
        }
        if matches!(&event, Event::SignedIn { sub } if sub != OWNER) {
            self.findings.sealed += 1;
        }
        let now = self.devices[self.tabs[tab].device].monotonic(self.now);
        let effects = self.tabs[tab].machine.on(event, now);
        let mut rewritten = false;
        for effect in effects {
            self.tell_of(|| format!("    tab {tab}: {effect:?}"));
            match effect {
                Effect::Send(patch) if rewritten => self.send_when_written(tab, patch)?,
                Effect::Send(patch) => self.send(tab, patch)?,
                Effect::Journal { seq, edit } => self.write(tab, Record::Edit { seq, edit }),
                Effect::TrimJournal { through, head, hash } => {
                    self.has_through(tab, through)?;
                    self.write(tab, Record::Base { acked: through, head, hash, edits: None });
                }
                Effect::RewriteJournal { through, head, hash, edits } => {
                    self.has_through(tab, through)?;
                    self.write(tab, Record::Base { acked: through, head, hash, edits: Some(edits) });
                    rewritten = true;
                }
                Effect::CatchUp { since } => self.later(900, Item::CatchUp(tab, since)),
                Effect::ApplyRemote(edits) => {
                    if let Some(screen) = &mut self.tabs[tab].screen {
                        screen.text = apply_to(&screen.text, &edits).map_err(|error| error.to_string())?;
                        screen.caret = screen.caret.min(utf16_len(&screen.text));
                    }
                }
                // A timer may be late.
                Effect::WakeIn { ms } => {
                    let at = self.now + ms + self.below(20);
                    self.at(at, Item::Wake(tab));
                }
                Effect::AskSession => self.ask(tab, 500),
                Effect::Alarm(Alarm::Rejected(Code::CannotSave | Code::TooLarge | Code::NotFound)) => {}
                Effect::Alarm(alarm) => return Err(format!("alarm {alarm:?} in {}", self.tabs[tab].writer)),
            }
        }
        self.typing.clear();
        self.check(tab)?;
        self.is_home(tab);
        Ok(())
    }

    fn has_through(&self, tab: usize, through: u64) -> Result<(), String> {
        if self.server.acked(&self.tabs[tab].writer) < through {
            return Err("the journal was trimmed beyond what the server has".to_owned());
        }
        Ok(())
    }

    pub(super) fn send(&mut self, tab: usize, patch: PatchDraft) -> Result<(), String> {
        if self.tabs[tab].awaited.is_some() {
            return Err("two batches in flight".to_owned());
        }
        self.counter += 1;
        let request = self.counter;
        self.tabs[tab].awaited = Some(request);
        let lost_on_the_way_back = self.once_in(8);
        if !self.once_in(8) {
            self.later(500, Item::Arrives(tab, request, patch.clone(), !lost_on_the_way_back));
        }
        if self.once_in(10) {
            self.later(8_000, Item::Arrives(tab, request, patch, false));
        }
        let at = self.now + TIMEOUT_MS;
        self.at(at, Item::Answer(tab, request, Answer::Failed));
        Ok(())
    }

    pub(super) fn answered(&mut self, tab: usize, request: u64, answer: Answer) -> Result<(), String> {
        if self.tabs[tab].awaited != Some(request) || !self.tabs[tab].alive {
            return Ok(());
        }
        self.tabs[tab].awaited = None;
        match answer {
            Answer::Conflict(_) => self.findings.conflicts += 1,
            Answer::Failed => self.findings.unknown += 1,
            Answer::Escrowed { .. } => self.findings.escrowed += 1,
            _ => {}
        }
        self.tell(tab, Event::Answered(answer))
    }

    /// A request reaches the server (perhaps for the second time, perhaps from a tab that is no more).
    pub(super) fn arrives(
        &mut self,
        tab: usize,
        request: u64,
        patch: &PatchDraft,
        answered: bool,
    ) -> Result<(), String> {
        let before = self.server.log.len();
        let cookie = self.devices[self.tabs[tab].device].cookie;
        let answer = match self.below(40) {
            0 if self.now < MENDED_AT => Answer::RetryAfter { ms: Some(self.below(3_000)) },
            1 if self.now < MENDED_AT => Answer::CannotSave { ms: None },
            2 if self.now < MENDED_AT => Answer::NotFound,
            _ if self.now < MENDED_AT && is_refused(request) => Answer::Rejected(Code::TooLarge),
            roll => self.server.patch(patch, cookie, self.escrow && roll % 2 == 0),
        };
        if answered {
            self.later(500, Item::Answer(tab, request, answer));
        }
        let accepted = self.server.log.get(before..).unwrap_or_default().to_vec();
        if !accepted.is_empty() && cookie != Cookie::Owner {
            return Err(format!("saved while the cookie was {cookie:?}"));
        }
        for accepted in accepted {
            for other in self.living(None) {
                if other != tab && self.below(3) != 0 {
                    self.later(800, Item::Stream(other, Remote::from(accepted.clone())));
                }
            }
        }
        Ok(())
    }

    /// A tab begins its journal.
    pub(super) fn journal_begins(&mut self, tab: usize, head: u64, hash: Chain) {
        self.write(tab, Record::Base { acked: 0, head, hash, edits: None });
    }

    fn write(&mut self, tab: usize, record: Record) {
        if self.fault == Fault::JournalOff {
            return;
        }
        let takes = 1 + self.below(JOURNAL_MS - 1);
        let at_risk = if matches!(record, Record::Edit { .. }) { std::mem::take(&mut self.typing) } else { Vec::new() };
        let (device, writer) = (self.tabs[tab].device, self.tabs[tab].writer.clone());
        let journal = self.devices[device].journals.entry(writer).or_default();
        journal.due = journal.due.max(self.now + takes);
        journal.queue.push_back(Writing { record, at_risk, then: None });
        let due = journal.due;
        self.at(due, Item::Written(tab));
    }

    /// What comes with a journal written anew is sent when that is durable.
    fn send_when_written(&mut self, tab: usize, patch: PatchDraft) -> Result<(), String> {
        let (device, writer) = (self.tabs[tab].device, self.tabs[tab].writer.clone());
        match self.devices[device].journals.get_mut(&writer).and_then(|journal| journal.queue.back_mut()) {
            Some(last) => {
                last.then = Some(patch);
                Ok(())
            }
            None => self.send(tab, patch),
        }
    }

    /// The next record is durable.
    pub(super) fn written(&mut self, tab: usize) -> Result<(), String> {
        if !self.tabs[tab].alive {
            return Ok(());
        }
        let (device, writer) = (self.tabs[tab].device, self.tabs[tab].writer.clone());
        let Some(journal) = self.devices[device].journals.get_mut(&writer) else { return Ok(()) };
        let Some(Writing { record, then, .. }) = journal.queue.pop_front() else { return Ok(()) };
        let seq = match &record {
            Record::Edit { seq, .. } => Some(*seq),
            Record::Base { acked, edits: Some(edits), .. } => Some(acked + edits.len() as u64),
            Record::Base { .. } => None,
        };
        journal.records.push(record);
        if let Some(patch) = then {
            self.send(tab, patch)?;
        }
        seq.map_or(Ok(()), |seq| self.tell(tab, Event::Journalled { seq }))
    }

    /// What dead tabs of a device have left goes to the server, as soon as its owner is signed in there.
    pub(super) fn bring_home(&mut self, device: usize) -> Result<(), String> {
        if self.devices[device].cookie != Cookie::Owner {
            self.later(4_000, Item::BringHome(device));
            return Ok(());
        }
        let living: Vec<String> = self.living(None).iter().map(|tab| self.tabs[*tab].writer.clone()).collect();
        let dead = self.devices[device].journals.keys().filter(|writer| !living.contains(writer));
        for writer in dead.cloned().collect::<Vec<_>>() {
            let Some(journal) = self.devices[device].journals.get(&writer) else { continue };
            let found = replay(&writer, journal.records.iter().cloned().map(Some));
            if !found.stray.is_empty() {
                return Err(format!("nobody knows where {} edits of {writer} belong", found.stray.len()));
            }
            let Some(mut left) = found.left.filter(|left| !left.edits.is_empty()) else {
                self.devices[device].journals.remove(&writer);
                continue;
            };
            self.findings.brought_home += 1;
            if self.fault == Fault::ForgetsTheWriter {
                self.devices[device].journals.remove(&writer);
                left.writer = format!("{writer}-again");
                left.acked = 0;
            }
            let (name, seed) = (left.writer.clone(), self.random());
            let tab = self.add(device, name, Sync::resume(left, OWNER.to_owned(), seed), None);
            self.tell(tab, Event::Tick)?;
        }
        Ok(())
    }

    /// A tab that only brings a journal home is done when everything has a receipt.
    fn is_home(&mut self, tab: usize) {
        let state = &mut self.tabs[tab];
        let status = state.machine.status();
        if state.screen.is_none() && status.typed == status.acked {
            state.alive = false;
            let (device, writer) = (state.device, state.writer.clone());
            self.devices[device].journals.remove(&writer);
        }
    }
}

/// Some requests are refused for what is in them, and so is every copy of them.
fn is_refused(request: u64) -> bool {
    SeededEntropy::new(request).next_u64().is_multiple_of(40)
}
