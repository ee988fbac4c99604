//! Stand-ins for users who do not exist: the same for the same name for as long as the pool runs, so that a challenge put
//! to one looks like any other (PreventUserExistenceErrors: "Managing user existence error responses", Developer Guide).

use aws_lc_rs::hmac;
use holdfast::entropy::Entropy;

use crate::ids;
use crate::passwords::StoredPassword;
use crate::state::User;

/// The key that all stand-ins are made with.
pub(crate) struct Phantoms(hmac::Key);

impl Phantoms {
    pub(crate) fn new(entropy: &dyn Entropy) -> Self {
        let mut key = [0_u8; 32];
        entropy.fill(&mut key);
        Self(hmac::Key::new(hmac::HMAC_SHA256, &key))
    }

    /// 32 bytes that nobody can foretell, of a name in any case.
    pub(crate) fn secret(&self, name: &str) -> [u8; 32] {
        let mut secret = [0; 32];
        secret.copy_from_slice(hmac::sign(&self.0, name.to_lowercase().as_bytes()).as_ref());
        secret
    }

    /// Nobody, dressed as a confirmed user with a verified address.
    pub(crate) fn user(&self, name: &str) -> User {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&self.secret(name)[16..]);
        User::new(ids::uuid_of(bytes), name.to_owned(), StoredPassword { argon2id: String::new(), srp: None }, 0)
    }
}
