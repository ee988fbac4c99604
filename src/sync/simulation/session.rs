//! Sessions that begin and end, questions about them, and the countdown that each tab shows.

use super::device::{Clocks, Screen};
use super::server::{Cookie, Fault};
use super::world::{Item, OWNER, World};
use crate::session::Countdown;
use crate::sync::Event;

impl World {
    /// The owner signs in on a device, for some seconds.
    pub(super) fn sign_in(&mut self, device: usize) {
        let ends_at = self.now + 5_000 + self.below(40_000);
        let device_state = &mut self.devices[device];
        device_state.cookie = Cookie::Owner;
        device_state.ends_at = device_state.ends_at.max(ends_at);
        let at = device_state.ends_at;
        self.at(at, Item::Ends(device));
    }

    /// A tab asks who is signed in, and for how long.
    pub(super) fn ask(&mut self, tab: usize, within: u64) {
        let asked = self.devices[self.tabs[tab].device].clocks(self.now);
        self.later(within, Item::Look(tab, asked));
    }

    pub(super) fn ask_all(&mut self, device: usize, within: u64) {
        for tab in self.living(Some(device)) {
            self.ask(tab, within);
        }
    }

    pub(super) fn look(&mut self, tab: usize, asked: Clocks) -> Result<(), String> {
        let device = &self.devices[self.tabs[tab].device];
        if device.asleep.is_some() {
            return Ok(());
        }
        let event = match device.cookie {
            Cookie::Owner => {
                let remaining = device.ends_at.saturating_sub(self.now).cast_signed();
                self.later(5_000, Item::Count(tab, remaining, asked));
                Event::SignedIn { sub: OWNER.to_owned() }
            }
            Cookie::Somebody => Event::SignedIn { sub: "somebody".to_owned() },
            Cookie::Ended(reason) => Event::SessionEnded(reason),
        };
        self.tell(tab, event)
    }

    pub(super) fn count(&mut self, tab: usize, remaining: i64, asked: Clocks) {
        let fault = self.fault;
        let Clocks { monotonic: now, wall } = self.devices[self.tabs[tab].device].clocks(self.now);
        if let Some(Screen { countdown, doubtful, .. }) = &mut self.tabs[tab].screen {
            let from = if fault == Fault::CountsFromTheAnswer { now } else { asked.monotonic };
            let mut started = Countdown::start(remaining, from);
            started.is_doubtful(asked.monotonic, asked.wall);
            *doubtful = started.is_doubtful(now, wall);
            *countdown = Some(started);
            // The device has slept on the question.
            if *doubtful {
                self.ask(tab, 500);
            }
        }
    }

    /// A device wakes up: its countdowns notice that their clock was standing still.
    pub(super) fn wake_up(&mut self, device: usize) -> Result<(), String> {
        let Some((since, _)) = self.devices[device].asleep.take() else { return Ok(()) };
        let slept = self.now - since;
        self.devices[device].slept += slept;
        self.findings.sleeps += 1;
        self.notice(device, 2_000 <= slept)?;
        self.ask_all(device, 4_000);
        Ok(())
    }

    /// Every tab of a device looks at its clocks; `must` where it must find that they do not agree.
    pub(super) fn notice(&mut self, device: usize, must: bool) -> Result<(), String> {
        let Clocks { monotonic: now, wall } = self.devices[device].clocks(self.now);
        for tab in self.living(Some(device)) {
            if let Some(Screen { countdown: Some(countdown), doubtful, .. }) = &mut self.tabs[tab].screen {
                *doubtful |= countdown.is_doubtful(now, wall);
                if must && !*doubtful {
                    return Err(format!("tab {tab} has not noticed that it slept"));
                }
            }
        }
        Ok(())
    }
}
