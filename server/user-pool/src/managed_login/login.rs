//! `/login`: the page on which a person signs in. It goes through the same operations as a client of the API does, so that
//! lockouts, second factors and refusals are the same.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::authorize::give_code;
use super::page;
use super::parameters::Parameters;
use super::request::AuthenticationRequest;
use super::step::{Asked, Step};
use super::{Answer, call, sso};
use crate::error::ApiError;
use crate::ids;
use crate::operations::sign_in::{self, Proved};
use crate::operations::{ForWhom, Request, challenge, client, first_factor, software_token};
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
    let answer = match (form.required("challenge"), form.required("session")) {
        (Some(challenge), Some(session)) => {
            let Some(Step::Challenge(asked)) = Step::of(pool, session, name) else {
                let over = pool.challenges.look(session, pool.now_ms()).err();
                return Err((None, over.unwrap_or_else(ApiError::wrong_state)));
            };
            if asked.challenge != challenge {
                return Err((None, ApiError::wrong_state()));
            }
            let answered = answered(pool, form, &asked).await;
            // What was mistyped can be mended while the session is good.
            answered.map_err(|error| (Step::of(pool, session, name), error))?
        }
        _ => {
            let password = form.required("password").unwrap_or_default();
            let first = async {
                let sub = first_factor::password(pool, name, password).await?;
                sign_in::proceed(&request(pool, &json!({})), &sub, name, Proved::Password).await
            };
            first.await.map_err(|error| (None, error))?
        }
    };
    if let Some(sub) = answer["Sub"].as_str() {
        return Ok(Through::Everything(sub.to_owned()));
    }
    let mut session = answer["Session"].as_str().unwrap_or_default().to_owned();
    if answer["ChallengeName"] == "MFA_SETUP" {
        let begun = software_token::associate_software_token(request(pool, &json!({ "Session": session }))).await;
        let begun = begun.map_err(|error| (None, error))?;
        begun["Session"].as_str().unwrap_or_default().clone_into(&mut session);
    }
    let step = Step::of(pool, &session, name);
    step.map(Through::Step)
        .ok_or_else(|| (None, ApiError::invalid_parameter("This page cannot go on with this sign-in.")))
}

/// The answer to a challenge, as a client of the API would give it.
async fn answered(pool: &Arc<Shared>, form: &Parameters, asked: &Asked) -> Result<Value, ApiError> {
    let answer = form.required("answer").unwrap_or_default();
    let mut session = asked.session.clone();
    let mut responses = Map::from_iter([("USERNAME".to_owned(), Value::from(asked.name.as_str()))]);
    if asked.challenge == "MFA_SETUP" {
        let proof = json!({ "Session": session, "UserCode": answer });
        let proved = software_token::verify_software_token(request(pool, &proof)).await?;
        proved["Session"].as_str().unwrap_or_default().clone_into(&mut session);
    } else {
        responses.insert(asked.response.to_owned(), answer.into());
    }
    for name in &asked.attributes {
        let field = format!("userAttributes.{name}");
        let value = form.required(&field).unwrap_or_default().into();
        responses.insert(field, value);
    }
    responses.extend(client::own_secret_hash(pool, &asked.name).map(|hash| ("SECRET_HASH".to_owned(), hash.into())));
    let members = json!({
        "ChallengeName": asked.challenge, "Session": session, "ClientId": pool.client_id, "ChallengeResponses": responses,
    });
    challenge::respond_to_auth_challenge(request(pool, &members)).await
}

fn request(pool: &Arc<Shared>, members: &Value) -> Request {
    let body = members.as_object().cloned().unwrap_or_default();
    Request { pool: Arc::clone(pool), body, fault: None, for_whom: ForWhom::LoginPage }
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
