//! The variables that name a user pool.

use holdfast_session::cognito::StaticCredentials;
use holdfast_user_pool::settings::{SettingError, read};
use secrecy::SecretString;

/// A user pool's app client.
#[derive(Debug, Clone)]
pub struct Cognito {
    /// The pool's id.
    pub user_pool_id: String,
    /// The app client's id.
    pub client_id: String,
    /// Its secret, where it has one.
    pub client_secret: Option<SecretString>,
    /// The other one, while the secret is being changed.
    pub second_client_secret: Option<SecretString>,
    /// The AWS region.
    pub region: String,
    /// Another endpoint than AWS's.
    pub endpoint: Option<String>,
    /// The accepted issuers.
    pub issuers: Vec<String>,
    /// Where the signing keys are.
    pub jwks_url: String,
    /// For `DescribeUserPoolClient`, the only operation that AWS wants signed.
    pub credentials: Option<StaticCredentials>,
    /// The app client's `RefreshTokenValidity` in milliseconds; `None`: to be asked of Cognito.
    pub refresh_token_validity_ms: Option<i64>,
}

impl Cognito {
    /// `None` where no pool is named: the embedded one is used then.
    pub(super) fn read(lookup: &impl Fn(&str) -> Option<String>) -> Result<Option<Self>, SettingError> {
        let id = read(lookup, "HOLDFAST_COGNITO_USER_POOL_ID", "eu-central-1_Ab12Cd34E", parse_pool_id)?;
        let client_id = read(lookup, "HOLDFAST_COGNITO_CLIENT_ID", "1example23456789", |text| Ok(text.to_owned()))?;
        let missing =
            |variable, problem: &str, example| SettingError { variable, problem: problem.to_owned(), example };
        let (user_pool_id, client_id) = match (id, client_id) {
            (Some(id), Some(client)) => (id, client),
            (None, None) => return Ok(None),
            (None, Some(_)) => {
                let problem = "is missing, while HOLDFAST_COGNITO_CLIENT_ID is set";
                return Err(missing("HOLDFAST_COGNITO_USER_POOL_ID", problem, "eu-central-1_Ab12Cd34E"));
            }
            (Some(_), None) => {
                let problem = "is missing, while HOLDFAST_COGNITO_USER_POOL_ID is set";
                return Err(missing("HOLDFAST_COGNITO_CLIENT_ID", problem, "1example23456789"));
            }
        };
        let region = read(lookup, "HOLDFAST_COGNITO_REGION", "eu-central-1", |text| Ok(text.to_owned()))?
            .or_else(|| user_pool_id.split_once('_').map(|(region, _)| region.to_owned()))
            .unwrap_or_default();
        let issuers = read(
            lookup,
            "HOLDFAST_COGNITO_ISSUER",
            "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Ab12Cd34E",
            |text| text.split(',').map(|issuer| parse_url(issuer.trim())).collect::<Result<Vec<_>, _>>(),
        )?
        // A pool may be switched between its two issuer forms at any time.
        // https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_IssuerConfigurationType.html
        .unwrap_or_else(|| {
            vec![
                format!("https://cognito-idp.{region}.amazonaws.com/{user_pool_id}"),
                format!("https://issuer-cognito-idp.{region}.amazonaws.com/{user_pool_id}"),
            ]
        });
        let jwks_url = read(lookup, "HOLDFAST_COGNITO_JWKS_URL", "https://…/.well-known/jwks.json", parse_url)?
            .unwrap_or_else(|| format!("{}/.well-known/jwks.json", issuers.first().map_or("", String::as_str)));
        let mut secrets = read(lookup, "HOLDFAST_COGNITO_CLIENT_SECRET", "1example23456789", parse_secrets)?
            .unwrap_or_default()
            .into_iter();
        Ok(Some(Self {
            client_secret: secrets.next(),
            second_client_secret: secrets.next(),
            credentials: StaticCredentials::from_lookup(lookup),
            endpoint: read(lookup, "HOLDFAST_COGNITO_ENDPOINT", "http://127.0.0.1:9229", parse_url)?,
            refresh_token_validity_ms: read(lookup, "HOLDFAST_COGNITO_REFRESH_TOKEN_VALIDITY", "30d", |text| {
                holdfast::session::parse_validity(text).map_err(|error| error.to_string())
            })?,
            user_pool_id,
            client_id,
            region,
            issuers,
            jwks_url,
        }))
    }
}

/// How a sign-in begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AuthFlow {
    /// `USER_PASSWORD_AUTH`.
    #[default]
    Password,
    /// `USER_SRP_AUTH`.
    Srp,
    /// `USER_AUTH`.
    Choice,
}

pub(super) fn parse_auth_flow(text: &str) -> Result<AuthFlow, String> {
    match text {
        "password" => Ok(AuthFlow::Password),
        "srp" => Ok(AuthFlow::Srp),
        "choice" => Ok(AuthFlow::Choice),
        _ => Err(format!("{text:?} is none of password, srp, choice")),
    }
}

/// One or two: an app client has at most two. A secret is letters, digits, `_` and `+`. The problem never repeats it.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AddUserPoolClientSecret.html>
fn parse_secrets(text: &str) -> Result<Vec<SecretString>, String> {
    let secrets: Vec<&str> = text.split(',').map(str::trim).filter(|secret| !secret.is_empty()).collect();
    match secrets.len() {
        0..=2 => Ok(secrets.into_iter().map(SecretString::from).collect()),
        more => Err(format!("there are {more} secrets, and an app client has at most two")),
    }
}

/// `^(?:eusc-[a-z]{2}|[a-z]{2})-(gov-)?[a-z]+-\d_[a-zA-Z0-9]+$`, as aws-jwt-verify has it, a little more tolerant.
fn parse_pool_id(text: &str) -> Result<String, String> {
    let is_region = |region: &str| {
        2 <= region.matches('-').count()
            && region.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            && region.ends_with(|last: char| last.is_ascii_digit())
    };
    match text.split_once('_') {
        Some((region, name))
            if is_region(region) && !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric()) =>
        {
            Ok(text.to_owned())
        }
        _ => Err(format!("{text:?} is not a user pool id")),
    }
}

fn parse_url(text: &str) -> Result<String, String> {
    let uri: Result<http::Uri, _> = text.parse();
    let is_url = uri.is_ok_and(|uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some());
    is_url.then(|| text.trim_end_matches('/').to_owned()).ok_or_else(|| format!("{text:?} is not an http(s) URL"))
}
