//! The Secure Remote Password protocol (RFC 2945, RFC 5054) with the details by which Cognito's clients differ from it:
//! the generator is 2, numbers are hashed in their shortest signed form, and the key goes through HKDF.
//!
//! The details are those of the published clients, `amazon-cognito-identity-js` (`AuthenticationHelper.js`) first of all.
//! What runs here is the pool's side. The arithmetic is not in constant time: this pool guards no secrets.

mod exchange;

use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use holdfast::entropy::Entropy;
use num_bigint::{BigInt, BigUint};
use serde::{Deserialize, Serialize};

pub(crate) use exchange::{Claim, Exchange};

/// The prime of the 3072-bit group (RFC 3526, 4; RFC 5054, appendix A).
const PRIME: &[u8] = b"\
    FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B\
    302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE6\
    49286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D\
    670C354E4ABC9804F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718\
    3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7D\
    B3970F85A6E1E4C7ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C\
    BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF";

static GROUP: LazyLock<Group> = LazyLock::new(|| {
    let prime = BigUint::parse_bytes(PRIME, 16).unwrap_or_default();
    let generator = BigUint::from(2_u8);
    let multiplier = hashed(&[&padded(&prime), &padded(&generator)]);
    Group { prime, generator, multiplier }
});

struct Group {
    /// `N`.
    prime: BigUint,
    /// `g`.
    generator: BigUint,
    /// `k`.
    multiplier: BigUint,
}

/// What the pool keeps of a password for SRP: a salt and `v = g^x`, in hexadecimal.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Verifier {
    salt: String,
    verifier: String,
}

impl Verifier {
    /// The verifier of `password` under a fresh salt. `username` is what clients are told as `USER_ID_FOR_SRP`.
    pub(crate) fn of(pool_name: &str, username: &str, password: &str, entropy: &dyn Entropy) -> Self {
        let mut salt = [0_u8; 16];
        entropy.fill(&mut salt);
        Self::salted(&salt, pool_name, username, password)
    }

    /// The same under a salt that is known already.
    pub(crate) fn salted(salt: &[u8], pool_name: &str, username: &str, password: &str) -> Self {
        let salt = BigUint::from_bytes_be(salt);
        let x = private_key(&salt, pool_name, username, password);
        let verifier = GROUP.generator.modpow(&x, &GROUP.prime);
        Self { salt: salt.to_str_radix(16), verifier: verifier.to_str_radix(16) }
    }

    /// The salt in hexadecimal, as the wire has it.
    pub(crate) fn salt(&self) -> &str {
        &self.salt
    }
}

/// `x`, which only who knows the password can make.
fn private_key(salt: &BigUint, pool_name: &str, username: &str, password: &str) -> BigUint {
    let identity = digest(&SHA256, format!("{pool_name}{username}:{password}").as_bytes());
    hashed(&[&padded(salt), identity.as_ref()])
}

/// The pool's name as SRP knows it: its id without the region.
pub(crate) fn pool_name(pool_id: &str) -> &str {
    pool_id.split_once('_').map_or(pool_id, |(_, name)| name)
}

/// A number as the clients hash it (`padHex`): big-endian, with a zero byte before a set first bit.
fn padded(number: &BigUint) -> Vec<u8> {
    BigInt::from(number.clone()).to_signed_bytes_be()
}

fn hashed(parts: &[&[u8]]) -> BigUint {
    BigUint::from_bytes_be(digest(&SHA256, &parts.concat()).as_ref())
}

fn parsed(hexadecimal: &str) -> Option<BigUint> {
    BigUint::parse_bytes(hexadecimal.as_bytes(), 16)
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast::entropy::SeededEntropy;

    #[test]
    fn the_group_is_the_published_one_of_3072_bits_and_k_is_what_the_clients_compute() {
        assert_eq!(GROUP.prime.bits(), 3072);
        assert_eq!(
            GROUP.multiplier.to_str_radix(16),
            "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6",
            "pycognito's AWSSRP.k, amazon-cognito-identity-js's AuthenticationHelper.k"
        );
    }

    #[test]
    fn numbers_are_padded_where_their_first_bit_is_set() {
        assert_eq!(padded(&BigUint::from(0x7f_u8)), [0x7f]);
        assert_eq!(padded(&BigUint::from(0x80_u8)), [0, 0x80]);
        assert_eq!(padded(&BigUint::from(0x0fff_u16)), [0x0f, 0xff]);
    }

    #[test]
    fn a_verifier_is_salted_and_holds_no_password() {
        let entropy = SeededEntropy::new(1);
        let one = Verifier::of("AbCdEf123", "ada", "Password-1", &entropy);
        let two = Verifier::of("AbCdEf123", "ada", "Password-1", &entropy);
        assert!(one != two && !serde_json::to_string(&one).unwrap().contains("Password"));
    }
}
