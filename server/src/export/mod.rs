//! Everything a writer has, to take away: one zip with a Markdown file for each document outside the trash. Imported again,
//! the files give the same titles and texts.
//!
//! It is made while it is sent, one document at a time, so that it never takes more memory than the largest of them.

mod names;

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, Bytes};
use futures_util::stream;
use holdfast::wire::DocumentSummary;
use time::OffsetDateTime;
use zip::ZipWriter;
use zip::write::{SimpleFileOptions, StreamWriter};

use self::names::Names;
use crate::documents::{DocumentId, Documents, Owner};
use crate::drafts::Drafts;
use crate::markdown::titled;
use crate::storage::StorageError;

/// The name of the file that one document becomes.
pub(crate) fn file_name(title: &str) -> String {
    Names::default().of(title)
}

/// Why an export breaks off. Who receives it sees that it is not complete: a zip's table of contents comes last.
#[derive(Debug, thiserror::Error)]
enum ExportError {
    #[error("a document could not be read")]
    Storage(#[from] StorageError),
    #[error("a document could not be packed")]
    Zip(#[from] zip::result::ZipError),
    #[error("packing a document panicked")]
    Panicked,
}

/// The owner's documents as the body of a response.
///
/// # Errors
/// Where they cannot be listed. What goes wrong later breaks the body off.
pub(crate) async fn body(documents: &Documents, drafts: Drafts, owner: Owner) -> Result<Body, StorageError> {
    let queue = documents.list(&owner).await?.into();
    let sink = Sink::default();
    let zip = Some(ZipWriter::new_stream(sink.clone()));
    let export = Export { queue, names: Names::default(), drafts, owner, zip, sink };
    let pieces = stream::try_unfold(export, |export| async move {
        export.next().await.inspect_err(|error| {
            tracing::error!(error = error as &dyn std::error::Error, "an export broke off");
        })
    });
    Ok(Body::from_stream(pieces))
}

struct Export {
    queue: VecDeque<DocumentSummary>,
    names: Names,
    drafts: Drafts,
    owner: Owner,
    /// `None` once it is finished.
    zip: Option<ZipWriter<StreamWriter<Sink>>>,
    sink: Sink,
}

impl Export {
    /// The next piece of the file.
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, ExportError> {
        while let Some(zip) = self.zip.take() {
            match self.queue.pop_front() {
                Some(document) => self.zip = Some(self.add(zip, &document).await?),
                None => drop(zip.finish()?),
            }
            let piece = self.sink.take();
            if !piece.is_empty() {
                return Ok(Some((Bytes::from(piece), self)));
            }
        }
        Ok(None)
    }

    /// A document that has gone since the list was made is left out.
    async fn add(
        &mut self,
        mut zip: ZipWriter<StreamWriter<Sink>>,
        document: &DocumentSummary,
    ) -> Result<ZipWriter<StreamWriter<Sink>>, ExportError> {
        let Some(id) = DocumentId::parse(&document.id) else { return Ok(zip) };
        let Some(draft) = self.drafts.read(&self.owner, &id).await? else { return Ok(zip) };
        let name = self.names.of(&document.title);
        let options = SimpleFileOptions::default().last_modified_time(changed(document.updated_at));
        let title = document.title.clone();
        let packed = tokio::task::spawn_blocking(move || {
            let file = titled::write(name.trim_end_matches(".md"), &title, &draft.text);
            zip.start_file(&name, options)?;
            zip.write_all(file.as_bytes())?;
            Ok(zip)
        });
        packed.await.map_err(|_| ExportError::Panicked)?.map_err(ExportError::Zip)
    }
}

/// A moment as a zip has it, which knows no zones, in UTC: between 1980 and 2107, at even seconds.
fn changed(at_ms: i64) -> zip::DateTime {
    let Ok(at) = OffsetDateTime::from_unix_timestamp(at_ms.div_euclid(1000)) else { return zip::DateTime::default() };
    let year = u16::try_from(at.year()).unwrap_or_default();
    zip::DateTime::from_date_and_time(year, at.month().into(), at.day(), at.hour(), at.minute(), at.second())
        .unwrap_or_default()
}

/// Where the zip is written to, and taken from piece by piece.
#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Sink {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
