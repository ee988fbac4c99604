//! From JSON. What is not of the expected form is `None`.

use std::fmt::{self, Display};

use holdfast::edit::Edit;
use holdfast::receipt::Chain;
use holdfast::sync::{Event, Remote};
use holdfast::wire::{
    Code, Conflict, ConflictBatch, EndReason, LimitKind, Policy, Receipt, SessionStatus, Sides, User,
};
use serde::Deserialize;
use serde::de::{self, IntoDeserializer};

use crate::browser::{Json, Reply};
use crate::islands::start::{Start, StartDocument};

/// The code of a problem.
pub(crate) fn code(reply: &Reply) -> Option<Code> {
    word(&reply.body.get("code"))
}

/// Why the sign-in ended, if the answer says that it did.
pub(crate) fn ended(reply: &Reply) -> Option<EndReason> {
    (reply.status == 401).then(|| {
        let code = reply.body.get("code").text();
        code.and_then(|code| EndReason::parse(&code)).unwrap_or(EndReason::SignedOut)
    })
}

/// A receipt.
pub(crate) fn receipt(json: &Json) -> Option<Receipt> {
    Some(Receipt {
        head: json.get("head").natural()?,
        acked_seq: json.get("acked_seq").natural()?,
        hash: json.get("hash").text()?,
        saved_at: json.get("saved_at").integer()?,
    })
}

/// The last edit in escrow.
pub(crate) fn escrowed(json: &Json) -> Option<u64> {
    json.get("acked_seq").natural()
}

/// What a `409` carries.
pub(crate) fn conflict(json: &Json) -> Option<Conflict> {
    Some(Conflict {
        head: json.get("head").natural()?,
        hash: json.get("hash").text()?,
        acked_seq: json.get("acked_seq").natural()?,
        edits: json.get("edits").list()?.iter().map(edit).collect::<Option<_>>()?,
        batches: json.get("batches").list()?.iter().map(batch).collect::<Option<_>>()?,
        more: json.get("more").truth().unwrap_or_default(),
        sides: sides(&json.get("sides")),
    })
}

fn sides(json: &Json) -> Option<Sides> {
    Some(Sides { yours: json.get("yours").natural()?, draft: json.get("draft").natural()? })
}

pub(super) fn edit(json: &Json) -> Option<Edit> {
    let parts = json.list()?;
    let [at, deleted, inserted] = parts.as_slice() else { return None };
    Some(Edit { at: at.natural()?, deleted: deleted.natural()?, inserted: inserted.text()? })
}

fn batch(json: &Json) -> Option<ConflictBatch> {
    Some(ConflictBatch {
        head: json.get("head").natural()?,
        writer: json.get("writer").text()?,
        len: json.get("len").natural()?,
    })
}

/// A batch of another writer, from the event stream, and which document it belongs to. Without edits it only says where the
/// head is.
pub(crate) fn remote(json: &Json) -> Option<(String, Event)> {
    let head = json.get("head").natural()?;
    let event = match json.get("edits").list() {
        Some(edits) => Event::Remote(Remote {
            writer: json.get("writer").text()?,
            base_head: json.get("base_head").natural()?,
            head,
            hash: Chain::parse(&json.get("hash").text()?)?,
            edits: edits.iter().map(edit).collect::<Option<_>>()?,
        }),
        None => Event::Behind { head },
    };
    Some((json.get("document").text()?, event))
}

/// Which document has which title from now on; nothing where it is not its title that has changed.
pub(crate) fn renamed(json: &Json) -> Option<(String, String)> {
    Some((json.get("document").text()?, json.get("title").text()?))
}

/// What is left of the sign-in.
pub(crate) fn session_status(json: &Json) -> Option<SessionStatus> {
    let ms = |key| json.get(key).integer();
    let user = json.get("user");
    Some(SessionStatus {
        user: User { sub: user.get("sub").text()?, email: user.get("email").text()? },
        sign_in_by_ms: ms("sign_in_by_ms")?,
        sign_in_by_kind: word::<LimitKind>(&json.get("sign_in_by_kind"))?,
        access_ms: ms("access_ms")?,
        refresh_ms: ms("refresh_ms")?,
        signed_in_ms_ago: ms("signed_in_ms_ago")?,
        policy: word::<Policy>(&json.get("policy"))?,
        notice_ms: ms("notice_ms")?,
        warning_ms: ms("warning_ms")?,
        asks_first: json.get("asks_first").truth()?,
        provider_unavailable: json.get("provider_unavailable").truth()?,
        sso_ms: ms("sso_ms"),
    })
}

/// Whether a sign-in goes on with a further step.
pub(crate) fn asks_further(json: &Json) -> bool {
    json.get("challenge").text().is_some()
}

/// A version's number.
pub(crate) fn version(json: &Json) -> Option<u64> {
    json.get("n").natural()
}

/// What the page began with.
pub(crate) fn start(json: &Json) -> Option<Start> {
    let document = json.get("document");
    Some(Start {
        status: session_status(&json.get("status"))?,
        document: document.get("id").text().and_then(|id| {
            Some(StartDocument { id, head: document.get("head").natural()?, hash: document.get("hash").text()? })
        }),
        choices: json.get("choices").truth().unwrap_or(false),
    })
}

/// One of a closed set of words.
fn word<T: for<'de> Deserialize<'de>>(json: &Json) -> Option<T> {
    let text = json.text()?;
    T::deserialize(IntoDeserializer::<OtherWord>::into_deserializer(text.as_str())).ok()
}

/// It is none of them. Nobody is told which it was: serde's own errors bring along what formats them.
#[derive(Debug)]
struct OtherWord;

impl de::Error for OtherWord {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }
}

impl Display for OtherWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("another word")
    }
}

impl std::error::Error for OtherWord {}
