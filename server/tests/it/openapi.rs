//! The API's description is true: every route is in it and every route in it is there, real answers fit it to the last
//! member, and its codes are the closed set of the wire. What is asked is made from the description itself, so a new
//! operation is asked all this without a line here.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use holdfast::wire::{
    AddPasskey, ChallengeAnswer, ChallengeName, ChangePassword, Code, ConfirmForgotPassword, ConfirmSignUp,
    CreateDocument, CreateVersion, ForgotPassword, PatchDraft, PutDraft, RemovePasskey, RenameDocument, ResendCode,
    SecondFactor, SetSecondFactor, SignIn, SignUp, UpdateAccount, VerifyAuthenticator, VerifyEmail, VersionKind,
};
use holdfast_user_pool::MfaConfiguration;
use holdfast_user_pool::control::{Fault, FaultKind, UserAction};
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, IF_MATCH, ORIGIN};
use http::{Method, Request};
use http_body_util::Full;
use hyper::body::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::authenticator::{mfa, one_time_code};
use crate::harness::{ADA, Answer, Authenticator, BOB, Browser, EventStream, TestApp};
use crate::json_schema::{check, resolve};
use crate::passkeys::without_passkeys;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// What asks without being activity, whatever the request says.
const NOT_ACTIVITY: [&str; 3] = ["/api/session", "/api/events", "/api/journal-key"];

/// Headers of answers that clients act on: never sent without being described.
const HEADERS: [&str; 4] = ["etag", "location", "retry-after", "set-cookie"];

/// The description as the server serves it.
struct Description(Value);

/// One method of one path.
#[derive(Clone, Copy)]
struct Operation<'a> {
    document: &'a Value,
    path: &'a str,
    method: &'a str,
    own: &'a Value,
}

impl Description {
    async fn of(app: &TestApp) -> Self {
        let answer = app.browser().get("/api/openapi.json").await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
        Self(answer.json())
    }

    fn paths(&self) -> BTreeSet<String> {
        self.0["paths"].as_object().expect("paths").keys().cloned().collect()
    }

    fn operations(&self) -> impl Iterator<Item = Operation<'_>> {
        let paths = self.0["paths"].as_object().expect("paths").keys();
        paths.flat_map(|path| METHODS.into_iter().filter_map(|method| self.operation(path, method)))
    }

    fn operation<'a>(&'a self, path: &'a str, method: &'a str) -> Option<Operation<'a>> {
        let own = self.0["paths"][path].get(method)?;
        Some(Operation { document: &self.0, path, method, own })
    }

    fn named(&self, id: &str) -> Operation<'_> {
        self.operations().find(|operation| operation.id() == id).unwrap_or_else(|| panic!("no operation {id}"))
    }

    fn schema(&self, name: &str) -> &Value {
        &self.0["components"]["schemas"][name]
    }
}

