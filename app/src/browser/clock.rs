//! Two clocks: the monotonic one that everything is counted on, and the reader's time of day for showing only.

use wasm_bindgen::{JsCast, JsValue};

/// Whole milliseconds on the page's monotonic clock, which no one can set; 0 is when the page was asked for.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive, and no page lives for 2^53 ms")]
pub(crate) fn monotonic_ms() -> u64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now()) as u64
}

/// Milliseconds since the Unix epoch by the computer's clock, which may be wrong: good for noticing that it jumped.
#[expect(clippy::cast_possible_truncation, reason = "JavaScript's dates are whole milliseconds below 2^53")]
pub(crate) fn wall_ms() -> i64 {
    js_sys::Date::now() as i64
}

/// A moment (milliseconds since the Unix epoch) as the reader's own time of day, "14:02".
pub(crate) fn time_of_day(unix_ms: i64) -> String {
    locale(unix_ms, "toLocaleTimeString", &[("hour", "numeric"), ("minute", "2-digit")])
}

/// A moment (milliseconds since the Unix epoch) as the reader's own day and time, "22 Nov 2026, 14:02".
pub(crate) fn moment(unix_ms: i64) -> String {
    locale(unix_ms, "toLocaleString", &[("dateStyle", "medium"), ("timeStyle", "short")])
}

#[expect(clippy::cast_precision_loss, reason = "JavaScript's dates are doubles; exact until the year 287396")]
fn locale(unix_ms: i64, method: &str, how: &[(&str, &str)]) -> String {
    let date = js_sys::Date::new(&JsValue::from_f64(unix_ms as f64));
    let options = js_sys::Object::new();
    for (part, form) in how {
        let _ = js_sys::Reflect::set(&options, &JsValue::from_str(part), &JsValue::from_str(form));
    }
    // No locale is the reader's own.
    let format = js_sys::Reflect::get(&date, &JsValue::from_str(method))
        .ok()
        .and_then(|f| f.dyn_into::<js_sys::Function>().ok());
    format
        .and_then(|format| format.call2(&date, &JsValue::UNDEFINED, &options).ok())
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}
