//! The pool's variables, `HOLDFAST_POOL_*`, and how their values are written. The `holdfast` server reads them with the
//! same functions.

use std::time::Duration;

use crate::PoolConfig;

/// The longest validity: ten years, which is what Cognito allows a refresh token (`RefreshTokenValidityType`).
pub(crate) const LONGEST: Duration = Duration::from_secs(3_650 * 24 * 60 * 60);
/// The longest grace period of a rotated refresh token (`RefreshTokenRotationType`).
pub(crate) const LONGEST_GRACE: Duration = Duration::from_secs(60);

/// The longest that a browser stays signed in to managed login: 129600 minutes (`ClientSSOSessionConfigType`).
pub(crate) const LONGEST_SSO: Duration = Duration::from_secs(129_600 * 60);

/// The most sessions that `TokenSession.MaxPerUser` allows a user.
pub(crate) const MOST_SESSIONS: usize = 100;

/// A variable whose value cannot be used: one line for the person who set it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{variable}: {problem} (example: {variable}={example})")]
pub struct SettingError {
    /// The variable's name.
    pub variable: &'static str,
    /// What is wrong with its value.
    pub problem: String,
    /// A value that would do.
    pub example: &'static str,
}

/// Puts the `HOLDFAST_POOL_*` variables that `lookup` knows into `config`.
///
/// # Errors
/// The first variable whose value cannot be used.
pub fn apply(config: &mut PoolConfig, lookup: impl Fn(&str) -> Option<String>) -> Result<(), SettingError> {
    if let Some(users) = read(&lookup, "HOLDFAST_POOL_USERS", "ada@example.com:Password-1", parse_users)? {
        config.users = users;
    }
    if let Some(ttl) = read(&lookup, "HOLDFAST_POOL_ACCESS_TTL", "60m", parse_ttl)? {
        config.access_ttl = ttl;
        config.id_ttl = ttl;
    }
    if let Some(ttl) = read(&lookup, "HOLDFAST_POOL_REFRESH_TTL", "24h", parse_ttl)? {
        config.refresh_ttl = ttl;
    }
    if let Some(rotation) = read(&lookup, "HOLDFAST_POOL_ROTATION", "on", parse_switch)? {
        config.rotation = rotation;
    }
    if let Some(grace) = read(&lookup, "HOLDFAST_POOL_GRACE", "60s", parse_grace)? {
        config.grace = grace;
    }
    if let Some(most) = read(&lookup, "HOLDFAST_POOL_MAX_SESSIONS", "20", parse_sessions)? {
        config.max_sessions_per_user = Some(most);
    }
    if let Some(urls) = read(&lookup, "HOLDFAST_POOL_CALLBACK_URLS", "http://localhost:3000/callback", parse_urls)? {
        config.callback_urls = urls;
    }
    if let Some(urls) = read(&lookup, "HOLDFAST_POOL_LOGOUT_URLS", "http://localhost:3000/", parse_urls)? {
        config.logout_urls = urls;
    }
    if let Some(ttl) = read(&lookup, "HOLDFAST_POOL_SSO_TTL", "60m", parse_sso_ttl)? {
        config.sso_ttl = ttl;
    }
    if let Some(strict) = read(&lookup, "HOLDFAST_POOL_STRICT", "on", parse_switch)? {
        config.strict = strict;
    }
    Ok(())
}

/// The value of one variable; unset and empty are the same.
///
/// # Errors
/// When `parse` refuses the value.
pub fn read<T>(
    lookup: impl Fn(&str) -> Option<String>,
    variable: &'static str,
    example: &'static str,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Result<Option<T>, SettingError> {
    match lookup(variable).filter(|value| !value.is_empty()) {
        None => Ok(None),
        Some(value) => parse(&value).map(Some).map_err(|problem| SettingError { variable, problem, example }),
    }
}

