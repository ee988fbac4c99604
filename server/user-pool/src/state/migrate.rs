//! Brings a state that an older version wrote into today's form.

use serde_json::{Value, json};

/// Changes `state`, which is of form `version`, step by step. What is not as that form has it stays, and is then found
/// damaged when it is read.
pub(super) fn migrate(state: &mut Value, version: u32) {
    if version == 1 {
        keep_passwords_with_room_for_srp(state);
        state["version"] = json!(2);
    }
}

/// In form 1 a password was its argon2id hash alone.
fn keep_passwords_with_room_for_srp(state: &mut Value) {
    let users = state.get_mut("users").and_then(Value::as_object_mut);
    for password in users.into_iter().flatten().filter_map(|(_, user)| user.get_mut("password")) {
        if password.is_string() {
            *password = json!({ "argon2id": password.take(), "srp": null });
        }
    }
}
