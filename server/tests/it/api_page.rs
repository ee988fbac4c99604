//! `docs/api.md` does what it says: its commands are run in order, against a server, and print what stands below them.

#![expect(clippy::panic, reason = "a test fails by panicking, in its helpers too")]

use std::collections::BTreeSet;
use std::process::{Command, Output};

use holdfast::wire::Code;
use serde_json::{Value, json};

use crate::harness::{ADA, TestApp};

const PAGE: &str = include_str!("../../../docs/api.md");

/// One command block, and the block right below it: what it prints.
struct Step {
    command: &'static str,
    printed: Option<(&'static str, &'static str)>,
}

fn steps() -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    // Text and fenced blocks take turns.
    for (n, part) in PAGE.split("```").enumerate() {
        match part.split_once('\n') {
            Some(("sh", command)) if n % 2 == 1 => steps.push(Step { command, printed: None }),
            Some((kind, text)) if n % 2 == 1 => {
                let step = steps.last_mut().unwrap_or_else(|| panic!("no command prints {text}"));
                assert!(step.printed.replace((kind, text)).is_none(), "one command prints twice: {text}");
            }
            _ => {}
        }
    }
    steps
}

/// JSON documents without what is another one every time: ids and times.
fn documents(text: &str) -> Vec<Value> {
    fn mask(value: &mut Value) {
        for (name, member) in value.as_object_mut().into_iter().flatten() {
            let varies = ["id", "sub"].contains(&name.as_str())
                || ["_ms", "_ago", "_at"].iter().any(|ending| name.ends_with(ending));
            if varies { *member = json!("…") } else { mask(member) }
        }
    }
    let read = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let mut values: Vec<Value> = read.map(|value| value.unwrap_or_else(|_| panic!("not JSON: {text}"))).collect();
    values.iter_mut().for_each(mask);
    values
}

fn run(mut command: Command) -> Option<Output> {
    command.output().ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_commands_of_the_page_print_what_it_says() {
    for tool in ["curl", "python3"] {
        let mut command = Command::new(tool);
        command.arg("--version");
        if run(command).is_none_or(|output| !output.status.success()) {
            eprintln!("SKIPPED: docs/api.md was not tried, because there is no {tool} here");
            return;
        }
    }
    let app = TestApp::start().await;
    let steps = steps();
    let script: String = steps.iter().map(|step| format!("{}printf '\\036'\n", step.command)).collect();
    let mut command = Command::new("sh");
    command.args(["-eu", "-c", &script]).current_dir(app.data.path());
    command.envs([("HOLDFAST_URL", app.running.origin.as_str()), ("EMAIL", ADA.0), ("PASSWORD", ADA.1)]);
    command.env("TMPDIR", app.data.path()).env("no_proxy", "*");
    let output = tokio::task::spawn_blocking(|| run(command)).await.expect("no panic").expect("a shell");
    let printed = String::from_utf8(output.stdout).expect("text");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.is_empty(), "{errors}\nafter {printed}");

    let printed: Vec<&str> = printed.split_terminator('\u{1e}').collect();
    assert_eq!(printed.len(), steps.len());
    for (step, printed) in steps.iter().zip(printed) {
        match step.printed {
            Some(("json", said)) => assert_eq!(documents(printed), documents(said), "{}", step.command),
            Some(("text", said)) => assert_eq!(printed, said, "{}", step.command),
            Some((kind, _)) => panic!("a block of {kind}"),
            None => assert_eq!(printed, "", "{}", step.command),
        }
    }
}

#[test]
fn the_table_of_the_page_has_every_code_with_its_status() {
    let rows = PAGE.lines().filter_map(|line| {
        let mut cells = line.split('|').skip(1).map(str::trim);
        Some((cells.next()?.parse::<u16>().ok()?, cells.next()?))
    });
    let mut listed = BTreeSet::new();
    for (status, codes) in rows {
        for code in codes.split('`').skip(1).step_by(2) {
            let known: Code = serde_json::from_value(json!(code)).unwrap_or_else(|_| panic!("{code} is no code"));
            assert_eq!(known.status(), status, "{code}");
            assert!(listed.insert(code.to_owned()), "{code} stands there twice");
        }
    }
    assert_eq!(listed, crate::openapi::codes_of_the_wire());
}
