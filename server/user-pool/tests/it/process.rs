//! The binary: what it prints, what it refuses, how it ends.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Command, Output, Stdio};

use crate::harness::TempDir;

fn command(dir: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_holdfast-user-pool"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("HOLDFAST_")) {
        command.env_remove(name);
    }
    command.env("HOLDFAST_DATA", dir.path()).env("HOLDFAST_POOL_ADDR", "127.0.0.1:0").env("RUST_LOG", "warn");
    command
}

fn output(command: &mut Command) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

/// Reads lines until one begins with `last`.
fn lines_until(child: &mut Child, last: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for line in BufReader::new(child.stdout.as_mut().unwrap()).lines() {
        lines.push(line.unwrap());
        if lines.last().unwrap().starts_with(last) {
            break;
        }
    }
    lines
}

fn value<'a>(lines: &'a [String], name: &str) -> &'a str {
    lines.iter().find_map(|line| line.strip_prefix(name)).unwrap().trim()
}

fn terminate(mut child: Child) {
    let kill = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    assert!(child.wait().unwrap().success());
}

#[test]
fn it_prints_where_it_is_serves_and_ends_when_it_is_told() {
    let dir = TempDir::new();
    let start = || {
        let mut child = command(&dir).env("HOLDFAST_CONTROL", "1").stdout(Stdio::piped()).spawn().unwrap();
        let lines = lines_until(&mut child, "control");
        (child, lines)
    };
    let (child, first) = start();
    let endpoint = value(&first, "endpoint").strip_prefix("http://").unwrap().to_owned();
    assert!(value(&first, "issuer").ends_with(value(&first, "pool id")));
    let mut stream = std::net::TcpStream::connect(&endpoint).unwrap();
    write!(stream, "GET /{}/.well-known/jwks.json HTTP/1.0\r\n\r\n", value(&first, "pool id")).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("200 OK") && answer.contains("\"kid\""));

    // One directory, one process.
    let (code, _, problem) = output(command(&dir).env("HOLDFAST_POOL_ADDR", "127.0.0.1:0"));
    assert_eq!(code, Some(1));
    assert!(problem.contains("in use by another process"), "{problem}");

    terminate(child);
    let (child, second) = start();
    for name in ["pool id", "client id", "demo user"] {
        assert_eq!(value(&first, name), value(&second, name));
    }
    terminate(child);
}

#[test]
fn a_wrong_value_is_one_line_with_variable_problem_and_example() {
    let dir = TempDir::new();
    for (variable, wrong) in [
        ("HOLDFAST_POOL_ADDR", "nowhere"),
        ("HOLDFAST_POOL_USERS", "ada"),
        ("HOLDFAST_POOL_ACCESS_TTL", "60"),
        ("HOLDFAST_POOL_REFRESH_TTL", "0"),
        ("HOLDFAST_POOL_ROTATION", "maybe"),
        ("HOLDFAST_POOL_GRACE", "61s"),
        ("HOLDFAST_POOL_STRICT", "very"),
        ("HOLDFAST_POOL_MAX_SESSIONS", "101"),
        ("HOLDFAST_CONTROL", "perhaps"),
    ] {
        let (code, printed, problem) = output(command(&dir).env(variable, wrong));
        assert_eq!((code, printed.as_str()), (Some(1), ""), "{variable}");
        assert_eq!(problem.lines().count(), 1, "{problem}");
        assert!(problem.contains(variable) && problem.contains("example"), "{problem}");
    }
    let open = output(command(&dir).env("HOLDFAST_CONTROL", "1").env("HOLDFAST_POOL_ADDR", "0.0.0.0:0"));
    assert!(open.0 == Some(1) && open.2.contains("loopback"));
    assert!(!dir.path().exists());
}

#[test]
fn help_names_every_variable_and_a_taken_port_is_one_line() {
    let dir = TempDir::new();
    let (code, help, _) = output(command(&dir).arg("--help"));
    assert_eq!(code, Some(0));
    for variable in ["ADDR", "USERS", "ACCESS_TTL", "REFRESH_TTL", "ROTATION", "GRACE", "STRICT", "MAX_SESSIONS"] {
        assert!(help.contains(&format!("HOLDFAST_POOL_{variable}")));
    }
    assert!(help.contains("HOLDFAST_DATA") && help.contains("HOLDFAST_CONTROL"));

    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let (code, _, problem) = output(command(&dir).env("HOLDFAST_POOL_ADDR", taken.local_addr().unwrap().to_string()));
    assert_eq!((code, problem.lines().count()), (Some(1), 1), "{problem}");
}
