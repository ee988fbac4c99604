//! Two corrections on the header level.

use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};
use tower_sessions::session::Id;

/// A request with two cookies of our name is anonymous: one of them was planted, and the order in which browsers send
/// them is not to be relied on (RFC 6265 section 4.2.2). Signing in sets a fresh one.
///
/// A name that only *decodes* to ours (`__Host%2Dsession`) never counts: the cookie parser below us decodes names, and
/// browsers do not hold such a name to the rules of the `__Host-` prefix, so a sibling domain could plant it.
pub(super) fn drop_ambiguous(headers: &mut HeaderMap, name: &str) {
    let raw = |pair: &str| pair.split('=').next().unwrap_or_default().trim().to_owned();
    let pairs: Vec<String> = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .map(|pair| pair.trim().to_owned())
        .collect();
    let several = 1 < pairs.iter().filter(|pair| raw(pair) == name).count();
    let disguised = |pair: &str| raw(pair) != name && percent_decoded(&raw(pair)) == name.as_bytes();
    if !several && !pairs.iter().any(|pair| disguised(pair)) {
        return;
    }
    tracing::warn!("a request carries a planted session cookie; it is not believed");
    let dropped = |pair: &str| disguised(pair) || several && raw(pair) == name;
    let kept: Vec<&str> = pairs.iter().map(String::as_str).filter(|pair| !dropped(pair)).collect();
    headers.remove(COOKIE);
    if let Ok(value) = HeaderValue::from_str(&kept.join("; "))
        && !kept.is_empty()
    {
        headers.insert(COOKIE, value);
    }
}

/// Whether a request carries a cookie of this name, however it is written.
pub(crate) fn carries_cookie(headers: &HeaderMap, name: &str) -> bool {
    let mut pairs = headers.get_all(COOKIE).iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b';'));
    pairs.any(|pair| {
        let own = String::from_utf8_lossy(pair.split(|byte| *byte == b'=').next().unwrap_or_default());
        percent_decoded(own.trim()) == name.as_bytes()
    })
}

/// The value of this cookie, where there is exactly one of that name.
pub(crate) fn only_cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let pairs = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = pairs.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut values = pairs.filter(|(own, _)| *own == name).map(|(_, value)| value);
    values.next().filter(|_| values.next().is_none())
}

/// The session id that this response gives the browser.
pub(super) fn newly_set(headers: &HeaderMap, name: &str) -> Option<Id> {
    let pairs = headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok()?.split(';').next());
    let mut values = pairs.filter_map(|pair| pair.split_once('=')).filter(|(own, _)| *own == name);
    values.find_map(|(_, value)| value.parse().ok())
}

/// `%2D` is `-`; what is no escape stays as it is.
fn percent_decoded(text: &str) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).filter(|_| *first == b'%').and_then(|two| std::str::from_utf8(two).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                decoded.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                decoded.push(*first);
                rest = after;
            }
        }
    }
    decoded
}

/// tower-sessions 0.15.0 removes a cookie without `Secure`, and browsers ignore that for a `__Host-` cookie: the old
/// value would stay after a sign-out. Fixed upstream after that release.
/// <https://github.com/maxcountryman/tower-sessions/pull/268>
pub(super) fn mend_removals(headers: &mut HeaderMap, name: &str, secure: bool) {
    let prefix = format!("{name}=;");
    let values: Vec<HeaderValue> = headers.get_all(SET_COOKIE).iter().cloned().collect();
    if !values.iter().any(|value| value.as_bytes().starts_with(prefix.as_bytes())) {
        return;
    }
    headers.remove(SET_COOKIE);
    for value in values {
        headers.append(SET_COOKIE, mended(&value, &prefix, secure).unwrap_or(value));
    }
}

fn mended(value: &HeaderValue, prefix: &str, secure: bool) -> Option<HeaderValue> {
    let text = value.to_str().ok()?;
    if !text.starts_with(prefix) {
        return None;
    }
    let has = |attribute: &str| text.split(';').any(|part| part.trim().eq_ignore_ascii_case(attribute));
    let mut text = text.to_owned();
    for (attribute, wanted) in [("HttpOnly", true), ("SameSite=Strict", true), ("Secure", secure)] {
        if wanted && !has(attribute) {
            text.push_str("; ");
            text.push_str(attribute);
        }
    }
    HeaderValue::from_str(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookies(values: &[&'static str]) -> HeaderMap {
        values.iter().map(|value| (COOKIE, HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn a_name_that_only_decodes_to_ours_is_dropped_and_ours_stays() {
        let ours = "__Host-holdfast";
        for (sent, kept) in [
            ("__Host%2Dholdfast=eve", None),
            ("__Host-holdfast=ada; __Host%2Dholdfast=eve", Some("__Host-holdfast=ada")),
            ("__Host%2dholdfast=eve; __Host-holdfast=ada; b=%2D", Some("__Host-holdfast=ada; b=%2D")),
            ("%5F_Host-hold%66ast=eve; a=1", Some("a=1")),
            ("__Host%2Xholdfast=x; a%=1", Some("__Host%2Xholdfast=x; a%=1")),
        ] {
            let mut headers = cookies(&[sent]);
            drop_ambiguous(&mut headers, ours);
            assert_eq!(headers.get(COOKIE).and_then(|value| value.to_str().ok()), kept, "{sent}");
        }
    }

    #[test]
    fn two_cookies_of_our_name_are_none_and_others_stay() {
        for values in [
            &["a=1; holdfast=x; holdfast=y; b=2"][..],
            &["a=1; holdfast=x", "holdfast=y; b=2"],
            &["a=1; holdfast=x; holdfast = x; b=2"],
            &["a=1; holdfast=x; holdfast; b=2"],
        ] {
            let mut headers = cookies(values);
            drop_ambiguous(&mut headers, "holdfast");
            assert_eq!(headers.get_all(COOKIE).iter().collect::<Vec<_>>(), ["a=1; b=2"], "{values:?}");
        }
        let mut only_ours = cookies(&["holdfast=x; holdfast=y"]);
        drop_ambiguous(&mut only_ours, "holdfast");
        assert!(only_ours.is_empty());
    }

    #[test]
    fn one_cookie_of_our_name_is_left_alone() {
        let mut headers = cookies(&["a=1; holdfast=x; __Host-holdfast=y; holdfast2=z"]);
        let before = headers.clone();
        drop_ambiguous(&mut headers, "holdfast");
        assert_eq!(headers, before);
    }

    #[test]
    fn a_removal_gets_the_attributes_that_browsers_want() {
        let mut headers = HeaderMap::new();
        headers.append(SET_COOKIE, HeaderValue::from_static("other=; Max-Age=0"));
        headers.append(SET_COOKIE, HeaderValue::from_static("__Host-holdfast=; Path=/; Max-Age=0"));
        mend_removals(&mut headers, "__Host-holdfast", true);
        let values: Vec<_> = headers.get_all(SET_COOKIE).iter().collect();
        let removal = "__Host-holdfast=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict; Secure";
        assert_eq!(values, ["other=; Max-Age=0", removal]);
    }
}