/// Reads `90s`, `60m`, `24h` or `30d`; a bare `0` is no time at all.
///
/// # Errors
/// When it is none of these, or longer than ten years.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    let unit = match text.chars().last() {
        Some('s') => 1,
        Some('m') => 60,
        Some('h') => 60 * 60,
        Some('d') => 24 * 60 * 60,
        _ => return Err(format!("{text:?} has no unit: write a number and s, m, h or d")),
    };
    let digits = &text[..text.len() - 1];
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("{text:?} is not a duration: write a whole number and s, m, h or d"));
    }
    let seconds = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(unit));
    match seconds.map(Duration::from_secs) {
        Some(duration) if duration <= LONGEST => Ok(duration),
        _ => Err(format!("{text:?} is longer than ten years")),
    }
}

/// Reads `ada@example.com:Password-1,…`. A password may hold colons but no comma.
///
/// # Errors
/// When an entry is not an e-mail address, a colon and a password, or an address comes twice. The text never holds a
/// password.
pub fn parse_users(text: &str) -> Result<Vec<(String, String)>, String> {
    let mut users: Vec<(String, String)> = Vec::new();
    for (index, entry) in text.split(',').enumerate() {
        let Some((email, password)) = entry.split_once(':') else {
            return Err(format!("user {} has no colon between e-mail address and password", index + 1));
        };
        let email = email.trim();
        check_user(email, password)?;
        if users.iter().any(|(other, _)| other.to_lowercase() == email.to_lowercase()) {
            return Err(format!("{email:?} comes twice"));
        }
        users.push((email.to_owned(), password.to_owned()));
    }
    Ok(users)
}

/// Reads `on`/`off` and their usual equivalents.
///
/// # Errors
/// When it is neither.
pub fn parse_switch(text: &str) -> Result<bool, String> {
    match text.trim().to_ascii_lowercase().as_str() {
        "on" | "1" | "true" | "yes" => Ok(true),
        "off" | "0" | "false" | "no" => Ok(false),
        _ => Err(format!("{text:?} is neither on nor off")),
    }
}

/// Reads how many sessions a user may have at once: 1 to 100.
///
/// # Errors
/// When it is no such number.
pub fn parse_sessions(text: &str) -> Result<usize, String> {
    let number = text.trim().parse().ok().filter(|most| (1..=MOST_SESSIONS).contains(most));
    number.ok_or_else(|| format!("{text:?} is not a number from 1 to {MOST_SESSIONS}"))
}

/// Reads a token's validity: at least a second.
///
/// # Errors
/// When [`parse_duration`] refuses it, or it is zero.
pub fn parse_ttl(text: &str) -> Result<Duration, String> {
    match parse_duration(text)? {
        Duration::ZERO => Err("a token must be valid for at least a second".to_owned()),
        ttl => Ok(ttl),
    }
}

/// Reads a rotation's grace period: up to a minute.
///
/// # Errors
/// When [`parse_duration`] refuses it, or it is longer than a minute.
pub fn parse_grace(text: &str) -> Result<Duration, String> {
    match parse_duration(text)? {
        grace if grace <= LONGEST_GRACE => Ok(grace),
        _ => Err(format!("{text:?} is longer than the 60 seconds that Cognito allows")),
    }
}

/// Reads how long a browser stays signed in to managed login: up to 90 days, 0 for not at all.
///
/// # Errors
/// When [`parse_duration`] refuses it, or it is longer.
pub fn parse_sso_ttl(text: &str) -> Result<Duration, String> {
    match parse_duration(text)? {
        ttl if ttl <= LONGEST_SSO => Ok(ttl),
        _ => Err(format!("{text:?} is longer than the 90 days that Cognito allows")),
    }
}

/// Reads absolute URLs, separated by commas.
///
/// # Errors
/// When one has no scheme, no host, or a fragment.
pub fn parse_urls(text: &str) -> Result<Vec<String>, String> {
    let urls: Vec<String> = text.split(',').map(|url| url.trim().to_owned()).collect();
    urls.iter().try_for_each(|url| check_url(url)).map(|()| urls)
}

/// "An absolute URI" that "must not include a fragment component" (RFC 6749, 3.1.2).
pub(crate) fn check_url(url: &str) -> Result<(), String> {
    let uri = url.parse::<axum::http::Uri>().ok().filter(|uri| uri.scheme().is_some() && uri.host().is_some());
    if uri.is_none() || url.contains('#') || url.chars().any(char::is_whitespace) {
        return Err(format!("{url:?} is not an absolute URL without a fragment"));
    }
    Ok(())
}

