//! One quiet look: how long the sign-in lasts, in the header's menu, for whoever wants to know it before it is told; and the
//! way to sign in again whenever it suits.

use holdfast::session::{Phase, Told, words as countdown_words};
use leptos::prelude::*;

use super::banner::{SAME_DAY_MS, told};
use super::desk::{Desk, Who};
use crate::browser::{self, time_of_day, wall_ms};
use crate::words;

/// In the menu, which is closed until somebody looks.
#[island]
pub(crate) fn TimeLeft() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let ends_at = RwSignal::new(String::new());
    // By the clock that the reader looks at; the server does not know it.
    Effect::new(move |_| {
        let left = desk.left_ms();
        let near = left.unsigned_abs() < SAME_DAY_MS;
        ends_at.set(if near { time_of_day(wall_ms() + left) } else { String::new() });
    });
    let text = Memo::new(move |_| match desk.who.get() {
        Who::Other => String::new(),
        Who::Owner | Who::Nobody(_) => {
            let ends_at = ends_at.get();
            countdown_words(&Told { ends_at: &ends_at, ..told(desk, Phase::Quiet) })
        }
    });
    let sign_in = move |_| {
        if let Some(menu) = browser::find(".header-more") {
            let _ = menu.remove_attribute("open");
        }
        desk.dialog_open.set(true);
    };
    view! {
        <div class="time-left">
            <p>{move || text.get()}</p>
            <button class="button-plain" type="button" on:click=sign_in>
                {words::SIGN_IN_AGAIN_NOW}
            </button>
        </div>
    }
}
