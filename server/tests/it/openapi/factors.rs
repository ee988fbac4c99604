//! What takes knowing the operations on second factors and passkeys.

use holdfast_user_pool::MfaConfiguration;
use serde_json::json;

use super::witness::Witness;
use crate::authenticator::{mfa, one_time_code};
use crate::harness::{ADA, Authenticator, BOB, TestApp};
use crate::passkeys::without_passkeys;

/// An authenticator app is set up, by Bob, whom nobody else needs, and where the pool has none.
pub(super) async fn ask_for_second_factors(app: &TestApp, witness: &Witness<'_>) {
    let bob = app.signed_in(BOB).await;
    let begin = witness.description.named("set_up_authenticator");
    let verify = witness.description.named("verify_authenticator");
    let secret = witness.send(&bob, begin, begin.request(&bob, "")).await.json()["secret"].clone();
    witness.body(&bob, "verify_authenticator", "", json!({"code": ""}), "invalid").await;
    let code = json!({"code": one_time_code(app, secret.as_str().expect("a secret"))});
    assert_eq!(witness.send(&bob, verify, verify.request_with(&bob, "", Some(&code))).await.status, 204);
    let body = json!({"factor": "SMS_MFA", "enabled": true, "preferred": false});
    witness.body(&bob, "set_second_factor", "", body, "invalid").await;
    mfa(app, MfaConfiguration::Off);
    for operation in [begin, verify] {
        witness.refused(&bob, operation, operation.request(&bob, ""), (422, "not_offered")).await;
    }
    mfa(app, MfaConfiguration::Optional);
}

/// A passkey is added once, and where the pool has none.
pub(super) async fn ask_for_passkeys(app: &TestApp, witness: &Witness<'_>) {
    let ada = app.signed_in(ADA).await;
    let named = |id: &'static str| witness.description.named(id);
    let (begin, add) = (named("begin_passkey"), named("add_passkey"));
    let options = witness.send(&ada, begin, begin.request(&ada, "")).await.json()["options"].clone();
    let body = json!({ "credential": Authenticator::new(1).create(&options) });
    assert_eq!(witness.send(&ada, add, add.request_with(&ada, "", Some(&body))).await.status, 204);
    witness.body(&ada, "add_passkey", "", body, "passkey_refused").await;
    witness.body(&ada, "remove_passkey", "", json!({ "id": "" }), "invalid").await;
    without_passkeys(app);
    for operation in [named("list_passkeys"), begin, add, named("remove_passkey")] {
        witness.refused(&ada, operation, operation.request(&ada, ""), (422, "not_offered")).await;
    }
    app.pool().set_sign_in_rules(holdfast_user_pool::SignInRules::default()).expect("rules");
}
