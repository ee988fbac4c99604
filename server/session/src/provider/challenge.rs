//! One more question of the user pool's, and the answer to it.

use holdfast::wire::ChallengeName;
use secrecy::SecretString;

/// One more question of the pool's. Not for the browser: [`Self::session`] carries the sign-in.
#[derive(Debug, Clone)]
pub struct Challenge {
    /// Which.
    pub name: ChallengeName,
    /// Whom it is put to, by the name that the pool wants in the answer: `USER_ID_FOR_SRP` where it tells one, else what
    /// was typed. A secret hash of the answer is made of it, too.
    pub username: String,
    /// `Session`: good for one answer, three minutes by default.
    pub session: Option<SecretString>,
    /// Where a code was sent, masked by the pool.
    pub delivered_to: Option<String>,
    /// The attributes that a new user has to fill in.
    pub required_attributes: Vec<String>,
    /// What can be chosen.
    pub choices: Vec<String>,
    /// For [`ChallengeName::MfaSetup`]: the authenticator app's secret, in base32.
    pub setup_secret: Option<SecretString>,
    /// For [`ChallengeName::WebAuthn`]: `CREDENTIAL_REQUEST_OPTIONS`, the browser's JSON.
    pub passkey_options: Option<String>,
}

impl Challenge {
    /// A question that tells nothing but its name.
    #[must_use]
    pub fn new(name: ChallengeName, username: impl Into<String>, session: Option<SecretString>) -> Self {
        Self {
            name,
            username: username.into(),
            session,
            delivered_to: None,
            required_attributes: Vec::new(),
            choices: Vec::new(),
            setup_secret: None,
            passkey_options: None,
        }
    }
}

/// What a person answers.
#[derive(Debug, Clone)]
pub enum Answer {
    /// A one-time code.
    Code(SecretString),
    /// The password.
    Password(SecretString),
    /// A password that is new, and the attributes that were asked for.
    NewPassword(SecretString, Vec<(String, String)>),
    /// One of [`Challenge::choices`].
    Choice(String),
    /// What the browser made of [`Challenge::passkey_options`].
    Passkey(String),
}