impl<'a> Operation<'a> {
    fn id(self) -> &'a str {
        self.own["operationId"].as_str().expect("an operationId")
    }

    fn responses(self) -> impl Iterator<Item = (u16, &'a Value)> {
        let (document, responses) = (self.document, self.own["responses"].as_object().expect("responses"));
        responses.iter().map(move |(status, response)| (status.parse().expect("a status"), resolve(document, response)))
    }

    fn parameters(self) -> impl Iterator<Item = &'a Value> {
        let shared = self.document["paths"][self.path]["parameters"].as_array();
        let document = self.document;
        [shared, self.own["parameters"].as_array()].into_iter().flatten().flatten().map(|one| resolve(document, one))
    }

    fn takes_header(self, name: &str) -> bool {
        self.parameters().any(|parameter| parameter["in"] == "header" && parameter["name"] == name)
    }

    fn changes_something(self) -> bool {
        self.method != "get"
    }

    fn needs_session(&self) -> bool {
        self.own["security"].as_array().is_some_and(|ways| !ways.is_empty() && !ways.contains(&json!({})))
    }

    fn is_for_programs(&self) -> bool {
        self.own["security"].as_array().is_some_and(|ways| ways.contains(&json!({"token": []})))
    }

    /// The example of the request's body.
    fn example(self) -> Option<&'a Value> {
        self.own.pointer("/requestBody/content/application~1json/example")
    }

    /// The request as the description has it, on this document.
    fn request(&self, browser: &Browser, id: &str) -> Request<Full<Bytes>> {
        self.request_with(browser, id, self.example())
    }

    fn request_with(&self, browser: &Browser, id: &str, body: Option<&Value>) -> Request<Full<Bytes>> {
        let query = self.parameters().filter(|one| one["in"] == "query" && one["required"] == true);
        let query = query.map(|one| format!("{}={}", one["name"], one["example"]).replace('"', ""));
        let query: Vec<String> = query.collect();
        let path = format!("{}?{}", self.path.replace("{id}", id).replace("{n}", "1"), query.join("&"));
        let method = Method::from_bytes(self.method.to_uppercase().as_bytes()).expect("a method");
        let mut request = browser.request(method, &path, body);
        for parameter in self.parameters().filter(|one| one["in"] == "header" && one["required"] == true) {
            let name: http::HeaderName = parameter["name"].as_str().expect("a name").parse().expect("a header name");
            let example = parameter["example"].as_str().expect("an example");
            request.headers_mut().insert(name, example.parse().expect("a header value"));
        }
        request
    }

    /// Whether this answer is one of those that are described.
    fn judge(&self, answer: &Answer) -> Result<(), String> {
        let (_, response) =
            self.responses().find(|(status, _)| *status == answer.status).ok_or("the status is not described")?;
        for (name, header) in response["headers"].as_object().into_iter().flatten() {
            let header = resolve(self.document, header);
            match answer.header(name) {
                Some(value) => check(self.document, &header["schema"], &json!(value))?,
                None if header["required"] == true => return Err(format!("{name} is missing")),
                None => {}
            }
        }
        for name in HEADERS.into_iter().filter(|name| answer.header(name).is_some()) {
            let mut described = response["headers"].as_object().into_iter().flat_map(|headers| headers.keys());
            if !described.any(|described| described.eq_ignore_ascii_case(name)) {
                return Err(format!("{name} is not described"));
            }
        }
        match (response["content"].as_object().and_then(|content| content.iter().next()), answer.header("content-type"))
        {
            (Some((kind, _)), Some(sent))
                if kind == sent && ["text/event-stream", "application/zip"].contains(&sent) =>
            {
                Ok(())
            }
            (Some((kind, content)), Some(sent)) if kind == sent => {
                check(self.document, &content["schema"], &answer.json())
            }
            (None, None) if answer.body.is_empty() => Ok(()),
            (described, sent) => Err(format!("{sent:?} instead of {:?}", described.map(|(kind, _)| kind))),
        }
    }
}

/// The codes that a response can have, by the description.
fn codes(document: &Value, schema: &Value) -> BTreeSet<String> {
    let own = schema.pointer("/properties/code/enum").and_then(Value::as_array).into_iter().flatten();
    let parts = schema["allOf"].as_array().into_iter().flatten();
    let mut codes: BTreeSet<String> = own.filter_map(|code| Some(code.as_str()?.to_owned())).collect();
    codes.extend(parts.flat_map(|part| self::codes(document, part)));
    if codes.is_empty() && schema.get("$ref").is_some() {
        codes.extend(self::codes(document, resolve(document, schema)));
    }
    codes
}

/// The codes of a response that is a problem document.
fn codes_of(operation: Operation<'_>, response: &Value) -> Option<BTreeSet<String>> {
    let content = response.pointer("/content/application~1problem+json")?;
    Some(codes(operation.document, &content["schema"]))
}

/// The closed set, out of serde's own mouth.
pub(crate) fn codes_of_the_wire() -> BTreeSet<String> {
    let told = serde_json::from_value::<Code>(json!("?")).expect_err("no code").to_string();
    told.split('`').skip(3).step_by(2).map(str::to_owned).collect()
}

fn parse(code: &str) -> Code {
    serde_json::from_value(json!(code)).unwrap_or_else(|_| panic!("{code} is no code of the wire"))
}

/// Sends, and believes nothing that is not described.
struct Witness<'a> {
    description: &'a Description,
    /// Operation, status and code; no code where the answer is no problem document.
    seen: RefCell<BTreeSet<(&'a str, u16, String)>>,
}

impl<'a> Witness<'a> {
    fn new(description: &'a Description) -> Self {
        Self { description, seen: RefCell::default() }
    }

