//! Authenticator data (Web Authentication, Level 3, 6.1).

use aws_lc_rs::digest::{SHA256, digest};

use super::Refusal;

const USER_PRESENT: u8 = 0x01;
const ATTESTED_CREDENTIAL: u8 = 0x40;

pub(super) struct AuthenticatorData<'a> {
    rp_id_hash: &'a [u8],
    flags: u8,
    pub(super) counter: u32,
    /// Id and public key of a new credential; the key may be followed by extensions.
    pub(super) credential: Option<(&'a [u8], &'a [u8])>,
}

impl<'a> AuthenticatorData<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Refusal> {
        let (rp_id_hash, rest) = bytes.split_at_checked(32).ok_or(Refusal::Malformed)?;
        let (&[flags], rest) = rest.split_first_chunk().ok_or(Refusal::Malformed)?;
        let (&counter, rest) = rest.split_first_chunk().ok_or(Refusal::Malformed)?;
        let credential = if flags & ATTESTED_CREDENTIAL == 0 { None } else { Some(credential(rest)?) };
        Ok(Self { rp_id_hash, flags, counter: u32::from_be_bytes(counter), credential })
    }

    /// Whether it was made for `rp_id` with somebody there.
    pub(super) fn check(&self, rp_id: &str) -> Result<(), Refusal> {
        if self.rp_id_hash != digest(&SHA256, rp_id.as_bytes()).as_ref() {
            return Err(Refusal::WrongRelyingParty);
        }
        if self.flags & USER_PRESENT == 0 { Err(Refusal::NotProved) } else { Ok(()) }
    }
}

/// Attested credential data: AAGUID, length, id, key (6.5.2).
fn credential(bytes: &[u8]) -> Result<(&[u8], &[u8]), Refusal> {
    let rest = bytes.get(16..).ok_or(Refusal::Malformed)?;
    let (&length, rest) = rest.split_first_chunk().ok_or(Refusal::Malformed)?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(length))).ok_or(Refusal::Malformed)
}
