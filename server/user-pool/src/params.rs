//! Members of a request, checked as AWS's front end checks them before an operation runs: all at once, and with its words.
//!
//! Constraints: the shapes of each action's "Request Parameters" in the Amazon Cognito user pools API Reference.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::error::ApiError;

/// The constraints of one string shape.
pub(crate) struct Rule {
    min: usize,
    max: usize,
    pattern: &'static str,
    allows: fn(&str) -> bool,
    /// A sensitive value is left out of the error's text.
    sensitive: bool,
}

/// `ClientIdType`.
pub(crate) const CLIENT_ID: Rule = Rule {
    min: 1,
    max: 128,
    pattern: r"[\w+]+",
    allows: |text| text.chars().all(|c| is_word(c) || c == '+'),
    sensitive: true,
};
/// `UserPoolIdType`.
pub(crate) const POOL_ID: Rule = Rule {
    min: 1,
    max: 55,
    pattern: r"[\w-]+_[0-9a-zA-Z]+",
    allows: |text| {
        text.rsplit_once('_').is_some_and(|(region, name)| {
            !region.is_empty()
                && region.chars().all(|c| is_word(c) || c == '-')
                && !name.is_empty()
                && name.chars().all(|c| c.is_ascii_alphanumeric())
        })
    },
    sensitive: false,
};
/// `UsernameType`.
pub(crate) const USERNAME: Rule = Rule {
    min: 1,
    max: 128,
    pattern: r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+",
    allows: |text| !text.chars().any(|c| c.is_whitespace() || c.is_control()),
    sensitive: true,
};
/// `PasswordType`.
pub(crate) const PASSWORD: Rule = Rule {
    min: 1,
    max: 256,
    pattern: r"[\S]+.*[\S]+",
    allows: |text| text.chars().count() > 1 && text.trim() == text,
    sensitive: true,
};
/// `ConfirmationCodeType`.
pub(crate) const CODE: Rule = Rule {
    min: 1,
    max: 2048,
    pattern: r"[\S]+",
    allows: |text| !text.chars().any(char::is_whitespace),
    sensitive: false,
};
/// `AttributeNameType`.
pub(crate) const ATTRIBUTE_NAME: Rule = Rule {
    min: 1,
    max: 32,
    pattern: r"[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+",
    allows: |text| !text.chars().any(|c| c.is_control() && !"\t\n\r".contains(c)),
    sensitive: false,
};
/// `TokenModelType`.
pub(crate) const TOKEN: Rule = Rule {
    min: 1,
    max: 16_384,
    pattern: r"[A-Za-z0-9-_=.]+",
    allows: |text| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_=.".contains(&b)),
    sensitive: true,
};
/// `SoftwareTokenMFAUserCodeType`.
pub(crate) const SOFTWARE_TOKEN_CODE: Rule = Rule {
    min: 6,
    max: 6,
    pattern: "[0-9]+",
    allows: |text| text.bytes().all(|b| b.is_ascii_digit()),
    sensitive: true,
};
/// `CredentialId` of a passkey.
pub(crate) const CREDENTIAL_ID: Rule = Rule { min: 1, max: 2_048, pattern: "", allows: |_| true, sensitive: false };
/// `SessionType`.
pub(crate) const SESSION: Rule = Rule { min: 20, max: 4_096, pattern: "", allows: |_| true, sensitive: true };
/// `ClientSecretType`, `SecretHashType`: what they must be is decided by comparing them.
pub(crate) const SECRET: Rule = Rule {
    min: 1,
    max: 128,
    pattern: r"[\w+=/]+",
    allows: |text| text.chars().all(|c| is_word(c) || "+=/".contains(c)),
    sensitive: true,
};

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The members of one request, and what was found wrong with them so far.
pub(crate) struct Members<'a> {
    body: &'a Map<String, Value>,
    violations: Vec<String>,
    wrong_type: Option<ApiError>,
}

/// Reads a request's body, which must be a JSON object.
pub(crate) fn parse(body: &[u8]) -> Result<Map<String, Value>, ApiError> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) | Err(_) => Err(ApiError::serialization(None)),
    }
}