    async fn send(&self, browser: &Browser, operation: Operation<'a>, request: Request<Full<Bytes>>) -> Answer {
        let answer = browser.send(request).await;
        if let Err(wrong) = operation.judge(&answer) {
            panic!("{}: {wrong}: {} {}", operation.id(), answer.status, answer.text());
        }
        let is_problem = answer.header("content-type") == Some("application/problem+json");
        let code = if is_problem { answer.code() } else { String::new() };
        self.seen.borrow_mut().insert((operation.id(), answer.status, code));
        answer
    }

    /// Sends the request and expects the refusal.
    async fn refused(
        &self,
        browser: &Browser,
        operation: Operation<'a>,
        request: Request<Full<Bytes>>,
        (status, code): (u16, &str),
    ) {
        let answer = self.send(browser, operation, request).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{}: {}", operation.id(), answer.text());
    }

    /// Sends a body to the operation and expects this code.
    async fn body(&self, browser: &Browser, operation: &str, id: &str, body: Value, code: &str) {
        let operation = self.description.named(operation);
        let request = operation.request_with(browser, id, Some(&body));
        self.refused(browser, operation, request, (parse(code).status(), code)).await;
    }
}

/// A document with the text that the examples are made for, and a version.
async fn example_document(browser: &Browser) -> String {
    let id = browser.new_document("Hello").await;
    assert_eq!(browser.post(&format!("/api/documents/{id}/versions"), &json!({})).await.status, 201);
    id
}

/// What the `{id}` of this path stands for: a document, one in the trash, or another session of the same user.
async fn example_id(app: &TestApp, browser: &Browser, path: &str) -> String {
    if path.starts_with("/api/trash/") {
        let id = example_document(browser).await;
        assert_eq!(browser.delete(&format!("/api/documents/{id}")).await.status, 204);
        return id;
    }
    if !path.starts_with("/api/sessions/") {
        return example_document(browser).await;
    }
    app.signed_in(ADA).await;
    let list = browser.get("/api/sessions").await.json();
    let mut sessions = list["sessions"].as_array().expect("a list").iter();
    let other = sessions.find(|session| session["current"] == false).expect("another session");
    other["id"].as_str().expect("an id").to_owned()
}

/// The paths in the routers' sources, but for the pages, the site's files and the control plane.
fn paths_in_the_sources() -> BTreeSet<String> {
    let server = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![server.join("src/http"), server.join("session/src/routes")];
    let mut paths = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).expect("a folder of sources");
        for path in entries.map(|entry| -> PathBuf { entry.expect("an entry").path() }) {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if path.is_dir() && name != "pages" {
                folders.push(path);
            } else if name.ends_with(".rs") && name != "site.rs" {
                let source = std::fs::read_to_string(&path).expect("a source");
                let literal = |rest: &str| rest.trim_start().strip_prefix('"')?.split('"').next().map(str::to_owned);
                let after = |what: &str| source.split(what).skip(1).map(literal).collect::<Vec<_>>();
                for path in after(".route(") {
                    paths.insert(path.unwrap_or_else(|| panic!("{name}: a route's path must be a literal here")));
                }
                let nested = after(".nest(");
                assert!(nested.iter().all(|path| path.as_deref() == Some("/__control")), "{name} nests {nested:?}");
            }
        }
    }
    paths
}

#[tokio::test]
async fn every_route_is_described_and_every_description_is_a_route() {
    let app = TestApp::start().await;
    let description = Description::of(&app).await;
    assert_eq!(description.paths(), paths_in_the_sources());
    let ada = app.signed_in(ADA).await;
    for path in &description.paths() {
        // The routes of the session are asked by nobody: they would end it.
        let of_documents = ["/api/documents", "/api/trash"].iter().any(|start| path.starts_with(start));
        let browser = if of_documents { &ada } else { &app.browser() };
        for method in METHODS {
            let id = if of_documents { example_id(&app, &ada, path).await } else { example_document(&ada).await };
            let (operation, nothing) = (description.operation(path, method), Value::Null);
            let asked = operation.unwrap_or(Operation { document: &description.0, path, method, own: &nothing });
            let answer = browser.send(asked.request(browser, &id)).await;
            match operation {
                Some(_) => assert!(!matches!(answer.status, 404 | 405), "{method} {path}: {answer:?}"),
                None => assert_eq!(answer.code(), "method_not_allowed", "{method} {path} is not described"),
            }
        }
    }
}

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
    is(&description, "CreateVersion", &CreateVersion { name: Some(text()), kind: VersionKind::Saved });
}

