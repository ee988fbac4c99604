//! Every route is in the description, and every route in it is there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::description::{Description, METHODS, Operation};
use super::witness::{example_document, example_id};
use crate::harness::{ADA, TestApp};

/// The paths in the routers' sources, but for the pages, the site's files and the control plane.
pub(super) fn paths_in_the_sources() -> BTreeSet<String> {
    let server = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![server.join("src/http"), server.join("session/src/routes")];
    let mut paths = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).expect("a folder of sources");
        for path in entries.map(|entry| -> PathBuf { entry.expect("an entry").path() }) {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if path.is_dir() && name != "pages" && name != "site" {
                folders.push(path);
            } else if name.ends_with(".rs") {
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
