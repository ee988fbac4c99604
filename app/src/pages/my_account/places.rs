//! Where a writer is signed in.

use holdfast::wire::Code;
use leptos::prelude::*;

use super::super::when::{ago, iso};
use super::{AccountForm, Place, complaint};
use crate::words;

pub(super) fn places(places: Vec<Place>, now_ms: i64, error: Option<Code>) -> impl IntoView {
    let others = places.iter().any(|place| !place.current).then(|| {
        view! {
            <form method="post" action="/account/places/others/end">
                <button class="button-quiet" type="submit">{words::SIGN_OUT_OTHERS}</button>
            </form>
        }
    });
    let lines = places.into_iter().map(|place| line(&place, now_ms)).collect_view();
    view! {
        <section aria-labelledby="places-title">
            <h2 id="places-title">{words::WHERE_SIGNED_IN}</h2>
            {complaint(AccountForm::Places, error.map(|code| (AccountForm::Places, code)))}
            <ul class="documents-list" role="list" aria-labelledby="places-title">{lines}</ul>
            <div class="settings-actions">
                {others}
                <form method="post" action="/account/sign-out">
                    <button class="button-quiet" type="submit">{words::SIGN_OUT_EVERYWHERE}</button>
                </form>
            </div>
        </section>
    }
}

fn line(place: &Place, now_ms: i64) -> impl IntoView + use<> {
    let (signed_in_at, used_at) = (now_ms - place.signed_in_ms_ago, now_ms - place.last_active_ms_ago);
    let browser = place.browser.map(words::place);
    let name = match (place.current, &browser) {
        (true, None) => words::THIS_BROWSER.to_owned(),
        (true, Some(browser)) => words::this_browser(browser),
        (false, None) => words::ANOTHER_BROWSER.to_owned(),
        (false, Some(browser)) => browser.clone(),
    };
    let signed_in = words::signed_in(&ago(signed_in_at, now_ms));
    let end = (!place.current).then(|| {
        let label = [words::SIGN_OUT_THERE, ", ", &name, ", ", &signed_in].concat();
        view! {
            <form method="post" action=["/account/places/", &place.id, "/end"].concat()>
                <button class="button-quiet" type="submit" aria-label=label>{words::SIGN_OUT_THERE}</button>
            </form>
        }
    });
    view! {
        <li>
            <span class="trash-title">{name}</span>
            <span class="documents-facts">
                <time datetime=iso(signed_in_at)>{signed_in.clone()}</time>
                <time datetime=iso(used_at)>{words::last_used(&ago(used_at, now_ms))}</time>
                {end}
            </span>
        </li>
    }
}
