//! As much of JSON Schema (2020-12) as the API's description uses, and stricter in two ways: a member that is not
//! described is an error, and so is a keyword that is not known here, lest it be believed to be checked.

#![expect(clippy::panic, reason = "a test fails by panicking, in its helpers too")]

use std::collections::BTreeSet;

use serde_json::Value;

/// The members of an object that a schema described.
type Described = BTreeSet<String>;

/// Checks `value` against `schema`, whose references point into `document`.
pub(crate) fn check(document: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    Checker { document }.closed(schema, value, "$")
}

/// What a `$ref` points to; anything else is itself.
pub(crate) fn resolve<'a>(document: &'a Value, node: &'a Value) -> &'a Value {
    node["$ref"].as_str().map_or(node, |reference| {
        let target = reference.strip_prefix('#').and_then(|pointer| document.pointer(pointer));
        target.unwrap_or_else(|| panic!("{reference} points nowhere"))
    })
}

struct Checker<'a> {
    document: &'a Value,
}

impl Checker<'_> {
    /// The value fits, and has no member that is not described.
    fn closed(&self, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
        let described = self.fits(schema, value, at)?;
        let open = schema["additionalProperties"] == true;
        let mut members = value.as_object().into_iter().flat_map(|object| object.keys());
        match members.find(|name| !open && !described.contains(*name)) {
            Some(stranger) => Err(format!("{at}.{stranger} is not described")),
            None => Ok(()),
        }
    }

    fn fits(&self, schema: &Value, value: &Value, at: &str) -> Result<Described, String> {
        let keywords = schema.as_object().ok_or_else(|| format!("{at}: no schema: {schema}"))?;
        let mut described = Described::new();
        for (keyword, argument) in keywords {
            described.extend(self.keyword(keyword, argument, schema, value, at)?);
        }
        Ok(described)
    }

    fn keyword(
        &self,
        keyword: &str,
        argument: &Value,
        schema: &Value,
        value: &Value,
        at: &str,
    ) -> Result<Described, String> {
        let mut described = Described::new();
        let list = || argument.as_array().into_iter().flatten();
        let count = |length: Option<usize>, fits: fn(u64, u64) -> bool| {
            length.is_none_or(|length| fits(length as u64, argument.as_u64().unwrap_or_default()))
        };
        let number = |fits: fn(i128, i128) -> bool| match (integer(value), integer(argument)) {
            (Some(value), Some(limit)) => fits(value, limit),
            _ => true,
        };
        let characters = value.as_str().map(|text| text.chars().count());
        let items = value.as_array().map(Vec::len);
        let fits = match keyword {
            "description" | "title" | "x-enum-descriptions" => true,
            "additionalProperties" if argument.is_object() => {
                let named = |name: &str| schema["properties"].get(name).is_some();
                for (name, member) in value.as_object().into_iter().flatten().filter(|(name, _)| !named(name)) {
                    self.closed(argument, member, &format!("{at}.{name}"))?;
                    described.insert(name.clone());
                }
                true
            }
            "additionalProperties" => argument.is_boolean(), // what is not described is refused anyway
            "$ref" => {
                described.extend(self.fits(resolve(self.document, schema), value, at)?);
                true
            }
            "allOf" => {
                for part in list() {
                    described.extend(self.fits(part, value, at)?);
                }
                true
            }
            "oneOf" => {
                let mut fitting: Vec<_> = list().map(|part| self.fits(part, value, at)).collect();
                let reasons = format!("{fitting:?}");
                fitting.retain(Result::is_ok);
                match (fitting.pop(), fitting.is_empty()) {
                    (Some(only), true) => described.extend(only?),
                    _ => return Err(format!("{at} must fit exactly one: {reasons}")),
                }
                true
            }
            "type" => is_of_type(argument.as_str().unwrap_or_default(), value),
            "required" => list().all(|name| name.as_str().is_some_and(|name| value.get(name).is_some())),
            "properties" => {
                for (name, property) in argument.as_object().into_iter().flatten() {
                    if let Some(member) = value.get(name) {
                        self.closed(property, member, &format!("{at}.{name}"))?;
                        described.insert(name.clone());
                    }
                }
                true
            }
            "items" => {
                for (n, item) in value.as_array().into_iter().flatten().enumerate() {
                    self.closed(argument, item, &format!("{at}[{n}]"))?;
                }
                true
            }
            "prefixItems" => {
                for (n, (part, item)) in list().zip(value.as_array().into_iter().flatten()).enumerate() {
                    self.closed(part, item, &format!("{at}[{n}]"))?;
                }
                true
            }
            "enum" => list().any(|one| one == value),
            "const" => argument == value,
            "minimum" => number(|value, limit| limit <= value),
            "maximum" => number(|value, limit| value <= limit),
            "minItems" => count(items, |length, limit| limit <= length),
            "maxItems" => count(items, |length, limit| length <= limit),
            "maxLength" => count(characters, |length, limit| length <= limit),
            "pattern" => matches(argument.as_str().unwrap_or_default(), value.as_str().unwrap_or_default())?,
            "format" => match argument.as_str() {
                Some("int64") => integer(value).is_none_or(|value| i64::try_from(value).is_ok()),
                Some("password" | "uri" | "uri-reference") => true,
                _ => return Err(format!("the format {argument} is not known")),
            },
            _ => return Err(format!("the keyword {keyword} is not known")),
        };
        if fits { Ok(described) } else { Err(format!("{at} = {value} does not fit {keyword} {argument}")) }
    }
}

