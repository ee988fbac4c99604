//! How often one account may be tried, from wherever: passwords, codes, and letters that the pool is to send. Accounts
//! that are not there are counted like others, so that being refused tells nothing; the pool has limits of its own behind
//! these. What comes from one address is the app's to limit: addresses are not known here.

use aws_lc_rs::digest::{SHA256, digest};

use crate::buckets::Buckets;

/// Wrong passwords at once, and one more every so often. The pool itself makes a name wait after five.
const PASSWORDS: (u32, i64) = (20, 30_000);
/// Wrong codes: of a million possible ones.
const CODES: (u32, i64) = (5, 60_000);
/// Letters to one address.
const LETTERS: (u32, i64) = (5, 120_000);

/// What is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attempt {
    /// A password. Only a wrong one counts.
    Password,
    /// A code that was sent. Only a wrong one counts.
    Code,
    /// Something is sent to the account's address. Each counts.
    Letter,
}

/// See the module's documentation.
pub(super) struct Attempts {
    passwords: Buckets<Account>,
    codes: Buckets<Account>,
    letters: Buckets<Account>,
}

/// The hash of a name: names are long, and this is memory.
type Account = [u8; 16];

impl Default for Attempts {
    fn default() -> Self {
        let buckets = |(at_once, every_ms)| Buckets::new(at_once, every_ms);
        Self { passwords: buckets(PASSWORDS), codes: buckets(CODES), letters: buckets(LETTERS) }
    }
}

impl Attempts {
    fn buckets(&self, attempt: Attempt) -> &Buckets<Account> {
        match attempt {
            Attempt::Password => &self.passwords,
            Attempt::Code => &self.codes,
            Attempt::Letter => &self.letters,
        }
    }

    /// Whether this account may be tried now.
    pub(super) fn admit(&self, attempt: Attempt, name: &str, now: i64) -> bool {
        self.buckets(attempt).take(account(name), now).is_ok()
    }

    /// The attempt was none: it went well, or the pool did not look at it.
    pub(super) fn forgive(&self, attempt: Attempt, name: &str) {
        self.buckets(attempt).give_back(&account(name));
    }
}

/// Pools compare names without case, as a rule; where one does not, its accounts share.
fn account(name: &str) -> Account {
    let hash = digest(&SHA256, name.trim().to_lowercase().as_bytes());
    let mut account = Account::default();
    account.copy_from_slice(hash.as_ref().get(..16).unwrap_or(&[0; 16]));
    account
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_the_same_in_any_case_and_each_kind_of_attempt_is_counted_apart() {
        let attempts = Attempts::default();
        for _ in 0..CODES.0 {
            assert!(attempts.admit(Attempt::Code, "Ada@example.com", 0));
        }
        assert!(!attempts.admit(Attempt::Code, " ada@EXAMPLE.com", 0));
        assert!(attempts.admit(Attempt::Code, "bob@example.com", 0));
        assert!(attempts.admit(Attempt::Password, "ada@example.com", 0));
        attempts.forgive(Attempt::Code, "ada@example.com");
        assert!(attempts.admit(Attempt::Code, "ada@example.com", 0));
    }
}
