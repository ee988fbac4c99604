//! People, and everything that happens to them.

use super::device::Screen;
use super::server::Cookie;
use super::world::{Item, World};
use crate::edit::{Edit, apply_to, byte_offset};
use crate::sync::Event;
use crate::wire::EndReason;

/// Nobody has more tabs open.
const MOST_TABS: usize = 6;

impl World {
    /// A person types, deletes, or moves the caret.
    pub(super) fn person(&mut self, tab: usize) -> Result<(), String> {
        let state = &self.tabs[tab];
        if !state.alive {
            return Ok(());
        }
        let pause = if self.below(6) == 0 { 6_000 } else { 300 };
        let sealed = state.machine.status().sealed;
        let Some(Screen { text, caret, .. }) = &state.screen else { return Ok(()) };
        let (text, caret) = (text.clone(), *caret);
        self.later(pause, Item::Person(tab));
        if sealed {
            return Ok(());
        }
        let bounds: Vec<u32> = std::iter::once(0)
            .chain(text.chars().scan(0, |end, c| {
                *end += u32::try_from(c.len_utf16()).unwrap_or(1);
                Some(*end)
            }))
            .collect();
        let stays = self.below(4) != 0;
        let index = match bounds.iter().position(|bound| *bound == caret) {
            Some(index) if stays => index,
            _ => self.index(bounds.len()),
        };
        let longest = if self.below(8) == 0 { 30 } else { 3 };
        let end = if self.below(3) == 0 { (index + self.index(longest)).min(bounds.len() - 1) } else { index };
        let count = self.index(4);
        let inserted: String = self.fresh.by_ref().take(count).collect();
        let (at, end) = (bounds[index], bounds[end]);
        let gone = &text[byte_offset(&text, at)..byte_offset(&text, end)];
        self.typing = gone.chars().chain(inserted.chars()).collect();
        self.deleted.extend(gone.chars());
        self.inserted.extend(inserted.chars());
        self.findings.typed += count as u64;
        let edit = Edit { at, deleted: end - at, inserted };
        if let Some(screen) = &mut self.tabs[tab].screen {
            screen.caret = at + edit.inserted_len();
            screen.text = apply_to(&text, std::slice::from_ref(&edit)).map_err(|error| error.to_string())?;
        }
        self.tell(tab, Event::Typed(edit))
    }

    pub(super) fn chaos(&mut self) -> Result<(), String> {
        self.later(2_500, Item::Chaos);
        let living = self.living(None);
        // To a sleeping device nothing happens.
        let awake: Vec<usize> =
            living.iter().copied().filter(|tab| self.devices[self.tabs[*tab].device].asleep.is_none()).collect();
        let tab = awake.get(self.index(awake.len())).copied();
        let device = self.index(self.devices.len());
        let happens = self.below(16);
        self.tell_of(|| format!("    {happens} on device {device} or tab {tab:?}"));
        match (happens, tab) {
            (0 | 1, _) => {
                let reason = [EndReason::Expired, EndReason::Expired, EndReason::Revoked][self.index(3)];
                self.devices[device].cookie = Cookie::Ended(reason);
                self.ask_all(device, 4_000);
            }
            (2, _) => {
                self.devices[device].cookie = Cookie::Somebody;
                self.ask_all(device, 4_000);
            }
            (3..6, _) => {
                self.sign_in(device);
                self.server.merge_escrow()?;
                self.ask_all(device, 1_000);
            }
            (6, Some(tab)) => return self.tell(tab, Event::Offline),
            (7, Some(tab)) => return self.tell(tab, Event::Online),
            (8, Some(tab)) => return self.tell(tab, Event::Flush),
            (9, Some(tab)) => return self.tell(tab, Event::Behind { head: u64::MAX }),
            (10 | 11, Some(tab)) => self.crash(tab),
            (12, _) if living.len() < MOST_TABS => self.later(1_000, Item::Open(device)),
            (13, _) if self.devices[device].asleep.is_none() => {
                let until = self.now + 2_000 + self.below(8_000);
                self.devices[device].asleep = Some((self.now, until));
                self.at(until, Item::WakesUp(device));
            }
            (14, _) if self.devices[device].asleep.is_none() => {
                // Somebody sets the clock: by more than a sleep here takes, which no clock could tell from a sleep.
                let jump = 60_000 + self.below(10_000_000).cast_signed();
                self.devices[device].wall_ahead += if self.below(2) == 0 { jump } else { -jump };
                self.notice(device, false)?;
                self.ask_all(device, 1_000);
            }
            (15, _) => {
                if self.below(2) == 0 {
                    self.server.crash();
                } else {
                    self.server.sync_to_disk();
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// A tab is gone, with what it had not written down yet.
    fn crash(&mut self, tab: usize) {
        self.tell_of(|| format!("tab {tab} crashes"));
        self.findings.crashes += 1;
        let state = &mut self.tabs[tab];
        state.alive = false;
        let (device, writer) = (state.device, state.writer.clone());
        if let Some(journal) = self.devices[device].journals.get_mut(&writer) {
            for writing in journal.queue.drain(..) {
                self.findings.last_moment += writing.at_risk.len() as u64;
                self.doubtful.extend(writing.at_risk);
            }
        }
        self.later(5_000, Item::BringHome(device));
        if self.tabs[tab].screen.is_some() {
            self.later(5_000, Item::Open(device));
        }
    }
}
