//! Managed login: whether people sign in on the pool's own pages, and where those are.

use holdfast_user_pool::settings::{SettingError, parse_sso_ttl, read};

use super::{Provider, parse_origin};

/// Where people sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagedLogin {
    /// The domain's origin; `None`: the embedded pool's, which is known once it listens.
    pub domain: Option<String>,
    /// How long a browser stays signed in there, in milliseconds.
    pub sso_ms: i64,
}

impl ManagedLogin {
    pub(super) fn read(
        lookup: &impl Fn(&str) -> Option<String>,
        provider: &Provider,
    ) -> Result<Option<Self>, SettingError> {
        const DOMAIN: &str = "HOLDFAST_COGNITO_DOMAIN";
        const EXAMPLE: &str = "https://write.auth.eu-central-1.amazoncognito.com";
        let parse = |text: &str| match text {
            "embedded" => Ok(None),
            _ => parse_domain(text).map(Some),
        };
        let Some(domain) = read(lookup, DOMAIN, EXAMPLE, parse)? else { return Ok(None) };
        let asked = read(lookup, "HOLDFAST_COGNITO_SSO_VALIDITY", "60m", parse_sso_ttl)?;
        let refused =
            |problem: &str, example| Err(SettingError { variable: DOMAIN, problem: problem.to_owned(), example });
        let sso = match (&domain, provider) {
            (None, Provider::Embedded(pool)) => asked.unwrap_or(pool.sso_ttl),
            (Some(_), Provider::Cognito(_)) => asked.unwrap_or(std::time::Duration::from_secs(3600)),
            (None, Provider::Cognito(_)) => {
                return refused("a Cognito pool is configured, and has a domain of its own", EXAMPLE);
            }
            (Some(_), Provider::Embedded(_)) => {
                return refused("the embedded pool has no domain but its own", "embedded");
            }
        };
        Ok(Some(Self { domain, sso_ms: i64::try_from(sso.as_millis()).unwrap_or(i64::MAX) }))
    }
}

/// Passwords are typed there, and codes are exchanged: in the clear only on this machine.
fn parse_domain(text: &str) -> Result<String, String> {
    let origin = parse_origin(text)?;
    let host = origin.trim_start_matches("http://").split(':').next().unwrap_or_default();
    if origin.starts_with("https://") || matches!(host, "127.0.0.1" | "localhost") {
        return Ok(origin);
    }
    Err(format!("{text:?} is not an https origin"))
}
