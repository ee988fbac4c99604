//! What the data directory keeps, and what is refused there.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use holdfast::clock::ManualClock;
use holdfast::entropy::SeededEntropy;
use holdfast_user_pool::control::UserAction;
use holdfast_user_pool::{PoolConfig, UserPool};
use serde_json::Value;

use crate::harness::{EMAIL, PASSWORD, TempDir, TestPool, outcome, refusal};

fn open(config: PoolConfig) -> Result<UserPool, String> {
    let clock = Arc::new(ManualClock::default());
    UserPool::open(config, clock, Arc::new(SeededEntropy::new(3))).map_err(|error| error.to_string())
}

#[tokio::test]
async fn sessions_keys_users_and_ids_survive_a_restart() {
    let pool = TestPool::with(|config| config.rotation = true);
    pool.sign_up("grace@example.com", PASSWORD).await.unwrap();
    let code = pool.pool.control().outbox().pop().unwrap().code;
    let signed_in = pool.sign_in().await;
    let spent = signed_in.refresh().to_owned();
    let token = pool.refresh(&spent).await.unwrap().refresh.unwrap();
    let revoked = pool.sign_in().await.refresh.unwrap();
    pool.revoke(&revoked).await.unwrap();
    let before = pool.claims(&signed_in.access).await;
    let ids = (pool.pool.pool_id().to_owned(), pool.client_id().to_owned(), pool.jwks().await);

    let pool = pool.restart();
    assert_eq!(ids, (pool.pool.pool_id().to_owned(), pool.client_id().to_owned(), pool.jwks().await));
    pool.get_user(&signed_in.access).await.unwrap();
    pool.confirm("grace@example.com", &code).await.unwrap();
    pool.advance(60);
    assert_eq!(pool.refresh(&spent).await.unwrap_err().0, "RefreshTokenReuseException");
    assert_eq!(
        outcome(pool.refresh(&revoked).await),
        refusal("NotAuthorizedException", "Refresh Token has been revoked")
    );
    let after = pool.claims(&pool.refresh(&token).await.unwrap().access).await;
    assert_eq!((&after["sub"], &after["auth_time"]), (&before["sub"], &before["auth_time"]));
}

#[tokio::test]
async fn configured_passwords_win_at_a_restart_and_who_is_disabled_stays_so() {
    let pool = TestPool::open();
    let sub = pool.claims(&pool.sign_in().await.access).await["sub"].clone();
    let TestPool { pool, dir, .. } = pool;
    drop(pool);
    let mut config = PoolConfig::new(dir.path());
    config.users = vec![(EMAIL.to_uppercase(), "Another-Password-1".to_owned())];
    let pool = open(config.clone()).unwrap();
    pool.control().user(EMAIL, UserAction::Disable).await.unwrap();
    drop(pool);
    open(config).unwrap();

    let state: Value = serde_json::from_slice(&fs::read(dir.path().join("user-pool/state.json")).unwrap()).unwrap();
    let users = state["users"].as_object().unwrap();
    assert_eq!(users.len(), 1);
    let user = &users[sub.as_str().unwrap()];
    assert_eq!(user["enabled"], false);
    assert!(user["password"]["argon2id"].as_str().unwrap().starts_with("$argon2id$"));
}

#[tokio::test]
async fn the_file_is_private_and_holds_no_token_and_no_password() {
    let pool = TestPool::open();
    let tokens = pool.sign_in().await;
    let folder = pool.dir.path().join("user-pool");
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&folder), mode(&folder.join("state.json"))), (0o700, 0o600));
    let text = fs::read_to_string(folder.join("state.json")).unwrap();
    for secret in [PASSWORD, tokens.refresh(), &tokens.access, &tokens.id] {
        assert!(!text.contains(secret));
    }
}

