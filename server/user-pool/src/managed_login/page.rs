//! The pages of managed login: plain HTML, no scripts, in no frame (Cognito sends `X-Frame-Options: DENY`, too).

use std::fmt::Write as _;

use aws_lc_rs::digest;
use axum::http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS};
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::response::{Html, IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::step::{Asked, Field, Step};
use crate::state::Mfa;

const STYLE: &str = include_str!("page.css");

const CODE: &str = r#"type="text" inputmode="numeric" autocomplete="one-time-code""#;

pub(super) fn login(
    status: StatusCode,
    query: &str,
    redirect_uri: &str,
    step: &Step,
    hidden: &[(&str, &str)],
    said: Option<&str>,
) -> Response {
    let mut form = String::new();
    if let Some(said) = said {
        let _infallible = write!(form, r#"<p class="said" id="said" role="alert">{}</p>"#, escaped(said));
    }
    let described = if said.is_some() { r#" aria-describedby="said""# } else { "" };
    let mut hide = |name: &str, value: &str| {
        let _infallible = write!(form, r#"<input type="hidden" name="{name}" value="{}">"#, escaped(value));
    };
    hidden.iter().for_each(|(name, value)| hide(name, value));
    match step {
        Step::Password { name } => {
            let (name_focus, password_focus) = if name.is_empty() { (" autofocus", "") } else { ("", " autofocus") };
            let _infallible = write!(
                form,
                r#"<label for="username">Email</label><input id="username" name="username" type="text" inputmode="email" autocomplete="username" autocapitalize="none" spellcheck="false" required value="{}"{name_focus}{described}><label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" required{password_focus}{described}>"#,
                escaped(name)
            );
        }
        Step::Challenge(asked) => {
            hide("username", &asked.name);
            hide("session", &asked.session);
            hide("challenge", asked.challenge);
            form.push_str(&fields(asked, described));
        }
    }
    let body = format!(
        r#"<h1>Sign in</h1><p>This is the embedded user pool's managed login, for development and tests.</p><form method="post" action="/login?{}">{form}<button type="submit">Sign in</button></form>"#,
        escaped(query)
    );
    page(status, "Sign in", &body, origin(redirect_uri).as_deref())
}

/// What answers a challenge.
fn fields(asked: &Asked, described: &str) -> String {
    let mut fields = String::new();
    let input = |label: &str, kind: &str| {
        format!(
            r#"<label for="answer">{label}</label><input id="answer" name="answer" {kind} required autofocus{described}>"#
        )
    };
    match &asked.field {
        Field::NewPassword => {
            fields.push_str(&input("New password", r#"type="password" autocomplete="new-password""#));
        }
        Field::Code(label) => {
            if let Some(secret) = &asked.secret {
                let _infallible = write!(
                    fields,
                    r#"<p>Add this account to an authenticator app. Its key is <code>{}</code>.</p>"#,
                    escaped(secret)
                );
            }
            fields.push_str(&input(label, CODE));
        }
        Field::Choice(offered) => {
            let _infallible = write!(fields, "<fieldset{described}><legend>How do you want to go on?</legend>");
            for mfa in offered {
                let (value, label) = (mfa.name(), choice(*mfa));
                let _infallible = write!(
                    fields,
                    r#"<label><input type="radio" name="answer" value="{value}" required> {label}</label>"#
                );
            }
            fields.push_str("</fieldset>");
        }
    }
    for name in &asked.attributes {
        let name = escaped(name);
        let _infallible = write!(
            fields,
            r#"<label for="a-{name}">{name}</label><input id="a-{name}" name="userAttributes.{name}" type="text" required>"#
        );
    }
    fields
}

fn choice(mfa: Mfa) -> &'static str {
    match mfa {
        Mfa::Sms => "A code by text message",
        Mfa::Email => "A code by e-mail",
        Mfa::SoftwareToken => "My authenticator app",
    }
}

/// A page that ends here: there is nowhere to send the browser that the app client has registered.
pub(super) fn refusal(status: StatusCode, error: &str) -> Response {
    let body = format!(
        "<h1>This sign-in cannot begin</h1><p>The app that sent you here asked wrongly: <code>{error}</code>.</p>"
    );
    page(status, "Managed login", &body, None)
}

/// `form_action`: where the form may lead beside the pool itself. Browsers hold a policy against redirects, too.
fn page(status: StatusCode, title: &str, body: &str, form_action: Option<&str>) -> Response {
    let html = format!(
        r#"<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>{title}</title><style>{STYLE}</style></head><body><main>{body}</main></body></html>"#
    );
    let style = STANDARD.encode(digest::digest(&digest::SHA256, STYLE.as_bytes()).as_ref());
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; form-action 'self' {}; frame-ancestors 'none'; base-uri 'none'",
        form_action.unwrap_or_default()
    );
    let mut response = (status, Html(html)).into_response();
    let headers = response.headers_mut();
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

fn origin(url: &str) -> Option<String> {
    let uri: Uri = url.parse().ok()?;
    Some(format!("{}://{}", uri.scheme_str()?, uri.authority()?))
}

/// For text and for attributes in double quotes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
