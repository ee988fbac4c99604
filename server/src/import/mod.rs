//! Files become documents: as many as are sent, one after the other as they arrive. Each is judged by itself, and what is
//! wrong with one stops none of the others. Never more than one file and one group of texts is held in memory.

mod text;

use axum::body::Bytes;
use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError};
use holdfast::wire::{Code, CreateDocument, ImportRefusal, Imported, ImportedFile, MAX_DOCUMENT_BYTES};

use crate::documents::{Documents, LONGEST_TITLE, Owner};
use crate::markdown::titled;

/// The body of an import: files of any size up to this are refused one by one, what is behind it is not read.
pub(crate) const IMPORT_BODY: usize = 128 * 1024 * 1024;

/// More files than this are only counted.
const MOST_FILES: usize = 10_000;

/// How much is handed to the writer at once: others' saves wait for no more than that.
const GROUP_FILES: usize = 32;
const GROUP_BYTES: usize = 1024 * 1024;

/// What is accepted, by the end of its name.
const KINDS: [&str; 4] = ["md", "markdown", "txt", "text"];

/// Takes in the files of a form.
///
/// # Errors
/// Where the body cannot be read before the first file is whole, or nothing could be saved. Later, what was there until then is reported.
pub(crate) async fn import(documents: &Documents, owner: &Owner, mut form: Multipart) -> Result<Imported, Code> {
    let mut import = Import { documents, owner, report: Imported::default(), group: Vec::new(), bytes: 0 };
    let broken = loop {
        match form.next_field().await {
            Ok(Some(field)) => {
                if let Err(error) = import.take(field).await {
                    break Some(error);
                }
            }
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    import.create().await;
    let is_unsaved = |file: &ImportedFile| file.refused == Some(ImportRefusal::CannotSave);
    if import.report.files.iter().any(is_unsaved) && import.report.files.iter().all(|file| file.document.is_none()) {
        return Err(Code::CannotSave);
    }
    match broken.map(|error| error.status().as_u16()) {
        None => {}
        Some(status) if import.report.files.is_empty() => return Err(unreadable(status)),
        Some(status) => import.report.broke_off = Some(unreadable(status)),
    }
    Ok(import.report)
}

fn unreadable(status: u16) -> Code {
    match status {
        413 => Code::TooLarge,
        408 => Code::TimedOut,
        _ => Code::Malformed,
    }
}

struct Import<'a> {
    documents: &'a Documents,
    owner: &'a Owner,
    report: Imported,
    /// Which file of the report it is, and what becomes of it.
    group: Vec<(usize, CreateDocument)>,
    bytes: usize,
}

impl Import<'_> {
    async fn take(&mut self, mut field: Field<'_>) -> Result<(), MultipartError> {
        // A field without a file's name is no file; a browser sends an empty one where nothing was chosen.
        let Some(name) = field.file_name().map(base).filter(|name| !name.is_empty()) else { return Ok(()) };
        if MOST_FILES <= self.report.files.len() {
            self.report.left_out += 1;
            return Ok(());
        }
        let text =
            if is_accepted(&name) { read(&mut field).await?.and_then(text::decode) } else { Err(ImportRefusal::Kind) };
        let read = text.map(|text| titled::read(&stem(&name), text));
        let refused = read.as_ref().err().copied();
        self.report.files.push(ImportedFile { name, document: None, refused });
        if let Ok((title, text)) = read {
            let title = title.chars().filter(|c| !c.is_control()).take(LONGEST_TITLE).collect();
            self.bytes += text.len();
            self.group.push((self.report.files.len() - 1, CreateDocument { title, text }));
            if GROUP_FILES <= self.group.len() || GROUP_BYTES <= self.bytes {
                self.create().await;
            }
        }
        Ok(())
    }

    /// Makes documents of the files that wait for it.
    async fn create(&mut self) {
        self.bytes = 0;
        let (places, new): (Vec<usize>, Vec<CreateDocument>) = std::mem::take(&mut self.group).into_iter().unzip();
        if new.is_empty() {
            return;
        }
        let made = self.documents.create_all(self.owner.clone(), new).await.inspect_err(|error| {
            tracing::error!(error = error as &dyn std::error::Error, "files were not imported");
        });
        let mut made = made.unwrap_or_default().into_iter();
        for place in places {
            let Some(file) = self.report.files.get_mut(place) else { continue };
            match made.next() {
                Some(id) => file.document = Some(id.to_string()),
                None => file.refused = Some(ImportRefusal::CannotSave),
            }
        }
    }
}

/// The whole file, where it is not too large. What is too large is read to its end and forgotten: the next file is behind it.
async fn read(field: &mut Field<'_>) -> Result<Result<Vec<u8>, ImportRefusal>, MultipartError> {
    let mut bytes = Vec::new();
    let mut fits = true;
    while let Some(piece) = field.chunk().await? {
        let piece: Bytes = piece;
        fits &= bytes.len() + piece.len() <= MAX_DOCUMENT_BYTES;
        if fits {
            bytes.extend_from_slice(&piece);
        } else {
            bytes = Vec::new();
        }
    }
    Ok(if fits { Ok(bytes) } else { Err(ImportRefusal::TooLarge) })
}

/// A name without the folders that some browsers send along.
fn base(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    name.chars().filter(|c| !c.is_control()).take(LONGEST_TITLE).collect()
}

fn is_accepted(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, kind)| KINDS.contains(&&*kind.to_ascii_lowercase()))
}

/// A name without its end: the document is called so, where the text says nothing else.
fn stem(name: &str) -> String {
    name.rsplit_once('.').map_or(name, |(title, _)| title).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_nowhere_and_its_end_says_what_it_is() {
        for (sent, name, accepted) in [
            ("Letter.md", "Letter.md", true),
            ("../../etc/passwd", "passwd", false),
            ("C:\\texts\\Über.TXT", "Über.TXT", true),
            ("photo.md.zip", "photo.md.zip", false),
            ("a\u{0}b\n.md", "ab.md", true),
            (".md", ".md", true),
            ("md", "md", false),
        ] {
            assert_eq!((base(sent).as_str(), is_accepted(&base(sent))), (name, accepted), "{sent:?}");
        }
        assert_eq!(stem("Letter.to.Bob.md"), "Letter.to.Bob");
        assert_eq!(stem(".md"), "");
    }
}
