//! Managed login, as far as it is this crate's alone. There and back through a pool's own pages:
//! `server/tests/it/managed_login.rs`.

use holdfast::wire::Code;
use holdfast_session::layer::LoginCookies;
use holdfast_session::managed_login::{ManagedLogin, ManagedLoginConfig};

use crate::support::{App, CLIENT, HOUR, ISSUER};

const DOMAIN: &str = "http://localhost:9";

fn app() -> App {
    let login = ManagedLoginConfig {
        domain: DOMAIN.to_owned(),
        client_id: CLIENT.to_owned(),
        client_secrets: Vec::new(),
        redirect_uri: "http://localhost:3000/sign-in/callback".to_owned(),
        logout_uri: "http://localhost:3000/".to_owned(),
        issuers: vec![ISSUER.to_owned()],
        sso_ms: HOUR,
    };
    App::with(|config| config.managed_login = Some(ManagedLogin::new(login).expect("no certificates over http")))
}

/// What the app has kept travels in a cookie, which browsers cut off at 4096 bytes.
#[tokio::test]
async fn what_the_app_wants_kept_has_an_end() {
    let app = app();
    let begin = |bytes: usize| app.sessions.begin_managed_login(&LoginCookies::default(), &"x".repeat(bytes), false);
    assert!(begin(512).is_ok_and(|url| url.starts_with(&format!("{DOMAIN}/oauth2/authorize?"))));
    assert_eq!(begin(513), Err(Code::Invalid));
}

#[tokio::test]
async fn without_managed_login_nothing_begins() {
    let began = App::new().sessions.begin_managed_login(&LoginCookies::default(), "", false);
    assert_eq!(began, Err(Code::NotFound));
}
