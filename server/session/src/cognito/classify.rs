//! What Cognito's answers mean. The exception's **name** decides, read from the answer's metadata: some names that the
//! service sends are not modelled on the operation, and the SDK's enum calls those unhandled. The message only words
//! the reason, with one exception: a wrong client secret has the same name as a revoked token, and believing it would
//! sign out everybody at once.
//!
//! The names that end a session are those for which Amplify clears its tokens, after the same lesson:
//! <https://github.com/aws-amplify/amplify-js/pull/14568>.

use aws_sdk_cognitoidentityprovider::config::http::HttpResponse;
use aws_sdk_cognitoidentityprovider::error::{ProvideErrorMetadata, SdkError};
use holdfast::wire::EndReason;

use crate::provider::ProviderError;

/// Which question was asked: the same name can mean different things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    SignIn,
    Challenge,
    Refresh,
    GetUser,
    Revoke,
    GlobalSignOut,
    SignUp,
    ConfirmSignUp,
    ResendCode,
    Account,
    ChangePassword,
    ForgotPassword,
    ConfirmForgotPassword,
}

/// [`ProviderError::Misconfigured`] for a client secret that the pool does not take.
pub(super) const CLIENT_SECRET: &str = "the app client's secret";

pub(super) fn classify<E>(operation: Operation, error: &SdkError<E, HttpResponse>) -> ProviderError
where
    E: ProvideErrorMetadata,
{
    match error {
        SdkError::ConstructionFailure(_) => ProviderError::misconfigured("the request could not be built"),
        SdkError::TimeoutError(_) => ProviderError::unavailable("timed out"),
        SdkError::DispatchFailure(_) => ProviderError::unavailable("no connection, or it broke"),
        SdkError::ResponseError(_) => ProviderError::unavailable("an answer that is not Cognito's"),
        _ => {
            let status = error.raw_response().map(|response| response.status().as_u16());
            let meta = error.meta();
            by_name(operation, status, meta.code(), meta.message().unwrap_or_default())
        }
    }
}

fn by_name(operation: Operation, status: Option<u16>, code: Option<&str>, message: &str) -> ProviderError {
    let Some(code) = code else { return ProviderError::unavailable("an answer without an error code") };
    if status.is_some_and(|status| status >= 500) {
        return ProviderError::unavailable(code);
    }
    match code {
        "TooManyRequestsException" | "ThrottlingException" | "Throttling" => ProviderError::Throttled,
        "NotAuthorizedException" if message.to_ascii_lowercase().contains("secret") => {
            ProviderError::misconfigured(CLIENT_SECRET)
        }
        // RevokeToken's name for it: "client authentication failed".
        "UnauthorizedException" if operation == Operation::Revoke => ProviderError::misconfigured(CLIENT_SECRET),
        "ResourceNotFoundException"
        | "UnauthorizedException"
        | "UnsupportedOperationException"
        | "UnsupportedTokenTypeException"
        | "OperationNotEnabledException"
        | "FeatureUnavailableInTierException"
        | "InvalidUserPoolConfigurationException" => ProviderError::misconfigured(code),
        _ => match operation {
            Operation::SignIn => sign_in(code),
            Operation::Challenge => challenge(code, message),
            Operation::Refresh | Operation::GetUser | Operation::Revoke | Operation::GlobalSignOut => {
                token(code, message)
            }
            Operation::Account | Operation::ChangePassword => account(operation, code, message),
            Operation::SignUp | Operation::ConfirmSignUp | Operation::ResendCode => sign_up(operation, code),
            Operation::ForgotPassword | Operation::ConfirmForgotPassword => reset(operation, code),
        },
    }
}

/// Unknown user, wrong password and unconfirmed user get one answer. Who must reset the password is told so: it is the pool's
/// decision whom it tells that (`PreventUserExistenceErrors`).
fn sign_in(code: &str) -> ProviderError {
    match code {
        "NotAuthorizedException"
        | "UserNotFoundException"
        | "UserNotConfirmedException"
        | "UserLambdaValidationException" => ProviderError::WrongCredentials,
        "PasswordResetRequiredException" => ProviderError::PasswordResetRequired,
        "LimitExceededException" | "TooManyFailedAttemptsException" => ProviderError::LimitExceeded,
        "InvalidParameterException" => ProviderError::misconfigured(code),
        _ => ProviderError::unavailable(code),
    }
}

