//! What a sign-in or a refresh hands out: an access token, an ID token and perhaps a refresh token.
//!
//! Claims: "Understanding the access token" and "Understanding the identity token", Amazon Cognito Developer Guide.

pub(crate) mod jwt;
pub(crate) mod keys;

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use holdfast::entropy::Entropy;
use serde_json::{Value, json};

use crate::config::PoolConfig;
use crate::control::FaultKind;
use crate::ids;
use crate::state::{Purpose, Session, User};
use jwt::Algorithm;
use keys::{KeyError, KeyRing, SigningKey};

/// The scope of every access token that the API hands out, and without which its operations take none.
pub(crate) const SCOPE: &str = "aws.cognito.signin.user.admin";

/// Whose tokens, and from which sign-in.
pub(crate) struct Grant {
    sub: String,
    email: String,
    email_verified: bool,
    attributes: BTreeMap<String, String>,
    origin_jti: String,
    signed_in_at_ms: i64,
    scope: String,
    /// Of the authentication request, at managed login.
    nonce: Option<String>,
    /// Whether the ID token names its access token: at managed login it does.
    at_hash: bool,
    /// A new refresh token, at a sign-in and where rotation is on.
    pub(crate) refresh_token: Option<String>,
}

/// What the tokens of one issue have in common with the pool.
pub(crate) struct Issuer<'a> {
    pub(crate) config: &'a PoolConfig,
    pub(crate) entropy: &'a dyn Entropy,
    pub(crate) keys: &'a KeyRing,
    pub(crate) client_id: &'a str,
    pub(crate) iss: String,
    pub(crate) now_ms: i64,
    /// Whether `auth_time` moves to now at each issue, as emulators do and Cognito does not.
    pub(crate) auth_time_moves: bool,
    /// The one thing that is wrong with these tokens.
    pub(crate) fault: Option<FaultKind>,
}

impl Grant {
    pub(crate) fn new(user: &User, origin_jti: &str, session: &Session, refresh_token: Option<String>) -> Self {
        Self {
            sub: user.sub.clone(),
            email: user.email.clone(),
            email_verified: user.email_verified,
            attributes: user.attributes.clone(),
            origin_jti: origin_jti.to_owned(),
            signed_in_at_ms: session.signed_in_at_ms,
            scope: session.scope.clone(),
            nonce: None,
            at_hash: false,
            refresh_token,
        }
    }

    /// What a code of managed login buys: an ID token with the request's `nonce`, and with `at_hash`.
    pub(crate) fn of_authentication_request(self, nonce: Option<String>) -> Self {
        Self { nonce, at_hash: true, ..self }
    }

    pub(crate) fn has_scope(&self, scope: &str) -> bool {
        self.scope.split(' ').any(|one| one == scope)
    }

    /// The session that the tokens belong to.
    pub(crate) fn origin_jti(&self) -> &str {
        &self.origin_jti
    }
}

impl Issuer<'_> {
    /// The `AuthenticationResult` of InitiateAuth and GetTokensFromRefreshToken (`AuthenticationResultType`).
    pub(crate) fn issue(&self, grant: &Grant) -> Result<Value, KeyError> {
        let now = self.now_ms.div_euclid(1_000);
        let iat = if self.is(FaultKind::IatFuture) { now + 3_600 } else { now };
        let auth_time = if self.auth_time_moves { iat } else { grant.signed_in_at_ms.div_euclid(1_000) };
        let event_id = ids::uuid(self.entropy);
        let sub = if self.is(FaultKind::WrongSub) { ids::uuid(self.entropy) } else { grant.sub.clone() };
        let iss = if self.is(FaultKind::WrongIss) { format!("{}0", self.iss) } else { self.iss.clone() };
        let client_id =
            if self.is(FaultKind::WrongClientId) { ids::client_id(self.entropy) } else { self.client_id.to_owned() };

        let access = json!({
            "sub": sub,
            "iss": iss,
            "version": 2,
            "client_id": client_id,
            "origin_jti": grant.origin_jti,
            "event_id": event_id,
            "token_use": "access",
            "scope": grant.scope,
            "auth_time": auth_time,
            "exp": iat + seconds(self.config.access_ttl),
            "iat": iat,
            "jti": ids::uuid(self.entropy),
            "username": sub,
        });
        let mut id = json!({
            "sub": sub,
            "email_verified": grant.email_verified,
            "iss": iss,
            "cognito:username": sub,
            "origin_jti": grant.origin_jti,
            "aud": client_id,
            "event_id": event_id,
            "token_use": "id",
            "auth_time": auth_time,
            "exp": iat + seconds(self.config.id_ttl),
            "iat": iat,
            "jti": ids::uuid(self.entropy),
            "email": grant.email,
        });
        for (name, value) in &grant.attributes {
            id[name] = claim(name, value);
        }

        let access = self.sign(self.keys.signer(Purpose::Access)?, &access)?;
        if let Some(nonce) = &grant.nonce {
            id["nonce"] =
                if self.is(FaultKind::WrongNonce) { ids::uuid(self.entropy).into() } else { nonce.clone().into() };
        }
        if grant.at_hash {
            id["at_hash"] = at_hash(&access).into();
        }

        let mut result = json!({
            "AccessToken": access,
            "ExpiresIn": seconds(self.config.access_ttl),
            "TokenType": "Bearer",
        });
        if !self.is(FaultKind::MissingIdToken) {
            result["IdToken"] = self.sign(self.keys.signer(Purpose::Id)?, &id)?.into();
        }
        if let Some(refresh_token) = &grant.refresh_token {
            result["RefreshToken"] = refresh_token.clone().into();
        }
        Ok(result)
    }

    fn sign(&self, key: &SigningKey, claims: &Value) -> Result<String, KeyError> {
        let algorithm = match self.fault {
            Some(FaultKind::AlgNone) => Algorithm::None,
            Some(FaultKind::Hs256) => Algorithm::Hs256,
            _ => Algorithm::Rs256,
        };
        if self.is(FaultKind::WrongKid) {
            return jwt::encode(key, &ids::key_id(self.entropy), algorithm, claims);
        }
        jwt::encode(key, &key.kid, algorithm, claims)
    }

    fn is(&self, kind: FaultKind) -> bool {
        self.fault == Some(kind)
    }
}

/// The left half of the access token's SHA-256 (OpenID Connect Core 1.0, 3.1.3.6).
fn at_hash(access: &str) -> String {
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, access.as_bytes());
    URL_SAFE_NO_PAD.encode(hash.as_ref().get(..16).unwrap_or_default())
}

/// How the ID token writes an attribute ("Standard Claims", OpenID Connect Core 1.0, 5.1).
fn claim(name: &str, value: &str) -> Value {
    match name {
        "address" => json!({ "formatted": value }),
        "phone_number_verified" => json!(value == "true"),
        _ => json!(value),
    }
}

pub(crate) fn seconds(ttl: std::time::Duration) -> i64 {
    i64::try_from(ttl.as_secs()).unwrap_or(i64::MAX / 2_000)
}
