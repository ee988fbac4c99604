//! The user pool's public keys, cached without an expiry: a key is good until a token names one that is not here.
//!
//! One fetch is in flight at a time. A fetch that did not bring the wanted key is followed by a cool-down, so that
//! tokens with invented key ids cannot make this server flood the pool; a fetch that failed, by a short one. While the
//! pool cannot be reached, the known keys stay good. This module must not know claims.

mod document;
mod fetch;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use holdfast::clock::Clock;
use jsonwebtoken::DecodingKey;
use tokio::sync::Mutex;

pub use fetch::{FetchError, FetchKeys, HttpFetch};

/// After a fetch that did not bring the wanted key. Cognito announces keys before it signs with them, so a real
/// rotation costs one fetch; AWS's own verifier waits 10 s here, for a fetch per verifier and not per server.
pub const COOL_DOWN_MS: i64 = 5 * 60_000;
/// After a fetch that failed.
pub const FAILED_COOL_DOWN_MS: i64 = 5_000;

/// The cache.
pub struct Jwks {
    fetcher: Box<dyn FetchKeys>,
    clock: Arc<dyn Clock>,
    keys: RwLock<Arc<HashMap<String, DecodingKey>>>,
    /// The earliest moment of the next fetch. Held across a fetch: that is what keeps it single.
    not_before: Mutex<i64>,
    fetches: AtomicU64,
}

/// Why there is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The pool's key set was read, and this key is not in it (or was not a moment ago).
    #[error("the user pool has no such key")]
    Unknown,
    /// The pool's key set cannot be read now.
    #[error("the user pool's keys cannot be had")]
    Unavailable,
}

impl Jwks {
    /// An empty cache; the first wanted key fetches.
    pub fn new(fetcher: impl FetchKeys, clock: Arc<dyn Clock>) -> Self {
        Self {
            fetcher: Box::new(fetcher),
            clock,
            keys: RwLock::default(),
            not_before: Mutex::new(i64::MIN),
            fetches: AtomicU64::new(0),
        }
    }

    /// Whether any keys are known.
    #[must_use]
    pub fn are_known(&self) -> bool {
        !self.known().is_empty()
    }

    /// Fetches now, unless keys are known already. For the start of the process.
    ///
    /// # Errors
    /// When the keys cannot be had.
    pub async fn prime(&self) -> Result<(), KeyError> {
        let mut not_before = self.not_before.lock().await;
        if self.are_known() { Ok(()) } else { self.fetch(&mut not_before).await }
    }

    /// The key with this id: from the cache, or by one fetch.
    ///
    /// # Errors
    /// When there is no such key, or when that cannot be found out now.
    pub async fn find(&self, kid: &str) -> Result<DecodingKey, KeyError> {
        if let Some(key) = self.known().get(kid) {
            return Ok(key.clone());
        }
        let seen = self.fetches.load(Ordering::SeqCst);
        let mut not_before = self.not_before.lock().await;
        if let Some(key) = self.known().get(kid) {
            return Ok(key.clone());
        }
        // Somebody else's fetch has just answered the same question, or it is too early to ask again.
        if self.fetches.load(Ordering::SeqCst) != seen || self.clock.now_ms() < *not_before {
            return Err(if self.are_known() { KeyError::Unknown } else { KeyError::Unavailable });
        }
        self.fetch(&mut not_before).await?;
        let key = self.known().get(kid).cloned();
        if key.is_none() {
            *not_before = self.clock.now_ms().saturating_add(COOL_DOWN_MS);
        }
        key.ok_or(KeyError::Unknown)
    }

    fn known(&self) -> Arc<HashMap<String, DecodingKey>> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    async fn fetch(&self, not_before: &mut i64) -> Result<(), KeyError> {
        let keys = self.fetcher.fetch().await.and_then(|body| document::parse(&body));
        self.fetches.fetch_add(1, Ordering::SeqCst);
        match keys {
            Ok(keys) => {
                *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
                Ok(())
            }
            Err(error) => {
                *not_before = self.clock.now_ms().saturating_add(FAILED_COOL_DOWN_MS);
                tracing::warn!(error = %error, "the user pool's keys cannot be read; the known ones stay good");
                Err(KeyError::Unavailable)
            }
        }
    }
}

impl std::fmt::Debug for Jwks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Jwks").field("known", &self.known().len()).finish_non_exhaustive()
    }
}
