//! The users who exist from the start: the configured ones, or a demo user whose generated password stays the same.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::Path;

use argon2::password_hash::Error as HashError;
use holdfast::entropy::Entropy;

use crate::config::PoolConfig;
use crate::ids;
use crate::passwords::{self, StoredPassword};
use crate::pool::OpenError;
use crate::state::{State, User, UserStatus, private};

const DEMO_EMAIL: &str = "ada@example.com";
const DEMO_PASSWORD_FILE: &str = "demo-password";

/// The user who exists where none are configured, to be printed at start.
#[derive(Clone, PartialEq, Eq)]
pub struct DemoUser {
    /// The name to sign in with.
    pub email: String,
    /// The generated password; it stays the same over restarts.
    pub password: String,
}

impl fmt::Debug for DemoUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DemoUser").field("email", &self.email).finish_non_exhaustive()
    }
}

/// A user to be planted.
#[derive(Clone)]
pub(crate) struct Seed {
    email: String,
    /// Whose it becomes, unless the address belongs to somebody already.
    sub: String,
    password: StoredPassword,
}

/// The demo user, where no users are configured.
pub(crate) fn demo(config: &PoolConfig, dir: &Path, entropy: &dyn Entropy) -> Result<Option<DemoUser>, OpenError> {
    if !config.users.is_empty() {
        return Ok(None);
    }
    let path = dir.join(DEMO_PASSWORD_FILE);
    let password = match fs::read_to_string(&path) {
        Ok(text) if !text.trim().is_empty() => text.trim().to_owned(),
        Ok(_) => make_password(dir, entropy).map_err(|error| OpenError::io(&path, &error))?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            make_password(dir, entropy).map_err(|error| OpenError::io(&path, &error))?
        }
        Err(error) => return Err(OpenError::io(&path, &error)),
    };
    Ok(Some(DemoUser { email: DEMO_EMAIL.to_owned(), password }))
}

fn make_password(dir: &Path, entropy: &dyn Entropy) -> io::Result<String> {
    let password = ids::password(entropy);
    private::replace(dir, DEMO_PASSWORD_FILE, format!("{password}\n").as_bytes())?;
    Ok(password)
}

/// Hashes what is not already stored with that password.
pub(crate) fn hash(state: &State, users: &[(String, String)], entropy: &dyn Entropy) -> Result<Vec<Seed>, OpenError> {
    let seed = |(email, password): &(String, String)| -> Result<Seed, HashError> {
        let existing = state.user(email);
        let sub = existing.map_or_else(|| ids::uuid(entropy), |user| user.sub.clone());
        let stored = existing.map(|user| &user.password).filter(|stored| stored.srp.is_some());
        let password = match stored.filter(|stored| passwords::matches(password, &stored.argon2id)) {
            Some(stored) => stored.clone(),
            None => StoredPassword::of(password, &state.pool_id, &sub, entropy)?,
        };
        Ok(Seed { email: email.clone(), sub, password })
    };
    users.iter().map(seed).collect::<Result<_, _>>().map_err(|error| OpenError::hash(&error))
}

/// Makes each seed a confirmed user with the configured password. Who exists keeps their `sub` and all else that they
/// have; who was disabled stays so.
pub(crate) fn plant(state: &mut State, seeds: &[Seed], now_ms: i64) {
    for seed in seeds {
        let fresh = || User::new(seed.sub.clone(), seed.email.clone(), seed.password.clone(), now_ms);
        let user = User {
            email: seed.email.clone(),
            email_verified: true,
            status: UserStatus::Confirmed,
            password: seed.password.clone(),
            code: None,
            reset_code: None,
            pending: BTreeMap::new(),
            ..state.user(&seed.email).cloned().unwrap_or_else(fresh)
        };
        state.users.insert(user.sub.clone(), user);
    }
}

/// Back to the seeds alone: nobody else, no sessions, everyone enabled and as if they were new.
pub(crate) fn replant(state: &mut State, seeds: &[Seed], now_ms: i64) {
    state.sessions.clear();
    state.refresh_tokens.clear();
    state.browser_sessions.clear();
    state.users.retain(|_, user| seeds.iter().any(|seed| user.has_email(&seed.email)));
    for user in state.users.values_mut() {
        *user = User::new(user.sub.clone(), user.email.clone(), user.password.clone(), user.created_at_ms);
    }
    plant(state, seeds, now_ms);
}
