//! Client authentication at the token and the revocation endpoint: `client_secret_basic` or `client_secret_post` where the
//! app client has a secret, its id alone where it has none (RFC 6749, 2.3.1 and 3.2.1).

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::parameters::Parameters;
use crate::operations::client;
use crate::pool::Shared;

/// The request does not come from the app client, or comes without its proof.
pub(super) struct InvalidClient;

pub(super) fn authenticate(pool: &Shared, headers: &HeaderMap, form: &Parameters) -> Result<(), InvalidClient> {
    let basic = basic(headers)?;
    // "The client MUST NOT use more than one authentication method in each request" (RFC 6749, 2.3).
    if basic.is_some() && form.get("client_secret") != Ok(None) {
        return Err(InvalidClient);
    }
    let posted = (form.required("client_id").map(str::to_owned), form.required("client_secret").map(str::to_owned));
    let (id, secret) = basic.map_or(posted, |(id, secret)| (Some(id), Some(secret)));
    if id.as_deref() != Some(&pool.client_id) || form.get("client_id").is_err() {
        return Err(InvalidClient);
    }
    client::secret(pool, secret.as_deref()).map_err(|_| InvalidClient)
}

/// Id and secret in `Authorization: Basic`, each form-encoded before they were joined.
fn basic(headers: &HeaderMap) -> Result<Option<(String, String)>, InvalidClient> {
    let Some(header) = headers.get(AUTHORIZATION) else { return Ok(None) };
    let encoded = header.to_str().ok().and_then(|header| header.strip_prefix("Basic ")).ok_or(InvalidClient)?;
    let decoded = STANDARD.decode(encoded.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let decoded = decoded.ok_or(InvalidClient)?;
    let (id, secret) = decoded.split_once(':').ok_or(InvalidClient)?;
    let plain = |text: &str| form_urlencoded::parse(text.as_bytes()).next().map(|(key, _)| key.into_owned());
    Ok(Some((plain(id).unwrap_or_default(), plain(secret).unwrap_or_default())))
}
