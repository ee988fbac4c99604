//! `/login`: the page on which a person signs in. It goes through the same operations as a client of the API does, so that
//! lockouts, second factors and refusals are the same.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::authorize::give_code;
use super::page::{self, Step};
use super::parameters::Parameters;
use super::request::AuthenticationRequest;
use super::{Answer, call, sso};
use crate::error::ApiError;
use crate::ids;
use crate::operations::sign_in::{self, Proved};
use crate::operations::{ForWhom, Request, challenge, client, first_factor};
use crate::pool::Shared;

/// A cookie and a field that hold the same: a page of another site can make the browser send the form, but cannot know
/// what to put into it (login CSRF).
const CSRF_COOKIE: &str = "XSRF-TOKEN";
const CSRF_FIELD: &str = "_csrf";

pub(super) async fn show(State(pool): State<Arc<Shared>>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    call(pool, "Login", move |pool, _| async move {
        let query = query.unwrap_or_default();
        match AuthenticationRequest::read(&pool, &Parameters::parse(query.as_bytes())) {
            Ok(request) => {
                let step = Step::Password { name: request.login_hint.clone().unwrap_or_default() };
                render(&pool, &headers, &query, &request, &step, None, "login")
            }
            Err(answer) => answer,
        }
    })
    .await
}

pub(super) async fn submit(
    State(pool): State<Arc<Shared>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    call(pool, "Login", move |pool, _| async move {
        let query = query.unwrap_or_default();
        let request = match AuthenticationRequest::read(&pool, &Parameters::parse(query.as_bytes())) {
            Ok(request) => request,
            Err(answer) => return answer,
        };
        let form = Parameters::parse(&body);
        let begin = Step::Password { name: form.required("username").unwrap_or_default().to_owned() };
        let known = sso::cookie(&headers, CSRF_COOKIE);
        if known.is_none() || known != form.required(CSRF_FIELD) {
            let said = Some("This page was open for too long. Please try again.");
            return render(&pool, &headers, &query, &request, &begin, said, "access_denied");
        }
        match sign_in(&pool, &form).await {
            Ok(Through::Everything(sub)) => give_code(&pool, &headers, &request, &sub, pool.now_ms()).await,
            Ok(Through::Step(step)) => render(&pool, &headers, &query, &request, &step, None, "login"),
            Err((step, error)) => {
                let said = error.message.as_deref().unwrap_or(error.code);
                render(&pool, &headers, &query, &request, &step.unwrap_or(begin), Some(said), error.code)
            }
        }
    })
    .await
}

/// How far the form has come.
enum Through {
    Everything(String),
    Step(Step),
}

/// Takes the form one step on. Where it goes wrong: the step to try again, if not the first.
async fn sign_in(pool: &Arc<Shared>, form: &Parameters) -> Result<Through, (Option<Step>, ApiError)> {
    let name = form.required("username").unwrap_or_default();
    let body =
        |body: Map<String, Value>| Request { pool: Arc::clone(pool), body, fault: None, for_whom: ForWhom::LoginPage };
    let answer = match (form.required("challenge"), form.required("session")) {
        (Some(challenge), Some(session)) => {
            let step = Step::of(challenge, session, name);
            let Some(step) = step else { return Err((None, ApiError::wrong_state())) };
            let mut responses = Map::new();
            responses.insert("USERNAME".to_owned(), name.into());
            responses.insert(step.response().to_owned(), form.required("answer").unwrap_or_default().into());
            responses.extend(client::own_secret_hash(pool, name).map(|hash| ("SECRET_HASH".to_owned(), hash.into())));
            let members = json!({
                "ChallengeName": challenge, "Session": session, "ClientId": pool.client_id, "ChallengeResponses": responses,
            });
            let members = members.as_object().cloned().unwrap_or_default();
            challenge::respond_to_auth_challenge(body(members)).await.map_err(|error| {
                // A session that is over begins anew; a wrong code can be mended.
                (Some(step).filter(|_| error.code != "NotAuthorizedException"), error)
            })?
        }
        _ => {
            let password = form.required("password").unwrap_or_default();
            let first = async {
                let sub = first_factor::password(pool, name, password).await?;
                sign_in::proceed(&body(Map::new()), &sub, name, Proved::Password).await
            };
            first.await.map_err(|error| (None, error))?
        }
    };
    if let Some(sub) = answer["Sub"].as_str() {
        return Ok(Through::Everything(sub.to_owned()));
    }
    let text = |member: &str| answer[member].as_str().unwrap_or_default();
    let step = Step::of(text("ChallengeName"), text("Session"), name);
    // Choosing a factor and setting one up are not on this page.
    step.map(Through::Step)
        .ok_or_else(|| (None, ApiError::invalid_parameter("This page cannot go on with this sign-in.")))
}

fn render(
    pool: &Shared,
    headers: &HeaderMap,
    query: &str,
    request: &AuthenticationRequest,
    step: &Step,
    said: Option<&str>,
    outcome: &'static str,
) -> Answer {
    let known = sso::cookie(headers, CSRF_COOKIE).filter(|known| known.len() == 36);
    let csrf = known.map_or_else(|| ids::uuid(&*pool.entropy), str::to_owned);
    let status = if said.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let hidden = [(CSRF_FIELD, csrf.as_str())];
    let mut response = page::login(status, query, &request.redirect_uri, step, &hidden, said);
    sso::set_cookie(&mut response, pool, CSRF_COOKIE, &csrf, 60 * 60);
    Answer::new(outcome, response)
}
