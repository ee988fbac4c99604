//! One sign-in by SRP: the pool's key pair for it, and whether the client's claim proves the password.

use aws_lc_rs::hmac;
use holdfast::entropy::Entropy;
use num_bigint::BigUint;

use super::{GROUP, Verifier, hashed, padded, parsed};

/// What the key is derived for; the text is that of the clients.
const INFO: &[u8] = b"Caldera Derived Key";

/// A sign-in between `SRP_A` and PASSWORD_VERIFIER.
#[derive(Clone)]
pub(crate) struct Exchange {
    client_public: BigUint,
    private: BigUint,
    public: BigUint,
    verifier: BigUint,
}

/// What a client sends to prove that it has the key, and what else the signature covers.
pub(crate) struct Claim<'a> {
    pub(crate) pool_name: &'a str,
    /// `USER_ID_FOR_SRP`.
    pub(crate) username: &'a str,
    pub(crate) secret_block: &'a [u8],
    pub(crate) timestamp: &'a str,
    pub(crate) signature: &'a [u8],
}

impl Exchange {
    /// Answers `SRP_A`. None where it is no number, or one that would let a client in without the password: `A mod N = 0`
    /// (RFC 5054, 2.5.4).
    pub(crate) fn begin(client_public: &str, verifier: &Verifier, entropy: &dyn Entropy) -> Option<Self> {
        let client_public = parsed(client_public)?;
        if &client_public % &GROUP.prime == BigUint::ZERO {
            return None;
        }
        let verifier = parsed(&verifier.verifier)?;
        // As many bits as the clients take for their half.
        let mut private = [0_u8; 128];
        entropy.fill(&mut private);
        let private = BigUint::from_bytes_be(&private);
        let group = &*GROUP;
        let public = (&group.multiplier * &verifier + group.generator.modpow(&private, &group.prime)) % &group.prime;
        Some(Self { client_public, private, public, verifier })
    }

    /// `SRP_B`, in hexadecimal.
    pub(crate) fn public(&self) -> String {
        self.public.to_str_radix(16)
    }

    /// Whether the client has derived the same key, and so knows the password.
    pub(crate) fn proves(&self, claim: &Claim<'_>) -> bool {
        let message =
            [claim.pool_name.as_bytes(), claim.username.as_bytes(), claim.secret_block, claim.timestamp.as_bytes()];
        hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, &self.key()), &message.concat(), claim.signature).is_ok()
    }

    /// HKDF (RFC 5869) of the shared secret, salted with `u`, cut to 16 bytes.
    fn key(&self) -> [u8; 16] {
        let group = &*GROUP;
        let u = hashed(&[&padded(&self.client_public), &padded(&self.public)]);
        let base = &self.client_public * self.verifier.modpow(&u, &group.prime);
        let secret = base.modpow(&self.private, &group.prime);
        let extracted = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &padded(&u)), &padded(&secret));
        let expanded = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, extracted.as_ref()), &[INFO, &[1]].concat());
        let mut key = [0; 16];
        key.copy_from_slice(&expanded.as_ref()[..16]);
        key
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    const POOL: &str = "AbCdEf123";
    const USER: &str = "5f2f0c43-6f6c-4a5e-9a53-2d3d1f3d7a11";

    /// 0, 1, 2, … as the pool's private half.
    struct Counting;

    impl Entropy for Counting {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.iter_mut().zip(0_u8..).for_each(|(byte, number)| *byte = number);
        }
    }

    /// `A` of a client whose private half is the bytes 1 to 32.
    fn client_public() -> String {
        let private: Vec<u8> = (1..=32).collect();
        GROUP.generator.modpow(&BigUint::from_bytes_be(&private), &GROUP.prime).to_str_radix(16)
    }

    fn claim(signature: &[u8]) -> Claim<'_> {
        let timestamp = "Thu Jan 15 09:00:00 UTC 2026";
        Claim { pool_name: POOL, username: USER, secret_block: b"secret block", timestamp, signature }
    }

    /// The signature is what pycognito 2024.5.1's `AWSSRP.process_challenge` makes of these numbers. The salt's first bit is
    /// set, so that it shows the padding, too.
    #[test]
    fn the_claim_of_an_independent_client_is_accepted_and_no_other() {
        let verifier = Verifier::salted(&[0xc1; 16], POOL, USER, "Password-1");
        let exchange = Exchange::begin(&client_public(), &verifier, &Counting).unwrap();
        let mut signature = STANDARD.decode("U6LdfLwvXu0sY4AoyIIH+Yvr8aAdC9k4uw2Ppe55KFA=").unwrap();
        assert!(exchange.proves(&claim(&signature)));
        assert!(!exchange.proves(&Claim { timestamp: "Thu Jan 15 09:00:01 UTC 2026", ..claim(&signature) }));
        assert!(!exchange.proves(&Claim { secret_block: b"another", ..claim(&signature) }));
        assert!(!exchange.proves(&Claim { username: "eve", ..claim(&signature) }));
        signature[0] ^= 1;
        assert!(!exchange.proves(&claim(&signature)));

        let other = Verifier::salted(&[0xc1; 16], POOL, USER, "Password-2");
        let exchange = Exchange::begin(&client_public(), &other, &Counting).unwrap();
        signature[0] ^= 1;
        assert!(!exchange.proves(&claim(&signature)));
    }

    #[test]
    fn a_public_number_that_would_fix_the_key_is_refused() {
        let verifier = Verifier::salted(&[1; 16], POOL, USER, "Password-1");
        let prime = GROUP.prime.to_str_radix(16);
        for wrong in ["0", "", "no number", prime.as_str(), (&GROUP.prime * 2_u8).to_str_radix(16).as_str()] {
            assert!(Exchange::begin(wrong, &verifier, &Counting).is_none(), "{wrong}");
        }
    }
}
