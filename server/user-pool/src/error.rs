//! What a refused request is answered with: Cognito's exception names, its texts and its status codes.
//!
//! Sources: "Common Errors" and the "Errors" part of each action's page in the Amazon Cognito user pools API Reference.
//! The reference does not print the messages; they are the ones seen on the wire, and where nobody has published one the
//! function that makes the error says so.

use crate::state::StoreError;

/// One exception: a name, a text and the HTTP status it travels with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) code: &'static str,
    /// `None` where AWS's front end answers with a bare `__type`.
    pub(crate) message: Option<String>,
    pub(crate) status: u16,
}

impl ApiError {
    fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: Some(message.into()), status: 400 }
    }

    pub(crate) fn not_authorized(message: impl Into<String>) -> Self {
        Self::new("NotAuthorizedException", message)
    }

    pub(crate) fn bad_credentials() -> Self {
        Self::not_authorized("Incorrect username or password.")
    }

    pub(crate) fn invalid_parameter(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterException", message)
    }

    pub(crate) fn missing_parameter(name: &str) -> Self {
        Self::invalid_parameter(format!("Missing required parameter {name}"))
    }

    pub(crate) fn invalid_password(problem: &str) -> Self {
        Self::new("InvalidPasswordException", format!("Password did not conform with policy: {problem}"))
    }

    /// The text of ConfirmForgotPassword and ChangePassword, which is not that of SignUp.
    pub(crate) fn nonconforming_password(problem: &str) -> Self {
        Self::new("InvalidPasswordException", format!("Password does not conform to policy: {problem}"))
    }

    pub(crate) fn unknown_client(client_id: &str) -> Self {
        Self::new("ResourceNotFoundException", format!("User pool client {client_id} does not exist."))
    }

    pub(crate) fn unknown_pool(pool_id: &str) -> Self {
        Self::new("ResourceNotFoundException", format!("User pool {pool_id} does not exist."))
    }

    pub(crate) fn username_exists() -> Self {
        Self::new("UsernameExistsException", "An account with the given email already exists.")
    }

    pub(crate) fn alias_exists() -> Self {
        Self::new("AliasExistsException", "An account with the given email already exists.")
    }

    pub(crate) fn not_confirmed() -> Self {
        Self::new("UserNotConfirmedException", "User is not confirmed.")
    }

    pub(crate) fn reset_required() -> Self {
        Self::new("PasswordResetRequiredException", "Password reset required for the user")
    }

    pub(crate) fn user_not_found() -> Self {
        Self::new("UserNotFoundException", "User does not exist.")
    }

    /// Where a name was given and not a token.
    pub(crate) fn unknown_username() -> Self {
        Self::new("UserNotFoundException", "Username/client id combination not found.")
    }

    pub(crate) fn code_mismatch() -> Self {
        Self::new("CodeMismatchException", "Invalid verification code provided, please try again.")
    }

    /// A wrong code at a sign-in, or an answer to a challenge that was not put.
    pub(crate) fn wrong_state() -> Self {
        Self::new("CodeMismatchException", "Invalid code or auth state for the user.")
    }

    /// An exception about passkeys. AWS publishes only the names; the texts are ours.
    pub(crate) fn web_authn(code: &'static str, message: &str) -> Self {
        Self::new(code, message)
    }

    pub(crate) fn passkeys_off() -> Self {
        Self::new("WebAuthnNotEnabledException", "Passkeys are not enabled for this user pool")
    }

    pub(crate) fn passkey_not_found() -> Self {
        Self::new("ResourceNotFoundException", "Credential was not found")
    }

    pub(crate) fn wrong_software_token_code() -> Self {
        Self::new("CodeMismatchException", "Invalid code received for user")
    }

    pub(crate) fn used_software_token_code() -> Self {
        Self::new("ExpiredCodeException", "Your software token has already been used once.")
    }

    /// A wrong code at VerifySoftwareToken.
    pub(crate) fn software_token_mismatch() -> Self {
        Self::new("EnableSoftwareTokenMFAException", "Code mismatch")
    }

    pub(crate) fn software_token_off() -> Self {
        Self::new("SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool")
    }

    /// VerifySoftwareToken without AssociateSoftwareToken before it; the text is ours.
    pub(crate) fn no_software_token() -> Self {
        Self::new("SoftwareTokenMFANotFoundException", "No software token is associated with the user")
    }

    /// A challenge's session that is used up, another user's, or none at all.
    pub(crate) fn invalid_session() -> Self {
        Self::not_authorized("Invalid session for the user.")
    }

    pub(crate) fn expired_code() -> Self {
        Self::new("ExpiredCodeException", "Invalid code provided, please request a code again.")
    }

    pub(crate) fn limit_exceeded() -> Self {
        Self::new("LimitExceededException", "Attempt limit exceeded, please try after some time.")
    }

    pub(crate) fn throttled() -> Self {
        Self::new("TooManyRequestsException", "Rate exceeded")
    }

    /// The text is ours: AWS publishes only the name (GetTokensFromRefreshToken, "Errors").
    pub(crate) fn token_reuse() -> Self {
        Self::new("RefreshTokenReuseException", "Refresh token has been invalidated by refresh token rotation.")
    }

    /// The text is ours: AWS publishes only the name (RevokeToken, "Errors").
    pub(crate) fn unsupported_token_type() -> Self {
        Self::new("UnsupportedTokenTypeException", "Unsupported token type")
    }

    /// Client authentication failed at RevokeToken; the text is ours.
    pub(crate) fn unauthorized(message: impl Into<String>) -> Self {
        Self::new("UnauthorizedException", message)
    }

    pub(crate) fn serialization(message: Option<String>) -> Self {
        Self { code: "SerializationException", message, status: 400 }
    }

    pub(crate) fn unknown_operation() -> Self {
        Self { code: "UnknownOperationException", message: None, status: 400 }
    }

    pub(crate) fn internal() -> Self {
        Self { code: "InternalErrorException", message: Some("Something went wrong".to_owned()), status: 500 }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        tracing::error!(cause, "user pool: {error}");
        Self::internal()
    }
}
