//! A user pool that does what a test tells it, with Cognito's rules where it is told nothing: rotation with a grace of
//! zero, `auth_time` fixed at the sign-in, revocation.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use holdfast::clock::{Clock as _, ManualClock};
use holdfast::wire::EndReason;
use holdfast_session::provider::{
    AccessToken, Answer, Challenge, IdToken, IdentityProvider, ProviderError, RefreshToken, SignInStep, TokenSet,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use tokio::sync::Semaphore;

use super::SECOND;
use super::forge::{CLIENT, Forge, ISSUER};

/// What the pool does with a refresh.
#[derive(Clone)]
pub(crate) enum Refresh {
    Fails(ProviderError),
    /// Answers with another user's tokens.
    AsSomebodyElse,
    /// Signs with another key than the published one.
    SignedBy(Forge),
}

/// What the pool answers to the next step of a sign-in.
#[derive(Clone)]
pub(crate) enum Next {
    Ask(Challenge),
    /// The tokens of `ada`.
    In,
    Fails(ProviderError),
}

/// A challenge as it was answered.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answered {
    pub(crate) username: String,
    pub(crate) session: String,
    /// The answer, spelled out.
    pub(crate) answer: String,
}

pub(crate) struct FakePool {
    clock: Arc<ManualClock>,
    forge: Forge,
    state: Mutex<State>,
    /// Refreshes wait here while they are held.
    gate: Semaphore,
    entered: Semaphore,
}

pub(crate) struct State {
    pub(crate) access_ttl_ms: i64,
    pub(crate) rotation: bool,
    /// A spent token still buys a successor.
    pub(crate) grace: bool,
    /// Refreshes that it answers in a second of the clock; beyond them it throttles.
    pub(crate) quota: Option<usize>,
    pub(crate) throttled: usize,
    pub(crate) held: bool,
    pub(crate) script: VecDeque<Refresh>,
    /// After the script: every refresh does this.
    pub(crate) always: Option<Refresh>,
    pub(crate) sign_in_fails: Option<ProviderError>,
    /// The steps of the sign-ins that come next.
    pub(crate) steps: VecDeque<Next>,
    pub(crate) answered: Vec<Answered>,
    pub(crate) offers_choices: bool,
    /// Passwords that were reset: name, code and new password.
    pub(crate) resets: Vec<(String, String, String)>,
    pub(crate) refreshes: usize,
    pub(crate) confirmed: usize,
    pub(crate) confirm_fails: Option<ProviderError>,
    pub(crate) presented: Vec<String>,
    pub(crate) revoked: Vec<String>,
    pub(crate) good: HashSet<String>,
    spent: HashSet<String>,
    second: (i64, usize),
    issued: usize,
    auth_time: i64,
}

impl FakePool {
    pub(crate) fn new(clock: Arc<ManualClock>) -> Self {
        let state = State {
            access_ttl_ms: super::HOUR,
            rotation: true,
            grace: false,
            quota: None,
            throttled: 0,
            held: false,
            script: VecDeque::new(),
            always: None,
            sign_in_fails: None,
            steps: VecDeque::new(),
            answered: Vec::new(),
            offers_choices: false,
            resets: Vec::new(),
            refreshes: 0,
            confirmed: 0,
            confirm_fails: None,
            presented: Vec::new(),
            revoked: Vec::new(),
            good: HashSet::new(),
            spent: HashSet::new(),
            second: (0, 0),
            issued: 0,
            auth_time: 0,
        };
        Self {
            clock,
            forge: Forge::new(),
            state: Mutex::new(state),
            gate: Semaphore::new(0),
            entered: Semaphore::new(0),
        }
    }

    pub(crate) fn forge(&self) -> &Forge {
        &self.forge
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("a lock")
    }

    pub(crate) fn refreshes(&self) -> usize {
        self.state().refreshes
    }

    pub(crate) fn script(&self, what: Refresh) {
        self.state().script.push_back(what);
    }

    /// From now on refreshes wait for [`Self::release`].
    pub(crate) fn hold(&self) {
        self.state().held = true;
    }

