//! The description by itself: what it refers to, its codes, and what requests may hold.

use std::collections::BTreeSet;

use holdfast::wire::{
    AddPasskey, ChallengeAnswer, ChallengeName, ChangePassword, ConfirmForgotPassword, ConfirmSignUp, CreateDocument,
    CreateVersion, ForgotPassword, NameVersion, PatchDraft, PutDraft, RemovePasskey, RenameDocument, ResendCode,
    SecondFactor, SetSecondFactor, SignIn, SignUp, UpdateAccount, VerifyAuthenticator, VerifyEmail, VersionKind,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::description::{Description, codes_of, codes_of_the_wire, parse};
use crate::harness::TestApp;
use crate::json_schema::check;

/// What asks without being activity, whatever the request says.
pub(super) const NOT_ACTIVITY: [&str; 3] = ["/api/session", "/api/events", "/api/journal-key"];

#[tokio::test]
async fn the_description_is_sound() {
    let app = TestApp::start().await;
    let description = Description::of(&app).await;
    let document = &description.0;
    assert_eq!(document["openapi"], "3.1.0");

    let text = document.to_string();
    let referred: BTreeSet<&str> =
        text.split("\"$ref\":\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let components = document["components"].as_object().expect("components").iter();
    let components = components.filter(|(kind, _)| *kind != "securitySchemes").flat_map(|(kind, all)| {
        all.as_object().into_iter().flatten().map(move |(name, _)| format!("#/components/{kind}/{name}"))
    });
    let components: Vec<String> = components.collect();
    assert_eq!(referred, components.iter().map(String::as_str).collect(), "what is referred to, and what is there");

    for (name, schema) in document["components"]["schemas"].as_object().expect("schemas") {
        let of_answers = schema["type"] == "object" && schema["additionalProperties"] != false;
        for member in schema["properties"].as_object().into_iter().flatten().map(|(member, _)| member) {
            let promised = schema["required"].as_array().is_some_and(|required| required.contains(&json!(member)));
            assert!(promised || !of_answers || member == "detail", "{name}.{member}: answers leave nothing out");
        }
    }

    let mut ids = BTreeSet::new();
    for operation in description.operations() {
        let id = operation.id();
        assert!(ids.insert(id), "two operations are called {id}");
        let declared =
            operation.parameters().filter(|one| one["in"] == "path").map(|one| format!("{{{}}}", one["name"]));
        let declared: BTreeSet<String> = declared.map(|name| name.replace('"', "")).collect();
        let named = operation.path.split('/').filter(|part| part.starts_with('{')).map(str::to_owned).collect();
        assert_eq!(declared, named, "{id}");
        assert_eq!(operation.takes_header("Origin"), operation.changes_something(), "{id}");
        let counts_as_activity = operation.needs_session() && !NOT_ACTIVITY.contains(&operation.path);
        assert_eq!(operation.takes_header("holdfast-unattended"), counts_as_activity, "{id}");
        if let Some(body) = operation.own.pointer("/requestBody/content/application~1json") {
            assert_eq!(check(document, &body["schema"], &body["example"]), Ok(()), "{id}");
        }
    }
}

#[tokio::test]
async fn the_codes_are_the_closed_set_of_the_wire() {
    let app = TestApp::start().await;
    let description = Description::of(&app).await;
    let listed = description.schema("Code")["enum"].as_array().expect("a list").iter().filter_map(Value::as_str);
    let titles = description.schema("Code")["x-enum-descriptions"].as_array().expect("a list").iter();
    for (code, title) in listed.clone().zip(titles.clone()) {
        assert_eq!(title, parse(code).title(), "{code}");
    }
    assert_eq!(listed.clone().count(), titles.count());
    assert_eq!(listed.map(str::to_owned).collect::<BTreeSet<_>>(), codes_of_the_wire());

    let mut used = BTreeSet::new();
    for operation in description.operations() {
        for (status, response) in operation.responses() {
            let Some(codes) = codes_of(operation, response) else { continue };
            for code in &codes {
                assert_eq!(parse(code).status(), status, "{}: {code}", operation.id());
            }
            assert!(!codes.is_empty() && codes != codes_of_the_wire(), "{} {status} says which", operation.id());
            used.extend(codes);
        }
    }
    // No operation can answer it: it is the answer where there is none.
    assert!(used.insert("method_not_allowed".to_owned()));
    assert_eq!(used, codes_of_the_wire());
}

/// What the wire's types take is what the schemas say: members, which of them are needed, and no others.
#[tokio::test]
async fn requests_are_described_as_they_are_read() {
    fn is<T: Serialize + DeserializeOwned>(description: &Description, name: &str, full: &T) {
        let (schema, value) = (description.schema(name), serde_json::to_value(full).expect("JSON"));
        assert_eq!(check(&description.0, schema, &value), Ok(()), "{name}");
        let members = value.as_object().expect("an object");
        assert!(members.keys().eq(schema["properties"].as_object().expect("properties").keys()), "{name}");
        for member in members.keys() {
            let mut without = members.clone();
            without.remove(member);
            let needed = serde_json::from_value::<T>(Value::Object(without)).is_err();
            let described = schema["required"].as_array().is_some_and(|required| required.contains(&json!(member)));
            assert_eq!(needed, described, "{name}.{member}");
        }
        let mut with = members.clone();
        with.insert("stranger".to_owned(), json!(1));
        let refused = serde_json::from_value::<T>(Value::Object(with)).is_err();
        assert_eq!(refused, schema["additionalProperties"] == false, "{name}");
    }
    let app = TestApp::start().await;
    let description = Description::of(&app).await;
    let text = || "text".to_owned();
    let edits = vec![(0, 0, text()).into()];
    is(&description, "SignIn", &SignIn { username: text(), password: text() });
    let challenge = ChallengeName::SoftwareTokenMfa;
    is(&description, "ChallengeAnswer", &ChallengeAnswer { challenge, answers: [(text(), text())].into() });
    is(&description, "ForgotPassword", &ForgotPassword { email: text() });
    let reset = ConfirmForgotPassword { email: text(), code: text(), password: text() };
    is(&description, "ConfirmForgotPassword", &reset);
    is(&description, "SignUp", &SignUp { email: text(), password: text() });
    is(&description, "ConfirmSignUp", &ConfirmSignUp { email: text(), code: text() });
    is(&description, "ResendCode", &ResendCode { email: text() });
    is(&description, "UpdateAccount", &UpdateAccount { name: Some(text()), email: Some(text()) });
    is(&description, "VerifyEmail", &VerifyEmail { code: text() });
    is(&description, "AddPasskey", &AddPasskey { credential: json!({}) });
    is(&description, "RemovePasskey", &RemovePasskey { id: text() });
    is(&description, "VerifyAuthenticator", &VerifyAuthenticator { code: text() });
    let factor = SetSecondFactor { factor: SecondFactor::Email, enabled: true, preferred: true };
    is(&description, "SetSecondFactor", &factor);
    is(&description, "ChangePassword", &ChangePassword { current: text(), new: text() });
    is(&description, "CreateDocument", &CreateDocument { title: text(), text: text() });
    is(&description, "RenameDocument", &RenameDocument { title: text() });
    is(&description, "PatchDraft", &PatchDraft { writer: text(), base_head: 0, seq: 1, edits });
    is(&description, "PutDraft", &PutDraft { text: text() });
    is(&description, "NameVersion", &NameVersion { name: text() });
    is(&description, "CreateVersion", &CreateVersion { name: Some(text()), kind: VersionKind::Saved });
}
