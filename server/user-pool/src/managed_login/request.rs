//! The authentication request (OpenID Connect Core 1.0, 3.1.2.1), as `/oauth2/authorize` and `/login` take it.

use axum::http::StatusCode;

use super::parameters::{Parameters, Repeated, with_query};
use super::{Answer, SCOPES, page};
use crate::pool::Shared;

/// One that may be answered.
#[derive(Debug)]
pub(super) struct AuthenticationRequest {
    pub(super) redirect_uri: String,
    pub(super) state: Option<String>,
    pub(super) nonce: Option<String>,
    /// Separated by spaces.
    pub(super) scope: String,
    /// Of PKCE with S256, the only method that Cognito takes.
    pub(super) code_challenge: Option<String>,
    pub(super) prompt: Prompt,
    /// How old the interactive sign-in may be, in seconds.
    pub(super) max_age: Option<i64>,
    pub(super) login_hint: Option<String>,
}

/// `prompt`. Cognito passes `consent` and `select_account` on to other identity providers, which this pool has none of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Prompt {
    /// The login page only where the browser is not signed in.
    AsNeeded,
    /// No page at all: a code or `login_required`.
    None,
    /// The login page in any case.
    Login,
}

impl AuthenticationRequest {
    /// Reads it. A request whose client or redirection URI is wrong is told to the person, and never redirected (RFC 6749,
    /// 4.1.2.1).
    pub(super) fn read(pool: &Shared, parameters: &Parameters) -> Result<Self, Answer> {
        if parameters.required("client_id") != Some(&pool.client_id) {
            return Err(refusal_page("invalid_client"));
        }
        let redirect_uri = parameters.required("redirect_uri");
        let registered = redirect_uri.filter(|uri| pool.config.callback_urls.iter().any(|url| url == uri));
        let redirect_uri = registered.ok_or_else(|| refusal_page("redirect_mismatch"))?.to_owned();
        let state = parameters.required("state").map(str::to_owned);
        let refuse =
            |error: &'static str, description: &str| refused(&redirect_uri, state.as_deref(), error, Some(description));
        let one = |name: &str| {
            let value =
                parameters.get(name).map_err(|Repeated| refuse("invalid_request", &format!("{name} comes twice")));
            Ok::<_, Answer>(value?.map(str::to_owned))
        };
        one("state")?;
        match one("response_type")?.as_deref() {
            Some("code") => {}
            // The implicit grant, which the app client does not allow.
            Some("token") => return Err(refuse("unauthorized_client", "the implicit grant is not allowed")),
            Some(_) => return Err(refuse("unsupported_response_type", "response_type")),
            None => return Err(refuse("invalid_request", "response_type is missing")),
        }
        let scope = one("scope")?.unwrap_or_else(|| SCOPES.join(" "));
        if !scope.split(' ').all(|scope| SCOPES.contains(&scope)) {
            return Err(refuse("invalid_scope", "a scope is not allowed"));
        }
        let code_challenge = match (one("code_challenge")?, one("code_challenge_method")?.as_deref()) {
            (None, None) => None,
            (Some(challenge), Some("S256")) if is_challenge(&challenge) => Some(challenge),
            _ => return Err(refuse("invalid_request", "code_challenge_method must be S256")),
        };
        let prompt = match one("prompt")?.as_deref() {
            None | Some("consent" | "select_account") => Prompt::AsNeeded,
            Some("none") => Prompt::None,
            Some("login") => Prompt::Login,
            Some(_) => return Err(refuse("invalid_request", "prompt")),
        };
        let max_age = one("max_age")?.map(|age| age.parse::<u32>().map(i64::from));
        let max_age = max_age.transpose().map_err(|_| refuse("invalid_request", "max_age"))?;
        let (nonce, login_hint) = (one("nonce")?, one("login_hint")?);
        Ok(Self {
            nonce,
            scope,
            code_challenge,
            prompt,
            max_age,
            login_hint,
            state: state.clone(),
            redirect_uri: redirect_uri.clone(),
        })
    }

    /// Back to the client with a code, or with an error.
    pub(super) fn back(&self, outcome: &'static str, parameter: (&str, &str)) -> Answer {
        let mut pairs = vec![parameter];
        pairs.extend(self.state.as_deref().map(|state| ("state", state)));
        Answer::redirect(outcome, &with_query(&self.redirect_uri, &pairs))
    }

    /// Back with an error.
    pub(super) fn refuse(&self, error: &'static str) -> Answer {
        refused(&self.redirect_uri, self.state.as_deref(), error, None)
    }
}

fn refused(redirect_uri: &str, state: Option<&str>, error: &'static str, description: Option<&str>) -> Answer {
    let mut pairs = vec![("error", error)];
    pairs.extend(description.map(|description| ("error_description", description)));
    pairs.extend(state.map(|state| ("state", state)));
    Answer::redirect(error, &with_query(redirect_uri, &pairs))
}

pub(super) fn refusal_page(error: &'static str) -> Answer {
    Answer::new(error, page::refusal(StatusCode::BAD_REQUEST, error))
}

/// 43 characters of base64url: a SHA-256 (RFC 7636, 4.2).
fn is_challenge(text: &str) -> bool {
    text.len() == 43 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}
