//! Why a program is not let in, in the words of RFC 6750 and as a problem document with a reason.

use axum::response::{IntoResponse, Response};
use holdfast::wire::{Code, Problem};
use http::{HeaderValue, header};
use serde::{Deserialize, Serialize};

use crate::routes::{problem_json, problem_response};
use crate::sessions::Refusal;
use crate::verify::VerifyError;

/// What is wrong with a token: the member `reason` of the problem document with the code `invalid_token`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenReason {
    /// `exp` has passed: get a new one with the refresh token.
    Expired,
    /// `iat` or `nbf` lies in the future.
    NotYet,
    /// `token_use` is none that is taken here.
    WrongUse,
    /// `aud` or `client_id` is an app client that is not let in.
    WrongClient,
    /// `iss` is another user pool.
    ForeignPool,
    /// It names a key that the pool does not publish, or began to publish minutes ago.
    UnknownKey,
    /// The signature does not fit, or it is of an algorithm that is never taken.
    Forged,
    /// It is no token at all, or lacks a claim.
    Malformed,
}

impl From<VerifyError> for TokenReason {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Expired => Self::Expired,
            VerifyError::NotYet => Self::NotYet,
            VerifyError::TokenUse => Self::WrongUse,
            VerifyError::Client => Self::WrongClient,
            VerifyError::Issuer => Self::ForeignPool,
            VerifyError::UnknownKey | VerifyError::KeysUnavailable => Self::UnknownKey,
            VerifyError::Header | VerifyError::Signature => Self::Forged,
            VerifyError::Malformed | VerifyError::Claims | VerifyError::Mixed | VerifyError::Nonce => Self::Malformed,
        }
    }
}

impl TokenReason {
    /// `error_description`, RFC 6750 section 3: a fixed text, nothing of the token.
    fn description(self) -> &'static str {
        match self {
            Self::Expired => "the token has expired",
            Self::NotYet => "the token is from the future",
            Self::WrongUse => "the token has a use that is not taken here",
            Self::WrongClient => "the token is of another app client",
            Self::ForeignPool => "the token is of another user pool",
            Self::UnknownKey => "the user pool has no such key",
            Self::Forged => "the signature is wrong",
            Self::Malformed => "this is not a token of a user pool",
        }
    }
}

/// The problem document of a token that is not believed: RFC 9457 with the member `reason`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenProblem {
    /// With the code `invalid_token`.
    #[serde(flatten)]
    pub problem: Problem,
    /// What is wrong with the token.
    pub reason: TokenReason,
}

/// Why a program is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BearerRefusal {
    Token(TokenReason),
    /// Nothing is known about the token, or it is not the token's fault.
    Other(Code),
}

/// Why nobody acts in this request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActorRefusal(pub(super) Why);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Why {
    Session(Refusal),
    Bearer(BearerRefusal),
}

impl From<Refusal> for ActorRefusal {
    fn from(refusal: Refusal) -> Self {
        Self(Why::Session(refusal))
    }
}

impl From<BearerRefusal> for ActorRefusal {
    fn from(refusal: BearerRefusal) -> Self {
        Self(Why::Bearer(refusal))
    }
}

impl IntoResponse for ActorRefusal {
    fn into_response(self) -> Response {
        match self.0 {
            Why::Session(refusal) => refusal.into_response(),
            Why::Bearer(refusal) => refusal.into_response(),
        }
    }
}

impl IntoResponse for BearerRefusal {
    fn into_response(self) -> Response {
        let (mut response, challenge) = match self {
            Self::Token(reason) => {
                let body = TokenProblem { problem: Problem::from(Code::InvalidToken), reason };
                let challenge =
                    format!(r#"Bearer error="invalid_token", error_description="{}""#, reason.description());
                (problem_json(Code::InvalidToken, &body), challenge)
            }
            Self::Other(code @ Code::AmbiguousCredentials) => {
                (problem_response(code), String::from(r#"Bearer error="invalid_request""#))
            }
            Self::Other(code) => return problem_response(code),
        };
        if let Ok(challenge) = HeaderValue::from_str(&challenge) {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