/// A refusal of a challenge's answer. One that may be mended leaves the challenge open; the others end it. A challenge that
/// ran out, or was answered before, has the name of a wrong password: "Invalid session for the user, session is expired."
/// The words choose only what the person is told; both lead back to where the sign-in began.
fn challenge(code: &str, message: &str) -> ProviderError {
    match code {
        "CodeMismatchException" | "EnableSoftwareTokenMFAException" => ProviderError::CodeMismatch,
        "InvalidPasswordException" | "PasswordHistoryPolicyViolationException" => ProviderError::InvalidPassword,
        "InvalidParameterException" | "AliasExistsException" => ProviderError::InvalidInput,
        "ExpiredCodeException" => ProviderError::ChallengeExpired,
        "NotAuthorizedException" if message.contains("session") || message.contains("auth state") => {
            ProviderError::ChallengeExpired
        }
        code => sign_in(code),
    }
}

fn token(code: &str, message: &str) -> ProviderError {
    let reason = match code {
        "NotAuthorizedException" => worded(message),
        "TokenRevokedException" | "RefreshTokenReuseException" | "UserNotConfirmedException" => EndReason::Revoked,
        "UserNotFoundException" => EndReason::Deleted,
        "PasswordResetRequiredException" => EndReason::PasswordReset,
        "InvalidParameterException" => return ProviderError::misconfigured(code),
        "LimitExceededException" => return ProviderError::Throttled,
        _ => return ProviderError::unavailable(code),
    };
    ProviderError::DefiniteNo { reason, code: code.to_owned() }
}

/// What the access token authorizes. Names that are about the token are those of a refresh; the rest is about what was given.
fn account(operation: Operation, code: &str, message: &str) -> ProviderError {
    match code {
        "NotAuthorizedException" if operation == Operation::ChangePassword => ProviderError::WrongCredentials,
        "CodeMismatchException" | "EnableSoftwareTokenMFAException" => ProviderError::CodeMismatch,
        "SoftwareTokenMFANotFoundException"
        | "WebAuthnNotEnabledException"
        | "WebAuthnConfigurationMissingException" => ProviderError::NotOffered,
        "WebAuthnChallengeNotFoundException"
        | "WebAuthnClientMismatchException"
        | "WebAuthnCredentialNotSupportedException" => ProviderError::PasskeyRefused,
        "WebAuthnOriginNotAllowedException" | "WebAuthnRelyingPartyMismatchException" => {
            ProviderError::misconfigured(code)
        }
        "ExpiredCodeException" => ProviderError::ExpiredCode,
        "InvalidPasswordException" | "PasswordHistoryPolicyViolationException" => ProviderError::InvalidPassword,
        "AliasExistsException" | "UserLambdaValidationException" => ProviderError::SignUpRefused,
        "LimitExceededException" | "TooManyFailedAttemptsException" => ProviderError::LimitExceeded,
        "InvalidParameterException" => ProviderError::InvalidInput,
        _ => token(code, message),
    }
}

/// The message is no contract: where it says nothing known, "revoked" is what the user is told.
fn worded(message: &str) -> EndReason {
    let message = message.to_ascii_lowercase();
    if message.contains("expired") {
        EndReason::Expired
    } else if message.contains("disabled") {
        EndReason::Disabled
    } else if message.contains("deleted") || message.contains("does not exist") {
        EndReason::Deleted
    } else {
        EndReason::Revoked
    }
}

fn sign_up(operation: Operation, code: &str) -> ProviderError {
    match code {
        "CodeMismatchException" => ProviderError::CodeMismatch,
        "ExpiredCodeException" => ProviderError::ExpiredCode,
        "InvalidPasswordException" => ProviderError::InvalidPassword,
        "UsernameExistsException" | "AliasExistsException" | "UserLambdaValidationException" => {
            ProviderError::SignUpRefused
        }
        "LimitExceededException" | "TooManyFailedAttemptsException" => ProviderError::LimitExceeded,
        // "User cannot be confirmed. Current status is CONFIRMED", or no such user: a wrong code tells nobody which.
        "NotAuthorizedException" | "UserNotFoundException" if operation == Operation::ConfirmSignUp => {
            ProviderError::CodeMismatch
        }
        "NotAuthorizedException" if operation == Operation::SignUp => ProviderError::misconfigured(code),
        "NotAuthorizedException" | "UserNotFoundException" | "InvalidParameterException" => ProviderError::InvalidInput,
        _ => ProviderError::unavailable(code),
    }
}

