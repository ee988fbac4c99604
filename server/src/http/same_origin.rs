//! Every request that changes something must come from this very origin. Not the same *site*: a sibling subdomain is a
//! stranger. The browser's own word is believed (`Sec-Fetch-Site`, which no script can set), else the `Origin` must
//! match, else the request is refused: a program states its `Origin`.
//! <https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html>

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use holdfast::wire::Code;

use super::AppState;
use super::api::is_for_programs;
use holdfast_session::bearer::brings_token;
use holdfast_session::device::is_browsers_own;
use holdfast_session::routes::ProblemResponse;

/// The middleware.
pub(crate) async fn require(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let path = request.uri().path();
    let is_program = is_for_programs(path) && brings_token(request.headers());
    let headers = request.headers();
    if safe
        || is_program
        || is_browsers_own(path, headers)
        || is_same_origin(headers, &state.origin, path.starts_with("/__control/"))
    {
        return next.run(request).await;
    }
    ProblemResponse::from(Code::CrossOrigin).into_response()
}

/// `silent_is_ours`: `/__control` is for scripts on this machine, which send neither header; browsers always send one.
fn is_same_origin(headers: &HeaderMap, origin: &str, silent_is_ours: bool) -> bool {
    let values = |name: &str| headers.get_all(name).iter().collect::<Vec<_>>();
    match values("sec-fetch-site").as_slice() {
        [] => match values(header::ORIGIN.as_str()).as_slice() {
            [] => silent_is_ours,
            [only] => only.as_bytes().eq_ignore_ascii_case(origin.as_bytes()),
            _ => false,
        },
        [only] => only.as_bytes() == b"same-origin",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = "https://write.example.com";

    fn allowed(pairs: &[(&'static str, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().expect("a header value"));
        }
        is_same_origin(&headers, OURS, false)
    }

    #[test]
    fn only_this_very_origin_may_change_anything() {
        assert!(allowed(&[("sec-fetch-site", "same-origin")]));
        assert!(allowed(&[("origin", OURS)]));
        for site in ["cross-site", "same-site", "none", "", "SAME-ORIGIN"] {
            assert!(!allowed(&[("sec-fetch-site", site)]), "{site}");
            assert!(!allowed(&[("sec-fetch-site", site), ("origin", OURS)]), "{site} beside our origin");
        }
        for origin in ["null", "https://evil.example", "https://sub.write.example.com", "http://write.example.com"] {
            assert!(!allowed(&[("origin", origin)]), "{origin}");
        }
        assert!(!allowed(&[]), "a request that says nothing");
        assert!(!allowed(&[("origin", OURS), ("origin", "https://evil.example")]), "two origins");
        assert!(!allowed(&[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")]), "two sites");
    }

    #[test]
    fn the_control_routes_take_a_script_but_no_strange_page() {
        let mut headers = HeaderMap::new();
        assert!(is_same_origin(&headers, OURS, true));
        headers.insert("sec-fetch-site", "cross-site".parse().expect("a header value"));
        assert!(!is_same_origin(&headers, OURS, true));
    }
}