    /// Until a refresh is waiting at the gate.
    pub(crate) async fn entered(&self) {
        self.entered.acquire().await.expect("open").forget();
    }

    pub(crate) fn release(&self) {
        self.state().held = false;
        self.gate.add_permits(1);
    }

    /// Fresh tokens, with a refresh token at a sign-in and where they rotate.
    pub(crate) fn tokens_for(&self, sub: &str, forge: &Forge) -> TokenSet {
        let now = self.clock.now_ms() / SECOND;
        let mut state = self.state();
        state.issued += 1;
        let number = state.issued;
        let exp = now + state.access_ttl_ms / SECOND;
        let common = json!({
            "iss": ISSUER, "sub": sub, "iat": now, "exp": exp, "auth_time": state.auth_time,
            "jti": format!("jti-{number}"), "origin_jti": "origin",
        });
        let with = |more: serde_json::Value| {
            let mut claims = common.clone();
            claims.as_object_mut().expect("claims").extend(more.as_object().expect("claims").clone());
            forge.token(&claims)
        };
        let access = with(json!({ "token_use": "access", "client_id": CLIENT, "username": sub }));
        let id = with(json!({
            "token_use": "id", "aud": CLIENT, "cognito:username": sub, "email": format!("{sub}@example.com"),
        }));
        let refresh = (state.rotation || number == 1 || state.good.is_empty()).then(|| format!("REFRESH-{number}"));
        if let Some(refresh) = &refresh {
            state.good.insert(refresh.clone());
        }
        TokenSet { access: AccessToken::new(access), id: IdToken::new(id), refresh: refresh.map(RefreshToken::new) }
    }

    /// The tokens of a sign-in.
    fn signed_in(&self, sub: &str) -> TokenSet {
        let rotation = {
            let mut state = self.state();
            state.auth_time = self.clock.now_ms() / SECOND;
            std::mem::replace(&mut state.rotation, true)
        };
        let tokens = self.tokens_for(sub, &self.forge);
        self.state().rotation = rotation;
        tokens
    }

    fn next(&self) -> Option<Result<SignInStep, ProviderError>> {
        let next = self.state().steps.pop_front()?;
        Some(match next {
            Next::Ask(challenge) => Ok(SignInStep::Challenge(challenge)),
            Next::In => Ok(SignInStep::Tokens(self.signed_in("ada"))),
            Next::Fails(error) => Err(error),
        })
    }

    fn decide(&self, token: &str, step: Option<Refresh>) -> Result<TokenSet, ProviderError> {
        if let Some(Refresh::Fails(error)) = step {
            return Err(error);
        }
        {
            let mut state = self.state();
            let is_retry = state.grace && state.spent.contains(token);
            if !state.good.contains(token) && !is_retry {
                return Err(Self::no("RefreshTokenReuseException"));
            }
            if !state.is_within_quota(self.clock.now_ms() / SECOND) {
                state.throttled += 1;
                return Err(ProviderError::Throttled);
            }
            if state.rotation {
                state.good.remove(token);
                state.spent.insert(token.to_owned());
            }
        }
        Ok(match step {
            Some(Refresh::AsSomebodyElse) => self.tokens_for("mallory", &self.forge),
            Some(Refresh::SignedBy(forge)) => self.tokens_for("ada", &forge),
            _ => self.tokens_for("ada", &self.forge),
        })
    }

    fn no(code: &str) -> ProviderError {
        ProviderError::DefiniteNo { reason: EndReason::Revoked, code: code.to_owned() }
    }
}

impl State {
    fn is_within_quota(&mut self, second: i64) -> bool {
        if self.second.0 != second {
            self.second = (second, 0);
        }
        self.second.1 += 1;
        self.quota.is_none_or(|quota| self.second.1 <= quota)
    }
}

#[async_trait]
impl IdentityProvider for FakePool {
    async fn sign_in(&self, username: &str, password: &SecretString) -> Result<SignInStep, ProviderError> {
        if let Some(error) = self.state().sign_in_fails.clone() {
            return Err(error);
        }
        if let Some(step) = self.next() {
            return step;
        }
        let sub = username.split('@').next().unwrap_or_default();
        if password.expose_secret() != "Password-1" || !["ada", "bob"].contains(&sub) {
            return Err(ProviderError::WrongCredentials);
        }
        Ok(SignInStep::Tokens(self.signed_in(sub)))
    }

