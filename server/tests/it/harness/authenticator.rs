//! A device with one passkey, made of the specification (Web Authentication, Level 3): ES256, no attestation.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde_json::{Value, json};

/// The embedded pool's relying party is localhost, on any port.
const ORIGIN: &str = "http://localhost:3000";

pub(crate) struct Authenticator {
    pair: EcdsaKeyPair,
    id: [u8; 20],
}

impl Authenticator {
    pub(crate) fn new(id: u8) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
        Self { pair, id: [id; 20] }
    }

    pub(crate) fn id(&self) -> String {
        BASE64.encode(self.id)
    }

    /// `navigator.credentials.create()`, serialized.
    pub(crate) fn create(&self, options: &Value) -> Value {
        let point = self.pair.public_key().as_ref();
        // COSE_Key (RFC 9052): kty EC2, alg ES256, crv P-256, x, y.
        let key = [
            &[0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20],
            &point[1..33],
            &[0x22, 0x58, 0x20],
            &point[33..],
        ]
        .concat();
        let data = [&data(0x45), [0; 16].as_slice(), &[0, 20], &self.id, &key].concat();
        let length = u8::try_from(data.len()).expect("short");
        let object =
            [b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".as_slice(), &[length], data.as_slice()].concat();
        self.credential(&json!({
            "clientDataJSON": BASE64.encode(client_data("webauthn.create", options)),
            "attestationObject": BASE64.encode(object),
            "transports": ["internal"],
        }))
    }

    /// `navigator.credentials.get()`, serialized.
    pub(crate) fn get(&self, options: &Value) -> Value {
        let (client_data, data) = (client_data("webauthn.get", options), data(0x05));
        let signed = [data.as_slice(), digest(&SHA256, client_data.as_bytes()).as_ref()].concat();
        let signature = self.pair.sign(&SystemRandom::new(), &signed).expect("a signature");
        self.credential(&json!({
            "clientDataJSON": BASE64.encode(client_data),
            "authenticatorData": BASE64.encode(data),
            "signature": BASE64.encode(signature.as_ref()),
        }))
    }

    fn credential(&self, response: &Value) -> Value {
        json!({
            "id": self.id(),
            "rawId": self.id(),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": response,
        })
    }
}

/// Authenticator data (6.1): the relying party's hash, flags, and a counter that stays zero.
fn data(flags: u8) -> Vec<u8> {
    [digest(&SHA256, b"localhost").as_ref(), &[flags], &[0; 4]].concat()
}

fn client_data(kind: &str, options: &Value) -> String {
    json!({ "type": kind, "challenge": options["challenge"], "origin": ORIGIN, "crossOrigin": false }).to_string()
}
