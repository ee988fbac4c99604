//! Binding a session to a device's key, and asking for it. What it is for and against is written at [`crate::device`].

use holdfast::wire::Code;
use http::{HeaderMap, HeaderValue};
use tower_sessions::Session;

use super::{Sessions, internal};
use crate::device::{self, BOUND_COOKIE, BOUND_MS, CHALLENGE_MS, DeviceKey, Proof, REGISTRATION_MS};
use crate::layer::only_cookie;
use crate::rows::{Device, SessionRow};
use crate::seal::moment::{self, Purpose};
use crate::seal::{CookieSecret, SealError};
use crate::sessions::Former;

/// What a request brings for a session that may be bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Brings {
    /// It is not a request's look at the session: the server's own work.
    NotAsked,
    /// No cookie that a proof has earned, or one that is over.
    Nothing,
    /// One that is good until this moment.
    CookieUntil(i64),
}

/// What a proof has earned.
#[derive(Debug, Clone)]
pub(crate) struct Bound {
    /// The session's public name.
    pub(crate) session: String,
    /// `Set-Cookie`.
    pub(crate) cookie: HeaderValue,
    /// For the next proof: it spares the browser a round trip.
    pub(crate) challenge: HeaderValue,
}

/// What came of a browser's wish for the next cookie.
#[derive(Debug, Clone)]
pub(crate) enum Proved {
    /// The key is there.
    Bound(Bound),
    /// A proof with this challenge, please.
    Challenged(HeaderValue),
}

impl Sessions {
    /// Whether sessions are bound here: where the operator lets them, and the second cookie can be a `__Host-` cookie. A
    /// session that was bound is an ordinary one again where that is switched off.
    #[must_use]
    pub fn binds_devices(&self) -> bool {
        self.0.config.device_binding && self.0.config.secure
    }

    /// The header of the answer that signs in with this new cookie.
    pub(crate) fn registration_offer(&self, secret: &CookieSecret) -> Option<HeaderValue> {
        let now = self.0.clock.now_ms();
        let offer = || device::registration(&self.signed(secret, Purpose::Registration, now).ok()?);
        if self.binds_devices() { offer() } else { None }
    }

    /// When what this request has shown of its device runs out, where its session is bound: what goes on for longer (a
    /// stream) has to begin anew then.
    #[must_use]
    pub fn device_shown_until(&self, live: &super::Live, headers: &HeaderMap) -> Option<i64> {
        let is_bound = live.row.device.is_some() && self.binds_devices();
        match self.brings(&live.secret, headers) {
            Brings::CookieUntil(until) if is_bound => Some(until),
            _ => None,
        }
    }

    pub(super) fn brings(&self, secret: &CookieSecret, headers: &HeaderMap) -> Brings {
        let cookie = only_cookie(headers, BOUND_COOKIE);
        let until = cookie.and_then(|value| moment::read(&self.0.keys, secret, Purpose::BoundCookie, value));
        match until {
            Some(until) if self.0.clock.now_ms() < until => Brings::CookieUntil(until),
            _ => Brings::Nothing,
        }
    }

    /// Whether the request is refused although the session is there: it is bound, and the device has not shown itself. Not
    /// before it has done so once: a browser that registers a key and then does not keep the cookie is not locked out.
    pub(super) fn lacks_device(&self, row: &SessionRow, brings: Brings) -> bool {
        let counts = row.device.as_ref().is_some_and(|device| 0 < device.proved_at);
        counts && brings == Brings::Nothing && self.binds_devices()
    }

    /// Notes that the browser keeps the second cookie: from now on the session needs it.
    pub(super) async fn note_device(&self, row: &SessionRow, brings: Brings) {
        let is_first = row.device.as_ref().is_some_and(|device| device.proved_at == 0);
        if !is_first || !matches!(brings, Brings::CookieUntil(_)) {
            return;
        }
        // Earlier than every challenge of this session, so that none is spent by it.
        if let Err(error) = self.0.rows.prove(row.id, row.created_at.saturating_sub(1).max(1)).await {
            tracing::error!(error = &error as &dyn std::error::Error, "a device could not be noted");
        }
    }