/// A body over the limit of its route.
fn too_large(operation: Operation<'_>) -> Value {
    match operation.id() {
        "save_edits" => json!({"writer": "w", "base_head": 0, "seq": 1, "edits": [[0, 0, "x".repeat(1_100_000)]]}),
        "create_document" | "replace_text" => json!({"text": "x".repeat(10 * 1024 * 1024 + 1)}),
        _ => json!("x".repeat(70_000)),
    }
}

/// The refusals that the description itself asks for, of every operation; and its examples work.
async fn ask_everything(app: &TestApp, witness: &Witness<'_>) {
    let ada = app.signed_in(ADA).await;
    let (stranger, unknown) = (app.browser(), "0123456789abcdef0123456789abcdef");
    for operation in witness.description.operations() {
        let browser = if operation.needs_session() { &ada } else { &stranger };
        let id = example_id(app, &ada, operation.path).await;
        let fresh = || operation.request(browser, &id);

        if operation.changes_something() {
            let mut request = fresh();
            request.headers_mut().remove(ORIGIN);
            witness.refused(browser, operation, request, (403, "cross_origin")).await;
        }
        if operation.needs_session() {
            let mut request = fresh();
            request.headers_mut().remove(COOKIE);
            witness.refused(&stranger, operation, request, (401, "signed_out")).await;
        }
        if operation.path.contains("{id}") {
            witness.refused(browser, operation, operation.request(browser, unknown), (404, "not_found")).await;
        }
        if operation.example().is_some() {
            let mut request = fresh();
            *request.body_mut() = "{".into();
            witness.refused(browser, operation, request, (400, "malformed")).await;
            let request = operation.request_with(browser, &id, Some(&json!({"stranger": 1})));
            witness.refused(browser, operation, request, (400, "malformed")).await;
            let mut request = fresh();
            request.headers_mut().insert(CONTENT_TYPE, "text/plain".parse().expect("a header value"));
            witness.refused(browser, operation, request, (415, "unsupported_media_type")).await;
            let request = operation.request_with(browser, &id, Some(&too_large(operation)));
            witness.refused(browser, operation, request, (413, "too_large")).await;
        }
        if operation.takes_header("If-Match") {
            let mut request = fresh();
            request.headers_mut().remove(IF_MATCH);
            witness.refused(browser, operation, request, (428, "if_match_required")).await;
            for (value, refusal) in [("latest", (422, "invalid")), ("\"7\"", (412, "head_moved"))] {
                let mut request = fresh();
                request.headers_mut().insert(IF_MATCH, value.parse().expect("a header value"));
                witness.refused(browser, operation, request, refusal).await;
            }
        }
        if operation.needs_session() {
            let mut request = fresh();
            request.headers_mut().insert("holdfast-user", "somebody-else".parse().expect("a header value"));
            if operation.takes_header("holdfast-user") {
                witness.refused(browser, operation, request, (403, "other_user")).await;
            } else {
                let browser = app.signed_in(ADA).await;
                let own = example_id(app, &browser, operation.path).await;
                let mut request = operation.request(&browser, &own);
                request.headers_mut().insert("holdfast-user", "somebody-else".parse().expect("a header value"));
                let answer = witness.send(&browser, operation, request).await;
                assert_eq!(answer.status / 100, 2, "{} reads holdfast-user", operation.id());
            }
        }
        // What changes an account for good is asked by somebody whom nobody else needs.
        let newcomer;
        let for_good = ["change_password", "delete_account", "sign_out_everywhere"];
        let (browser, request) = if for_good.contains(&operation.id()) {
            newcomer = signed_up(app, &format!("{}@example.com", operation.id())).await;
            (&newcomer, operation.request(&newcomer, &id))
        } else {
            (browser, fresh())
        };
        let answer = witness.send(browser, operation, request).await;
        match operation.id() {
            "add_passkey" => assert_eq!(answer.code(), "invalid"),
            "verify_email" | "verify_authenticator" => assert_eq!(answer.code(), "wrong_code"),
            "answer_challenge" => assert_eq!(answer.code(), "challenge_expired"),
            "confirm_sign_up" | "confirm_forgot_password" => assert_eq!(answer.code(), "wrong_code"),
            id => assert_eq!(answer.status / 100, 2, "the example of {id}: {}", answer.text()),
        }
    }
}

