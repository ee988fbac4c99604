//! One person at one document, who knows what they wrote and what the server has promised of it.

use std::collections::VecDeque;

use holdfast::edit::{Edit, apply_to};
use holdfast::receipt::Chain;
use holdfast::wire::{Draft, PatchDraft, Receipt};
use sha2::{Digest as _, Sha256};

use crate::Result;
use crate::http::{Answer, Client};
use crate::random::Random;

/// A document as it was at one head.
#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) head: u64,
    chain: Chain,
    text: String,
    seq: u64,
}

pub(crate) struct Author {
    pub(crate) draft: String,
    writer: String,
    random: Random,
    /// Covered by a receipt.
    pub(crate) acked: Known,
    /// Sent, with no answer: it may be on disk or not.
    pub(crate) pending: Option<(Vec<Edit>, Known)>,
    /// The heads before `acked`, the newest last; as many as were asked for.
    history: VecDeque<Known>,
    remembers: usize,
    /// How many receipts have come.
    pub(crate) receipts: u64,
    /// How often a save was refused.
    pub(crate) refused: u64,
}

/// What a server that came back has of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// What the last receipt covers.
    Acked,
    /// The save whose answer never came, too.
    Pending,
}

impl Author {
    /// At a new, empty document.
    pub(crate) fn new(draft: String, random: Random, remembers: usize) -> Self {
        let acked = Known { head: 0, chain: Chain::start(""), text: String::new(), seq: 0 };
        let writer = format!("writer-{:016x}", random.next());
        let history = VecDeque::new();
        Self { draft, writer, random, acked, pending: None, history, remembers, receipts: 0, refused: 0 }
    }

    /// The same author at the same point, in another story.
    pub(crate) fn again(&self) -> Self {
        let mut again = Self::new(self.draft.clone(), self.random.fork(), 0);
        again.writer.clone_from(&self.writer);
        again.acked = self.acked.clone();
        again
    }

    /// Writes something where nothing is pending, and sends what is. `Ok(None)`: a receipt has come; `Ok(Some)`: the
    /// server has said something else, and what was sent stays pending.
    pub(crate) fn save(&mut self, client: &mut Client) -> std::io::Result<Result<Option<Answer>>> {
        let body = self.request();
        let answer = client.send("PATCH", &self.draft, &body)?;
        if answer.status != 200 {
            return Ok(Ok(Some(answer)));
        }
        Ok(self.receipt(&answer.body).map(|()| None))
    }

    fn request(&mut self) -> String {
        let edits = match &self.pending {
            Some((edits, _)) => edits.clone(),
            None => self.write(),
        };
        let Known { head, seq, .. } = self.acked;
        let patch = PatchDraft { writer: self.writer.clone(), base_head: head, seq: seq + 1, edits };
        serde_json::to_string(&patch).unwrap_or_default()
    }

    /// One to three splices: mostly words at some place, now and then a deletion, a long one, or an emoji.
    fn write(&mut self) -> Vec<Edit> {
        let Known { head, chain, text, seq } = &self.acked;
        let (mut text, mut edits) = (text.clone(), Vec::new());
        for _ in 0..=self.random.below(3) {
            let edit = splice(&text, &self.random);
            text = apply_to(&text, std::slice::from_ref(&edit)).unwrap_or(text);
            edits.push(edit);
        }
        let seq = seq + edits.len() as u64;
        let known = Known { head: head + 1, chain: chain.next(&edits), text, seq };
        self.pending = Some((edits.clone(), known));
        edits
    }

    fn receipt(&mut self, body: &[u8]) -> Result<()> {
        let receipt: Receipt = serde_json::from_slice(body)?;
        let Some((_, known)) = self.pending.take() else { return Err("a receipt for nothing".into()) };
        if (receipt.head, receipt.acked_seq, &receipt.hash) != (known.head, known.seq, &known.chain.hex()) {
            return Err(format!("{}: {receipt:?} is not what was sent", self.draft).into());
        }
        let before = std::mem::replace(&mut self.acked, known);
        self.receipts += 1;
        if 0 < self.remembers {
            if self.history.len() == self.remembers {
                self.history.pop_front();
            }
            self.history.push_back(before);
        }
        Ok(())
    }

    /// What the server has now, compared byte by byte with what it promised.
    pub(crate) fn compare(&self, client: &mut Client) -> Result<Found> {
        let draft = self.read(client)?;
        let pending = self.pending.as_ref().map(|(_, known)| known).filter(|known| known.head == draft.head);
        let (known, found) = match pending {
            Some(known) => (known, Found::Pending),
            None => (&self.acked, Found::Acked),
        };
        self.same(&draft, known)?;
        Ok(found)
    }

    /// The same, where any head from `acked_head` on is as good: the server went back in time.
    pub(crate) fn compare_since(&self, client: &mut Client, acked_head: u64) -> Result<()> {
        let draft = self.read(client)?;
        if draft.head < acked_head {
            return Err(format!(
                "{}: the receipt of head {acked_head} is lost, the head is {}",
                self.draft, draft.head
            )
            .into());
        }
        let later = [Some(&self.acked), self.pending.as_ref().map(|(_, known)| known)];
        let mut known = self.history.iter().chain(later.into_iter().flatten());
        match known.find(|known| known.head == draft.head) {
            Some(known) => self.same(&draft, known),
            None => Err(format!("{}: nobody ever made head {}", self.draft, draft.head).into()),
        }
    }

    fn read(&self, client: &mut Client) -> Result<Draft> {
        let answer = client.send("GET", &self.draft, "")?;
        Ok(serde_json::from_value(answer.expect(200)?)?)
    }

    fn same(&self, draft: &Draft, known: &Known) -> Result<()> {
        let digest = Sha256::digest(draft.text.as_bytes());
        let sha256: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let path = &self.draft;
        if draft.head != known.head {
            return Err(format!("{path}: the head is {}, the last receipt's {}", draft.head, known.head).into());
        }
        if draft.text != known.text {
            return Err(format!("{path}: another text at head {}", draft.head).into());
        }
        if draft.hash != known.chain.hex() || draft.text_sha256 != sha256 {
            return Err(format!("{path}: a hash is wrong at head {}", draft.head).into());
        }
        Ok(())
    }
}

fn splice(text: &str, random: &Random) -> Edit {
    const WORDS: [&str; 8] = ["oak ", "Brücke, ", "line\n", "\"said\" ", "😀", "中文 ", "e", "the quick brown fox "];
    let bounds: Vec<u32> = std::iter::once(0)
        .chain(text.chars().scan(0, |end, character| {
            *end += u32::try_from(character.len_utf16()).unwrap_or(1);
            Some(*end)
        }))
        .collect();
    let last = bounds.len() - 1;
    let start = if random.per_mille(700) { last } else { random.index(bounds.len()) };
    let longest = if random.per_mille(100) { 400 } else { 4 };
    let end = if random.per_mille(250) { (start + random.index(longest)).min(last) } else { start };
    let times = if random.per_mille(30) { 100 } else { 1 };
    let inserted = WORDS[random.index(WORDS.len())].repeat(times);
    Edit { at: bounds[start], deleted: bounds[end] - bounds[start], inserted }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_author_writes_applies_and_stays_of_a_modest_size() {
        let mut author = Author::new(String::new(), Random::new(1), 0);
        for _ in 0..300 {
            let edits = author.write();
            let (_, known) = author.pending.take().expect("just written");
            assert_eq!(apply_to(&author.acked.text, &edits).as_deref(), Ok(known.text.as_str()));
            author.acked = known;
        }
        assert!(author.acked.text.len() < 60_000, "{}", author.acked.text.len());
    }
}