impl<'a> Members<'a> {
    pub(crate) fn of(body: &'a Map<String, Value>) -> Self {
        Self { body, violations: Vec::new(), wrong_type: None }
    }

    /// A string that must be there; the empty string once a violation is noted.
    pub(crate) fn required(&mut self, name: &str, rule: &Rule) -> String {
        let value = self.optional(name, rule);
        if value.is_none() && self.is_absent(name) {
            self.violate(&format!("Value null at '{}'", camel(name)), "Member must not be null");
        }
        value.unwrap_or_default()
    }

    /// A string that may be absent.
    pub(crate) fn optional(&mut self, name: &str, rule: &Rule) -> Option<String> {
        let value = self.string(name)?;
        let subject = if rule.sensitive {
            format!("Value at '{}'", camel(name))
        } else {
            format!("Value '{value}' at '{}'", camel(name))
        };
        let length = value.chars().count();
        if length < rule.min {
            self.violate(&subject, &format!("Member must have length greater than or equal to {}", rule.min));
        }
        if length > rule.max {
            self.violate(&subject, &format!("Member must have length less than or equal to {}", rule.max));
        }
        if !(rule.allows)(value) {
            self.violate(&subject, &format!("Member must satisfy regular expression pattern: {}", rule.pattern));
        }
        Some(value.to_owned())
    }

    /// One of a set of words that must be there.
    pub(crate) fn one_of(&mut self, name: &str, words: &[&'static str]) -> &'static str {
        let Some(value) = self.string(name) else {
            if self.is_absent(name) {
                self.violate(&format!("Value null at '{}'", camel(name)), "Member must not be null");
            }
            return "";
        };
        let found = words.iter().find(|&&word| word == value);
        if found.is_none() {
            let constraint = format!("Member must satisfy enum value set: [{}]", words.join(", "));
            self.violate(&format!("Value '{value}' at '{}'", camel(name)), &constraint);
        }
        found.copied().unwrap_or_default()
    }

    /// A map of strings; empty when it is absent.
    pub(crate) fn map(&mut self, name: &str) -> Map<String, Value> {
        match self.body.get(name) {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(map)) => {
                for value in map.values().filter(|value| !value.is_string() && !value.is_null()) {
                    self.mistyped(value, "a String");
                }
                map.clone()
            }
            Some(other) => {
                self.mistyped(other, "a Map");
                Map::new()
            }
        }
    }

    /// A structure of switches; none when it is absent.
    pub(crate) fn flags(&mut self, name: &str) -> Option<BTreeMap<String, bool>> {
        match self.body.get(name) {
            None | Some(Value::Null) => None,
            Some(Value::Object(members)) => {
                for value in members.values().filter(|value| !value.is_boolean() && !value.is_null()) {
                    self.mistyped(value, "a Boolean");
                }
                Some(members.iter().filter_map(|(key, value)| Some((key.clone(), value.as_bool()?))).collect())
            }
            Some(other) => {
                self.mistyped(other, "a Structure");
                None
            }
        }
    }

    /// A list of `{Name, Value}` pairs (`AttributeListType`); empty when it is absent.
    pub(crate) fn attributes(&mut self, name: &str) -> Vec<(String, String)> {
        let items = match self.body.get(name) {
            None | Some(Value::Null) => return Vec::new(),
            Some(Value::Array(items)) => items,
            Some(other) => {
                self.mistyped(other, "a List");
                return Vec::new();
            }
        };
        let mut attributes = Vec::new();
        for (index, item) in items.iter().enumerate() {
            match (item["Name"].as_str(), item["Value"].as_str()) {
                (Some(key), value) => attributes.push((key.to_owned(), value.unwrap_or_default().to_owned())),
                (None, _) => {
                    let subject = format!("Value null at '{}.{}.member.name'", camel(name), index + 1);
                    self.violate(&subject, "Member must not be null");
                }
            }
        }
        attributes
    }

    /// Notes that a member of whatever type must be there.
    pub(crate) fn require(&mut self, name: &str) {
        if self.is_absent(name) {
            self.violate(&format!("Value null at '{}'", camel(name)), "Member must not be null");
        }
    }

    /// A list of strings that must be there; empty once a violation is noted.
    pub(crate) fn strings(&mut self, name: &str) -> Vec<String> {
        self.require(name);
        match self.body.get(name) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(items)) => {
                items.iter().filter(|item| !item.is_string()).for_each(|item| self.mistyped(item, "a String"));
                items.iter().filter_map(Value::as_str).map(str::to_owned).collect()
            }
            Some(other) => {
                self.mistyped(other, "a List");
                Vec::new()
            }
        }
    }

    /// Whether everything that was asked for is in order.
    pub(crate) fn finish(self) -> Result<(), ApiError> {
        if let Some(error) = self.wrong_type {
            return Err(error);
        }
        match self.violations.len() {
            0 => Ok(()),
            1 => Err(ApiError::invalid_parameter(format!("1 validation error detected: {}", self.violations[0]))),
            more => {
                let all = self.violations.join("; ");
                Err(ApiError::invalid_parameter(format!("{more} validation errors detected: {all}")))
            }
        }
    }

    fn is_absent(&self, name: &str) -> bool {
        matches!(self.body.get(name), None | Some(Value::Null))
    }

    fn string(&mut self, name: &str) -> Option<&'a str> {
        match self.body.get(name) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text),
            Some(other) => {
                self.mistyped(other, "a String");
                None
            }
        }
    }

    fn violate(&mut self, subject: &str, constraint: &str) {
        self.violations.push(format!("{subject} failed to satisfy constraint: {constraint}"));
    }

    fn mistyped(&mut self, found: &Value, wanted: &str) {
        let found = match found {
            Value::Null => "NULL_VALUE",
            Value::Bool(true) => "TRUE_VALUE",
            Value::Bool(false) => "FALSE_VALUE",
            Value::Number(_) => "NUMBER_VALUE",
            Value::String(_) => "STRING_VALUE",
            Value::Array(_) => "START_ARRAY",
            Value::Object(_) => "START_OBJECT",
        };
        self.wrong_type = Some(ApiError::serialization(Some(format!("{found} can not be converted to {wanted}"))));
    }
}

