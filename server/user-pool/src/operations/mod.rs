//! Cognito's actions, one file for each group. They know requests, state and tokens, and nothing of HTTP.

mod attributes;
mod auth_factors;
pub(crate) mod challenge;
mod change_password;
mod choice;
pub(crate) mod client;
pub(crate) mod codes;
mod delete_user;
pub(crate) mod first_factor;
mod forgot_password;
pub(crate) mod get_user;
mod initiate_auth;
mod mfa_preference;
mod passkeys;
pub(crate) mod refresh;
pub(crate) mod revoke;
pub(crate) mod sign_in;
mod sign_up;
pub(crate) mod software_token;
mod srp;
mod verify_attribute;

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::control::FaultKind;
use crate::error::ApiError;
use crate::pool::Shared;

/// What this pool can be asked.
pub(crate) const OPERATIONS: [&str; 26] = [
    "InitiateAuth",
    "RespondToAuthChallenge",
    "AssociateSoftwareToken",
    "VerifySoftwareToken",
    "SetUserMFAPreference",
    "GetUserAuthFactors",
    "StartWebAuthnRegistration",
    "CompleteWebAuthnRegistration",
    "ListWebAuthnCredentials",
    "DeleteWebAuthnCredential",
    "GetTokensFromRefreshToken",
    "RevokeToken",
    "GlobalSignOut",
    "GetUser",
    "SignUp",
    "ConfirmSignUp",
    "ResendConfirmationCode",
    "ForgotPassword",
    "ConfirmForgotPassword",
    "ChangePassword",
    "UpdateUserAttributes",
    "DeleteUserAttributes",
    "GetUserAttributeVerificationCode",
    "VerifyUserAttribute",
    "DeleteUser",
    "DescribeUserPoolClient",
];

/// One request, and the pool it is for.
pub(crate) struct Request {
    pub(crate) pool: Arc<Shared>,
    pub(crate) body: Map<String, Value>,
    /// What is to be wrong with the tokens that it hands out.
    pub(crate) fault: Option<FaultKind>,
    pub(crate) for_whom: ForWhom,
}

/// Who asks, and so what a sign-in ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ForWhom {
    /// A client of the API: tokens.
    Client,
    /// The login page of managed login: the `Sub` that has proved itself. Tokens come later, for a code.
    LoginPage,
}

/// Performs one operation.
pub(crate) async fn perform(operation: &str, request: Request) -> Result<Value, ApiError> {
    match operation {
        "InitiateAuth" => initiate_auth::initiate_auth(request).await,
        "RespondToAuthChallenge" => challenge::respond_to_auth_challenge(request).await,
        "AssociateSoftwareToken" => software_token::associate_software_token(request).await,
        "VerifySoftwareToken" => software_token::verify_software_token(request).await,
        "SetUserMFAPreference" => mfa_preference::set_user_mfa_preference(request).await,
        "GetUserAuthFactors" => auth_factors::get_user_auth_factors(&request),
        "StartWebAuthnRegistration" => passkeys::start_web_authn_registration(&request),
        "CompleteWebAuthnRegistration" => passkeys::complete_web_authn_registration(request).await,
        "ListWebAuthnCredentials" => passkeys::list_web_authn_credentials(&request),
        "DeleteWebAuthnCredential" => passkeys::delete_web_authn_credential(request).await,
        "GetTokensFromRefreshToken" => refresh::get_tokens_from_refresh_token(request).await,
        "RevokeToken" => revoke::revoke_token(request).await,
        "GlobalSignOut" => revoke::global_sign_out(request).await,
        "GetUser" => get_user::get_user(&request),
        "SignUp" => sign_up::sign_up(request).await,
        "ConfirmSignUp" => sign_up::confirm_sign_up(request).await,
        "ResendConfirmationCode" => sign_up::resend_confirmation_code(request).await,
        "ForgotPassword" => forgot_password::forgot_password(request).await,
        "ConfirmForgotPassword" => forgot_password::confirm_forgot_password(request).await,
        "ChangePassword" => change_password::change_password(request).await,
        "UpdateUserAttributes" => attributes::update_user_attributes(request).await,
        "DeleteUserAttributes" => attributes::delete_user_attributes(request).await,
        "GetUserAttributeVerificationCode" => verify_attribute::get_user_attribute_verification_code(request).await,
        "VerifyUserAttribute" => verify_attribute::verify_user_attribute(request).await,
        "DeleteUser" => delete_user::delete_user(request).await,
        "DescribeUserPoolClient" => client::describe_user_pool_client(&request),
        _ => Err(ApiError::unknown_operation()),
    }
}
