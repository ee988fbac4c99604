//! JSON by the engine's own parser: serde_json would weigh more in wasm than the editor.

use js_sys::{Array, JSON, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// A parsed value.
#[derive(Debug, Clone, Default)]
pub(crate) struct Json(JsValue);

impl Json {
    /// A value that JavaScript has.
    pub(crate) fn of(value: JsValue) -> Self {
        Self(value)
    }

    /// Parses; what cannot be read has no members.
    pub(crate) fn parse(text: &str) -> Self {
        Self(JSON::parse(text).unwrap_or_default())
    }

    /// The member `key`, or nothing.
    pub(crate) fn get(&self, key: &str) -> Self {
        Self(Reflect::get(&self.0, &JsValue::from_str(key)).unwrap_or_default())
    }

    /// The value as a string.
    pub(crate) fn text(&self) -> Option<String> {
        self.0.as_string()
    }

    /// The value as a whole number: those of the wire are exact up to 2^53.
    #[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^53, checked")]
    pub(crate) fn integer(&self) -> Option<i64> {
        self.0
            .as_f64()
            .filter(|number| number.trunc() == *number && number.abs() < 9_007_199_254_740_992.0)
            .map(|n| n as i64)
    }

    /// The value as a whole number that is not negative.
    pub(crate) fn natural<T: TryFrom<i64>>(&self) -> Option<T> {
        self.integer().and_then(|number| T::try_from(number).ok())
    }

    /// The value as yes or no.
    pub(crate) fn truth(&self) -> Option<bool> {
        self.0.as_bool()
    }

    /// The values of a list.
    pub(crate) fn list(&self) -> Option<Vec<Self>> {
        self.0.dyn_ref::<Array>().map(|array| array.iter().map(Self).collect())
    }
}
