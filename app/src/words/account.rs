//! The words of the account page, which is rendered on the server only.

use holdfast::wire::{Code, SecondFactor};

/// The page's heading, name and link.
pub(crate) const ACCOUNT: &str = "Account";
/// The heading above name and address.
pub(crate) const ABOUT_YOU: &str = "About you";
/// The field for the name.
pub(crate) const NAME: &str = "Name";
/// Saves the name.
pub(crate) const SAVE_NAME: &str = "Save name";
/// The field for another address.
pub(crate) const NEW_EMAIL: &str = "New email";
/// Asks for the code.
pub(crate) const CHANGE_EMAIL: &str = "Change email";
/// Below that field.
pub(crate) const EMAIL_HELP: &str =
    "We send a code to the new address. Until you enter it here, keep signing in with the old one.";
/// Opens the field for the code.
pub(crate) const HAVE_A_CODE: &str = "I have a code";
/// Gives the code.
pub(crate) const CONFIRM_EMAIL: &str = "Confirm email";
/// Asks for another one.
pub(crate) const NEW_CODE: &str = "Send a new code";
/// The heading, the field and the button of the password.
pub(crate) const CHANGE_PASSWORD: &str = "Change password";
/// The field for the old one.
pub(crate) const CURRENT_PASSWORD: &str = "Current password";
/// What a password must be.
pub(crate) const PASSWORD_HELP: &str =
    "At least 8 characters, with a capital letter, a small letter, a digit and a symbol.";
/// The heading above the second factors, and the list's name.
pub(crate) const SECOND_FACTORS: &str = "Two-step sign-in";
/// What they are for.
pub(crate) const SECOND_FACTORS_HELP: &str =
    "Asked for after your password, so that the password alone lets nobody in. It takes effect at your next sign-in.";
/// One is asked for before the others.
pub(crate) const FACTOR_FIRST: &str = "on, asked for first";
/// One is on.
pub(crate) const FACTOR_ON: &str = "on";
/// One is off.
pub(crate) const FACTOR_OFF: &str = "off";
/// Begins to set up an app.
pub(crate) const SET_UP_APP: &str = "Set up";
/// Ends it with the app's first code.
pub(crate) const USE_APP: &str = "Use this app";
/// Switches one on.
pub(crate) const SWITCH_ON: &str = "Switch on";
/// Switches one off.
pub(crate) const SWITCH_OFF: &str = "Switch off";
/// Has one asked for before the others.
pub(crate) const ASK_FIRST: &str = "Ask for this first";
/// The heading above the passkeys, and the list's name.
pub(crate) const PASSKEYS: &str = "Passkeys";
/// What they are.
pub(crate) const PASSKEYS_HELP: &str = "A passkey signs you in with this device's fingerprint, face or PIN, where the sign-in offers it. There is nothing to type, so there is nothing to give away.";
/// There is none.
pub(crate) const NO_PASSKEY: &str = "You have none yet.";
/// Makes one.
pub(crate) const ADD_PASSKEY: &str = "Add a passkey";
/// Removes one.
pub(crate) const REMOVE_PASSKEY: &str = "Remove";
/// There is no script.
pub(crate) const PASSKEY_NEEDS_SCRIPT: &str = "Adding one needs this page’s script, which your browser does not run.";
/// The page is at an address that passkeys cannot be made for.
pub(crate) const PASSKEY_NO_DOMAIN: &str = "Passkeys need a site with a name, and the address of this one is a number. If it runs on this computer, open it as localhost.";
/// The browser has none.
pub(crate) const PASSKEY_UNKNOWN: &str = "Your browser has no passkeys.";
/// The browser's dialog was closed.
pub(crate) const PASSKEY_CANCELLED: &str = "No passkey was made: it was cancelled, or took too long.";
/// The device has one.
pub(crate) const PASSKEY_THERE: &str = "This device has a passkey for your account already.";
/// The pool or the server has refused it.
pub(crate) const PASSKEY_FAILED: &str = "The passkey could not be added. Try again in a little while.";
/// One is added.
pub(crate) const PASSKEY_ADDED: &str = "Your passkey is added.";
/// One is removed.
pub(crate) const PASSKEY_REMOVED: &str = "That passkey no longer signs anybody in. Delete it on your device, too.";
/// An app is set up.
pub(crate) const APP_SET_UP: &str =
    "Your authenticator app is set up. You will be asked for its code at your next sign-in.";
