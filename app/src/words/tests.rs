//! What holds of every word that a person reads: it stands here, and it is none of the machine's.

use std::path::Path;

/// What the machine calls things. A writer has documents, words, a sign-in.
const JARGON: [&str; 11] =
    ["session", "sessions", "token", "tokens", "sync", "synced", "syncing", "cookie", "cache", "backend", "payload"];

/// The words of a text that nobody should have to read.
pub(crate) fn jargon(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| JARGON.contains(&word.to_lowercase().as_str())).collect()
}

/// The string literals of a source file, without its comments and tests.
fn literals(source: &str) -> Vec<String> {
    let source = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let code: Vec<&str> =
        source.lines().filter(|line| !line.trim_start().starts_with("//") && !line.contains("reason = ")).collect();
    let code = code.join("\n").replace("\\\"", "”").replace("\\\n", "");
    code.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// A sentence, or the beginning of one.
fn is_prose(literal: &str) -> bool {
    let mut letters = literal.trim_start().chars();
    let begins = letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase);
    begins && literal.contains(' ')
}

fn each_file(folder: &Path, ending: &str, look: &mut dyn FnMut(&Path, &str)) {
    let mut entries: Vec<_> =
        std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            each_file(&path, ending, look);
        } else if path.extension().is_some_and(|extension| extension == ending) && !path.ends_with("tests.rs") {
            look(&path, &std::fs::read_to_string(&path).expect("a text"));
        }
    }
}

#[test]
fn a_title_within_a_sentence_is_never_longer_than_a_line() {
    assert_eq!(super::short("  "), "Untitled");
    assert_eq!(super::short("Über"), "Über");
    assert_eq!(super::short(&"é".repeat(61)), ["é".repeat(60), "…".into()].concat());
}

#[test]
fn no_word_of_ours_is_the_machines() {
    let app = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut read = 0;
    let mut look = |path: &Path, source: &str| {
        for literal in literals(source) {
            // Names of the pool's, such as SOFTWARE_TOKEN_MFA, are matched on and never shown.
            let shown = literal.contains(char::is_lowercase);
            assert!(!shown || jargon(&literal).is_empty(), "{}: {literal}", path.display());
            read += 1;
        }
    };
    each_file(&app.join("src/words"), "rs", &mut look);
    let countdown = app.join("../src/session/words/mod.rs");
    look(&countdown, &std::fs::read_to_string(&countdown).expect("the countdown's words"));
    assert!(300 < read, "{read}");
    assert_eq!(jargon("Your Session is over, synchronously."), ["Session"]);
}

#[test]
fn pages_islands_and_scripts_have_no_sentence_of_their_own() {
    let app = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut read = 0;
    for (folder, ending) in
        [("src/pages", "rs"), ("src/islands", "rs"), ("src/browser", "rs"), ("src/browser", "js"), ("write", "js")]
    {
        each_file(&app.join(folder), ending, &mut |path, source| {
            read += 1;
            let own: Vec<_> = literals(source).into_iter().filter(|literal| is_prose(literal)).collect();
            assert!(own.is_empty(), "{}: {own:?} belongs into app/src/words", path.display());
        });
    }
    for script in ["boot.js", "preview.js", "sw.js", "offline.js"] {
        let own: Vec<_> = literals(&std::fs::read_to_string(app.join(script)).expect("a script"));
        assert!(!own.iter().any(|literal| is_prose(literal)), "{script}: {own:?}");
    }
    assert!(50 < read, "{read}");
    assert!(is_prose("Nothing found."));
}
