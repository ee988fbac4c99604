//! A timer that is cancelled when it is dropped.

use js_sys::Promise;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;

/// A pending call.
pub(crate) struct Timer {
    id: i32,
    _call: Closure<dyn FnMut()>,
}

impl Timer {
    /// Calls `then` in about `ms` milliseconds; browsers may take longer in a tab that is out of sight.
    pub(crate) fn after(ms: u64, then: impl FnOnce() + 'static) -> Option<Self> {
        let ms = i32::try_from(ms).unwrap_or(i32::MAX);
        let call = Closure::once(then);
        let id = web_sys::window()?
            .set_timeout_with_callback_and_timeout_and_arguments_0(call.as_ref().unchecked_ref(), ms)
            .ok()?;
        Some(Self { id, _call: call })
    }
}

/// Waits about `ms` milliseconds.
pub(crate) async fn wait(ms: u64) {
    let ms = i32::try_from(ms).unwrap_or(i32::MAX);
    let promise = Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms);
        }
    });
    let _ = JsFuture::from(promise).await;
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            window.clear_timeout_with_handle(self.id);
        }
    }
}
