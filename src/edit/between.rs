//! The one edit that turns one text into another: what a text field's `input` event leaves to be found out.

use super::apply::splits_pair;
use super::{Edit, utf16_len};

/// The smallest single edit that turns `old` into `new`; `None` where they are equal.
///
/// Where several are equally small (an `a` typed into `aaa`) the one is taken that ends at `caret_hint`, the caret's
/// position in `new`; without a hint, the last one. Never splits a surrogate pair (😀 and 😁 share their first half).
#[must_use]
pub fn splice_between(old: &[u16], new: &[u16], caret_hint: Option<usize>) -> Option<Edit> {
    let shorter = old.len().min(new.len());
    let mut prefix = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    if prefix == old.len() && prefix == new.len() {
        return None;
    }
    let mut suffix = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    // Where prefix and suffix overlap, the edit can slide between them: every split of `shorter` is equally small.
    if shorter < prefix + suffix {
        let least = shorter - prefix;
        suffix = match caret_hint {
            Some(caret) => new.len().saturating_sub(caret).clamp(least, suffix),
            None => least,
        };
        prefix = shorter - suffix;
    }
    if splits_pair(old, prefix) || splits_pair(new, prefix) {
        prefix -= 1;
    }
    if splits_pair(old, old.len() - suffix) || splits_pair(new, new.len() - suffix) {
        suffix -= 1;
    }
    let inserted = new.get(prefix..new.len() - suffix).unwrap_or_default();
    Some(Edit {
        at: u32::try_from(prefix).ok()?,
        deleted: u32::try_from(old.len() - suffix - prefix).ok()?,
        inserted: String::from_utf16_lossy(inserted),
    })
}

/// As [`splice_between`] for UTF-8 texts, without a caret: linear in the texts, and nothing is allocated but the edit.
#[must_use]
pub fn splice_between_str(old: &str, new: &str) -> Option<Edit> {
    if old == new {
        return None;
    }
    let mut prefix = common(old.bytes(), new.bytes());
    while !old.is_char_boundary(prefix) || !new.is_char_boundary(prefix) {
        prefix -= 1;
    }
    let (old_rest, new_rest) = (old.get(prefix..)?, new.get(prefix..)?);
    let mut suffix = common(old_rest.bytes().rev(), new_rest.bytes().rev());
    while !old_rest.is_char_boundary(old_rest.len() - suffix) || !new_rest.is_char_boundary(new_rest.len() - suffix) {
        suffix -= 1;
    }
    Some(Edit {
        at: utf16_len(old.get(..prefix)?),
        deleted: utf16_len(old_rest.get(..old_rest.len() - suffix)?),
        inserted: new_rest.get(..new_rest.len() - suffix)?.to_owned(),
    })
}

fn common(a: impl Iterator<Item = u8>, b: impl Iterator<Item = u8>) -> usize {
    a.zip(b).take_while(|(a, b)| a == b).count()
}
