//! The app client's secrets. A client has one or, while it is being changed, two: the first that is configured is tried
//! first, and where the pool refuses it, the other. <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AddUserPoolClientSecret.html>

use std::sync::atomic::{AtomicUsize, Ordering};

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};

use super::classify::CLIENT_SECRET;
use crate::provider::ProviderError;

/// Which secrets there are, and which one the pool took last.
pub(super) struct Secrets {
    all: Vec<SecretString>,
    good: AtomicUsize,
}

impl Secrets {
    pub(super) fn new(first: Option<&SecretString>, second: Option<&SecretString>) -> Self {
        Self { all: first.into_iter().chain(second).cloned().collect(), good: AtomicUsize::new(0) }
    }

    /// Asks with the secret that was good last, and once more with the other one where the pool refuses that. A request
    /// that is refused for its secret has had no effect.
    pub(super) async fn attempt<T, F>(&self, ask: impl Fn(Option<SecretString>) -> F) -> Result<T, ProviderError>
    where
        F: Future<Output = Result<T, ProviderError>>,
    {
        let good = self.good.load(Ordering::Relaxed);
        let answer = ask(self.all.get(good).cloned()).await;
        let other = if good == 0 { 1 } else { 0 };
        let Some(secret) = self.all.get(other).filter(|_| answer.as_ref().is_err_and(is_of_the_secret)) else {
            return answer;
        };
        let second = ask(Some(secret.clone())).await;
        if !second.as_ref().is_err_and(says_nothing_of_the_secret) {
            self.good.store(other, Ordering::Relaxed);
            tracing::error!(
                client_secret.refused = good + 1,
                client_secret.taken = other + 1,
                "the user pool refuses one of the two client secrets: the change is to be brought to its end"
            );
        }
        second
    }
}

/// Refused, or not judged at all: a pool that is down or throttles has not looked at it.
fn says_nothing_of_the_secret(error: &ProviderError) -> bool {
    is_of_the_secret(error) || matches!(error, ProviderError::Unavailable { .. } | ProviderError::Throttled)
}

fn is_of_the_secret(error: &ProviderError) -> bool {
    matches!(error, ProviderError::Misconfigured { what } if what == CLIENT_SECRET)
}

/// `SECRET_HASH`: Base64(HMAC-SHA256(client secret, username + client id)).
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html>
pub(super) fn secret_hash(secret: Option<&SecretString>, username: &str, client_id: &str) -> Option<String> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret?.expose_secret().as_bytes());
    Some(STANDARD.encode(hmac::sign(&key, format!("{username}{client_id}").as_bytes())))
}

/// The secret as the operations want it that take it itself.
pub(super) fn exposed(secret: Option<SecretString>) -> Option<String> {
    secret.map(|secret| secret.expose_secret().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_hash_is_the_hmac_of_username_and_client_id() {
        // printf 'ada@example.comclient' | openssl dgst -sha256 -hmac secret -binary | base64
        let expected = "pCfmF0r7Gu0NuqTNTEkVYGLmqkeLB+7ZDlvCeFKuOH0=";
        let secret = SecretString::from("secret");
        assert_eq!(secret_hash(Some(&secret), "ada@example.com", "client").as_deref(), Some(expected));
        assert_eq!(secret_hash(None, "ada@example.com", "client"), None);
    }

    fn of(texts: &[&str]) -> Secrets {
        let secrets: Vec<SecretString> = texts.iter().map(|text| SecretString::from(*text)).collect();
        Secrets::new(secrets.first(), secrets.get(1))
    }

    async fn tried(secrets: &Secrets, good: &str) -> (Vec<String>, bool) {
        let tried = std::sync::Mutex::new(Vec::new());
        let answer = secrets.attempt(async |secret| {
            let secret = exposed(secret).unwrap_or_default();
            let right = secret == good;
            tried.lock().expect("a lock").push(secret);
            if right { Ok(()) } else { Err(ProviderError::misconfigured(CLIENT_SECRET)) }
        });
        let answer = answer.await.is_ok();
        (tried.into_inner().expect("a lock"), answer)
    }

    #[tokio::test]
    async fn the_second_secret_is_tried_where_the_first_is_refused_and_then_comes_first() {
        let secrets = of(&["old", "new"]);
        assert_eq!(tried(&secrets, "old").await, (vec!["old".into()], true));
        assert_eq!(tried(&secrets, "new").await, (vec!["old".into(), "new".into()], true));
        assert_eq!(tried(&secrets, "new").await, (vec!["new".into()], true));
        assert_eq!(tried(&secrets, "old").await, (vec!["new".into(), "old".into()], true));
        assert_eq!(tried(&secrets, "third").await, (vec!["old".into(), "new".into()], false));
        assert_eq!(tried(&secrets, "old").await, (vec!["old".into()], true), "what was refused is not remembered");
        assert_eq!(tried(&of(&["only"]), "other").await, (vec!["only".into()], false));
        assert_eq!(tried(&of(&[]), "").await, (vec![String::new()], true));
    }

    #[tokio::test]
    async fn an_answer_that_judges_no_secret_is_not_remembered() {
        let secrets = of(&["old", "new"]);
        for unheard in [ProviderError::unavailable("down"), ProviderError::Throttled] {
            let answer = secrets.attempt(async |secret| match exposed(secret).as_deref() {
                Some("old") => Err::<(), _>(ProviderError::misconfigured(CLIENT_SECRET)),
                _ => Err(unheard.clone()),
            });
            assert_eq!(answer.await, Err(unheard.clone()));
            assert_eq!(secrets.good.load(Ordering::Relaxed), 0);
        }
    }

    #[tokio::test]
    async fn only_a_refused_secret_is_tried_with_the_other_one() {
        let secrets = of(&["old", "new"]);
        let asked = AtomicUsize::new(0);
        let answer = secrets.attempt(async |_| {
            asked.fetch_add(1, Ordering::Relaxed);
            Err::<(), _>(ProviderError::WrongCredentials)
        });
        assert_eq!(answer.await, Err(ProviderError::WrongCredentials));
        assert_eq!(asked.into_inner(), 1);
    }
}