/// One is on, off or the first.
pub(crate) const FACTORS_CHANGED: &str = "Your two-step sign-in is changed.";
/// The heading above the places, and the list's name.
pub(crate) const WHERE_SIGNED_IN: &str = "Where you are signed in";
/// The browser that asks.
pub(crate) const THIS_BROWSER: &str = "This browser";
/// Any other.
pub(crate) const ANOTHER_BROWSER: &str = "Another browser";
/// The one that asks, where it is known which one that is.
pub(crate) fn this_browser(browser: &str) -> String {
    [browser, " (this browser)"].concat()
}
/// Ends one of them.
pub(crate) const SIGN_OUT_THERE: &str = "Sign out there";
/// Ends all but this one.
pub(crate) const SIGN_OUT_OTHERS: &str = "Sign out everywhere else";
/// Ends all.
pub(crate) const SIGN_OUT_EVERYWHERE: &str = "Sign out everywhere, including here";
/// The heading above the export.
pub(crate) const YOUR_DOCUMENTS: &str = "Your documents";
/// What the export is.
pub(crate) const EXPORT_HELP: &str =
    "All your documents as text files (Markdown), in one zip file. What is in the trash is left out.";
/// The link to it.
pub(crate) const DOWNLOAD_ALL: &str = "Download all documents";
/// The way to the end of the account, its heading, and the button there.
pub(crate) const DELETE_ACCOUNT: &str = "Delete account";
/// What it means.
pub(crate) const DELETE_MEANS: &str =
    "This deletes your account with all its documents, their history and the trash. Nobody can bring them back.";
/// What to do first.
pub(crate) const DOWNLOAD_FIRST: &str = "Download your documents first:";
/// What to do then.
pub(crate) const TYPE_YOUR_EMAIL: &str = "Then type your email to confirm";
/// The way back.
pub(crate) const KEEP_ACCOUNT: &str = "Keep my account";
/// The last page.
pub(crate) const ACCOUNT_DELETED: &str = "Your account is deleted";
/// What it says.
pub(crate) const ALL_GONE: &str =
    "You are signed out everywhere, and your documents are gone. Thank you for having written here.";
/// The pool cannot be asked.
pub(crate) const ACCOUNT_UNAVAILABLE: &str = "Your name, email and password cannot be shown or changed at the moment. Your work is safe; try again in a little while.";
/// The name is saved.
pub(crate) const NAME_SAVED: &str = "Your name is saved.";
/// A code is on its way.
pub(crate) const CODE_SENT: &str = "A code is on its way. Enter it below.";
/// The new address counts.
pub(crate) const EMAIL_CHANGED: &str = "Your new email is confirmed. From now on you sign in with it.";
/// The new password counts.
pub(crate) const PASSWORD_CHANGED: &str =
    "Your password is changed. Other browsers stay signed in until you sign them out below.";
/// One place is signed out.
pub(crate) const SIGNED_OUT_THERE: &str = "You are signed out there.";
/// All others are.
pub(crate) const SIGNED_OUT_OTHERS: &str = "You are signed out everywhere else.";

/// "signed in 3 hours ago".
pub(crate) fn signed_in(ago: &str) -> String {
    ["signed in ", ago].concat()
}
/// "last used 5 minutes ago".
pub(crate) fn last_used(ago: &str) -> String {
    ["last used ", ago].concat()
}

/// "made 5 minutes ago".
pub(crate) fn passkey_made(ago: &str) -> String {
    ["made ", ago].concat()
}

/// A second factor's name.
pub(crate) fn second_factor(factor: SecondFactor) -> &'static str {
    match factor {
        SecondFactor::App => "Authenticator app",
        SecondFactor::Sms => "Text message",
        SecondFactor::Email => "Code by email",
    }
}

/// What went wrong with a second factor.
pub(crate) fn factor_problem(code: Code) -> &'static str {
    match code {
        Code::WrongCode => "That code is not right. Enter the one that the app shows now.",
        Code::NotOffered => "That is not offered here.",
        Code::Invalid => "That cannot be used for your account here.",
        other => account_problem(other),
    }
}

/// What went wrong with one of the page's forms.
pub(crate) fn account_problem(code: Code) -> &'static str {
    match code {
        Code::WrongPassword => "Your current password is not right.",
        Code::Invalid => "Something in there cannot be used. Please check it.",
        Code::NotOffered => "That is not offered here.",
        Code::PasskeyRefused => PASSKEY_FAILED,
        Code::SignUpRefused => "This email address cannot be used.",
        Code::ProviderUnavailable | Code::Unavailable | Code::TimedOut => {
            "That does not work at the moment. Your work is safe; try again in a little while."
        }
        Code::NotFound => "That sign-in has already ended.",
        other => super::problem(other),
    }
}
