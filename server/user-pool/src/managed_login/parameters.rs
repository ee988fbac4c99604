//! Parameters in a query or a form (`application/x-www-form-urlencoded`).

/// As they came, in order.
pub(super) struct Parameters(Vec<(String, String)>);

/// "Request and response parameters MUST NOT be included more than once" (RFC 6749, 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Repeated;

impl Parameters {
    pub(super) fn parse(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    /// The value of one. "Parameters sent without a value MUST be treated as if they were omitted" (RFC 6749, 3.1).
    pub(super) fn get(&self, name: &str) -> Result<Option<&str>, Repeated> {
        let mut values = self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let first = values.next();
        if values.next().is_some() { Err(Repeated) } else { Ok(first.filter(|value| !value.is_empty())) }
    }

    /// The value of one that must be there once.
    pub(super) fn required(&self, name: &str) -> Option<&str> {
        self.get(name).ok().flatten()
    }
}

/// `base` with these parameters in its query.
pub(super) fn with_query(base: &str, pairs: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs);
    format!("{base}{}{}", if base.contains('?') { '&' } else { '?' }, query.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_comes_once_and_an_empty_one_is_none() {
        let parameters = Parameters::parse(b"a=1&b=&c=1&c=2&d=%C3%A9+x");
        assert_eq!(parameters.get("a"), Ok(Some("1")));
        assert_eq!((parameters.get("b"), parameters.get("e")), (Ok(None), Ok(None)));
        assert_eq!((parameters.get("c"), parameters.required("c")), (Err(Repeated), None));
        assert_eq!(parameters.get("d"), Ok(Some("\u{e9} x")));
    }

    #[test]
    fn what_is_added_to_a_url_is_encoded() {
        assert_eq!(
            with_query("https://a/b?c=d", &[("state", "x&y=\r\nz#")]),
            "https://a/b?c=d&state=x%26y%3D%0D%0Az%23"
        );
    }
}
