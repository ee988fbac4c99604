//! What every page keeps, whatever its data: nothing inline, nothing unescaped, complete without scripts.

use holdfast::wire::{
    Account, Challenge, ChallengeField, ChallengeName, Code, DiffKind, DocumentList, DocumentSummary, Draft, FieldKind,
    LimitKind, ListedDocument, Passkey, Policy, SecondFactor, SessionStatus, SoftwareTokenSetup, Sort, TrashedDocument,
    User, Version, VersionKind,
};

use super::*;
use crate::words;

fn user() -> User {
    User { sub: "sub-a".into(), email: "ada@example.com".into() }
}

fn session() -> SessionStatus {
    SessionStatus {
        user: user(),
        sign_in_by_ms: 86_400_000,
        sign_in_by_kind: LimitKind::Refresh,
        access_ms: 3_600_000,
        refresh_ms: 86_400_000,
        signed_in_ms_ago: 0,
        policy: Policy::Countdown,
        notice_ms: 3_600_000,
        warning_ms: 600_000,
        asks_first: false,
        provider_unavailable: false,
        sso_ms: None,
    }
}

fn chrome() -> Chrome {
    let assets = Assets {
        css: "/pkg/site.css".into(),
        boot: Some("/pkg/boot.js".into()),
        passkey: Some("/pkg/passkey.js".into()),
        preload: vec!["/pkg/site.js".into(), "/pkg/site.wasm".into()],
        list: Some("/pkg/list.js".into()),
        days: Some("/pkg/days.js".into()),
        changes: Some("/pkg/changes.js".into()),
        css_of_pages: "/pkg/pages.css".into(),
        font: Some("/pkg/latin.woff2".into()),
    };
    Chrome {
        assets,
        nonce: "nonce-of-this-response".into(),
        user: Some(user()),
        choices: false,
        sso_ms: None,
        reader: Reader::default(),
    }
}

fn editor_with(title: &str, text: &str) -> Page {
    let draft = Draft { head: 7, text: text.into(), hash: "00".into(), text_sha256: "00".into(), base_version: 0 };
    Page::Editor(EditorPage {
        id: "0123456789abcdef0123456789abcdef".into(),
        title: title.into(),
        draft,
        session: session(),
        notice: None,
    })
}

fn line(title: &str) -> ListedDocument {
    let summary = DocumentSummary {
        id: "0123456789abcdef0123456789abcdef".into(),
        title: title.into(),
        created_at: 0,
        updated_at: 0,
        head: 1,
        base_version: 0,
        unsaved: true,
    };
    ListedDocument { summary, first_line: "Dear <Bob>".into(), in_escrow: false, passage: Vec::new() }
}

fn list_of(documents: Vec<ListedDocument>) -> Page {
    let list = DocumentList { total: documents.len() as u64, documents, incomplete: false };
    let (typed, sort) = (String::new(), Sort::Changed);
    Page::Documents(DocumentsPage { list, typed, sort, offset: 0, now_ms: 60_000, session: session(), notice: None })
}

fn version(n: u64, name: Option<&str>, kind: VersionKind, minutes: i64) -> Version {
    Version { n, name: name.map(str::to_owned), kind, head: n, created_at: -minutes * 60_000, length: 1234 * n }
}

fn history_of(versions: Vec<Version>) -> Page {
    let place = holdfast::place::Place::parse("firefox/windows").map(Whereabouts::There);
    let line = |(nth, version): (usize, Version)| HistoryLine {
        version,
        made: [Some(Whereabouts::Here), place, None][nth % 3],
        changed: [Some(ChangedWords { added: 12, removed: 1 }), None][nth % 2],
        restored: None,
    };
    let now = NowLine { length: 1234, changed: Some(ChangedWords { added: 3, removed: 0 }) };
    let versions = versions.into_iter().enumerate().map(line).collect();
    let (id, title) = ("0123456789abcdef0123456789abcdef".into(), "The harbour".into());
    Page::History(HistoryPage { id, title, now, versions, now_ms: 0, session: session() })
}

