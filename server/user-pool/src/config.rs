//! What a pool is opened with.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::rules::SignInRules;
use crate::settings;

/// The pool and its one app client. The defaults are those of a new app client, but for the refresh token's validity,
/// which is a day.
#[derive(Clone)]
#[non_exhaustive]
pub struct PoolConfig {
    /// The directory that holds `user-pool/`, where the pool keeps its state.
    pub data_dir: PathBuf,
    /// E-mail addresses and passwords of users who exist, confirmed, from the start. None: a demo user with a generated
    /// password, see [`UserPool::demo_user`](crate::UserPool::demo_user).
    pub users: Vec<(String, String)>,
    /// `AccessTokenValidity`. Seconds are allowed here, where Cognito wants five minutes at least.
    pub access_ttl: Duration,
    /// `IdTokenValidity`.
    pub id_ttl: Duration,
    /// `RefreshTokenValidity`.
    pub refresh_ttl: Duration,
    /// `RefreshTokenRotation.Feature`.
    pub rotation: bool,
    /// `RefreshTokenRotation.RetryGracePeriodSeconds`, at most a minute.
    pub grace: Duration,
    /// The region that the pool's id names.
    pub region: String,
    /// The app client's secret, of at least 24 characters, if it has one.
    pub client_secret: Option<String>,
    /// `PreventUserExistenceErrors`: `ENABLED`, as in a pool that the console made, or `LEGACY`, the API's own default.
    pub prevent_user_existence_errors: bool,
    /// `TokenSession.MaxPerUser`, 1 to 100: how many sessions a user has at once before the next sign-in evicts the one that
    /// was least recently used. `None`: sessions are not counted, which is Cognito's default.
    pub max_sessions_per_user: Option<usize>,
    /// Whether only validities are taken that Cognito takes (`TokenValidityUnitsType`), and everything else is refused at
    /// the start. Without it seconds are allowed, for demos and tests.
    pub strict: bool,
    /// `AttributesRequireVerificationBeforeUpdate` for `email` and `phone_number`: the old value stays until the new one
    /// is verified.
    pub verify_before_update: bool,
    /// What is asked of who signs in.
    pub sign_in: SignInRules,
    /// `CallbackURLs`: where managed login may send a browser with a code, each compared as it stands. None: the app client
    /// has no managed login.
    pub callback_urls: Vec<String>,
    /// `LogoutURLs`: where `/logout` may send a browser.
    pub logout_urls: Vec<String>,
    /// How long a browser stays signed in to managed login after the last code that it was given there:
    /// `MaxValidityMinutes` of `ClientSSOSessionConfigType`, an hour unless said otherwise. None at all: 0.
    pub sso_ttl: Duration,
}

impl PoolConfig {
    /// A pool in `data_dir` with every default.
    #[must_use]
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            users: Vec::new(),
            access_ttl: Duration::from_secs(60 * 60),
            id_ttl: Duration::from_secs(60 * 60),
            refresh_ttl: Duration::from_secs(24 * 60 * 60),
            rotation: false,
            grace: Duration::from_secs(60),
            region: "eu-central-1".to_owned(),
            client_secret: None,
            prevent_user_existence_errors: true,
            max_sessions_per_user: None,
            strict: false,
            verify_before_update: true,
            sign_in: SignInRules::default(),
            callback_urls: Vec::new(),
            logout_urls: Vec::new(),
            sso_ttl: Duration::from_secs(60 * 60),
        }
    }

    /// The first thing that is wrong with it.
    pub(crate) fn check(&self) -> Result<(), String> {
        for (name, ttl) in [("access_ttl", self.access_ttl), ("id_ttl", self.id_ttl), ("refresh_ttl", self.refresh_ttl)]
        {
            if ttl < Duration::from_secs(1) || ttl > settings::LONGEST {
                return Err(format!("{name} must be between a second and ten years"));
            }
        }
        if self.max_sessions_per_user.is_some_and(|most| !(1..=settings::MOST_SESSIONS).contains(&most)) {
            return Err("max_sessions_per_user must be between 1 and 100".to_owned());
        }
        if self.strict {
            self.check_as_cognito_does()?;
        }
        if self.grace > settings::LONGEST_GRACE {
            return Err("grace must be at most 60 seconds".to_owned());
        }
        if self.client_secret.as_ref().is_some_and(|secret| secret.len() < 24) {
            return Err("client_secret must have at least 24 characters".to_owned());
        }
        self.sign_in.check()?;
        if self.sso_ttl > settings::LONGEST_SSO {
            return Err("sso_ttl must be at most 90 days".to_owned());
        }
        self.callback_urls.iter().chain(&self.logout_urls).try_for_each(|url| settings::check_url(url))?;
        let is_region = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.region.is_empty() || !self.region.chars().all(is_region) {
            return Err("region must look like eu-central-1".to_owned());
        }
        for (email, password) in &self.users {
            settings::check_user(email, password)?;
        }
        Ok(())
    }
}

impl PoolConfig {
    /// Access and ID tokens live for 5 minutes to 24 hours, refresh tokens for 60 minutes to ten years, and none outlives
    /// the refresh token (CreateUserPoolClient, API Reference). The text is Cognito's own.
    fn check_as_cognito_does(&self) -> Result<(), String> {
        const MINUTE: u64 = 60;
        const HOUR: u64 = 60 * MINUTE;
        let refused = |name: &str| Err(format!("{name}: Invalid range for token validity."));
        for (name, ttl) in [("access_ttl", self.access_ttl), ("id_ttl", self.id_ttl)] {
            if !(5 * MINUTE..=24 * HOUR).contains(&ttl.as_secs()) || self.refresh_ttl < ttl {
                return refused(name);
            }
        }
        if self.refresh_ttl.as_secs() < HOUR { refused("refresh_ttl") } else { Ok(()) }
    }
}

impl fmt::Debug for PoolConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PoolConfig")
            .field("data_dir", &self.data_dir)
            .field("users", &self.users.len())
            .field("access_ttl", &self.access_ttl)
            .field("id_ttl", &self.id_ttl)
            .field("refresh_ttl", &self.refresh_ttl)
            .field("rotation", &self.rotation)
            .field("grace", &self.grace)
            .field("strict", &self.strict)
            .field("region", &self.region)
            .field("client_secret", &self.client_secret.as_ref().map(|_| "…"))
            .field("sign_in", &self.sign_in)
            .finish()
    }
}
