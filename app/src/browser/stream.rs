//! The event stream, one for all tabs of this browser (`stream.js`).

use js_sys::Function;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

#[wasm_bindgen(js_namespace = holdfast)]
extern "C" {
    #[wasm_bindgen(js_name = stream)]
    fn open(sub: &str, heard: &Function) -> Function;
}

/// The switch of a stream.
#[derive(Clone)]
pub(crate) struct Stream(Function);

impl Stream {
    /// Begins to listen to what other tabs hear for the user `sub`: `heard(kind, data)`.
    pub(crate) fn open(sub: &str, heard: impl Fn(String, String) + 'static) -> Self {
        let closure = Closure::<dyn Fn(String, String)>::new(heard);
        let switch = open(sub, closure.as_ref().unchecked_ref());
        closure.forget();
        Self(switch)
    }

    /// Whether this tab is ready to have the stream: only while its user is the one signed in.
    pub(crate) fn attend(&self, attend: bool) {
        let _ = self.0.call1(&JsValue::NULL, &JsValue::from_bool(attend));
    }
}
