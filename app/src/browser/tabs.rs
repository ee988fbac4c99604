//! The other tabs of this browser. A message only says that somebody signed in or out; what is true is asked of the server.

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BroadcastChannel, MessageEvent};

/// A line to all other tabs of this origin.
#[derive(Clone)]
pub(crate) struct Tabs(Option<BroadcastChannel>);

impl Tabs {
    /// Opens the line; without `BroadcastChannel` it is silent.
    pub(crate) fn open() -> Self {
        Self(BroadcastChannel::new("holdfast").ok())
    }

    /// Tells the other tabs that who is signed in may have changed.
    pub(crate) fn tell(&self) {
        if let Some(channel) = &self.0 {
            let _ = channel.post_message(&JsValue::from_str("sign-in changed"));
        }
    }

    /// Calls `heard` when another tab tells.
    pub(crate) fn listen(&self, heard: impl Fn() + 'static) {
        let Some(channel) = &self.0 else { return };
        let closure = Closure::<dyn FnMut(MessageEvent)>::new(move |_| heard());
        channel.set_onmessage(Some(closure.as_ref().unchecked_ref()));
        closure.forget();
    }
}
