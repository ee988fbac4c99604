//! A wrong value is told with its variable, its problem and an example.

use secrecy::{ExposeSecret as _, SecretString};

use super::*;

fn settings(values: &[(&str, &str)]) -> Result<Settings, SettingError> {
    let values: Vec<(String, String)> = values.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    from_lookup(|name| values.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()))
}

#[test]
fn nothing_needs_to_be_set() {
    let settings = settings(&[]).expect("the defaults hold");
    assert_eq!(settings.addr.to_string(), "127.0.0.1:3000");
    assert_eq!(settings.database_url, "sqlite://./data/holdfast.db");
    assert!(matches!(settings.provider, Provider::Embedded(_)));
    assert!(!settings.control);
}

#[test]
fn a_wrong_value_names_variable_problem_and_example() {
    let wrong = [
        ("HOLDFAST_ADDR", "3000", "127.0.0.1:3000"),
        ("HOLDFAST_METRICS_ADDR", "9464", "127.0.0.1:9464"),
        ("HOLDFAST_PUBLIC_URL", "https://example.com/path", "https://write.example.com"),
        ("HOLDFAST_DATABASE_URL", "mysql://x", "sqlite://"),
        ("HOLDFAST_KEYS", "a:short", "base64"),
        ("HOLDFAST_POLICY", "lenient", "countdown"),
        ("HOLDFAST_API_ACCEPTS", "refresh", "id,access"),
        ("HOLDFAST_API_CLIENTS", "a,,b", "1example23456789"),
        ("HOLDFAST_API_RATE", "0", "600"),
        ("HOLDFAST_IDLE_LIMIT", "15", "15m"),
        ("HOLDFAST_IDLE_LIMIT", "0", "15m"),
        ("HOLDFAST_EARLY_WINDOW", "an hour", "60m"),
        ("HOLDFAST_STRICT_WINDOW", "1", "24h"),
        ("HOLDFAST_REVOCATION_CHECK", "0", "60s"),
        ("HOLDFAST_NOTICE", "soon", "60m"),
        ("HOLDFAST_ESCROW", "31d", "24h"),
        ("HOLDFAST_CONTROL", "maybe", "1"),
        ("HOLDFAST_POOL_USERS", "ada", "ada@example.com:Password-1"),
        ("HOLDFAST_POOL_GRACE", "61s", "60s"),
        ("HOLDFAST_POOL_REFRESH_TTL", "60", "24h"),
        ("HOLDFAST_COGNITO_USER_POOL_ID", "nonsense", "eu-central-1_Ab12Cd34E"),
        ("HOLDFAST_COGNITO_AUTH_FLOW", "magic", "srp"),
        ("HOLDFAST_LOG_FORMAT", "xml", "json"),
    ];
    for (variable, value, example) in wrong {
        let line = settings(&[(variable, value)]).expect_err(variable).to_string();
        assert!(line.starts_with(variable), "{line}");
        assert!(line.contains(example), "{line}");
        assert!(!line.contains('\n'), "{line}");
    }
}

#[test]
fn s8_s9_s10_each_policy_has_its_window_and_strict_its_idle_limit() {
    const MINUTE: i64 = 60_000;
    for (values, ask_first, idle) in [
        (&[][..], 0, None),
        (&[("HOLDFAST_POLICY", "countdown"), ("HOLDFAST_EARLY_WINDOW", "2h")], 0, None),
        (&[("HOLDFAST_POLICY", "early")], 60, None),
        (&[("HOLDFAST_POLICY", "early"), ("HOLDFAST_EARLY_WINDOW", "2h")], 120, None),
        (&[("HOLDFAST_POLICY", "strict")], 1_440, Some(15)),
        (&[("HOLDFAST_POLICY", "strict"), ("HOLDFAST_STRICT_WINDOW", "12h")], 720, Some(15)),
        (&[("HOLDFAST_POLICY", "strict"), ("HOLDFAST_IDLE_LIMIT", "5m")], 1_440, Some(5)),
        (&[("HOLDFAST_POLICY", "early"), ("HOLDFAST_IDLE_LIMIT", "30m")], 60, Some(30)),
    ] {
        let policy = settings(values).expect("good values").policy;
        assert_eq!((policy.ask_first_ms / MINUTE, policy.limits.idle.map(|idle| idle / MINUTE)), (ask_first, idle));
    }
}