fn saved_of(saves: u64) -> Page {
    Page::Saved(SavedPage {
        id: "0123456789abcdef0123456789abcdef".into(),
        title: "The <harbour>".into(),
        saved_at: (saves != 0).then_some(0),
        edits: 3 * saves,
        saves,
        length: 1234,
        bytes: 1240,
        text_sha256: "0".repeat(64),
        hash: "1".repeat(64),
        file_name: "The harbour's.md".into(),
        session: session(),
    })
}

fn read_of(html: Option<&str>) -> Page {
    let (id, title) = ("0123456789abcdef0123456789abcdef".into(), "The harbour".into());
    Page::Read(ReadPage { id, title, html: html.map(str::to_owned), session: session() })
}

fn version_with(name: &str, view: VersionView) -> Page {
    let (id, title) = ("0123456789abcdef0123456789abcdef".into(), "The harbour".into());
    let version = version(3, Some(name), VersionKind::Saved, 90);
    Page::Version(VersionPage { id, title, version, view, now_ms: 0, session: session() })
}

fn trash_of(titles: &[&str]) -> Page {
    let line = |title: &&str| TrashedDocument {
        id: "0123456789abcdef0123456789abcdef".into(),
        title: (*title).to_owned(),
        trashed_at: 0,
        purged_at: 30 * 86_400_000,
    };
    Page::Trash(TrashPage {
        documents: titles.iter().map(line).collect(),
        sought: None,
        deleted: false,
        now_ms: 86_400_000,
        session: session(),
    })
}

fn changes() -> VersionView {
    let same = "Nothing moved but the light, and the light moved slowly.\n".repeat(20);
    let part = |kind, text: &str| (kind, text.to_owned());
    VersionView::Changes(vec![
        part(DiffKind::Equal, "The harbour lay "),
        part(DiffKind::Delete, "still"),
        part(DiffKind::Insert, "in the first light, very still"),
        part(DiffKind::Equal, &[".\n\n", &same, "\nThe boats "].concat()),
        part(DiffKind::Insert, "and the gulls "),
        part(DiffKind::Equal, "waited.\n"),
        part(DiffKind::Delete, "\nAnd so did I.\n"),
    ])
}

fn account(error: Option<(AccountForm, Code, String)>) -> Page {
    let place = |id: char, current| Place {
        browser: holdfast::place::Place::parse("firefox/windows").filter(|_| current),
        id: id.to_string().repeat(64),
        signed_in_ms_ago: 3_600_000,
        last_active_ms_ago: 60_000,
        current,
    };
    Page::Account(AccountPage {
        account: Some(Account {
            sub: "sub-a".into(),
            email: "ada@example.com".into(),
            email_verified: true,
            name: "Ada \"Countess\" <Lovelace>".into(),
            phone_number: "+15550100".into(),
            phone_number_verified: true,
            second_factors: vec![SecondFactor::App, SecondFactor::Email],
            preferred_factor: Some(SecondFactor::App),
        }),
        passkeys: Some(vec![Passkey { id: "cGFzc2tleQ".into(), name: "Laptop <1>".into(), created_at: 0 }]),
        asks_for_code: error.is_none(),
        places: vec![place('a', true), place('b', false)],
        notice: error.is_none().then_some(AccountNotice::CodeSent),
        error,
        now_ms: 86_400_000,
        session: session(),
    })
}

fn step(name: ChallengeName, fields: &[(&str, FieldKind)], error: Option<Code>) -> Page {
    let choices = |kind| match kind {
        FieldKind::Choice => vec!["PASSWORD".into(), "EMAIL_OTP".into()],
        _ => vec![],
    };
    let fields =
        fields.iter().map(|(name, kind)| ChallengeField { name: (*name).into(), kind: *kind, choices: choices(*kind) });
    let setup = (name == ChallengeName::MfaSetup).then(|| SoftwareTokenSetup {
        secret: "JBSWY3DPEHPK3PXP".into(),
        uri: "otpauth://totp/x".into(),
        qr_svg: "<svg></svg>".into(),
    });
    let fields = fields.collect();
    let passkey = (name == ChallengeName::WebAuthn).then(|| serde_json::json!({ "challenge": "c" }));
    let delivered_to = Some("a***@e***".into());
    let challenge = Challenge { challenge: name, fields, delivered_to, setup, passkey, expires_in_ms: 180_000 };
    let carried = Carried { next: Some("/trash".into()), unsaved: None };
    Page::Challenge(ChallengePage { challenge, email: "ada@example.com".into(), error, carried })
}

