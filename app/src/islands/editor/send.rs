//! One batch over HTTP, and what its answer means to the machine.

use holdfast::sync::Answer;
use holdfast::wire::{Code, EXPECTED_USER, PatchDraft, UNATTENDED};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Document;
use crate::browser::{Ask, Reply, fetch};
use crate::islands::watch::{code, ended};

/// Browsers keep at most 64 KiB in flight for pages that are gone; headers count, too.
const KEEPALIVE_BYTES: usize = 60 * 1024;

/// How a batch is sent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manner {
    /// Nobody is at the keyboard.
    pub(super) unattended: bool,
    /// The page may be about to go.
    pub(super) leaving: bool,
}

/// What a `202` says.
#[derive(Deserialize)]
struct Escrowed {
    acked_seq: u64,
}

/// Sends `batch`.
pub(super) async fn send(document: &Document, batch: &PatchDraft, manner: Manner) -> Answer {
    let Ok(body) = serde_json::to_string(batch) else { return Answer::Failed };
    let headers = [(EXPECTED_USER, document.sub.as_str()), (UNATTENDED, "1")];
    let ask = Ask {
        method: "PATCH",
        path: &document.path("/draft"),
        headers: if manner.unattended { &headers } else { &headers[..1] },
        keepalive: manner.leaving && body.len() < KEEPALIVE_BYTES,
        body: Some(&body),
    };
    fetch(&ask).await.map_or(Answer::Failed, |reply| answer(&reply))
}

fn answer(reply: &Reply) -> Answer {
    let ms = reply.retry_after_ms;
    match reply.status {
        200 => body(reply).map_or(Answer::Failed, Answer::Receipt),
        202 => body(reply).map_or(Answer::Failed, |Escrowed { acked_seq }| Answer::Escrowed { acked_seq }),
        401 => ended(reply).map_or(Answer::Failed, Answer::SessionEnded),
        403 if code(reply) == Some(Code::OtherUser) => Answer::OtherUser,
        404 => Answer::NotFound,
        409 => body(reply).map_or(Answer::Failed, Answer::Conflict),
        503 if code(reply) == Some(Code::CannotSave) => Answer::CannotSave { ms },
        408 => Answer::Failed,
        429 | 503 => Answer::RetryAfter { ms },
        400..500 => Answer::Rejected(code(reply).unwrap_or(Code::Invalid)),
        _ => Answer::Failed,
    }
}

fn body<T: DeserializeOwned>(reply: &Reply) -> Option<T> {
    serde_json::from_str(&reply.body).ok()
}

#[cfg(test)]
mod tests {
    use holdfast::wire::{EndReason, Problem};

    use super::*;

    fn reply(status: u16, body: &str) -> Reply {
        Reply { status, retry_after_ms: Some(2_000), body: body.to_owned() }
    }

    fn problem(code: Code) -> Reply {
        reply(code.status(), &serde_json::to_string(&Problem::from(code)).expect("serializable"))
    }

    #[test]
    fn every_answer_means_one_thing() {
        assert_eq!(answer(&problem(Code::Idle)), Answer::SessionEnded(EndReason::Idle));
        assert_eq!(answer(&problem(Code::OtherUser)), Answer::OtherUser);
        assert_eq!(answer(&problem(Code::CrossOrigin)), Answer::Rejected(Code::CrossOrigin));
        assert_eq!(answer(&problem(Code::NotFound)), Answer::NotFound);
        assert_eq!(answer(&problem(Code::TooLarge)), Answer::Rejected(Code::TooLarge));
        assert_eq!(answer(&problem(Code::SeqGap)), Answer::Rejected(Code::SeqGap));
        assert_eq!(answer(&problem(Code::CannotSave)), Answer::CannotSave { ms: Some(2_000) });
        assert_eq!(answer(&problem(Code::Unavailable)), Answer::RetryAfter { ms: Some(2_000) });
        assert_eq!(answer(&problem(Code::Internal)), Answer::Failed);
        assert_eq!(answer(&reply(202, r#"{"acked_seq":7}"#)), Answer::Escrowed { acked_seq: 7 });
    }

    #[test]
    fn what_cannot_be_read_is_no_answer() {
        for status in [200, 202, 409, 500, 502] {
            assert_eq!(answer(&reply(status, "<html>")), Answer::Failed);
        }
        assert_eq!(answer(&reply(401, "<html>")), Answer::SessionEnded(EndReason::SignedOut));
    }
}
