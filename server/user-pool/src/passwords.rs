//! Passwords: the default policy of a user pool, what is kept of one (an argon2id hash, RFC 9106, and a verifier for SRP),
//! and an equal effort for users who do not exist.

use std::sync::Arc;

use argon2::password_hash::{Error as HashError, Output, ParamsString, PasswordHash, Salt, SaltString};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use holdfast::entropy::Entropy;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use crate::error::ApiError;
use crate::srp::{self, Verifier};

/// What an unknown user's password is compared with: no password gives this hash, and finding that out costs as much as
/// a real comparison does.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5c3NhbHQuLi4$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// How many hashes are computed at once; each takes 19 MiB while it runs.
const AT_ONCE: usize = 4;

/// What is kept of a password: enough to recognise it, in either form in which a sign-in brings it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredPassword {
    /// A PHC string.
    pub(crate) argon2id: String,
    /// For USER_SRP_AUTH. None where an older state held only the hash; the next sign-in with the password itself adds it.
    pub(crate) srp: Option<Verifier>,
}

impl StoredPassword {
    /// Of the password of the user `sub` in the pool `pool_id`. Blocks.
    pub(crate) fn of(password: &str, pool_id: &str, sub: &str, entropy: &dyn Entropy) -> Result<Self, HashError> {
        let srp = Some(Verifier::of(srp::pool_name(pool_id), sub, password, entropy));
        Ok(Self { argon2id: hash(password, entropy)?, srp })
    }
}

/// Hashes and compares, a few at a time, off the async workers.
#[derive(Debug, Clone)]
pub(crate) struct Passwords {
    pool_id: Arc<str>,
    at_once: Arc<Semaphore>,
}

impl Passwords {
    pub(crate) fn new(pool_id: &str) -> Self {
        Self { pool_id: pool_id.into(), at_once: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Whether `password` gives the hash `stored`; without one, the answer is no and takes as long.
    pub(crate) async fn verify(&self, password: String, stored: Option<StoredPassword>) -> Result<bool, ApiError> {
        self.blocking(move || match stored {
            Some(stored) => matches(&password, &stored.argon2id),
            None => {
                let _ = matches(&password, NOBODY);
                false
            }
        })
        .await
    }

    /// What is to be kept of a new password of the user `sub`.
    pub(crate) async fn hash(
        &self,
        password: String,
        sub: &str,
        entropy: Arc<dyn Entropy>,
    ) -> Result<StoredPassword, ApiError> {
        let (pool_id, sub) = (Arc::clone(&self.pool_id), sub.to_owned());
        let hashed = self.blocking(move || StoredPassword::of(&password, &pool_id, &sub, &*entropy)).await?;
        hashed.map_err(|error| {
            tracing::error!(%error, "user pool: could not hash a password");
            ApiError::internal()
        })
    }

    async fn blocking<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, ApiError> {
        let permit = Arc::clone(&self.at_once).acquire_owned().await.map_err(|_closed| ApiError::internal())?;
        let done = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(permit);
            result
        });
        done.await.map_err(|_panicked| ApiError::internal())
    }
}

/// The PHC string of `password` under a fresh salt.
pub(crate) fn hash(password: &str, entropy: &dyn Entropy) -> Result<String, HashError> {
    let mut salt = [0_u8; 16];
    entropy.fill(&mut salt);
    let salt = SaltString::encode_b64(&salt)?;
    let params = Params::default();
    let hashed = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params)?,
        salt: Some(salt.as_salt()),
        hash: Some(output(password, salt.as_salt(), params)?),
    };
    Ok(hashed.to_string())
}

/// Whether `password` gives the PHC string `stored`.
pub(crate) fn matches(password: &str, stored: &str) -> bool {
    let given = || -> Result<bool, HashError> {
        let stored = PasswordHash::new(stored)?;
        let (Some(salt), Some(expected)) = (stored.salt, stored.hash) else { return Ok(false) };
        // Outputs are compared in constant time.
        Ok(stored.algorithm == Algorithm::Argon2id.ident()
            && output(password, salt, Params::try_from(&stored)?)? == expected)
    };
    given().unwrap_or(false)
}