fn mailed_code(app: &TestApp, email: &str) -> String {
    let outbox = app.pool().outbox();
    let message = outbox.iter().rev().find(|message| message.to == email);
    message.expect("a message").code.clone()
}

/// Somebody new, signed in; the password is Password-1.
async fn signed_up(app: &TestApp, email: &str) -> Browser {
    let browser = app.browser();
    let answer = browser.post("/api/sign-up", &json!({"email": email, "password": "Password-1"})).await;
    assert_eq!(answer.status, 204, "{answer:?}");
    let confirm = json!({"email": email, "code": mailed_code(app, email)});
    assert_eq!(browser.post("/api/sign-up/confirm", &confirm).await.status, 204);
    assert_eq!(browser.sign_in(email, "Password-1").await.status, 200);
    browser
}

/// What takes knowing the operations on an account.
async fn ask_for_more_of_accounts(app: &TestApp, witness: &Witness<'_>) {
    let ada = app.signed_in(ADA).await;
    let body = |operation: &'static str, body: Value, code: &'static str| {
        let ada = ada.clone();
        async move { witness.body(&ada, operation, "", body, code).await }
    };
    body("update_account", json!({"name": "x".repeat(201)}), "invalid").await;
    body("update_account", json!({"email": "bob@example.com"}), "sign_up_refused").await;
    body("change_password", json!({"current": "", "new": "Password-9!"}), "invalid").await;
    body("change_password", json!({"current": "no", "new": "Password-9!"}), "wrong_password").await;
    body("change_password", json!({"current": ADA.1, "new": "short"}), "weak_password").await;
    body("verify_email", json!({"code": ""}), "invalid").await;

    ask_for_second_factors(app, witness).await;
    ask_for_passkeys(app, witness).await;
    let zoe = signed_up(app, "verify@example.com").await;
    let update = witness.description.named("update_account");
    let request = update.request_with(&zoe, "", Some(&json!({"email": "verified@example.com"})));
    assert_eq!(witness.send(&zoe, update, request).await.json()["codes"][0]["destination"], "v***@e***");
    let verify = witness.description.named("verify_email");
    let code = json!({"code": mailed_code(app, "verified@example.com")});
    assert_eq!(witness.send(&zoe, verify, verify.request_with(&zoe, "", Some(&code))).await.status, 204);
    witness.refused(&zoe, verify, verify.request_with(&zoe, "", Some(&code)), (400, "expired_code")).await;
}

