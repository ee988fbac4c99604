//! The session that a sign-in's tokens begin: what of them is believed, and when it will end.
//!
//! It always has a new id and ends the session of the cookie that came along, in one transaction.

use holdfast::session::{Lifetimes, pool_clock_offset, refresh_expires_at};
use holdfast::wire::Code;

use super::{Live, Sessions, internal};
use crate::provider::TokenSet;
use crate::rows::{Identity, NewSession};
use crate::seal::CookieSecret;
use crate::verify::VerifyError;

/// What the tokens of a new session come from.
#[derive(Clone, Copy)]
pub(super) enum Family<'a> {
    /// A sign-in that has just been made: the refresh token counts from `auth_time`.
    OfSignIn,
    /// A code of managed login, in answer to the request with this nonce: the refresh token counts from the exchange. The
    /// sign-in may be older, and that is what an absolute limit counts from.
    OfRequest { nonce: &'a str },
}

impl Sessions {
    /// The session that these tokens begin, in the place of the browser's old one.
    pub(super) async fn begin(
        &self,
        old: Option<CookieSecret>,
        tokens: &TokenSet,
        asked_at: i64,
        family: Family<'_>,
    ) -> Result<Live, Code> {
        let (secret, new) = self.believed(old, tokens, asked_at, family).await?;
        self.0.trouble.is_over();
        let former = self.refresh_token_of(old).await;
        self.0.rows.create(&new).await.map_err(|error| internal(&error))?;
        if let Some(id) = new.replaces {
            self.0.backoffs.forget(id);
        }
        if let Some(token) = former {
            self.revoke_detached(token);
        }
        if let Some(hook) = &self.0.sign_in_hook {
            hook.signed_in(&new.user.sub).await;
        }
        self.live(secret).await.map_err(|refusal| refusal.code)
    }

    /// The new row, from tokens that have been verified. `asked_at` is the moment of the question that they answer.
    async fn believed(
        &self,
        old: Option<CookieSecret>,
        tokens: &TokenSet,
        asked_at: i64,
        family: Family<'_>,
    ) -> Result<(CookieSecret, NewSession), Code> {
        let nonce = match family {
            Family::OfSignIn => None,
            Family::OfRequest { nonce } => Some(nonce),
        };
        let verified = self.0.verifier.pair_for(tokens, nonce).await.map_err(|error| {
            self.tell_operator(&error, self.0.clock.now_ms());
            match error {
                VerifyError::Issuer | VerifyError::Client | VerifyError::TokenUse => Code::ProviderMisconfigured,
                _ => Code::ProviderUnavailable,
            }
        })?;
        let now = self.0.clock.now_ms();
        // An app client that gives no refresh token has a session as long as its access token.
        let validity = tokens.refresh.as_ref().map_or(0, |_| self.0.config.refresh_token_validity_ms);
        // Deadlines are enforced by this server's clock and meant by the pool's.
        let offset = pool_clock_offset(verified.issued_at, asked_at, now);
        let signed_in_at = verified.auth_time.min(verified.issued_at) + offset;
        let lifetimes = Lifetimes {
            signed_in_at: signed_in_at.min(now),
            refresh_expires_at: match family {
                Family::OfSignIn => refresh_expires_at(signed_in_at, now, validity),
                // The code's own refresh token, which is new however old the sign-in is that the pool has continued.
                Family::OfRequest { .. } => refresh_expires_at(verified.issued_at + offset, now, validity),
            },
            access_issued_at: verified.issued_at + offset,
            access_expires_at: verified.expires_at + offset,
            last_activity_at: now,
        };
        let secret = CookieSecret::random(self.0.entropy.as_ref());
        let sealed = self.seal_all(&secret, tokens, tokens.refresh.as_ref()).map_err(|error| {
            tracing::error!(error = %error, "the tokens of a sign-in could not be sealed");
            Code::Internal
        })?;
        let email = verified.email.unwrap_or_else(|| verified.username.clone());
        let new = NewSession {
            id: secret.row_id(),
            user: Identity { sub: verified.sub, email, username: verified.username },
            lifetimes,
            created_at: now,
            tokens: sealed,
            replaces: old.map(|old| old.row_id()),
        };
        Ok((secret, new))
    }
}