/// A member's name as the texts write it.
fn camel(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(body: &Value, ask: impl FnOnce(&mut Members<'_>)) -> String {
        let body = body.as_object().unwrap().clone();
        let mut members = Members::of(&body);
        ask(&mut members);
        members.finish().unwrap_err().message.unwrap_or_default()
    }

    #[test]
    fn a_missing_member_and_several_are_told_in_awss_words() {
        assert_eq!(
            check(&json!({}), |members| drop(members.required("ClientId", &CLIENT_ID))),
            "1 validation error detected: Value null at 'clientId' failed to satisfy constraint: Member must not be null"
        );
        let two = check(&json!({ "AuthFlow": "MAGIC" }), |members| {
            members.one_of("AuthFlow", &["USER_AUTH", "REFRESH_TOKEN"]);
            members.required("ClientId", &CLIENT_ID);
        });
        assert_eq!(
            two,
            "2 validation errors detected: Value 'MAGIC' at 'authFlow' failed to satisfy constraint: Member must satisfy \
             enum value set: [USER_AUTH, REFRESH_TOKEN]; Value null at 'clientId' failed to satisfy constraint: Member \
             must not be null"
        );
    }

    #[test]
    fn a_sensitive_value_is_not_repeated() {
        let text = check(&json!({ "Password": " secret " }), |members| drop(members.required("Password", &PASSWORD)));
        assert_eq!(
            text,
            "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must satisfy regular \
             expression pattern: [\\S]+.*[\\S]+"
        );
    }

    #[test]
    fn a_number_where_text_belongs_cannot_be_read_at_all() {
        let text = check(&json!({ "ClientId": 5 }), |members| drop(members.required("ClientId", &CLIENT_ID)));
        assert_eq!(text, "NUMBER_VALUE can not be converted to a String");
        assert_eq!(parse(b"[1]").unwrap_err().code, "SerializationException");
        assert_eq!(parse(b"{").unwrap_err().code, "SerializationException");
    }
}
