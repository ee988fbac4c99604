//! The description as the server serves it, and what one operation of it promises.

use std::collections::BTreeSet;

use holdfast::wire::Code;
use http::header::CONTENT_TYPE;
use http::{Method, Request};
use http_body_util::Full;
use hyper::body::Bytes;
use serde_json::{Value, json};

use crate::harness::{Answer, Browser, TestApp};
use crate::json_schema::{check, resolve};

pub(super) const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Headers of answers that clients act on: never sent without being described.
pub(super) const HEADERS: [&str; 4] = ["etag", "location", "retry-after", "set-cookie"];

/// The description as the server serves it.
pub(super) struct Description(pub(super) Value);

/// One method of one path.
#[derive(Clone, Copy)]
pub(super) struct Operation<'a> {
    pub(super) document: &'a Value,
    pub(super) path: &'a str,
    pub(super) method: &'a str,
    pub(super) own: &'a Value,
}

impl Description {
    pub(super) async fn of(app: &TestApp) -> Self {
        let answer = app.browser().get("/api/openapi.json").await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
        Self(answer.json())
    }

    pub(super) fn paths(&self) -> BTreeSet<String> {
        self.0["paths"].as_object().expect("paths").keys().cloned().collect()
    }

    pub(super) fn operations(&self) -> impl Iterator<Item = Operation<'_>> {
        let paths = self.0["paths"].as_object().expect("paths").keys();
        paths.flat_map(|path| METHODS.into_iter().filter_map(|method| self.operation(path, method)))
    }

    pub(super) fn operation<'a>(&'a self, path: &'a str, method: &'a str) -> Option<Operation<'a>> {
        let own = self.0["paths"][path].get(method)?;
        Some(Operation { document: &self.0, path, method, own })
    }

    pub(super) fn named(&self, id: &str) -> Operation<'_> {
        self.operations().find(|operation| operation.id() == id).unwrap_or_else(|| panic!("no operation {id}"))
    }

    pub(super) fn schema(&self, name: &str) -> &Value {
        &self.0["components"]["schemas"][name]
    }
}

impl<'a> Operation<'a> {
    pub(super) fn id(self) -> &'a str {
        self.own["operationId"].as_str().expect("an operationId")
    }

    pub(super) fn responses(self) -> impl Iterator<Item = (u16, &'a Value)> {
        let (document, responses) = (self.document, self.own["responses"].as_object().expect("responses"));
        responses.iter().map(move |(status, response)| (status.parse().expect("a status"), resolve(document, response)))
    }

    pub(super) fn parameters(self) -> impl Iterator<Item = &'a Value> {
        let shared = self.document["paths"][self.path]["parameters"].as_array();
        let document = self.document;
        [shared, self.own["parameters"].as_array()].into_iter().flatten().flatten().map(|one| resolve(document, one))
    }

    pub(super) fn takes_header(self, name: &str) -> bool {
        self.parameters().any(|parameter| parameter["in"] == "header" && parameter["name"] == name)
    }

    pub(super) fn changes_something(self) -> bool {
        self.method != "get"
    }

    pub(super) fn needs_session(&self) -> bool {
        self.own["security"].as_array().is_some_and(|ways| !ways.is_empty() && !ways.contains(&json!({})))
    }

    pub(super) fn is_for_programs(&self) -> bool {
        self.own["security"].as_array().is_some_and(|ways| ways.contains(&json!({"token": []})))
    }

    /// The example of the request's body.
    pub(super) fn example(self) -> Option<&'a Value> {
        self.own.pointer("/requestBody/content/application~1json/example")
    }

    /// The request as the description has it, on this document.
    pub(super) fn request(&self, browser: &Browser, id: &str) -> Request<Full<Bytes>> {
        self.request_with(browser, id, self.example())
    }

    pub(super) fn request_with(&self, browser: &Browser, id: &str, body: Option<&Value>) -> Request<Full<Bytes>> {
        let query = self.parameters().filter(|one| one["in"] == "query" && one["required"] == true);
        let query = query.map(|one| format!("{}={}", one["name"], one["example"]).replace('"', ""));
        let query: Vec<String> = query.collect();
        let path = format!("{}?{}", self.path.replace("{id}", id).replace("{n}", "1"), query.join("&"));
        let method = Method::from_bytes(self.method.to_uppercase().as_bytes()).expect("a method");
        let mut request = browser.request(method, &path, body);
        if body.is_none() && self.own.pointer("/requestBody/content/multipart~1form-data").is_some() {
            let kind = "multipart/form-data; boundary=b".parse().expect("a header value");
            request.headers_mut().insert(CONTENT_TYPE, kind);
            let file =
                "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"A.md\"\r\n\r\nwords\r\n--b--\r\n";
            *request.body_mut() = Full::from(file);
        }
        for parameter in self.parameters().filter(|one| one["in"] == "header" && one["required"] == true) {
            let name: http::HeaderName = parameter["name"].as_str().expect("a name").parse().expect("a header name");
            let example = parameter["example"].as_str().expect("an example");
            request.headers_mut().insert(name, example.parse().expect("a header value"));
        }
        request
    }

    /// Whether this answer is one of those that are described.
    pub(super) fn judge(&self, answer: &Answer) -> Result<(), String> {
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
                if kind == sent
                    && ["text/event-stream", "application/zip", "text/markdown; charset=utf-8"].contains(&sent) =>
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
pub(super) fn codes(document: &Value, schema: &Value) -> BTreeSet<String> {
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
pub(super) fn codes_of(operation: Operation<'_>, response: &Value) -> Option<BTreeSet<String>> {
    let content = response.pointer("/content/application~1problem+json")?;
    Some(codes(operation.document, &content["schema"]))
}

/// The closed set, out of serde's own mouth.
pub(crate) fn codes_of_the_wire() -> BTreeSet<String> {
    let told = serde_json::from_value::<Code>(json!("?")).expect_err("no code").to_string();
    told.split('`').skip(3).step_by(2).map(str::to_owned).collect()
}

pub(super) fn parse(code: &str) -> Code {
    serde_json::from_value(json!(code)).unwrap_or_else(|_| panic!("{code} is no code of the wire"))
}
