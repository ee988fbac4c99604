//! A document as it reads: its Markdown rendered by the server. Without scripts this is the preview; where they run, the
//! link that leads here opens the same beside the text (`app/preview.js`). It prints as it reads.

use leptos::prelude::*;

use super::data::ReadPage;
use super::header::header;
use super::history::way_back;
use crate::islands::banner::Banner;
use crate::islands::dialog::SignInDialog;
use crate::islands::shell::Shell;
use crate::words;

pub(super) fn read(page: ReadPage) -> impl IntoView {
    let ReadPage { id, title, html, session } = page;
    let heading = if title.trim().is_empty() { words::UNTITLED.to_owned() } else { title.trim().to_owned() };
    view! {
        <Shell>
            {header(&session.user, Some(&id))}
            <Banner />
            <main class="documents">
                {way_back(&id, &title)}
                <h1 class="prose-title">{heading}</h1>
                <article class="prose" inner_html=prose(html)></article>
            </main>
            <SignInDialog />
        </Shell>
    }
}

/// What stands in the preview. `html` is the server's own rendering, `None` where the text is too long for one.
#[must_use]
pub fn prose(html: Option<String>) -> String {
    match html {
        Some(html) if html.trim().is_empty() => ["<p>", words::EMPTY_TEXT, "</p>"].concat(),
        Some(html) => html,
        None => ["<p>", words::TOO_LONG_TO_READ, "</p>"].concat(),
    }
}