pub(crate) fn check_user(email: &str, password: &str) -> Result<(), String> {
    if !is_email(email) {
        return Err(format!("{email:?} is not an e-mail address"));
    }
    if password.is_empty() || password.len() > 256 {
        return Err(format!("the password of {email:?} must have 1 to 256 characters"));
    }
    Ok(())
}

/// Whether it can be delivered to at all: something, one `@`, something with a dot inside or `localhost`.
pub(crate) fn is_email(text: &str) -> bool {
    let clean = !text.chars().any(|c| c.is_whitespace() || c.is_control());
    match text.split_once('@') {
        Some((local, domain)) => {
            let dotted = domain.split('.').count() > 1 && domain.split('.').all(|label| !label.is_empty());
            clean
                && text.len() <= 128
                && !local.is_empty()
                && !domain.contains('@')
                && (dotted || domain == "localhost")
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_need_a_whole_number_and_a_unit() {
        assert_eq!(parse_duration("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(parse_duration("60m"), Ok(Duration::from_secs(3_600)));
        assert_eq!(parse_duration("24h"), Ok(Duration::from_secs(86_400)));
        assert_eq!(parse_duration("30d"), Ok(Duration::from_secs(2_592_000)));
        assert_eq!(parse_duration("0"), Ok(Duration::ZERO));
        for wrong in ["", "60", "m", "-1m", "1.5h", "1 h", "10w", "+5s", "4000d", "99999999999999999999s", "5é"] {
            assert!(parse_duration(wrong).is_err(), "{wrong}");
        }
        assert!(parse_ttl("0s").is_err());
        assert_eq!(parse_grace("60s"), Ok(LONGEST_GRACE));
        assert!(parse_grace("61s").is_err());
    }

    #[test]
    fn users_are_addresses_with_passwords_and_no_error_repeats_a_password() {
        let users = parse_users("ada@example.com:Pass:word-1,grace@example.com:Other-2").unwrap();
        assert_eq!(users[0], ("ada@example.com".to_owned(), "Pass:word-1".to_owned()));
        assert_eq!(users.len(), 2);
        for wrong in ["ada", "ada:Secret-1", "ada@example.com:", "a@b.c:Secret-1,A@B.C:Secret-2", "a@b.c:Secret-1,"] {
            let problem = parse_users(wrong).unwrap_err();
            assert!(!problem.contains("Secret"), "{problem}");
        }
    }

    #[test]
    fn a_wrong_value_is_told_with_variable_problem_and_example() {
        let mut config = PoolConfig::new("data");
        let error = apply(&mut config, |name| (name == "HOLDFAST_POOL_GRACE").then(|| "90s".to_owned())).unwrap_err();
        assert_eq!(
            error.to_string(),
            "HOLDFAST_POOL_GRACE: \"90s\" is longer than the 60 seconds that Cognito allows \
             (example: HOLDFAST_POOL_GRACE=60s)"
        );
    }

    #[test]
    fn every_variable_reaches_the_configuration() {
        let mut config = PoolConfig::new("data");
        let values = |name: &str| {
            Some(match name {
                "HOLDFAST_POOL_ACCESS_TTL" => "20s".to_owned(),
                "HOLDFAST_POOL_REFRESH_TTL" => "60s".to_owned(),
                "HOLDFAST_POOL_ROTATION" => "on".to_owned(),
                "HOLDFAST_POOL_GRACE" => "0".to_owned(),
                "HOLDFAST_POOL_STRICT" => "on".to_owned(),
                "HOLDFAST_POOL_MAX_SESSIONS" => "20".to_owned(),
                _ => return None,
            })
        };
        apply(&mut config, values).unwrap();
        assert_eq!((config.access_ttl.as_secs(), config.id_ttl.as_secs(), config.refresh_ttl.as_secs()), (20, 20, 60));
        assert!(config.rotation && config.grace.is_zero() && config.strict);
        assert_eq!(config.max_sessions_per_user, Some(20));
    }
}
