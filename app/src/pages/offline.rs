//! The page that a dead network gets. The service worker keeps it (`app/sw.js`) and there is nobody to ask for more: it is
//! whole, its style and script are written into it. The response's policy lets them in by the nonce that comes with it.

use std::sync::Arc;

use hydration_context::SsrSharedContext;
use leptos::prelude::*;

use crate::words;

/// The page as a complete response body; the same for everybody, whatever address was asked for.
#[must_use]
pub fn render_offline(style: &str, script: &str, nonce: &str) -> String {
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new())));
    let html = owner.with(|| page(style, script, nonce).to_html());
    owner.unset();
    html
}

fn page(style: &str, script: &str, nonce: &str) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <title>{[words::OFFLINE, " · ", words::PRODUCT].concat()}</title>
                <style nonce=nonce.to_owned() inner_html=style.to_owned()></style>
            </head>
            <body>
                <main>
                    <p class="offline-brand">{words::PRODUCT}</p>
                    <h1>{words::OFFLINE}</h1>
                    <p>{words::OFFLINE_WHY} " " {words::OFFLINE_WAITS}</p>
                    <p>{words::OFFLINE_WORK}</p>
                    // Without an address of its own: the very one that was asked for.
                    <p><a href="">{words::TRY_AGAIN}</a></p>
                </main>
                <script type="module" nonce=nonce.to_owned() inner_html=script.to_owned()></script>
            </body>
        </html>
    }
}
