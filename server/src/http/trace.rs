//! One line per request: method, route, status, duration, and an id that goes back in `x-request-id`. Never a query, a
//! body, a cookie or an e-mail address.

use axum::extract::{MatchedPath, Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;

use super::AppState;

/// The middleware.
pub(crate) async fn trace(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let id = state.entropy.id();
    let span = tracing::info_span!("request", request.id = %id);
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let began = state.clock.now();
    async move {
        let mut response = next.run(request).await;
        let milliseconds = (state.clock.now() - began).whole_milliseconds();
        tracing::debug!(
            http.method = %method,
            http.route = route.as_deref().unwrap_or("none"),
            http.status = response.status().as_u16(),
            milliseconds,
            "answered"
        );
        if let Ok(id) = HeaderValue::try_from(id) {
            response.headers_mut().insert("x-request-id", id);
        }
        response
    }
    .instrument(span)
    .await
}