fn every_page() -> Vec<(&'static str, Page)> {
    let text = "The harbour lay still.\n\nNothing moved but the light, and the light moved slowly.\n".repeat(12);
    vec![
        (
            "sign-in",
            Page::SignIn(SignInPage { sign_up: true, next: Some("/documents/1".into()), ..Default::default() }),
        ),
        (
            "sign-in-error",
            Page::SignIn(SignInPage {
                email: "ada@example.com".into(),
                error: Some(Code::WrongCredentials),
                reason: Some(holdfast::wire::EndReason::Expired),
                sign_up: true,
                demo: Some("ada@example.com".into()),
                ..Default::default()
            }),
        ),
        ("challenge-code", step(ChallengeName::EmailOtp, &[("code", FieldKind::Code)], None)),
        (
            "challenge-new-password",
            step(
                ChallengeName::NewPasswordRequired,
                &[("new_password", FieldKind::NewPassword), ("phone_number", FieldKind::Phone)],
                Some(Code::WeakPassword),
            ),
        ),
        ("challenge-choice", step(ChallengeName::SelectChallenge, &[("choice", FieldKind::Choice)], None)),
        ("challenge-passkey", step(ChallengeName::WebAuthn, &[("credential", FieldKind::Passkey)], None)),
        ("challenge-set-up", step(ChallengeName::MfaSetup, &[("code", FieldKind::Code)], Some(Code::WrongCode))),
        ("forgot-ask", Page::ForgotPassword(ForgotPasswordPage { required: true, ..Default::default() })),
        (
            "forgot-code",
            Page::ForgotPassword(ForgotPasswordPage { stage: ForgotPasswordStage::Code, ..Default::default() }),
        ),
        ("sign-up", Page::SignUp(SignUpPage::default())),
        ("confirm", Page::ConfirmSignUp(ConfirmSignUpPage { email: "ada@example.com".into(), ..Default::default() })),
        ("empty", list_of(vec![])),
        ("list", list_of(vec![line("A letter to the harbour master"), line(""), line("<b>")])),
        ("editor", editor_with("The harbour", &text)),
        ("read", read_of(Some("<h2>Log</h2>\n<p>The lamp.</p>\n"))),
        ("read-empty", read_of(Some("\n"))),
        ("read-long", read_of(None)),
        ("history-empty", history_of(vec![])),
        (
            "history",
            history_of(vec![
                version(6, None, VersionKind::Restore, 3),
                version(5, None, VersionKind::Divergent, 200),
                version(4, None, VersionKind::Merge, 200),
                version(
                    3,
                    Some("Sent to the harbour master, with the map and the long list of boats"),
                    VersionKind::Saved,
                    600,
                ),
                version(2, None, VersionKind::Absence, 9_000),
                version(1, None, VersionKind::Saved, 90_000),
            ]),
        ),
        ("saved", saved_of(1204)),
        ("saved-empty", saved_of(0)),
        ("version", version_with("Sent to the harbour master", VersionView::Text(text.clone()))),
        ("version-changes", version_with("Sent to the harbour master", changes())),
        ("version-same", version_with("Sent", VersionView::Changes(vec![(DiffKind::Equal, text.clone())]))),
        ("trash", trash_of(&["A letter to the harbour master", "", "<b>"])),
        ("trash-empty", trash_of(&[])),
        ("account", account(None)),
        ("account-refused", account(Some((AccountForm::Password, Code::WrongPassword, String::new())))),
        (
            "account-app",
            Page::Authenticator(AuthenticatorPage {
                set_up: SoftwareTokenSetup {
                    secret: "JBSWY3DPEHPK3PXP".into(),
                    uri: "otpauth://totp/x".into(),
                    qr_svg: "<svg></svg>".into(),
                },
                error: Some(Code::WrongCode),
                session: session(),
            }),
        ),
        ("account-delete", Page::Leave(LeavePage { error: Some(Code::Invalid), session: session() })),
        ("account-deleted", Page::Left),
        ("accessibility", Page::Accessibility),
        ("history-long", history_of(vec![version(1, Some(&"long".repeat(75)), VersionKind::Saved, 3)])),
        ("version-long", version_with(&"long".repeat(75), VersionView::Text("long".repeat(75)))),
        ("problem", Page::Problem(ProblemPage { code: Code::NotFound })),
    ]
}

