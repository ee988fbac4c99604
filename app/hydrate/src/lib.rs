//! The wasm entry point: pulls in the islands and prepares the reactive system; `app/boot.js` then wakes each island.

use holdfast_app as _;
use wasm_bindgen::prelude::wasm_bindgen;

/// Called once, before any island is hydrated.
#[wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
