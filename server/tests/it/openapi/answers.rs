//! Real answers, all of them, against the description.

use std::collections::BTreeSet;

use super::accounts::ask_for_more_of_accounts;
use super::broken::ask_while_all_is_broken;
use super::description::{Description, codes_of};
use super::documents::ask_for_more;
use super::every_operation::ask_everything;
use super::programs::ask_as_a_program;
use super::witness::Witness;
use crate::harness::TestApp;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_answers_are_as_described() {
    let app = TestApp::start().await;
    let description = Description::of(&app).await;
    let witness = Witness::new(&description);
    ask_as_a_program(&app, &witness).await;
    ask_everything(&app, &witness).await;
    ask_for_more_of_accounts(&app, &witness).await;
    ask_for_more(&app, &witness).await;
    ask_while_all_is_broken(&app, &witness).await;

    let seen = witness.seen.into_inner();
    let mut unseen = Vec::new();
    for operation in description.operations() {
        for (status, response) in operation.responses() {
            let codes = codes_of(operation, response).unwrap_or_else(|| BTreeSet::from([String::new()]));
            let codes = codes.into_iter().map(|code| (operation.id(), status, code));
            unseen.extend(codes.filter(|one| !seen.contains(one)));
        }
    }
    // Other tests end sessions in every way; nothing here takes thirty seconds, panics or stops.
    let elsewhere = |status: u16, code: &str| matches!(status, 401 | 408 | 500) || code == "unavailable";
    let unseen: Vec<_> = unseen.iter().filter(|(_, status, code)| !elsewhere(*status, code)).collect();
    let unseen: Vec<String> = unseen.iter().map(|(operation, _, code)| format!("{operation} {code}")).collect();
    let never = [
        "read_account provider_misconfigured",
        "update_account provider_misconfigured",
        "delete_account provider_misconfigured",
        "set_up_authenticator provider_misconfigured",
        "verify_authenticator provider_misconfigured",
        "send_email_code provider_misconfigured",
        "verify_email sign_up_refused",
        "verify_email provider_misconfigured",
        "list_passkeys provider_misconfigured",
        "add_passkey provider_misconfigured",
        "begin_passkey provider_misconfigured",
        "remove_passkey provider_misconfigured",
        "change_password provider_misconfigured",
        "set_second_factor provider_misconfigured",
        "forgot_password provider_misconfigured",
        "confirm_forgot_password provider_misconfigured",
        // It would take 128 MiB.
        "import_documents too_large",
        // The steps with a code, and those with a passkey, have tests of their own.
        "answer_challenge passkey_refused",
        "answer_challenge wrong_code",
        "sign_up provider_misconfigured",
        "confirm_sign_up expired_code",
        "confirm_sign_up sign_up_refused",
        "confirm_sign_up provider_misconfigured",
        "resend_code sign_up_refused",
        "resend_code provider_misconfigured",
    ];
    assert_eq!(unseen, never, "the embedded pool answers none of the others, and all else was seen");
}