#[test]
fn half_a_cognito_pool_is_refused() {
    let line = settings(&[("HOLDFAST_COGNITO_USER_POOL_ID", "eu-central-1_Ab1")]).expect_err("no client").to_string();
    assert!(line.starts_with("HOLDFAST_COGNITO_CLIENT_ID"), "{line}");
}

#[test]
fn an_app_client_has_one_secret_or_two_while_it_is_changed() {
    let of = |secret: &str| {
        let pool = [("HOLDFAST_COGNITO_USER_POOL_ID", "eu-central-1_Ab1"), ("HOLDFAST_COGNITO_CLIENT_ID", "c")];
        settings(&[pool[0], pool[1], ("HOLDFAST_COGNITO_CLIENT_SECRET", secret)])
    };
    let both = |secret: &str| match of(secret).expect(secret).provider {
        Provider::Cognito(cognito) => (cognito.client_secret, cognito.second_client_secret),
        Provider::Embedded(_) => panic!("a Cognito pool is configured"),
    };
    let exposed = |secret: Option<SecretString>| secret.map(|secret| secret.expose_secret().to_owned());
    for (text, first, second) in [("", None, None), ("old", Some("old"), None), ("old, new", Some("old"), Some("new"))]
    {
        let (one, other) = both(text);
        assert_eq!((exposed(one).as_deref(), exposed(other).as_deref()), (first, second), "{text}");
    }
    let line = of("CANARY-1,CANARY-2,CANARY-3").expect_err("three").to_string();
    assert!(line.starts_with("HOLDFAST_COGNITO_CLIENT_SECRET") && !line.contains("CANARY"), "{line}");
}

#[test]
fn region_issuers_and_keys_are_read_off_the_pool_id() {
    let values = [("HOLDFAST_COGNITO_USER_POOL_ID", "us-gov-west-1_Ab1"), ("HOLDFAST_COGNITO_CLIENT_ID", "c")];
    let settings = settings(&values).expect("a pool and a client suffice");
    let Provider::Cognito(cognito) = settings.provider else { panic!("a Cognito pool is configured") };
    assert_eq!(cognito.region, "us-gov-west-1");
    assert_eq!(cognito.issuers.len(), 2);
    assert_eq!(
        cognito.jwks_url,
        "https://cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_Ab1/.well-known/jwks.json"
    );
}

#[test]
fn the_control_routes_are_refused_off_loopback_and_with_a_real_pool() {
    let open = ("HOLDFAST_CONTROL", "1");
    assert!(settings(&[open]).is_ok_and(|settings| settings.control));
    assert!(settings(&[open, ("HOLDFAST_ADDR", "0.0.0.0:3000")]).is_err());
    let pool = [("HOLDFAST_COGNITO_USER_POOL_ID", "eu-central-1_A"), ("HOLDFAST_COGNITO_CLIENT_ID", "c"), open];
    assert!(settings(&pool).is_err());
}

#[test]
fn help_prints_every_variable() {
    let Ok(Asked::Print(help)) = from_args(["holdfast".to_owned(), "--help".to_owned()]) else {
        panic!("--help prints")
    };
    for variable in VARIABLES {
        assert!(help.contains(variable.name), "{} is missing", variable.name);
    }
}

#[test]
fn the_readme_has_the_same_table() {
    let readme = include_str!("../../../README.md");
    for Variable { name, default, help } in VARIABLES {
        let row =
            readme.lines().find(|line| line.starts_with(&format!("| `{name}` |"))).unwrap_or_else(|| panic!("{name}"));
        assert!(row.replace('`', "").ends_with(&format!("| {default} | {} |", help.replace('`', ""))), "{name}: {row}");
    }
    let rows = readme.lines().filter(|line| line.starts_with("| `HOLDFAST_")).count();
    assert_eq!(rows, VARIABLES.len(), "the README names a variable that is not there");
}