/// An authenticator app is set up, by Bob, whom nobody else needs, and where the pool has none.
async fn ask_for_second_factors(app: &TestApp, witness: &Witness<'_>) {
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
async fn ask_for_passkeys(app: &TestApp, witness: &Witness<'_>) {
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

/// What takes knowing the operation.
async fn ask_for_more(app: &TestApp, witness: &Witness<'_>) {
    let (ada, stranger) = (app.signed_in(ADA).await, app.browser());
    let long = json!("x".repeat(301));
    let id = ada.new_document("Hello 😀").await;
    for operation in ["create_document", "rename_document"] {
        witness.body(&ada, operation, &id, json!({"title": long}), "invalid").await;
    }
    witness.body(&ada, "save_version", &id, json!({"name": long}), "invalid").await;
    witness.body(&ada, "save_version", &id, json!({"kind": "merge"}), "invalid").await;
    let compare = witness.description.named("compare_versions");
    for (query, refusal) in
        [("with=yesterday", (422, "invalid")), ("", (422, "invalid")), ("with=9", (404, "not_found"))]
    {
        let request = ada.request(Method::GET, &format!("/api/documents/{id}/versions/1/diff?{query}"), None);
        witness.refused(&ada, compare, request, refusal).await;
    }

    let batch = |base_head: u64, seq: u64, edits: Value| json!({"writer": "w", "base_head": base_head, "seq": seq, "edits": edits});
    assert_eq!(ada.save(&id, "w", 0, 1, json!([[0, 0, "a"], [1, 0, "b"]])).await.status, 200);
    assert_eq!(ada.save(&id, "v", 1, 1, json!([[0, 0, "c"]])).await.status, 200);
    for (body, code) in [
        (batch(0, 3, json!([[0, 0, "x"]])), "conflict"),
        (batch(2, 3, json!([[99, 0, "x"]])), "edit_out_of_range"),
        (batch(2, 3, json!([[10, 0, "x"]])), "edit_splits_surrogate"),
        (batch(2, 4, json!([[0, 0, "x"]])), "seq_gap"),
        (batch(2, 2, json!([[0, 0, "x"]])), "seq_overlap"),
        (batch(9, 3, json!([[0, 0, "x"]])), "head_unknown"),
        (batch(2, 3, json!([])), "invalid"),
    ] {
        witness.body(&ada, "save_edits", &id, body, code).await;
    }

    let read_edits = witness.description.named("read_edits");
    for (query, code) in [("since=9&writer=w", "head_unknown"), ("since=0&writer=", "invalid"), ("writer=w", "invalid")]
    {
        let path = format!("/api/documents/{id}/edits?{query}");
        let request = ada.request(Method::GET, &path, None);
        witness.refused(&ada, read_edits, request, (422, code)).await;
    }
    let read_events = witness.description.named("read_events");
    let streams: Vec<_> = futures_util::future::join_all((0..6).map(|_| EventStream::open(&ada))).await;
    let request = read_events.request(&ada, "");
    witness.refused(&ada, read_events, request, (429, "too_many_requests")).await;
    drop(streams);

    let late = app.signed_in(ADA).await;
    let late_id = example_document(&late).await;
    app.advance(Duration::from_secs(24 * 3600));
    let save_edits = witness.description.named("save_edits");
    assert_eq!(witness.send(&late, save_edits, save_edits.request(&late, &late_id)).await.status, 202);
    let answers = futures_util::future::join_all((0..121).map(|_| late.send(save_edits.request(&late, &late_id))));
    assert!(answers.await.iter().any(|answer| answer.status == 429));
    witness.refused(&late, save_edits, save_edits.request(&late, &late_id), (429, "too_many_requests")).await;

    let account = |password: &str| json!({"email": "zoe@example.com", "password": password});
    witness.body(&stranger, "sign_in", "", json!({"username": ADA.0, "password": "no"}), "wrong_credentials").await;
    witness.body(&stranger, "sign_in", "", json!({"username": "", "password": "no"}), "invalid").await;
    witness.body(&stranger, "sign_up", "", account(""), "invalid").await;
    witness.body(&stranger, "sign_up", "", account("short"), "weak_password").await;
    witness.body(&stranger, "sign_up", "", json!({"email": ADA.0, "password": "Password-9!"}), "sign_up_refused").await;
    assert_eq!(stranger.post("/api/sign-up", &account("Password-9!")).await.status, 204);
    let code = mailed_code(app, "zoe@example.com");
    let confirm = |code: &str| json!({"email": "zoe@example.com", "code": code});
    witness.body(&stranger, "confirm_sign_up", "", confirm(""), "invalid").await;
    witness.body(&stranger, "resend_code", "", json!({"email": ""}), "invalid").await;
    let operation = witness.description.named("confirm_sign_up");
    let request = operation.request_with(&stranger, "", Some(&confirm(&code)));
    assert_eq!(witness.send(&stranger, operation, request).await.status, 204);

    ask_for_steps(app, witness).await;

    let late = json!({"email": "late@example.com", "password": "Password-9!"});
    assert_eq!(stranger.post("/api/sign-up", &late).await.status, 204);
    let code = mailed_code(app, "late@example.com");
    app.advance(Duration::from_secs(25 * 3600));
    let late = json!({"email": "late@example.com", "code": code});
    witness.body(&stranger, "confirm_sign_up", "", late, "wrong_code").await;
}

/// A new password, by a step of the sign-in and by a mailed code.
async fn ask_for_steps(app: &TestApp, witness: &Witness<'_>) {
    let browser = app.browser();
    let zoe = "zoe@example.com";
    let sign_in = witness.description.named("sign_in");
    let begin = async |password: &str| {
        app.pool().user(zoe, UserAction::ForceNewPassword).await.expect("done");
        let body = json!({"username": zoe, "password": password});
        let request = sign_in.request_with(&browser, "", Some(&body));
        assert_eq!(witness.send(&browser, sign_in, request).await.json()["challenge"], "NEW_PASSWORD_REQUIRED");
    };
    begin("Password-9!").await;
    let answers = |password: &str| json!({"challenge": "NEW_PASSWORD_REQUIRED", "answers": {"new_password": password}});
    witness.body(&browser, "answer_challenge", "", answers(""), "invalid").await;
    witness.body(&browser, "answer_challenge", "", answers("short"), "weak_password").await;
    let operation = witness.description.named("answer_challenge");
    for (kind, refusal) in
        [(FaultKind::Throttle, (429, "too_many_requests")), (FaultKind::Error500, (503, "provider_unavailable"))]
    {
        app.pool().fault(Fault::once("RespondToAuthChallenge", kind).times(100)).expect("a fault");
        let request = operation.request_with(&browser, "", Some(&answers("Password-8!")));
        witness.refused(&browser, operation, request, refusal).await;
        app.pool().clear_faults();
    }
    let request = operation.request_with(&browser, "", Some(&answers("Password-8!")));
    assert_eq!(witness.send(&browser, operation, request).await.status, 200);
    begin("Password-8!").await;
    app.pool().fault(Fault::once("RespondToAuthChallenge", FaultKind::WrongIss).times(100)).expect("a fault");
    let request = operation.request_with(&browser, "", Some(&answers("Password-7!")));
    witness.refused(&browser, operation, request, (502, "provider_misconfigured")).await;
    app.pool().clear_faults();

    witness.body(&browser, "forgot_password", "", json!({"email": ""}), "invalid").await;
    let forgot = witness.description.named("forgot_password");
    let request = forgot.request_with(&browser, "", Some(&json!({"email": zoe})));
    assert_eq!(witness.send(&browser, forgot, request).await.status, 204);
    let code = mailed_code(app, zoe);
    let body = |code: &str, password: &str| json!({"email": zoe, "code": code, "password": password});
    witness.body(&browser, "confirm_forgot_password", "", body("", "Password-6!"), "invalid").await;
    witness.body(&browser, "confirm_forgot_password", "", body("000000", "Password-6!"), "wrong_code").await;
    witness.body(&browser, "confirm_forgot_password", "", body(&code, "short"), "weak_password").await;
    let confirm = witness.description.named("confirm_forgot_password");
    let request = confirm.request_with(&browser, "", Some(&body(&code, "Password-6!")));
    assert_eq!(witness.send(&browser, confirm, request).await.status, 204);
    assert_eq!(browser.send(forgot.request_with(&browser, "", Some(&json!({"email": zoe})))).await.status, 204);
    let code = mailed_code(app, zoe);
    app.advance(Duration::from_secs(25 * 3600));
    witness.body(&browser, "confirm_forgot_password", "", body(&code, "Password-5!"), "wrong_code").await;
}

fn asks_for_sessions_only(operation: &Operation<'_>) -> bool {
    let of_the_account = operation.path.starts_with("/api/account") && operation.id() != "delete_account";
    of_the_account
        || operation.path.starts_with("/api/session")
        || ["/api/events", "/api/journal-key"].contains(&operation.path)
}

/// The pool fails, then the tables are gone: those first that documents are in, then that of the sessions.
async fn ask_while_all_is_broken(app: &TestApp, witness: &Witness<'_>) {
    let (ada, stranger) = (app.signed_in(ADA).await, app.browser());
    let id = example_document(&ada).await;
    let of_the_pool = [
        ("InitiateAuth", "sign_in"),
        ("SignUp", "sign_up"),
        ("ConfirmSignUp", "confirm_sign_up"),
        ("ResendConfirmationCode", "resend_code"),
        ("ForgotPassword", "forgot_password"),
        ("ConfirmForgotPassword", "confirm_forgot_password"),
    ];
    for (asked, operation) in of_the_pool {
        let operation = witness.description.named(operation);
        for (kind, refusal) in [
            (FaultKind::Throttle, (429, "too_many_requests")),
            (FaultKind::Error500, (503, "provider_unavailable")),
            (FaultKind::WrongIss, (502, "provider_misconfigured")),
        ] {
            if kind == FaultKind::WrongIss && asked != "InitiateAuth" {
                continue; // the others give no tokens
            }
            app.pool().fault(Fault::once(asked, kind).times(100)).expect("a fault");
            witness.refused(&stranger, operation, operation.request(&stranger, ""), refusal).await;
            app.pool().clear_faults();
        }
    }
    let of_accounts = [
        ("GetUser", "read_account"),
        ("UpdateUserAttributes", "update_account"),
        ("GetUserAttributeVerificationCode", "send_email_code"),
        ("VerifyUserAttribute", "verify_email"),
        ("ChangePassword", "change_password"),
        ("AssociateSoftwareToken", "set_up_authenticator"),
        ("VerifySoftwareToken", "verify_authenticator"),
        ("SetUserMFAPreference", "set_second_factor"),
        ("ListWebAuthnCredentials", "list_passkeys"),
        ("StartWebAuthnRegistration", "begin_passkey"),
        ("CompleteWebAuthnRegistration", "add_passkey"),
        ("DeleteWebAuthnCredential", "remove_passkey"),
        ("DeleteUser", "delete_account"),
    ];
    for (asked, operation) in of_accounts {
        let operation = witness.description.named(operation);
        for (kind, refusal) in
            [(FaultKind::Throttle, (429, "too_many_requests")), (FaultKind::Error500, (503, "provider_unavailable"))]
        {
            app.pool().fault(Fault::once(asked, kind).times(100)).expect("a fault");
            witness.refused(&ada, operation, operation.request(&ada, ""), refusal).await;
            app.pool().clear_faults();
        }
    }
    for table in ["documents", "drafts", "draft_batches", "draft_snapshots", "versions", "health"] {
        app.execute(&format!("ALTER TABLE {table} RENAME TO {table}_gone")).await;
    }
    let ready = witness.description.named("ready");
    let answer = witness.send(&stranger, ready, ready.request(&stranger, "")).await;
    assert_eq!((answer.status, &answer.json()["database"]), (503, &json!("cannot_save")));
    let operations = || witness.description.operations().filter(Operation::needs_session);
    for operation in operations().filter(|operation| !asks_for_sessions_only(operation)) {
        witness.refused(&ada, operation, operation.request(&ada, &id), (503, "cannot_save")).await;
    }
    app.execute("ALTER TABLE sessions RENAME TO sessions_gone").await;
    for operation in operations().chain([witness.description.named("sign_in"), witness.description.named("sign_out")]) {
        witness.refused(&ada, operation, operation.request(&ada, &id), (500, "internal")).await;
    }
}

/// The request as a program sends it.
fn of_program(operation: &Operation<'_>, browser: &Browser, id: &str, token: &str) -> Request<Full<Bytes>> {
    let mut request = operation.request(browser, id);
    request.headers_mut().remove(COOKIE);
    request.headers_mut().remove(ORIGIN);
    request.headers_mut().insert(AUTHORIZATION, format!("Bearer {token}").parse().expect("a header value"));
    request
}

/// What only programs are told: before the pool's keys are known, with a cookie beside the token, with a bad token, and
/// once they have come too often.
async fn ask_as_a_program(app: &TestApp, witness: &Witness<'_>) {
    let (ada, token) = (app.signed_in(ADA).await, app.tokens(ADA).await.id);
    let operations = || witness.description.operations().filter(Operation::is_for_programs);
    let id = example_document(&ada).await;
    app.pool().fault(Fault::once("JWKS", FaultKind::Error500)).expect("a fault");
    for operation in operations() {
        let request = of_program(&operation, &ada, &id, &token);
        witness.refused(&ada, operation, request, (503, "provider_unavailable")).await;
    }
    app.advance(Duration::from_secs(5));
    for operation in operations() {
        let id = example_id(app, &ada, operation.path).await;
        let mut both = of_program(&operation, &ada, &id, &token);
        both.headers_mut().insert(COOKIE, ada.cookie().expect("a cookie").parse().expect("a header value"));
        witness.refused(&ada, operation, both, (400, "ambiguous_credentials")).await;
        let bad = of_program(&operation, &ada, &id, "no.such.token");
        witness.refused(&ada, operation, bad, (401, "invalid_token")).await;
        let answer = witness.send(&ada, operation, of_program(&operation, &ada, &id, &token)).await;
        assert_eq!(answer.status / 100, 2, "{}: {}", operation.id(), answer.text());
    }
    let list = witness.description.named("list_documents");
    for _ in 0..60 {
        witness.send(&ada, list, of_program(&list, &ada, &id, &token)).await;
    }
    for operation in operations() {
        let request = of_program(&operation, &ada, &id, &token);
        witness.refused(&ada, operation, request, (429, "too_many_requests")).await;
    }
}

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
