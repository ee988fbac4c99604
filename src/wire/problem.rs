//! Errors on the wire: RFC 9457 problem documents with a stable `code`. The set is closed, and nothing from below
//! (SQL, AWS, paths) is ever put into one.

use serde::{Deserialize, Serialize};

use super::EndReason;

/// The stable code of a problem: what programs branch on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    // 401: no live session; the reason of its end where there was one.
    /// No session was ever here, or its cookie is unknown; also an explicit sign-out.
    SignedOut,
    /// See [`EndReason::Expired`].
    Expired,
    /// See [`EndReason::Idle`].
    Idle,
    /// See [`EndReason::Revoked`].
    Revoked,
    /// See [`EndReason::Disabled`].
    Disabled,
    /// See [`EndReason::Deleted`].
    Deleted,
    /// See [`EndReason::PasswordReset`].
    PasswordReset,
    /// See [`EndReason::Replaced`].
    Replaced,
    /// See [`EndReason::EndedElsewhere`].
    EndedElsewhere,
    /// The session is bound to a device, and the request has not shown that it comes from there. The session goes on.
    NotThisBrowser,
    /// Wrong password, unknown user, unconfirmed user: one and the same answer.
    WrongCredentials,
    /// A program's token is not believed; the problem document's `reason` says why.
    InvalidToken,
    /// The step of the sign-in has run out, was taken already, or belongs to another one: sign in again from the start.
    ChallengeExpired,

    // 400: what was sent cannot be read.
    /// The body is not the JSON that this route takes.
    Malformed,
    /// A program's token and a session's cookie in one request: whose it is would be a guess.
    AmbiguousCredentials,
    /// The confirmation code is wrong, or has run out.
    WrongCode,
    /// The confirmation code has run out.
    ExpiredCode,
    /// The password until now, which a change asks for, is wrong.
    WrongPassword,
    /// The pool's password policy refuses this password.
    WeakPassword,
    /// The e-mail address cannot be signed up.
    SignUpRefused,
    /// The passkey was not used, or is not taken.
    PasskeyRefused,

    // 403
    /// The request did not come from this origin.
    CrossOrigin,
    /// The page writes for another user than the one who is signed in.
    OtherUser,

    // 404, 405, 408
    /// There is no such thing, or it is not yours: the answer is the same.
    NotFound,
    /// The route does not take this method.
    MethodNotAllowed,
    /// The request took too long to arrive or to answer.
    TimedOut,

    // 409, 412, 413, 415, 422, 428
    /// The base is behind the head: rebase and send again.
    Conflict,
    /// `If-Match` does not name the head.
    HeadMoved,
    /// The body, the batch or the document would be too large.
    TooLarge,
    /// The body is not `application/json`.
    UnsupportedMediaType,
    /// An edit lies (partly) outside the text.
    EditOutOfRange,
    /// An edit begins or ends within a surrogate pair.
    EditSplitsSurrogate,
    /// The writer's numbers have a gap.
    SeqGap,
    /// The batch overlaps an accepted one without being it.
    SeqOverlap,
    /// `base_head` is ahead of the head.
    HeadUnknown,
    /// A field has a value that this route does not take.
    Invalid,
    /// The user pool does not offer this.
    NotOffered,
    /// `If-Match` is missing.
    IfMatchRequired,

    // 429, 5xx
    /// Too many requests; `Retry-After` says when.
    TooManyRequests,
    /// The text could not be written to disk; try again.
    CannotSave,
    /// The identity provider cannot be reached; nobody was signed out.
    ProviderUnavailable,
    /// The server's connection to the identity provider is misconfigured; nobody was signed out.
    ProviderMisconfigured,
    /// The server is stopping; try again.
    Unavailable,
    /// Something is broken; it was logged with the request's id.
    Internal,
}

impl Code {
    /// The HTTP status that goes with the code.
    #[must_use]
    pub fn status(self) -> u16 {
        match self {
            Self::Malformed
            | Self::AmbiguousCredentials
            | Self::WrongCode
            | Self::ExpiredCode
            | Self::WrongPassword
            | Self::WeakPassword
            | Self::SignUpRefused
            | Self::PasskeyRefused => 400,
            Self::SignedOut
            | Self::Expired
            | Self::Idle
            | Self::Revoked
            | Self::Disabled
            | Self::Deleted
            | Self::PasswordReset
            | Self::Replaced
            | Self::EndedElsewhere
            | Self::NotThisBrowser
            | Self::WrongCredentials
            | Self::InvalidToken
            | Self::ChallengeExpired => 401,
            Self::CrossOrigin | Self::OtherUser => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::TimedOut => 408,
            Self::Conflict => 409,
            Self::HeadMoved => 412,
            Self::TooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::EditOutOfRange
            | Self::EditSplitsSurrogate
            | Self::SeqGap
            | Self::SeqOverlap
            | Self::HeadUnknown
            | Self::Invalid
            | Self::NotOffered => 422,
            Self::IfMatchRequired => 428,
            Self::TooManyRequests => 429,
            Self::Internal => 500,
            Self::ProviderMisconfigured => 502,
            Self::CannotSave | Self::ProviderUnavailable | Self::Unavailable => 503,
        }
    }

