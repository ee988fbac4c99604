//! The receipt behind the word "Saved": what of a document is on the server's disk, and how anybody can check it.

use holdfast::session::count;
use leptos::prelude::*;

use super::data::SavedPage;
use super::header::header;
use super::history::{size, way_back};
use super::when::{iso, moment};
use crate::islands::banner::Banner;
use crate::islands::dialog::SignInDialog;
use crate::islands::shell::Shell;
use crate::words;

pub(super) fn saved(page: SavedPage) -> impl IntoView {
    let SavedPage { id, title, saved_at, edits, saves, length, bytes, text_sha256, hash, file_name, session } = page;
    let saved_at = saved_at.map(|at| {
        view! {
            <dt>{words::LAST_SAVED}</dt>
            <dd><time datetime=iso(at) data-moment="">{moment(at)}</time> <span data-utc="">" UTC"</span></dd>
        }
    });
    let text = [&size(length), ", ", &count(bytes, words::bytes(bytes))].concat();
    let unix = ["sha256sum ", &quoted(&file_name)].concat();
    let mac = ["shasum -a 256 ", &quoted(&file_name)].concat();
    let windows = [words::WINDOWS_COMMAND, " '", &file_name.replace('\'', "''"), "'"].concat();
    view! {
        <Shell>
            {header(&session.user, Some(&id))}
            <Banner />
            <main class="documents receipt">
                {way_back(&id, &title)}
                <h1>{words::WHAT_IS_SAVED}</h1>
                <p>{words::ON_DISK}</p>
                <dl>
                    {saved_at}
                    <dt>{words::EDITS_SAVED}</dt>
                    <dd>{words::edits_in_saves(edits, saves)}</dd>
                    <dt>{words::TEXT_SIZE}</dt>
                    <dd>{text}</dd>
                    <dt>{words::TEXT_SUM}</dt>
                    <dd><code data-sum="text">{text_sha256}</code></dd>
                    <dt>{words::CHAIN_SUM}</dt>
                    <dd>
                        <code data-sum="chain">{hash}</code>
                        <p class="account-hint">{words::CHAIN_HELP} " " {words::CHAIN_MORE}</p>
                    </dd>
                </dl>
                <p class="account-hint">{words::MAY_BE_ON_THE_WAY}</p>
                <section aria-labelledby="check">
                    <h2 id="check">{words::CHECK_IT}</h2>
                    <ol>
                        <li><a href=["/documents/", &id, "/export"].concat() download="">{words::CHECK_DOWNLOAD}</a> "."</li>
                        <li>
                            {words::CHECK_RUN}
                            <pre><code>{unix}</code></pre>
                            <p class="account-hint">
                                {words::CHECK_MAC} ": " <code>{mac}</code> "; " {words::CHECK_WINDOWS} ": " <code>{windows}</code>
                            </p>
                        </li>
                        <li>{words::CHECK_COMPARE}</li>
                    </ol>
                </section>
            </main>
            <SignInDialog />
        </Shell>
    }
}

/// A file's name for a shell: within its marks, nothing but them means anything.
fn quoted(name: &str) -> String {
    ["'", &name.replace('\'', "'\\''"), "'"].concat()
}
