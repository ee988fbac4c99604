//! What must hold at every step, and in the end.

use std::collections::{BTreeMap, BTreeSet};

use super::device::Screen;
use super::server::Accepted;
use super::world::World;
use crate::sync::{Event, Remote, SaveState};

impl From<Accepted> for Remote {
    fn from(accepted: Accepted) -> Self {
        let Accepted { writer, base_head, edits, head, hash, .. } = accepted;
        Self { writer, base_head, head, hash, edits }
    }
}

impl World {
    /// "Saved" is only ever said of what the server has, and the countdown never shows more time than there is.
    pub(super) fn check(&self, tab: usize) -> Result<(), String> {
        let state = &self.tabs[tab];
        let status = state.machine.status();
        let on_server = self.server.acked(&state.writer);
        if on_server < status.acked || (status.state == SaveState::Saved && on_server < status.typed) {
            return Err(format!("{} was shown as saved: {status:?}, the server has {on_server}", state.writer));
        }
        if status.acked < status.typed && status.state == SaveState::Saved {
            return Err(format!("saved although {status:?}"));
        }
        if let Some(Screen { countdown: Some(countdown), doubtful: false, .. }) = &state.screen {
            let device = &self.devices[state.device];
            let shown = countdown.remaining(device.monotonic(self.now) + 1);
            let left = device.ends_at.saturating_sub(self.now).cast_signed();
            if left < shown {
                return Err(format!("tab {tab} shows {shown} ms where {left} ms are left"));
            }
        }
        Ok(())
    }

    /// Nothing is missing, nothing is there twice, and everybody sees the same.
    pub(super) fn is_whole(&mut self) -> Result<(), String> {
        // Everybody hears of everything, in order.
        let log = self.server.log.clone();
        for tab in self.living(None) {
            let status = self.tabs[tab].machine.status();
            if status.state != SaveState::Saved || status.unsaved_characters != 0 {
                return Err(format!("not saved in the end: {status:?} {:?}", self.tabs[tab].machine));
            }
            for accepted in &log {
                self.tell(tab, Event::Remote(Remote::from(accepted.clone())))?;
            }
            let text = self.tabs[tab].screen.as_ref().map(|screen| &screen.text);
            if text.is_some_and(|text| *text != self.server.text) {
                return Err(format!("{} sees another text than the server's", self.tabs[tab].writer));
            }
        }
        self.every_journal_is_empty()?;
        let mut accepted: BTreeMap<&str, u64> = BTreeMap::new();
        for batch in &log {
            let next = accepted.entry(&batch.writer).or_insert(1);
            if batch.seq != *next {
                return Err(format!("{} was accepted twice or with a gap", batch.writer));
            }
            *next += batch.edits.len() as u64;
        }
        self.every_character_is_there()
    }

    fn every_journal_is_empty(&self) -> Result<(), String> {
        let living: BTreeSet<&str> = self.living(None).iter().map(|tab| self.tabs[*tab].writer.as_str()).collect();
        let mut journals = self.devices.iter().flat_map(|device| device.journals.keys());
        match journals.find(|writer| !living.contains(writer.as_str())) {
            Some(writer) => Err(format!("the journal of {writer} was never brought home")),
            None => Ok(()),
        }
    }

    fn every_character_is_there(&mut self) -> Result<(), String> {
        let text: BTreeSet<char> = self.server.text.chars().collect();
        self.findings.doubled = (self.server.text.chars().count() - text.len()) as u64;
        if self.findings.doubled != 0 && !self.escrow {
            return Err("something is doubled".to_owned());
        }
        let certain = |c: &&char| !self.doubtful.contains(*c);
        let missing: String =
            self.inserted.difference(&self.deleted).filter(certain).filter(|c| !text.contains(c)).collect();
        let back: String = self.deleted.intersection(&text).filter(certain).collect();
        self.findings.lost = missing.chars().count() as u64;
        self.findings.back = back.chars().count() as u64;
        if !missing.is_empty() {
            return Err(format!("characters are missing: {missing}"));
        }
        if !back.is_empty() && !self.escrow {
            return Err(format!("deleted characters are back: {back}"));
        }
        Ok(())
    }
}