fn integer(value: &Value) -> Option<i128> {
    value.as_i64().map(i128::from).or_else(|| value.as_u64().map(i128::from))
}

fn is_of_type(name: &str, value: &Value) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => integer(value).is_some(),
        "null" => value.is_null(),
        _ => false,
    }
}

/// The patterns of the description, in Rust: one more needs one more line.
fn matches(pattern: &str, text: &str) -> Result<bool, String> {
    let hex = |digits| text.len() == digits && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let decimal = |text: &str| (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    Ok(match pattern {
        "^[0-9a-f]{32}$" => hex(32),
        "^[0-9a-f]{64}$" => hex(64),
        "^[0-9]{1,20}$" => decimal(text),
        "^\"[0-9]{1,20}\"$" => text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).is_some_and(decimal),
        "^[A-Za-z0-9_-]{1,64}$" => {
            let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
            (1..=64).contains(&text.len()) && text.bytes().all(allowed)
        }
        "^[A-Za-z0-9+/]{43}=$" => {
            let digit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
            text.strip_suffix('=').is_some_and(|digits| digits.len() == 43 && digits.bytes().all(digit))
        }
        r"^[^\u0000-\u001f\u007f-\u009f]*$" => !text.chars().any(char::is_control),
        _ => return Err(format!("the pattern {pattern} is not known")),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::check;

    #[test]
    fn what_does_not_fit_is_found_however_deep_it_lies() {
        let document = json!({"schemas": {
            "line": {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer", "minimum": 1}}},
            "page": {"allOf": [{"$ref": "#/schemas/line"}, {"properties": {"lines": {"items": {"$ref": "#/schemas/line"}}}}]},
            "either": {"oneOf": [{"$ref": "#/schemas/line"}, {"type": "null"}]},
            "answers": {"properties": {"n": {"type": "integer"}}, "additionalProperties": {"type": "string"}},
            "edit": {"prefixItems": [{"type": "integer"}, {"type": "string"}], "minItems": 2, "maxItems": 2},
        }});
        let fits = |name: &str, value| check(&document, &document["schemas"][name], &value);
        assert_eq!(fits("page", json!({"n": 1, "lines": [{"n": 2}]})), Ok(()));
        assert_eq!(fits("either", json!(null)), Ok(()));
        assert_eq!(fits("either", json!({"n": 1})), Ok(()));
        assert_eq!(fits("edit", json!([1, "x"])), Ok(()));
        assert_eq!(fits("answers", json!({"n": 1, "code": "x"})), Ok(()));
        for (name, wrong) in [
            ("page", json!({"lines": []})),
            ("page", json!({"n": 0})),
            ("page", json!({"n": 1.5})),
            ("page", json!({"n": 1, "more": true})),
            ("page", json!({"n": 1, "lines": [{"n": 1}, {"n": "2"}]})),
            ("page", json!({"n": 1, "lines": [{"n": 1, "more": true}]})),
            ("either", json!({})),
            ("either", json!({"n": 1, "more": true})),
            ("answers", json!({"n": 1, "code": 1})),
            ("edit", json!([1])),
            ("edit", json!([1, "x", 2])),
            ("edit", json!(["x", 1])),
        ] {
            assert!(fits(name, wrong.clone()).is_err(), "{name} {wrong}");
        }
        assert!(check(&document, &json!({"minProperties": 1}), &json!({})).is_err(), "an unknown keyword");
    }
}