    fn offers_choices(&self) -> bool {
        self.state().offers_choices
    }

    async fn respond(&self, challenge: &Challenge, answer: &Answer) -> Result<SignInStep, ProviderError> {
        let answer = match answer {
            Answer::Code(code) => code.expose_secret().to_owned(),
            Answer::Password(password) => password.expose_secret().to_owned(),
            Answer::NewPassword(password, attributes) => format!("{} {attributes:?}", password.expose_secret()),
            Answer::Passkey(credential) => credential.clone(),
            Answer::Choice(choice) => choice.clone(),
        };
        let session = challenge.session.as_ref().map(|session| session.expose_secret().to_owned());
        let answered = Answered { username: challenge.username.clone(), session: session.unwrap_or_default(), answer };
        self.state().answered.push(answered);
        self.next().unwrap_or(Err(ProviderError::ChallengeExpired))
    }

    async fn forgot_password(&self, username: &str) -> Result<(), ProviderError> {
        match username {
            "nobody@example.com" => Err(ProviderError::InvalidInput),
            "often@example.com" => Err(ProviderError::LimitExceeded),
            _ => Ok(()),
        }
    }

    async fn confirm_forgot_password(
        &self,
        username: &str,
        code: &str,
        password: &SecretString,
    ) -> Result<(), ProviderError> {
        let reset = (username.to_owned(), code.to_owned(), password.expose_secret().to_owned());
        match (code, password.expose_secret()) {
            ("000000", _) => Err(ProviderError::ExpiredCode),
            ("123456", "weak") => Err(ProviderError::InvalidPassword),
            ("123456", _) => {
                self.state().resets.push(reset);
                Ok(())
            }
            _ => Err(ProviderError::CodeMismatch),
        }
    }

    async fn refresh(&self, token: &RefreshToken) -> Result<TokenSet, ProviderError> {
        let (held, step) = {
            let mut state = self.state();
            state.refreshes += 1;
            state.presented.push(token.expose().to_owned());
            let step = state.script.pop_front().or_else(|| state.always.clone());
            (state.held, step)
        };
        // The pool decides first and is slow to answer afterwards: the worst order for whoever waits.
        let answer = self.decide(token.expose(), step);
        if held {
            self.entered.add_permits(1);
            self.gate.acquire().await.expect("open").forget();
        }
        answer
    }

    async fn confirm(&self, _token: &AccessToken) -> Result<(), ProviderError> {
        let mut state = self.state();
        state.confirmed += 1;
        match state.confirm_fails.clone() {
            Some(error) => Err(error),
            None if state.good.is_empty() => Err(Self::no("NotAuthorizedException")),
            None => Ok(()),
        }
    }

    async fn revoke(&self, token: &RefreshToken) -> Result<(), ProviderError> {
        let mut state = self.state();
        state.good.remove(token.expose());
        state.revoked.push(token.expose().to_owned());
        Ok(())
    }

    async fn global_sign_out(&self, _token: &AccessToken) -> Result<(), ProviderError> {
        Ok(())
    }

    async fn sign_up(&self, email: &str, password: &SecretString) -> Result<(), ProviderError> {
        match (email, password.expose_secret()) {
            ("ada@example.com", _) => Err(ProviderError::SignUpRefused),
            (_, "weak") => Err(ProviderError::InvalidPassword),
            _ => Ok(()),
        }
    }

    async fn confirm_sign_up(&self, _email: &str, code: &str) -> Result<(), ProviderError> {
        match code {
            "123456" => Ok(()),
            "000000" => Err(ProviderError::ExpiredCode),
            _ => Err(ProviderError::CodeMismatch),
        }
    }

    async fn resend_code(&self, email: &str) -> Result<(), ProviderError> {
        if email == "nobody@example.com" { Err(ProviderError::InvalidInput) } else { Ok(()) }
    }

    async fn refresh_token_validity(&self) -> Option<Duration> {
        None
    }
}
