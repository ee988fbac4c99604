//! Files on their way in and out, for pages and programs alike.

use axum::extract::Multipart;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use holdfast::wire::{Code, Imported};
use holdfast_session::routes::ProblemResponse;

use super::AppState;
use crate::documents::{DocumentId, Owner};
use crate::export::file_name;
use crate::import;

/// How many imports are worked on at the same time; more wait. Each may hold a file of the largest size.
pub(super) const MOST_IMPORTS: usize = 4;

/// Takes in the files of a form.
pub(super) async fn import(state: &AppState, owner: &Owner, form: Multipart) -> Result<Imported, Code> {
    let _place = state.imports.acquire().await.map_err(|_closed| Code::Unavailable)?;
    let imported = import::import(&state.documents, owner, form).await?;
    for file in &imported.files {
        state.metrics.imported_file(file.refused.map_or("document", holdfast::wire::ImportRefusal::as_str));
    }
    state.search.read_the_rest(owner.clone());
    Ok(imported)
}

/// A document as a Markdown file: what was written, byte by byte.
pub(super) async fn export(state: &AppState, owner: &Owner, id: &DocumentId) -> Result<Response, ProblemResponse> {
    let document = state.documents.find(owner, id).await?.ok_or(Code::NotFound)?;
    let (_head, text) = state.drafts.text(owner, id).await?.ok_or(Code::NotFound)?;
    let disposition = HeaderValue::try_from(attachment(&file_name(&document.title))).map_err(|_| Code::Internal)?;
    let markdown = HeaderValue::from_static("text/markdown; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, markdown), (header::CONTENT_DISPOSITION, disposition)], text).into_response())
}

/// A file's name for every browser: in ASCII for the oldest, and as it is (RFC 6266, section 5, and RFC 8187).
fn attachment(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '_' }).collect();
    let plain = plain.replace(['"', '\\', '%'], "_");
    let whole = name.bytes().fold(String::new(), |mut whole, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            whole.push(char::from(byte));
        } else {
            whole.push_str(&format!("%{byte:02X}"));
        }
        whole
    });
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_told_to_old_and_new_browsers() {
        assert_eq!(
            attachment("Über \"uns\".md"),
            "attachment; filename=\"_ber _uns_.md\"; filename*=UTF-8''%C3%9Cber%20%22uns%22.md"
        );
    }
}