#[tokio::test]
async fn a_state_of_the_first_version_is_brought_into_todays_form() {
    let pool = TestPool::open();
    let token = pool.sign_in().await.refresh.unwrap();
    let TestPool { pool, dir, .. } = pool;
    drop(pool);
    let file = dir.path().join("user-pool/state.json");
    let mut state: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    state["version"] = 1.into();
    for (_, user) in state["users"].as_object_mut().unwrap() {
        let members = user.as_object_mut().unwrap();
        let kept = ["sub", "email", "email_verified", "enabled", "status", "password", "created_at_ms", "code"];
        members.retain(|name, _| kept.contains(&name.as_str()));
        members["password"] = members["password"]["argon2id"].take();
    }
    fs::write(&file, state.to_string()).unwrap();

    let clock = Arc::new(ManualClock::default());
    let mut config = PoolConfig::new(dir.path());
    config.users = vec![("grace@example.com".to_owned(), PASSWORD.to_owned())];
    let pool = UserPool::open(config, clock, Arc::new(SeededEntropy::new(3))).unwrap();
    let pool = TestPool::around(pool, dir);
    pool.refresh(&token).await.unwrap();
    pool.sign_in().await;
    let state: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    assert_eq!(state["version"], 2);
}

#[test]
fn a_damaged_or_newer_state_is_one_clear_error_and_is_left_alone() {
    for (content, problem) in
        [("{\"version\":1", "is damaged"), ("{}", "is damaged"), ("{\"version\":3}", "newer version")]
    {
        let dir = TempDir::new();
        fs::create_dir_all(dir.path().join("user-pool")).unwrap();
        let file = dir.path().join("user-pool/state.json");
        fs::write(&file, content).unwrap();
        let error = open(PoolConfig::new(dir.path())).unwrap_err();
        assert!(error.contains(problem) && error.contains("state.json") && !error.contains('\n'), "{error}");
        assert_eq!(fs::read_to_string(file).unwrap(), content);
    }
}

#[test]
fn a_directory_that_cannot_be_made_and_a_wrong_configuration_are_refused() {
    let dir = TempDir::new();
    fs::create_dir_all(dir.path()).unwrap();
    fs::write(dir.path().join("file"), "").unwrap();
    assert!(open(PoolConfig::new(dir.path().join("file"))).unwrap_err().contains("cannot use"));
    let mut config = PoolConfig::new(dir.path());
    config.grace = std::time::Duration::from_secs(61);
    assert!(open(config).unwrap_err().contains("grace"));
}

#[tokio::test]
async fn the_demo_users_password_stays_the_same_and_works() {
    let dir = TempDir::new();
    let demo = open(PoolConfig::new(dir.path())).unwrap().demo_user().unwrap().clone();
    assert_eq!(demo, *open(PoolConfig::new(dir.path())).unwrap().demo_user().unwrap());
    let mode = fs::metadata(dir.path().join("user-pool/demo-password")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(!format!("{demo:?}").contains(&demo.password));
    let pool = TestPool::with(|config| config.users = Vec::new());
    let demo = pool.pool.demo_user().unwrap().clone();
    pool.sign_in_as(&demo.email, &demo.password).await.unwrap();
}

#[tokio::test]
async fn ended_sessions_do_not_pile_up() {
    let pool = TestPool::with(|config| {
        config.rotation = true;
        config.refresh_ttl = std::time::Duration::from_secs(60);
    });
    let size = || fs::metadata(pool.dir.path().join("user-pool/state.json")).unwrap().len();
    let token = pool.sign_in().await.refresh.unwrap();
    let one = size();
    pool.refresh(&token).await.unwrap();
    for _ in 0..20 {
        pool.sign_in().await;
    }
    assert!(size() > one);
    pool.advance(60 + 24 * 60 * 60);
    assert_eq!(outcome(pool.refresh(&token).await), refusal("NotAuthorizedException", "Refresh Token has expired"));
    pool.sign_in().await;
    assert_eq!(size(), one);
    assert_eq!(outcome(pool.refresh(&token).await), refusal("NotAuthorizedException", "Invalid Refresh Token."));
}
