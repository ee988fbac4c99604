//! The question before a sign-out that would leave unsaved work behind. Plain markup: only pages that are alive open it.

use leptos::prelude::*;

use crate::words;

/// Closed; what is pressed is its `returnValue`.
pub(super) fn leave() -> impl IntoView {
    view! {
        <dialog class="dialog" data-leave="" aria-labelledby="leave-title">
            <form class="account-form" method="dialog">
                <h2 id="leave-title">
                    <span data-connected="">{words::LEAVE_TITLE}</span>
                    <span data-unconnected="">{words::LEAVE_TITLE_UNCONNECTED}</span>
                </h2>
                <p data-connected="">{words::LEAVE_WHY}</p>
                <p data-unconnected="">{words::LEAVE_UNCONNECTED}</p>
                <button class="button-primary" value="send">{words::LEAVE_SEND}</button>
                <button class="button-quiet" value="keep">{words::LEAVE_KEEP}</button>
                <button class="button-quiet" value="download">{words::DOWNLOAD}</button>
                <button class="button-quiet" value="discard">{words::LEAVE_DISCARD}</button>
                <button class="button-plain" value="">{words::LEAVE_STAY}</button>
            </form>
        </dialog>
    }
}