    /// One short sentence for a person who reads the problem document. No full stop, nothing from below.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::SignedOut => "Nobody is signed in",
            Self::Expired => "The sign-in has expired",
            Self::Idle => "The sign-in ended after a time without activity",
            Self::Revoked => "The sign-in was ended by the user pool",
            Self::Disabled => "The account is disabled",
            Self::Deleted => "The account does not exist any more",
            Self::PasswordReset => "The account needs a new password",
            Self::Replaced => "This browser has signed in again",
            Self::EndedElsewhere => "The sign-in was ended from another session",
            Self::NotThisBrowser => "This is not the browser that signed in, or it could not show that it is",
            Self::WrongCredentials => "Incorrect email or password",
            Self::InvalidToken => "The token is not good here",
            Self::AmbiguousCredentials => "Send a token or a cookie, not both",
            Self::ChallengeExpired => "This step of the sign-in has run out; sign in again",
            Self::Malformed => "The request body cannot be read",
            Self::WrongCode => "The confirmation code is not right, or has run out",
            Self::ExpiredCode => "The confirmation code has run out; ask for a new one",
            Self::WrongPassword => "The current password is not right",
            Self::WeakPassword => "The password is not strong enough",
            Self::SignUpRefused => "This email address cannot be signed up",
            Self::PasskeyRefused => "The passkey was not used, or is not taken",
            Self::CrossOrigin => "The request did not come from this site",
            Self::OtherUser => "Another user is signed in",
            Self::NotFound => "There is nothing here, or it is not yours",
            Self::MethodNotAllowed => "This route does not take this method",
            Self::TimedOut => "The request took too long",
            Self::Conflict => "The draft has moved on; rebase and send again",
            Self::HeadMoved => "The draft has moved on",
            Self::TooLarge => "This is too large",
            Self::UnsupportedMediaType => "Send application/json",
            Self::EditOutOfRange => "An edit lies outside the text",
            Self::EditSplitsSurrogate => "An edit splits a surrogate pair",
            Self::SeqGap => "The writer's numbers have a gap",
            Self::SeqOverlap => "The batch overlaps an accepted one",
            Self::HeadUnknown => "The base is ahead of the draft",
            Self::Invalid => "A field has a value that is not taken here",
            Self::NotOffered => "The user pool does not offer this",
            Self::IfMatchRequired => "Send If-Match with the head the text was made on",
            Self::TooManyRequests => "Too many requests; try again later",
            Self::CannotSave => "The text could not be written to disk; try again",
            Self::ProviderUnavailable => "The sign-in service cannot be reached; try again",
            Self::ProviderMisconfigured => "The sign-in service refuses this server; tell its operator",
            Self::Unavailable => "The server is stopping; try again",
            Self::Internal => "Something is broken on the server",
        }
    }

    /// The code as it stands in JSON.
    #[must_use]
    pub fn as_string(self) -> String {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::String(code)) => code,
            _ => String::from("internal"),
        }
    }
}

impl From<EndReason> for Code {
    fn from(reason: EndReason) -> Self {
        match reason {
            EndReason::SignedOut => Self::SignedOut,
            EndReason::Expired => Self::Expired,
            EndReason::Idle => Self::Idle,
            EndReason::Revoked => Self::Revoked,
            EndReason::Disabled => Self::Disabled,
            EndReason::Deleted => Self::Deleted,
            EndReason::PasswordReset => Self::PasswordReset,
            EndReason::Replaced => Self::Replaced,
            EndReason::EndedElsewhere => Self::EndedElsewhere,
        }
    }
}

/// A problem document, RFC 9457, `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Always `about:blank`: the code says more than a URL would.
    #[serde(rename = "type", default = "about_blank")]
    pub kind: String,
    /// The code's title.
    pub title: String,
    /// The HTTP status, again.
    pub status: u16,
    /// What programs branch on.
    pub code: Code,
    /// What exactly was wrong with the request, where that helps the one who sent it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

fn about_blank() -> String {
    String::from("about:blank")
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self { kind: about_blank(), title: code.title().to_owned(), status: code.status(), code, detail: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_of_an_end_is_a_401_with_the_same_word() {
        for reason in EndReason::ALL {
            let code = Code::from(reason);
            assert_eq!(code.as_string(), reason.as_str());
            assert_eq!(code.status(), 401);
            assert_eq!(EndReason::parse(reason.as_str()), Some(reason));
        }
    }

    #[test]
    fn a_problem_document_has_the_members_of_rfc_9457() {
        let json = serde_json::to_string(&Problem::from(Code::SeqGap)).expect("serializable");
        assert_eq!(
            json,
            r#"{"type":"about:blank","title":"The writer's numbers have a gap","status":422,"code":"seq_gap"}"#
        );
    }
}
