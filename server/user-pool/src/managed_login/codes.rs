//! Authorization codes: good once, for five minutes, for the request that they answer. In memory only, so a restart of the
//! pool ends them.

use std::collections::HashMap;
use std::sync::Mutex;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use holdfast::entropy::Entropy;

use crate::ids;
use crate::locks::lock;

/// "The authorization code can be used only once" and "expires five minutes after" it was issued ("Authorize endpoint",
/// Developer Guide).
const VALIDITY_MS: i64 = 5 * 60 * 1_000;
/// More than this are not remembered at once; the expired ones go first, then all.
const CODES: usize = 10_000;

/// What a code stands for.
#[derive(Clone)]
pub(super) struct Issued {
    pub(super) sub: String,
    /// The interactive sign-in.
    pub(super) signed_in_at_ms: i64,
    pub(super) redirect_uri: String,
    pub(super) scope: String,
    pub(super) nonce: Option<String>,
    pub(super) code_challenge: Option<String>,
}

/// The codes that are out, by the fingerprint of their text.
#[derive(Default)]
pub(crate) struct Codes(Mutex<HashMap<String, (Issued, i64)>>);

impl Codes {
    /// A code for this.
    pub(super) fn issue(&self, issued: Issued, now_ms: i64, entropy: &dyn Entropy) -> String {
        let code = ids::uuid(entropy);
        let mut codes = lock(&self.0);
        codes.retain(|_, (_, expires_at_ms)| now_ms < *expires_at_ms);
        if codes.len() >= CODES {
            codes.clear();
        }
        codes.insert(ids::fingerprint(&code), (issued, now_ms + VALIDITY_MS));
        code
    }

    /// Uses the code up, whatever comes of it. Of two who bring it at once, one gets nothing.
    pub(super) fn spend(&self, code: &str, now_ms: i64) -> Option<Issued> {
        let (issued, expires_at_ms) = lock(&self.0).remove(&ids::fingerprint(code))?;
        (now_ms < expires_at_ms).then_some(issued)
    }

    pub(crate) fn clear(&self) {
        lock(&self.0).clear();
    }
}

impl Issued {
    /// Whether the verifier is the one whose hash the request brought (RFC 7636, 4.6). A request without a challenge takes
    /// none.
    pub(super) fn takes(&self, verifier: Option<&str>) -> bool {
        match (&self.code_challenge, verifier) {
            (None, None) => true,
            (Some(challenge), Some(verifier)) => {
                let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
                let hash = digest::digest(&digest::SHA256, verifier.as_bytes());
                (43..=128).contains(&verifier.len())
                    && verifier.bytes().all(allowed)
                    && *challenge == URL_SAFE_NO_PAD.encode(hash.as_ref())
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast::entropy::SeededEntropy;

    fn issued(code_challenge: Option<&str>) -> Issued {
        Issued {
            sub: String::new(),
            signed_in_at_ms: 0,
            redirect_uri: String::new(),
            scope: String::new(),
            nonce: None,
            code_challenge: code_challenge.map(str::to_owned),
        }
    }

    #[test]
    fn a_code_is_good_once_and_for_five_minutes() {
        let (codes, entropy) = (Codes::default(), SeededEntropy::new(1));
        let code = codes.issue(issued(None), 0, &entropy);
        assert!(codes.spend(&code, VALIDITY_MS - 1).is_some());
        assert!(codes.spend(&code, 0).is_none());
        let code = codes.issue(issued(None), 0, &entropy);
        assert!(codes.spend(&code, VALIDITY_MS).is_none());
        assert!(codes.spend("junk", 0).is_none());
    }

    /// The pair of RFC 7636, appendix B.
    #[test]
    fn only_the_verifier_of_the_challenge_is_taken() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let bound = issued(Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
        assert!(bound.takes(Some(verifier)));
        assert!(!bound.takes(Some("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl")));
        assert!(!bound.takes(None));
        assert!(!issued(None).takes(Some(verifier)));
        assert!(issued(None).takes(None));
    }
}