#[test]
fn no_page_has_anything_inline_and_each_is_one_document() {
    let dump = std::env::var("HOLDFAST_DUMP_PAGES").ok();
    for (name, page) in every_page() {
        let html = render(page, chrome());
        assert!(html.starts_with("<!DOCTYPE html><html lang=\"en\">"), "{name}");
        assert!(!html.contains(" style=") && !html.contains("<style") && !html.contains(" onclick="), "{name}");
        for script in html.split("<script").skip(1) {
            let src = script.strip_prefix(" type=\"module\" src=\"/pkg/").and_then(|rest| rest.split('"').next());
            let may_load = match src {
                Some("boot.js") => true,
                Some("passkey.js") => ["account", "account-refused", "challenge-passkey"].contains(&name),
                Some("list.js") => ["empty", "list"].contains(&name),
                Some("changes.js") => name.starts_with("version-changes") || name.starts_with("version-same"),
                Some("days.js") => name.starts_with("history") || name.starts_with("saved"),
                _ => false,
            };
            assert!(may_load, "{name}: {script}");
        }
        assert_eq!(html.matches("<main").count(), 1, "{name}");
        assert_eq!(html.matches("<h1").count(), 1, "{name}");
        if let Some(folder) = &dump {
            std::fs::write(format!("{folder}/{name}.html"), html).expect("writable");
        }
    }
}

#[test]
fn the_nonce_stands_on_the_style_sheet_and_the_script_only() {
    let html = render(editor_with("", ""), chrome());
    assert_eq!(html.matches("nonce-of-this-response").count(), 2);
    let html = render(history_of(vec![]), chrome());
    assert_eq!(html.matches("nonce-of-this-response").count(), 4, "two sheets and two scripts");
    let html = render(Page::SignIn(SignInPage::default()), chrome());
    assert!(!html.contains("<script"));
}

#[test]
fn what_a_writer_wrote_stays_text() {
    let evil = "</textarea><script>alert(1)</script>\"'&amp;";
    let html = render(editor_with(evil, evil), chrome());
    assert!(!html.contains("<script>"));
    assert!(!html.contains("</textarea><s"));
    let parts = vec![(DiffKind::Insert, evil.to_owned()), (DiffKind::Equal, evil.to_owned())];
    let other = version(2, Some(evil), VersionKind::Merge, 0);
    for page in [
        list_of(vec![line(evil)]),
        trash_of(&[evil]),
        history_of(vec![version(1, Some(evil), VersionKind::Saved, 0)]),
        version_with(evil, VersionView::Text(evil.to_owned())),
        version_with(evil, VersionView::Changes(parts.clone())),
        version_with(evil, VersionView::Compared(Box::new(other), parts)),
    ] {
        assert!(!render(page, chrome()).contains("<script>"));
    }
}

#[test]
fn the_text_travels_once() {
    let html = render(editor_with("Title", "a text that is here once"), chrome());
    assert_eq!(html.matches("a text that is here once").count(), 1);
}

