//! The wasm entry point: pulls in the islands and prepares the reactive system; `app/boot.js` then wakes each island.

use std::sync::Arc;

use any_spawner::Executor;
use holdfast_app as _;
use hydration_context::CsrSharedContext;
use leptos::prelude::Owner;
use wasm_bindgen::prelude::wasm_bindgen;

/// Called once, before any island is hydrated.
///
/// This is `leptos::mount::hydrate_islands` with another context: its own reads what resources and error boundaries have
/// left in the page, and the islands have neither.
#[wasm_bindgen]
pub fn hydrate() {
    let _ = Executor::init_wasm_bindgen();
    let owner = Owner::new_root(Some(Arc::new(CsrSharedContext)));
    owner.set();
    // The islands live as long as their page.
    std::mem::forget(owner);
}
