//! Secure Remote Password as Cognito speaks it: the password never leaves the process, only a proof that it is known.
//!
//! RFC 5054's arithmetic over the 3072-bit group of RFC 3526 with SHA-256, and Cognito's own way to hash numbers (as signed,
//! big-endian integers), to derive the key ("Caldera Derived Key") and to claim it. No crate for SRP has that variant; this
//! follows `AuthenticationHelper.ts` of aws-amplify, and the tests hold it to what the independent pycognito computes.
//! <https://github.com/aws-amplify/amplify-js/tree/main/packages/auth/src/providers/cognito/utils/srp>
//!
//! Exponentiation is not in constant time. The exponent is drawn anew for every sign-in, and what is timed from outside is a
//! request to another service.

use aws_lc_rs::{digest, hkdf, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use holdfast::entropy::Entropy;
use num_bigint::{BigInt, BigUint};
use time::OffsetDateTime;
use time::macros::format_description;

/// RFC 3526, section 4: the 3072-bit group.
const N: &[u8] = b"\
    FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD\
    EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED\
    EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F\
    83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B\
    E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510\
    15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7\
    ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C\
    BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF";
const G: u8 = 2;
/// The bytes of the secret exponent.
const EXPONENT_BYTES: usize = 128;

/// What the pool has told is not what the protocol allows. Nothing was claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the user pool's part of the SRP exchange cannot be used")]
pub(super) struct BadExchange;

/// `PASSWORD_VERIFIER`'s parameters.
pub(super) struct Verifier<'a> {
    /// `USER_ID_FOR_SRP`.
    pub(super) user_id: &'a str,
    /// `SALT`, in hexadecimal digits.
    pub(super) salt: &'a str,
    /// `SRP_B`, in hexadecimal digits.
    pub(super) public: &'a str,
    /// `SECRET_BLOCK`, in base64.
    pub(super) secret_block: &'a str,
}

/// One exchange: the secret exponent of this side and the number that is sent.
pub(super) struct Exchange {
    secret: BigUint,
    public: BigUint,
}

impl Exchange {
    pub(super) fn begin(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; EXPONENT_BYTES];
        entropy.fill(&mut bytes);
        Self::with(BigUint::from_bytes_be(&bytes))
    }

    fn with(secret: BigUint) -> Self {
        let public = BigUint::from(G).modpow(&secret, &modulus());
        Self { secret, public }
    }

    /// `SRP_A`, in hexadecimal digits.
    pub(super) fn public(&self) -> String {
        self.public.to_str_radix(16)
    }

    /// `PASSWORD_CLAIM_SIGNATURE`, in base64. `pool` is the part of the pool's id behind its region.
    pub(super) fn claim(
        &self,
        pool: &str,
        verifier: &Verifier<'_>,
        password: &str,
        timestamp: &str,
    ) -> Result<String, BadExchange> {
        let modulus = modulus();
        let number = |hex: &str| BigUint::parse_bytes(hex.as_bytes(), 16).ok_or(BadExchange);
        let (salt, theirs) = (number(verifier.salt)?, number(verifier.public)?);
        let zero = BigUint::ZERO;
        let u = hashed(&[&signed(&self.public), &signed(&theirs)]);
        if &theirs % &modulus == zero || u == zero {
            return Err(BadExchange);
        }
        let identity = digest::digest(&digest::SHA256, [pool, verifier.user_id, ":", password].concat().as_bytes());
        let x = hashed(&[&signed(&salt), identity.as_ref()]);
        let k = hashed(&[&signed(&modulus), &[G]]);
        // (B - k·gˣ), kept from going below zero.
        let theirs = &theirs % &modulus;
        let masked = (k * BigUint::from(G).modpow(&x, &modulus)) % &modulus;
        let base = (theirs + &modulus - masked) % &modulus;
        let shared = base.modpow(&(&self.secret + &u * x), &modulus);

        let key = derived(&signed(&u), &signed(&shared)).ok_or(BadExchange)?;
        let block = STANDARD.decode(verifier.secret_block).map_err(|_| BadExchange)?;
        let message = [pool.as_bytes(), verifier.user_id.as_bytes(), &block, timestamp.as_bytes()].concat();
        Ok(STANDARD.encode(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), &message)))
    }
}