/// WCAG techniques G105 and G181: what a late form held is in every form of the sign-in, each of its steps included.
#[test]
fn every_step_of_a_sign_in_carries_the_text() {
    let unsaved = Unsaved { document: "d0c".into(), head: 7, title: "<b>".into(), text: "late \"words\"".into() };
    let carried = Carried { next: Some("/trash".into()), unsaved: Some(unsaved.clone()) };
    let Page::Challenge(challenge) = step(ChallengeName::SmsMfa, &[("code", FieldKind::Code)], None) else {
        panic!("a step");
    };
    let forgot = |stage| ForgotPasswordPage { stage, carried: carried.clone(), ..Default::default() };
    let sign_in = SignInPage { next: carried.next.clone(), unsaved: Some(unsaved), ..Default::default() };
    for (name, page) in [
        ("sign-in", Page::SignIn(sign_in)),
        ("step", Page::Challenge(ChallengePage { carried: carried.clone(), ..challenge })),
        ("forgot", Page::ForgotPassword(forgot(ForgotPasswordStage::Ask))),
        ("reset", Page::ForgotPassword(forgot(ForgotPasswordStage::Code))),
    ] {
        let html = render(page, chrome());
        for field in ["name=\"document\" value=\"d0c\"", "name=\"head\" value=\"7\"", "name=\"next\" value=\"/trash\""]
        {
            assert!(html.contains(field), "{name}: {field}");
        }
        assert!(html.contains("name=\"text\" value=\"late &quot;words&quot;\""), "{name}");
        assert!(!html.contains("<b>"), "{name}");
    }
}

/// The text between the tags, and what is said or shown of attributes.
fn read_by_people(html: &str) -> String {
    let mut text = String::new();
    for piece in html.split('<').skip(1) {
        let (tag, words) = piece.split_once('>').unwrap_or((piece, ""));
        for name in [" aria-label=\"", " placeholder=\"", " title=\"", " data-on-device=\"", " data-import=\""] {
            let value = tag.split_once(name).and_then(|(_, rest)| rest.split('"').next());
            text.push_str(value.unwrap_or_default());
            text.push('\n');
        }
        text.push_str(words);
        text.push('\n');
    }
    text
}

#[test]
fn no_page_speaks_of_what_only_the_machine_knows() {
    for (name, page) in every_page() {
        let text = read_by_people(&render(page, chrome()));
        assert!(text.contains(words::PRODUCT), "{name}");
        assert_eq!(words::tests::jargon(&text), [""; 0], "{name}");
    }
}

/// Whoever writes does not load what only other pages show.
#[test]
fn the_editor_loads_the_one_style_sheet_and_the_others_both() {
    for (name, page) in every_page() {
        let html = render(page, chrome());
        assert_eq!(html.matches("<link rel=\"stylesheet\"").count(), if name == "editor" { 1 } else { 2 }, "{name}");
        assert!(html.contains("<link rel=\"preload\" href=\"/pkg/latin.woff2\" as=\"font\""), "{name}");
    }
}

/// A file's name is one word for a shell, whatever is in it.
#[test]
fn the_command_to_check_a_text_holds_with_any_file_name() {
    let html = render(saved_of(1), chrome());
    assert!(html.contains("<code>sha256sum 'The harbour'\\''s.md'</code>"), "{html}");
    assert!(html.contains("<code>Get-FileHash 'The harbour''s.md'</code>"), "{html}");
}

/// The offline page needs nothing but itself, and what it has within is let in by its nonce.
#[test]
fn the_page_of_a_dead_network_is_whole() {
    let html = render_offline("a > b { color: red }", "if (1 < 2) tryAgain();", "n0nce");
    assert!(html.contains("<style nonce=\"n0nce\">a > b { color: red }</style>"), "{html}");
    assert!(html.contains("<script type=\"module\" nonce=\"n0nce\">if (1 < 2) tryAgain();</script>"), "{html}");
    assert!(html.contains("<a href=\"\">Try again</a>"), "{html}");
    assert!(!html.contains("src=") && !html.contains("<link"), "{html}");
    assert_eq!(words::tests::jargon(&read_by_people(&html.replace("<script", "<!"))), [""; 0]);
}
