//! The claims of Cognito's tokens, and the rules on them.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html>

use serde::Deserialize;

use super::VerifyError;

/// How far ahead of this server's clock a pool may have issued a token: both run NTP, but not the same second. `exp`
/// has no leeway, so that the deadline that is shown and the one that is enforced are one.
pub const LEEWAY_S: i64 = 5;
/// How far the pool's clock and this server's may be apart for tokens that the pool has issued just now. What lies further
/// apart is no drift but something broken.
pub const MOST_SKEW_S: i64 = 15 * 60;
/// The latest second that becomes milliseconds without overflow, and no token's business beyond that.
const LATEST_S: i64 = 253_402_300_799;

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenUse {
    /// Authorizes operations on the user's own account.
    Access,
    /// Says who the user is, to resource servers.
    Id,
}

impl TokenUse {
    /// The value of the claim `token_use`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Id => "id",
        }
    }
}

/// What a believed token says. Moments are milliseconds since the Unix epoch.
#[derive(Clone, PartialEq, Eq)]
pub struct Verified {
    /// `token_use`.
    pub token_use: TokenUse,
    /// `sub`.
    pub sub: String,
    /// `username` of an access token, `cognito:username` of an ID token.
    pub username: String,
    /// `email`, of an ID token whose pool knows one.
    pub email: Option<String>,
    /// `nonce`, of an ID token that answers an authentication request.
    pub nonce: Option<String>,
    /// The interactive sign-in; unmoved by refreshes. `iat` where the claim is missing.
    pub auth_time: i64,
    /// `iat`.
    pub issued_at: i64,
    /// `exp`.
    pub expires_at: i64,
}

impl std::fmt::Debug for Verified {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verified").field("sub", &self.sub).field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// The one claim that is read of a token nobody has verified, to say to whom it belongs.
#[derive(Deserialize)]
pub(super) struct Claimed {
    pub(super) iss: String,
}

#[derive(Deserialize)]
pub(super) struct Claims {
    iss: String,
    sub: String,
    token_use: String,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
    auth_time: Option<i64>,
    client_id: Option<String>,
    aud: Option<String>,
    username: Option<String>,
    #[serde(rename = "cognito:username")]
    cognito_username: Option<String>,
    email: Option<String>,
    nonce: Option<String>,
}

impl Claims {
    pub(super) fn deserialize_from(value: serde_json::Value) -> Result<Self, VerifyError> {
        serde_json::from_value(value).map_err(|_| VerifyError::Claims)
    }

    /// What the pool's clock shows, where the pool has issued this token just now and this server's clock shows `now`.
    pub(super) fn on_pools_clock(&self, now: i64) -> i64 {
        if self.iat.abs_diff(now) <= MOST_SKEW_S.unsigned_abs() { self.iat } else { now }
    }

    pub(super) fn check(
        self,
        wanted: &[TokenUse],
        issuers: &[String],
        clients: &[String],
        now: i64,
    ) -> Result<Verified, VerifyError> {
        if !issuers.contains(&self.iss) {
            return Err(VerifyError::Issuer);
        }
        let token_use = wanted.iter().copied().find(|wanted| wanted.as_str() == self.token_use);
        let token_use = token_use.ok_or(VerifyError::TokenUse)?;
        let (client, username) = match token_use {
            TokenUse::Access => (self.client_id, self.username),
            TokenUse::Id => (self.aud, self.cognito_username),
        };
        if !client.is_some_and(|client| clients.contains(&client)) {
            return Err(VerifyError::Client);
        }
        let auth_time = self.auth_time.unwrap_or(self.iat);
        let moments = [self.exp, self.iat, auth_time, self.nbf.unwrap_or(0)];
        if self.sub.is_empty() || moments.iter().any(|moment| !(0..=LATEST_S).contains(moment)) {
            return Err(VerifyError::Claims);
        }
        if self.exp <= now {
            return Err(VerifyError::Expired);
        }
        if self.iat.max(self.nbf.unwrap_or(0)) > now.saturating_add(LEEWAY_S) {
            return Err(VerifyError::NotYet);
        }
        Ok(Verified {
            token_use,
            username: username.unwrap_or_else(|| self.sub.clone()),
            sub: self.sub,
            email: self.email,
            nonce: self.nonce,
            auth_time: auth_time * 1000,
            issued_at: self.iat * 1000,
            expires_at: self.exp * 1000,
        })
    }
}
