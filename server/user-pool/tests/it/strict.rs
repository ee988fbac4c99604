//! Strict mode: what Cognito refuses is refused at the start, in its words.

use std::sync::Arc;
use std::time::Duration;

use holdfast::clock::ManualClock;
use holdfast::entropy::SeededEntropy;
use holdfast_user_pool::{PoolConfig, UserPool};

use crate::harness::TempDir;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Why a pool with these validities, in seconds, does not open.
fn refused(access: u64, id: u64, refresh: u64, strict: bool) -> Option<String> {
    let dir = TempDir::new();
    let mut config = PoolConfig::new(dir.path());
    config.users = vec![("ada@example.com".to_owned(), "Password-1".to_owned())];
    (config.access_ttl, config.id_ttl) = (Duration::from_secs(access), Duration::from_secs(id));
    config.refresh_ttl = Duration::from_secs(refresh);
    config.strict = strict;
    // Refused before anything is made: a configuration that is fine stops at the file in its way.
    std::fs::create_dir_all(dir.path()).unwrap();
    std::fs::write(dir.path().join("user-pool"), "in the way").unwrap();
    let opened = UserPool::open(config, Arc::new(ManualClock::default()), Arc::new(SeededEntropy::new(1)));
    let error = opened.expect_err("there is a file in the way").to_string();
    error.contains("validity").then_some(error)
}

#[test]
fn strict_mode_takes_cognitos_ranges_to_the_second_and_no_others() {
    let month = 30 * DAY;
    for (access, id, refresh, field) in [
        (5 * MINUTE, DAY, month, None),
        (DAY, 5 * MINUTE, month, None),
        (HOUR, HOUR, HOUR, None),
        (HOUR, HOUR, 3_650 * DAY, None),
        (5 * MINUTE - 1, HOUR, month, Some("access_ttl")),
        (DAY + 1, HOUR, month, Some("access_ttl")),
        (HOUR, 5 * MINUTE - 1, month, Some("id_ttl")),
        (HOUR, DAY + 1, month, Some("id_ttl")),
        (5 * MINUTE, 5 * MINUTE, HOUR - 1, Some("refresh_ttl")),
        (HOUR, 2 * HOUR, 2 * HOUR - 1, Some("id_ttl")),
    ] {
        let expected = field.map(|field| format!("user pool: {field}: Invalid range for token validity."));
        assert_eq!(refused(access, id, refresh, true), expected, "{access} {id} {refresh}");
        assert_eq!(refused(access, id, refresh, false), None, "a demo may have it");
    }
}