    /// Binds the session to the key in this proof, which answers the challenge of the sign-in's answer: once, and within five
    /// minutes.
    pub(crate) async fn bind_device(&self, session: &Session, proof: &str) -> Result<Bound, Code> {
        let (secret, row) = self.row_of(session).await?;
        let now = self.0.clock.now_ms();
        let recent = |at: i64| at <= now && now < at.saturating_add(REGISTRATION_MS);
        if row.ended.is_some() || row.device.is_some() || !recent(row.created_at) {
            return Err(Code::NotThisBrowser);
        }
        let (proof, key) = Proof::with_key(proof).map_err(|error| refused(&error))?;
        let at = moment::read(&self.0.keys, &secret, Purpose::Registration, &proof.jti);
        at.filter(|at| recent(*at)).ok_or(Code::NotThisBrowser)?;
        let device = Device { key: key.to_text().ok_or(Code::Internal)?, proved_at: 0 };
        if !self.0.rows.bind(row.id, &device).await.map_err(|error| internal(&error))? {
            return Err(Code::NotThisBrowser);
        }
        tracing::info!("a session is bound to a device's key");
        self.bound(&secret, &row, 0)
    }

    /// The next cookie for the browser that has the session's key, or a challenge. Neither is activity. It works for a
    /// session that a deadline has ended, too: what its browser has still to save is taken from nobody else, either.
    pub(crate) async fn prove_device(&self, session: &Session, id: &str, proof: Option<&str>) -> Result<Proved, Code> {
        let (secret, row) = self.row_of(session).await?;
        let ended_by_somebody = row.ended.is_some_and(|ended| !Former::is_natural(ended.reason));
        let device = row.device.as_ref().ok_or(Code::NotThisBrowser)?;
        if ended_by_somebody || row.id.to_hex() != id {
            return Err(Code::NotThisBrowser);
        }
        let Some(proof) = proof else { return self.challenged(&secret, &row, device.proved_at) };
        let key = DeviceKey::from_text(&device.key).ok_or(Code::Internal)?;
        let proof = Proof::of_key(proof, &key).map_err(|error| refused(&error))?;
        let now = self.0.clock.now_ms();
        let at = moment::read(&self.0.keys, &secret, Purpose::Proof, &proof.jti);
        let Some(at) = at.filter(|at| now < at.saturating_add(CHALLENGE_MS) && device.proved_at < *at) else {
            return self.challenged(&secret, &row, device.proved_at);
        };
        // An ended row is never written: there a proof may be sent twice, for saves that only its owner will ever see.
        let counts = row.ended.is_some() || self.0.rows.prove(row.id, at).await.map_err(|error| internal(&error))?;
        if !counts {
            return self.challenged(&secret, &row, at);
        }
        self.bound(&secret, &row, at).map(Proved::Bound)
    }

    async fn row_of(&self, session: &Session) -> Result<(CookieSecret, SessionRow), Code> {
        let secret = session.id().map(CookieSecret::of).filter(|_| self.binds_devices());
        let secret = secret.ok_or(Code::NotThisBrowser)?;
        let row = self.0.rows.find(secret.row_id()).await.map_err(|error| internal(&error))?;
        Ok((secret, row.ok_or(Code::NotThisBrowser)?))
    }

    fn bound(&self, secret: &CookieSecret, row: &SessionRow, proved_at: i64) -> Result<Bound, Code> {
        let until = self.0.clock.now_ms().saturating_add(BOUND_MS);
        let cookie = self.signed(secret, Purpose::BoundCookie, until)?;
        let cookie = device::bound_cookie(&cookie).ok_or(Code::Internal)?;
        let challenge = self.challenge(secret, row, proved_at)?;
        Ok(Bound { session: row.id.to_hex(), cookie, challenge })
    }

    fn challenged(&self, secret: &CookieSecret, row: &SessionRow, proved_at: i64) -> Result<Proved, Code> {
        self.challenge(secret, row, proved_at).map(Proved::Challenged)
    }

    /// A challenge that is later than the last proof's, also where another process's clock was ahead.
    fn challenge(&self, secret: &CookieSecret, row: &SessionRow, proved_at: i64) -> Result<HeaderValue, Code> {
        let at = self.0.clock.now_ms().max(proved_at.saturating_add(1));
        let challenge = self.signed(secret, Purpose::Proof, at)?;
        device::challenge(&challenge, &row.id.to_hex()).ok_or(Code::Internal)
    }

    fn signed(&self, secret: &CookieSecret, purpose: Purpose, at: i64) -> Result<String, Code> {
        moment::sign(&self.0.keys, secret, purpose, at).map_err(|error: SealError| {
            tracing::error!(error = %error, "a challenge could not be signed");
            Code::Internal
        })
    }
}

fn refused(error: &dyn std::fmt::Display) -> Code {
    tracing::warn!(error = %error, "a device's proof is not believed");
    Code::NotThisBrowser
}
