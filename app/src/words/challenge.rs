//! The words of a sign-in's further steps, on the page and in the dialog.

use holdfast::wire::ChallengeName;

/// The picture for an authenticator app, to who does not see it.
pub(crate) const QR_CODE: &str = "A QR code that holds the key below";
/// A passkey without a script.
pub(crate) const PASSKEY_TAKES_SCRIPT: &str =
    "A passkey needs this page’s script, which your browser does not run. Start again, and sign in another way.";
/// The same secret, to be typed.
pub(crate) const SETUP_KEY: &str = "Key";

/// What the step is about.
pub(crate) fn heading(step: ChallengeName) -> &'static str {
    match step {
        ChallengeName::NewPasswordRequired => "Choose your own password",
        ChallengeName::SelectMfaType | ChallengeName::SelectChallenge => "How do you want to sign in?",
        ChallengeName::MfaSetup => "Set up an authenticator app",
        ChallengeName::Password => "Enter your password",
        ChallengeName::WebAuthn => "Use your passkey",
        _ => "Enter your code",
    }
}

/// What to do.
pub(crate) fn explanation(step: ChallengeName, delivered_to: Option<&str>) -> String {
    let said = match step {
        ChallengeName::NewPasswordRequired => "The one you have just used was for the first time only.",
        ChallengeName::WebAuthn => "Your browser asks for it when you go on.",
        ChallengeName::SoftwareTokenMfa => "Your authenticator app shows it.",
        ChallengeName::MfaSetup => {
            "Scan the picture with the app, or type the key into it. Then enter the code it shows."
        }
        ChallengeName::SmsMfa | ChallengeName::SmsOtp | ChallengeName::EmailOtp => match delivered_to {
            Some(to) => return ["We sent it to ", to, "."].concat(),
            None => "We sent it to you.",
        },
        _ => "",
    };
    said.to_owned()
}

/// A field's label. What the pool wants to know beside a password has the pool's own name.
pub(crate) fn label(field: &str) -> String {
    match field {
        "code" => "Code".to_owned(),
        "password" => super::PASSWORD.to_owned(),
        "new_password" => "New password".to_owned(),
        "email" => super::EMAIL.to_owned(),
        "choice" => heading(ChallengeName::SelectChallenge).to_owned(),
        other => {
            let mut words = other.trim_start_matches("custom:").replace('_', " ");
            if let Some(first) = words.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            words
        }
    }
}

/// One of the ways to go on.
pub(crate) fn choice(way: &str) -> &str {
    match way {
        "SOFTWARE_TOKEN_MFA" => "With an authenticator app",
        "SMS_MFA" | "SMS_OTP" => "With a text message",
        "EMAIL_OTP" | "EMAIL_MFA" => "With a code by email",
        "PASSWORD" => "With my password",
        "WEB_AUTHN" => "With a passkey",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_pool_wants_to_know_is_readable() {
        let said = ["code", "phone_number", "custom:team", "given_name", ""].map(label);
        assert_eq!(said, ["Code", "Phone number", "Team", "Given name", ""]);
        let told = explanation(ChallengeName::EmailOtp, Some("a***@e***"));
        assert_eq!(told, "We sent it to a***@e***.");
    }
}