/// The memory is asked for in a piece that the C library maps and gives back whole: above 32 MiB glibc never keeps freed
/// memory for later (`M_MMAP_THRESHOLD` in mallopt(3)). Pages that are not written take no room. Otherwise each thread
/// that ever hashed would hold on to 19 MiB.
const MAPPED: usize = 33 * 1024 * 1024 / Block::SIZE;

fn output(password: &str, salt: Salt<'_>, params: Params) -> Result<Output, HashError> {
    let mut bytes = [0_u8; Salt::MAX_LENGTH];
    let salt = salt.decode_b64(&mut bytes)?;
    let blocks = params.block_count();
    let mut memory = Vec::with_capacity(blocks.max(MAPPED));
    memory.resize(blocks, Block::default());
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    Output::init_with(Params::DEFAULT_OUTPUT_LEN, |out| {
        Ok(argon2.hash_password_into_with_memory(password.as_bytes(), salt, out, &mut memory)?)
    })
}

/// The characters that count as symbols ("Adding user pool password requirements", Amazon Cognito Developer Guide).
const SYMBOLS: &str = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+- ";

/// The default policy: eight characters with upper and lower case, a number and a symbol. The first problem is named.
pub(crate) fn policy(password: &str) -> Result<(), &'static str> {
    if password.chars().count() < 8 {
        Err("Password not long enough")
    } else if !password.chars().any(|c| c.is_ascii_uppercase()) {
        Err("Password must have uppercase characters")
    } else if !password.chars().any(|c| c.is_ascii_lowercase()) {
        Err("Password must have lowercase characters")
    } else if !password.chars().any(|c| c.is_ascii_digit()) {
        Err("Password must have numeric characters")
    } else if !password.chars().any(|c| SYMBOLS.contains(c)) {
        Err("Password must have symbol characters")
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast::entropy::SeededEntropy;

    #[test]
    fn a_hash_opens_with_its_password_only_and_is_salted() {
        let entropy = SeededEntropy::new(1);
        let stored = hash("Password-1", &entropy).unwrap();
        assert!(matches("Password-1", &stored));
        assert!(!matches("password-1", &stored));
        assert_ne!(stored, hash("Password-1", &entropy).unwrap());
        assert!(!matches("Password-1", "$argon2id$damaged"));
    }

    #[test]
    fn hashes_are_those_of_the_argon2_crate() {
        use argon2::password_hash::PasswordVerifier as _;
        let stored = hash("Password-1", &SeededEntropy::new(1)).unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        let parsed = PasswordHash::new(&stored).unwrap();
        assert_eq!(Argon2::default().verify_password(b"Password-1", &parsed), Ok(()));
    }

    #[test]
    fn nobodys_hash_costs_what_a_real_one_costs() {
        let real = hash("Password-1", &SeededEntropy::new(1)).unwrap();
        let (real, nobody) = (PasswordHash::new(&real).unwrap(), PasswordHash::new(NOBODY).unwrap());
        assert_eq!((real.algorithm, &real.params), (nobody.algorithm, &nobody.params));
        assert_eq!(real.hash.unwrap().len(), nobody.hash.unwrap().len());
        assert!(!matches("", NOBODY));
    }

    #[test]
    fn the_policy_names_the_first_problem() {
        assert_eq!(policy("Pass-1"), Err("Password not long enough"));
        assert_eq!(policy("password-1"), Err("Password must have uppercase characters"));
        assert_eq!(policy("PASSWORD-1"), Err("Password must have lowercase characters"));
        assert_eq!(policy("Password-"), Err("Password must have numeric characters"));
        assert_eq!(policy("Password1"), Err("Password must have symbol characters"));
        assert_eq!(policy("Password-1"), Ok(()));
    }
}