/// `TIMESTAMP`: `Tue Jan 6 09:05:00 UTC 2026`. The pool takes one of the last few seconds.
pub(super) fn timestamp(now: OffsetDateTime) -> String {
    let format = format_description!(
        "[weekday repr:short] [month repr:short] [day padding:none] [hour]:[minute]:[second] UTC [year]"
    );
    now.format(format).unwrap_or_default()
}

fn modulus() -> BigUint {
    BigUint::parse_bytes(N, 16).unwrap_or_default()
}

/// A number as Cognito hashes it: the bytes of a signed integer, so a zero byte comes first where the highest bit is set.
fn signed(number: &BigUint) -> Vec<u8> {
    BigInt::from(number.clone()).to_signed_bytes_be()
}

fn hashed(parts: &[&[u8]]) -> BigUint {
    BigUint::from_bytes_be(digest::digest(&digest::SHA256, &parts.concat()).as_ref())
}

/// HKDF-SHA256, 16 bytes.
fn derived(salt: &[u8], shared: &[u8]) -> Option<[u8; 16]> {
    struct Bytes16;
    impl hkdf::KeyType for Bytes16 {
        fn len(&self) -> usize {
            16
        }
    }
    let mut key = [0; 16];
    let pseudo_random = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(shared);
    pseudo_random.expand(&[b"Caldera Derived Key"], Bytes16).ok()?.fill(&mut key).ok()?;
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1024 bits that both sides can spell.
    fn number(label: &str) -> BigUint {
        let block = |index| digest::digest(&digest::SHA256, format!("{label}/{index}").as_bytes()).as_ref().to_vec();
        BigUint::from_bytes_be(&(0..4).flat_map(block).collect::<Vec<u8>>())
    }

    /// Computed with pycognito 2024.5.1 (`AWSSRP`, whose secret exponent was set to the same number). Among them are salts
    /// with and without the highest bit, and one that begins with a zero.
    #[test]
    fn the_claim_is_the_one_that_an_independent_client_makes() {
        for (index, salt, expected) in [
            (0, "2bc990059473448e6ebd442aa16bfaa0", "z7eu5CH8eTX/t9eTCyPF2faPo5aHZIECTIUPW6/W60Y="),
            (1, "dc90cf07de907ccc64636ceddb38e552", "K3QE3avB0KJj9DiYRDoW/4gQLFb2nyIFAt5bRpCBx6A="),
            (2, "dbc4579ae2b3ab293213f42bb852706e", "vLvr2V6qp2g+VijWQxrLwRLABciL16+4HRmSKc/tJMo="),
            (13, "0aeee6a92dcaa89d75abf74aea9600d0", "ByHubObk2NBPSyprq9Ov2lvu8E4p2hyOQ2aHf4oUJh0="),
        ] {
            let exchange = Exchange::with(number(&format!("a{index}")));
            let theirs = BigUint::from(G).modpow(&number(&format!("b{index}")), &modulus()).to_str_radix(16);
            let secret_block = STANDARD.encode(format!("secret block {index}"));
            let verifier = Verifier { user_id: "7c0d-user", salt, public: &theirs, secret_block: &secret_block };
            let (password, now) = (format!("Pässword-{index}"), "Tue Jan 6 09:05:00 UTC 2026");
            let claim = exchange.claim("AbCd3f", &verifier, &password, now);
            assert_eq!(claim.as_deref(), Ok(expected), "{index}");
        }
    }

    /// RFC 5054, section 2.5.4: a number that would make the shared secret known ends the exchange.
    #[test]
    fn a_number_that_gives_the_secret_away_is_refused() {
        let exchange = Exchange::with(number("a"));
        let twice = (modulus() * BigUint::from(2_u8)).to_str_radix(16);
        let modulus = modulus().to_str_radix(16);
        for public in ["0", modulus.as_str(), twice.as_str(), "", "xyz"] {
            let verifier = Verifier { user_id: "ada", salt: "1f", public, secret_block: "" };
            assert_eq!(exchange.claim("pool", &verifier, "Password-1", ""), Err(BadExchange), "{public}");
        }
    }

    #[test]
    fn the_time_is_spelled_as_the_pool_wants_it() {
        let at = time::macros::datetime!(2026-01-06 09:05:00 UTC);
        assert_eq!(timestamp(at), "Tue Jan 6 09:05:00 UTC 2026");
    }
}
