//! One authentication request: what is kept of it until its answer, and whether an answer is its own.

use aws_lc_rs::{constant_time, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use holdfast::entropy::Entropy;
use serde::{Deserialize, Serialize};

use super::{ManagedLogin, SCOPE};

/// Longer than any answer of an authorization endpoint.
const MOST_ANSWER_BYTES: usize = 8 * 1024;

/// What the browser keeps of a request, under the seal.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Begun {
    state: String,
    pub(crate) nonce: String,
    pub(crate) verifier: String,
    /// Milliseconds since the Unix epoch.
    pub(crate) expires_at: i64,
    /// Whether no page was to be shown (`prompt=none`).
    pub(crate) silent: bool,
    /// What the app wants back.
    pub(crate) app: String,
}

/// An answer that fits its request.
pub(crate) struct Finished {
    pub(crate) code: String,
}

/// Why there is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotFinished {
    /// Not the answer to this request: another `state`, another `iss`, or no answer at all.
    Foreign,
    /// Nobody is signed in there, and no page was to be shown.
    LoginRequired,
    /// The person left, or the pool refused the request.
    Refused,
}

impl Begun {
    pub(crate) fn new(entropy: &dyn Entropy, expires_at: i64, silent: bool, app: String) -> Self {
        let random = || {
            let mut bytes = [0_u8; 32];
            entropy.fill(&mut bytes);
            URL_SAFE_NO_PAD.encode(bytes)
        };
        Self { state: random(), nonce: random(), verifier: random(), expires_at, silent, app }
    }

    /// The code in the query of a callback.
    pub(crate) fn finish(&self, login: &ManagedLogin, query: &str) -> Result<Finished, NotFinished> {
        if query.len() > MOST_ANSWER_BYTES {
            return Err(NotFinished::Foreign);
        }
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        // "Request and response parameters MUST NOT be included more than once" (RFC 6749, 3.1).
        let one = |name: &str| {
            let mut values = pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_ref());
            let first = values.next();
            if values.next().is_some() {
                Err(NotFinished::Foreign)
            } else {
                Ok(first.filter(|value| !value.is_empty()))
            }
        };
        let state = one("state")?.unwrap_or_default();
        constant_time::verify_slices_are_equal(state.as_bytes(), self.state.as_bytes())
            .map_err(|_| NotFinished::Foreign)?;
        if one("iss")?.is_some_and(|iss| !login.config.issuers.iter().any(|known| known == iss)) {
            return Err(NotFinished::Foreign);
        }
        match (one("code")?, one("error")?) {
            (Some(code), None) => Ok(Finished { code: code.to_owned() }),
            (None, Some("login_required" | "interaction_required")) if self.silent => Err(NotFinished::LoginRequired),
            (None, Some(_)) => Err(NotFinished::Refused),
            _ => Err(NotFinished::Foreign),
        }
    }
}

impl ManagedLogin {
    /// Where the browser goes to be signed in. A silent request shows no page.
    pub(crate) fn authorize_url(&self, begun: &Begun) -> String {
        let challenge = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, begun.verifier.as_bytes()).as_ref());
        let mut pairs = vec![
            ("response_type", "code"),
            ("client_id", &self.config.client_id),
            ("redirect_uri", &self.config.redirect_uri),
            ("scope", SCOPE),
            ("state", &begun.state),
            ("nonce", &begun.nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        if begun.silent {
            pairs.push(("prompt", "none"));
        }
        self.url("/oauth2/authorize", &pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::managed_login::ManagedLoginConfig;
    use holdfast::entropy::SeededEntropy;

    fn login() -> ManagedLogin {
        let config = ManagedLoginConfig {
            domain: String::from("http://pool.example"),
            client_id: String::from("client"),
            client_secrets: Vec::new(),
            redirect_uri: String::from("https://app.example/sign-in/callback"),
            logout_uri: String::from("https://app.example/sign-in"),
            issuers: vec![String::from("https://issuer.example/pool")],
            sso_ms: 0,
        };
        ManagedLogin::new(config).expect("no certificates needed")
    }

    #[test]
    fn only_the_answer_to_the_request_itself_has_a_code() {
        let (login, begun) = (login(), Begun::new(&SeededEntropy::new(1), 0, false, String::new()));
        let state = &begun.state;
        let finish = |query: &str| begun.finish(&login, query).map(|finished| finished.code);
        assert_eq!(finish(&format!("code=c&state={state}")), Ok(String::from("c")));
        assert_eq!(finish(&format!("code=c&state={state}&iss=https://issuer.example/pool")), Ok(String::from("c")));
        let foreign = [
            String::new(),
            String::from("code=c"),
            String::from("code=c&state="),
            format!("code=c&state={state}x"),
            format!("code=c&state={}", &state[1..]),
            format!("code=c&state={state}&state={state}"),
            format!("code=c&code=d&state={state}"),
            format!("code=c&error=access_denied&state={state}"),
            format!("code=c&state={state}&iss=https://issuer.example/other"),
            format!("state={state}"),
            format!("code=c&state={state}&x={}", "y".repeat(MOST_ANSWER_BYTES)),
        ];
        for query in foreign {
            assert_eq!(finish(&query), Err(NotFinished::Foreign), "{query:.80}");
        }
        assert_eq!(finish(&format!("error=access_denied&state={state}")), Err(NotFinished::Refused));
        assert_eq!(finish(&format!("error=login_required&state={state}")), Err(NotFinished::Refused));
        let silent = Begun { silent: true, ..begun.clone() };
        let answer = silent.finish(&login, &format!("error=login_required&state={state}")).map(|_| ());
        assert_eq!(answer, Err(NotFinished::LoginRequired));
    }

    #[test]
    fn a_request_carries_the_hash_of_its_verifier_and_never_the_verifier() {
        let (login, begun) = (login(), Begun::new(&SeededEntropy::new(1), 0, true, String::from("/documents/1")));
        let url = login.authorize_url(&begun);
        assert!(url.starts_with("http://pool.example/oauth2/authorize?response_type=code&client_id=client&"), "{url}");
        assert!(url.contains("code_challenge_method=S256") && url.ends_with("&prompt=none"), "{url}");
        assert!(!url.contains(&begun.verifier) && !url.contains("documents"), "{url}");
        let other = Begun::new(&SeededEntropy::new(2), 0, true, String::new());
        assert!(begun.verifier != other.verifier && 43 <= begun.verifier.len(), "RFC 7636, 4.1");
        assert!(begun.state != other.state && begun.nonce != other.nonce && begun.state != begun.nonce);
    }
}
