//! One batch over HTTP, and what its answer means to the machine.

use holdfast::receipt::Chain;
use holdfast::sync::Answer;
use holdfast::wire::{Code, Conflict, EXPECTED_USER, PatchDraft, Sides, UNATTENDED};

use super::Document;
use crate::api;
use crate::browser::{Ask, Reply, fetch};

/// Sends `batch`; `unattended` says that nobody is at the keyboard.
pub(crate) async fn send(document: &Document, batch: &PatchDraft, unattended: bool) -> Answer {
    let body = api::patch_draft(batch);
    let headers = [(EXPECTED_USER, document.sub.as_str()), (UNATTENDED, "1")];
    let ask = Ask {
        method: "PATCH",
        path: &document.path("/draft"),
        headers: if unattended { &headers } else { &headers[..1] },
        body: Some(&body),
        keepalive: true,
    };
    match fetch(&ask).await.map_or(Answer::Failed, |reply| answer(&reply)) {
        Answer::Conflict(first) => whole(document, first, &batch.writer).await.map_or(Answer::Failed, Answer::Conflict),
        answer => answer,
    }
}

/// A long history is told in parts: asks for those after the first. `None` where one does not come.
async fn whole(document: &Document, mut told: Conflict, writer: &str) -> Option<Conflict> {
    while told.more {
        let next = part(document, told.head, writer).await?;
        if next.head <= told.head {
            return None;
        }
        told.append(next);
    }
    Some(told)
}

/// What `writer` lacks after the head `since`. No person asks for it.
pub(super) async fn since(document: &Document, since: u64, writer: &str) -> Option<Conflict> {
    whole(document, part(document, since, writer).await?, writer).await
}

async fn part(document: &Document, since: u64, writer: &str) -> Option<Conflict> {
    let path = document.path(&["/edits?since=", &since.to_string(), "&writer=", writer].concat());
    let headers = [(EXPECTED_USER, document.sub.as_str()), (UNATTENDED, "1")];
    let reply = fetch(&Ask { method: "GET", path: &path, headers: &headers, ..Ask::default() }).await?;
    (reply.status == 200).then(|| api::conflict(&reply.body)).flatten()
}

/// The draft as the server has it: head, hash chain, text. No person asks for it.
pub(super) async fn draft(document: &Document) -> Option<(u64, Chain, String)> {
    let path = document.path("/draft");
    let headers = [(EXPECTED_USER, document.sub.as_str()), (UNATTENDED, "1")];
    let reply = fetch(&Ask { method: "GET", path: &path, headers: &headers, ..Ask::default() }).await?;
    let json = reply.body;
    Some((json.get("head").natural()?, Chain::parse(&json.get("hash").text()?)?, json.get("text").text()?))
}

/// Where the two sides of a conflict can be compared, where they were so far apart that they have been kept.
pub(crate) fn review(document: &Document, answer: &Answer) -> Option<String> {
    let Answer::Conflict(Conflict { sides: Some(Sides { yours, draft }), .. }) = answer else { return None };
    let (yours, draft) = (yours.to_string(), draft.to_string());
    Some(["/documents/", &document.id, "/versions/", &yours, "/changes?with=", &draft].concat())
}

fn answer(reply: &Reply) -> Answer {
    let answer = match meaning(reply.status, api::code(reply), reply.retry_after_ms) {
        Meaning::Receipt => api::receipt(&reply.body).map(Answer::Receipt),
        Meaning::Escrowed => api::escrowed(&reply.body).map(|acked_seq| Answer::Escrowed { acked_seq }),
        Meaning::Conflict => api::conflict(&reply.body).map(Answer::Conflict),
        Meaning::SessionEnded => api::ended(reply).map(Answer::SessionEnded),
        Meaning::Said(answer) => Some(answer),
    };
    answer.unwrap_or(Answer::Failed)
}

/// What an answer means, before its body is read.
#[derive(Debug, PartialEq)]
enum Meaning {
    Receipt,
    Escrowed,
    Conflict,
    SessionEnded,
    Said(Answer),
}

fn meaning(status: u16, code: Option<Code>, ms: Option<u64>) -> Meaning {
    Meaning::Said(match (status, code) {
        (200, _) => return Meaning::Receipt,
        (202, _) => return Meaning::Escrowed,
        (401, _) => return Meaning::SessionEnded,
        (409, _) => return Meaning::Conflict,
        (403, Some(Code::OtherUser)) => Answer::OtherUser,
        (404, _) => Answer::NotFound,
        (503, Some(Code::CannotSave)) => Answer::CannotSave { ms },
        (429, _) => Answer::RetryAfter { ms },
        // Without a word on when, it is what stands before a server that is down.
        (503, _) if ms.is_some() => Answer::RetryAfter { ms },
        (408, _) => Answer::Failed,
        (400..500, code) => Answer::Rejected(code.unwrap_or(Code::Invalid)),
        _ => Answer::Failed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(code: Code) -> Meaning {
        meaning(code.status(), Some(code), Some(2_000))
    }

    #[test]
    fn every_answer_means_one_thing() {
        assert_eq!(said(Code::Idle), Meaning::SessionEnded);
        assert_eq!(said(Code::Conflict), Meaning::Conflict);
        for (code, answer) in [
            (Code::OtherUser, Answer::OtherUser),
            (Code::CrossOrigin, Answer::Rejected(Code::CrossOrigin)),
            (Code::NotFound, Answer::NotFound),
            (Code::TooLarge, Answer::Rejected(Code::TooLarge)),
            (Code::SeqGap, Answer::Rejected(Code::SeqGap)),
            (Code::CannotSave, Answer::CannotSave { ms: Some(2_000) }),
            (Code::Unavailable, Answer::RetryAfter { ms: Some(2_000) }),
            (Code::TimedOut, Answer::Failed),
            (Code::Internal, Answer::Failed),
        ] {
            assert_eq!(said(code), Meaning::Said(answer));
        }
    }

    #[test]
    fn what_no_server_of_ours_says_is_no_answer_or_a_no() {
        for status in [0, 302, 500, 502, 503, 504] {
            assert_eq!(meaning(status, None, None), Meaning::Said(Answer::Failed));
        }
        assert_eq!(meaning(403, None, None), Meaning::Said(Answer::Rejected(Code::Invalid)));
    }
}