/// Neither tells whether there is such a user: where the pool does (`PreventUserExistenceErrors: LEGACY`), it gets the answer
/// that a wrong code gets.
fn reset(operation: Operation, code: &str) -> ProviderError {
    match code {
        "CodeMismatchException" => ProviderError::CodeMismatch,
        "UserNotFoundException" | "NotAuthorizedException" | "UserNotConfirmedException"
            if operation == Operation::ConfirmForgotPassword =>
        {
            ProviderError::CodeMismatch
        }
        "ExpiredCodeException" => ProviderError::ExpiredCode,
        "InvalidPasswordException" | "PasswordHistoryPolicyViolationException" => ProviderError::InvalidPassword,
        "LimitExceededException" | "TooManyFailedAttemptsException" => ProviderError::LimitExceeded,
        "UserNotFoundException"
        | "NotAuthorizedException"
        | "UserNotConfirmedException"
        | "UserLambdaValidationException"
        | "InvalidParameterException" => ProviderError::InvalidInput,
        _ => ProviderError::unavailable(code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refresh(code: &str, message: &str) -> ProviderError {
        by_name(Operation::Refresh, Some(400), Some(code), message)
    }

    fn no(reason: EndReason, code: &str) -> ProviderError {
        ProviderError::DefiniteNo { reason, code: code.to_owned() }
    }

    #[test]
    fn a_definite_no_says_why_where_it_can() {
        let not_authorized = "NotAuthorizedException";
        for (message, reason) in [
            ("Refresh Token has expired", EndReason::Expired),
            ("Refresh Token has been revoked", EndReason::Revoked),
            ("Invalid Refresh Token.", EndReason::Revoked),
            ("User is disabled.", EndReason::Disabled),
            ("User does not exist.", EndReason::Deleted),
            ("The user has been deleted for the associated refresh token", EndReason::Deleted),
            ("", EndReason::Revoked),
            ("a text that AWS writes next year", EndReason::Revoked),
        ] {
            assert_eq!(refresh(not_authorized, message), no(reason, not_authorized), "{message}");
        }
        for (code, reason) in [
            ("TokenRevokedException", EndReason::Revoked),
            ("RefreshTokenReuseException", EndReason::Revoked),
            ("UserNotConfirmedException", EndReason::Revoked),
            ("UserNotFoundException", EndReason::Deleted),
            ("PasswordResetRequiredException", EndReason::PasswordReset),
        ] {
            assert_eq!(refresh(code, ""), no(reason, code), "{code}");
        }
    }

    #[test]
    fn a_wrong_client_secret_is_an_alarm_and_nobodys_end() {
        for message in [
            "Client abc is configured for secret but secret was not received",
            "Client abc is configured with secret but SECRET_HASH was not received",
            "Unable to verify secret hash for client abc",
            "SecretHash does not match for the client: abc",
        ] {
            for operation in [Operation::Refresh, Operation::SignIn, Operation::Revoke, Operation::SignUp] {
                let error = by_name(operation, Some(400), Some("NotAuthorizedException"), message);
                assert!(matches!(error, ProviderError::Misconfigured { .. }), "{operation:?} {message}");
            }
        }
        for code in ["ResourceNotFoundException", "UnauthorizedException", "InvalidParameterException"] {
            assert!(matches!(refresh(code, ""), ProviderError::Misconfigured { .. }), "{code}");
        }
    }

    // A8
    #[test]
    fn whatever_is_not_a_definite_no_is_transient() {
        assert_eq!(refresh("TooManyRequestsException", "Rate exceeded"), ProviderError::Throttled);
        for code in ["InternalErrorException", "ForbiddenException", "UnexpectedLambdaException", "NewInTheYear2030"] {
            assert!(matches!(refresh(code, ""), ProviderError::Unavailable { .. }), "{code}");
        }
        let no_code = by_name(Operation::Refresh, Some(400), None, "Refresh Token has expired");
        assert!(matches!(no_code, ProviderError::Unavailable { .. }), "words alone decide nothing");
        let broken = by_name(Operation::Refresh, Some(503), Some("NotAuthorizedException"), "");
        assert!(matches!(broken, ProviderError::Unavailable { .. }), "a 5xx is never definite");
    }

    #[test]
    fn a_sign_in_does_not_tell_users_apart() {
        for code in ["NotAuthorizedException", "UserNotFoundException", "UserNotConfirmedException"] {
            let error = by_name(Operation::SignIn, Some(400), Some(code), "");
            assert_eq!(error, ProviderError::WrongCredentials, "{code}");
        }
    }

    #[test]
    fn a_sign_up_says_what_can_be_done_about_it() {
        for (operation, code, expected) in [
            (Operation::SignUp, "UsernameExistsException", ProviderError::SignUpRefused),
            (Operation::SignUp, "InvalidPasswordException", ProviderError::InvalidPassword),
            (Operation::SignUp, "InvalidParameterException", ProviderError::InvalidInput),
            (Operation::ConfirmSignUp, "CodeMismatchException", ProviderError::CodeMismatch),
            (Operation::ConfirmSignUp, "ExpiredCodeException", ProviderError::ExpiredCode),
            (Operation::ConfirmSignUp, "UserNotFoundException", ProviderError::CodeMismatch),
            (Operation::ConfirmSignUp, "NotAuthorizedException", ProviderError::CodeMismatch),
            (Operation::ResendCode, "LimitExceededException", ProviderError::LimitExceeded),
        ] {
            assert_eq!(by_name(operation, Some(400), Some(code), ""), expected, "{code}");
        }
    }

    // S1
    #[test]
    fn an_account_operation_tells_what_was_given_from_a_token_that_is_not_taken() {
        for (operation, code, expected) in [
            (Operation::Account, "CodeMismatchException", ProviderError::CodeMismatch),
            (Operation::Account, "ExpiredCodeException", ProviderError::ExpiredCode),
            (Operation::Account, "AliasExistsException", ProviderError::SignUpRefused),
            (Operation::Account, "InvalidParameterException", ProviderError::InvalidInput),
            (Operation::Account, "NotAuthorizedException", no(EndReason::Revoked, "NotAuthorizedException")),
            (Operation::Account, "UserNotFoundException", no(EndReason::Deleted, "UserNotFoundException")),
            (Operation::ChangePassword, "NotAuthorizedException", ProviderError::WrongCredentials),
            (Operation::ChangePassword, "InvalidPasswordException", ProviderError::InvalidPassword),
            (Operation::ChangePassword, "LimitExceededException", ProviderError::LimitExceeded),
        ] {
            assert_eq!(by_name(operation, Some(400), Some(code), ""), expected, "{operation:?} {code}");
        }
    }

    #[test]
    fn an_answer_that_may_be_mended_leaves_the_challenge_open_and_the_others_end_it() {
        let not_authorized = "NotAuthorizedException";
        for (code, message, expected) in [
            ("CodeMismatchException", "Invalid code received for user", ProviderError::CodeMismatch),
            ("EnableSoftwareTokenMFAException", "Code mismatch", ProviderError::CodeMismatch),
            ("InvalidPasswordException", "", ProviderError::InvalidPassword),
            ("InvalidParameterException", "Invalid phone number format.", ProviderError::InvalidInput),
            ("LimitExceededException", "", ProviderError::LimitExceeded),
            ("ExpiredCodeException", "", ProviderError::ChallengeExpired),
            (not_authorized, "Invalid session for the user, session is expired.", ProviderError::ChallengeExpired),
            (not_authorized, "Invalid session for the user.", ProviderError::ChallengeExpired),
            (not_authorized, "Invalid code or auth state for the user.", ProviderError::ChallengeExpired),
            (not_authorized, "Incorrect username or password.", ProviderError::WrongCredentials),
            (not_authorized, "a text that AWS writes next year", ProviderError::WrongCredentials),
            ("PasswordResetRequiredException", "", ProviderError::PasswordResetRequired),
        ] {
            assert_eq!(by_name(Operation::Challenge, Some(400), Some(code), message), expected, "{code} {message}");
        }
        let error = by_name(Operation::Challenge, Some(400), Some("UnexpectedLambdaException"), "");
        assert!(matches!(error, ProviderError::Unavailable { .. }));
    }

    #[test]
    fn a_forgotten_password_tells_nobody_who_has_an_account() {
        for code in ["UserNotFoundException", "NotAuthorizedException", "UserNotConfirmedException"] {
            let asked = by_name(Operation::ForgotPassword, Some(400), Some(code), "");
            assert_eq!(asked, ProviderError::InvalidInput, "{code}");
            let confirmed = by_name(Operation::ConfirmForgotPassword, Some(400), Some(code), "");
            assert_eq!(confirmed, ProviderError::CodeMismatch, "{code}");
        }
        let reset = by_name(Operation::SignIn, Some(400), Some("PasswordResetRequiredException"), "");
        assert_eq!(reset, ProviderError::PasswordResetRequired);
    }
}
