//! Passkeys: the relying party's checks of a registration and of a sign-in (Web Authentication, Level 3, 7.1 and 7.2).
//!
//! ES256 only. Attestation is not asked for and not judged. User verification is "preferred", so its flag is not looked at.

mod authenticator;
mod cose;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use authenticator::AuthenticatorData;

/// For whom passkeys are made: the domain that `RelyingPartyId` names.
pub(crate) struct RelyingParty<'a>(pub(crate) &'a str);

/// A passkey as the pool keeps it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Passkey {
    /// URL-safe base64.
    pub(crate) id: String,
    /// The uncompressed point (SEC 1, 2.3.3), URL-safe base64.
    public_key: String,
    /// The signature counter at the last use; always zero for authenticators without one.
    counter: u32,
    pub(crate) relying_party: String,
    pub(crate) attachment: Option<String>,
    pub(crate) transports: Vec<String>,
    pub(crate) created_at_ms: i64,
}

/// Why a credential is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    Malformed,
    WrongChallenge,
    WrongOrigin,
    WrongRelyingParty,
    /// Another algorithm than ES256.
    Unsupported,
    /// The signature, the counter or the user's presence.
    NotProved,
}

/// `AuthenticatorAttestationResponse` in a credential as browsers serialize it (`PublicKeyCredential.toJSON`).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Registration {
    authenticator_attachment: Option<String>,
    response: AttestationResponse,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AttestationResponse {
    #[serde(rename = "clientDataJSON")]
    client_data_json: String,
    attestation_object: String,
    #[serde(default)]
    transports: Vec<String>,
}

/// `AuthenticatorAssertionResponse` in the same form.
#[derive(Deserialize)]
pub(crate) struct Assertion {
    pub(crate) id: String,
    response: AssertionResponse,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AssertionResponse {
    #[serde(rename = "clientDataJSON")]
    client_data_json: String,
    authenticator_data: String,
    signature: String,
}

/// `CollectedClientData`.
#[derive(Deserialize)]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
}

impl Registration {
    /// The challenge that it answers, before anything is checked.
    pub(crate) fn challenge(&self) -> Result<String, Refusal> {
        Ok(client_data(&decoded(&self.response.client_data_json)?)?.challenge)
    }

    /// The passkey, if the credential was made for this relying party and answers `challenge`.
    pub(crate) fn accept(&self, party: &RelyingParty<'_>, challenge: &str, now_ms: i64) -> Result<Passkey, Refusal> {
        party.check(&decoded(&self.response.client_data_json)?, "webauthn.create", challenge)?;
        let bytes = cose::authenticator_data(&decoded(&self.response.attestation_object)?)?;
        let data = AuthenticatorData::read(&bytes)?;
        data.check(party.0)?;
        let (id, key) = data.credential.ok_or(Refusal::Malformed)?;
        let key = cose::es256(key)?;
        Ok(Passkey {
            id: URL_SAFE_NO_PAD.encode(id),
            public_key: URL_SAFE_NO_PAD.encode(key),
            counter: data.counter,
            relying_party: party.0.to_owned(),
            attachment: self.authenticator_attachment.clone(),
            transports: self.response.transports.clone(),
            created_at_ms: now_ms,
        })
    }
}

impl Assertion {
    /// The signature counter of this use, if it is `passkey` that signed `challenge` for this relying party.
    pub(crate) fn verify(&self, party: &RelyingParty<'_>, challenge: &str, passkey: &Passkey) -> Result<u32, Refusal> {
        let client_data = decoded(&self.response.client_data_json)?;
        party.check(&client_data, "webauthn.get", challenge)?;
        let bytes = decoded(&self.response.authenticator_data)?;
        let data = AuthenticatorData::read(&bytes)?;
        data.check(party.0)?;
        let signed = [&bytes, digest(&SHA256, &client_data).as_ref()].concat();
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, decoded(&passkey.public_key)?);
        key.verify(&signed, &decoded(&self.response.signature)?).map_err(|_| Refusal::NotProved)?;
        // A counter that does not grow tells of a copied authenticator (7.2, step 22).
        let counts = data.counter != 0 || passkey.counter != 0;
        if counts && data.counter <= passkey.counter {
            return Err(Refusal::NotProved);
        }
        Ok(data.counter)
    }
}

impl Passkey {
    pub(crate) fn used(&mut self, counter: u32) {
        self.counter = counter;
    }
}

impl RelyingParty<'_> {
    fn check(&self, client_data_json: &[u8], kind: &str, challenge: &str) -> Result<(), Refusal> {
        let client_data = client_data(client_data_json)?;
        if client_data.kind != kind {
            return Err(Refusal::Malformed);
        }
        if client_data.challenge != challenge {
            return Err(Refusal::WrongChallenge);
        }
        if self.takes(&client_data.origin) { Ok(()) } else { Err(Refusal::WrongOrigin) }
    }

    /// Whether a page of that origin may use the relying party's passkeys: https and the domain or one below it, or
    /// localhost in the clear.
    fn takes(&self, origin: &str) -> bool {
        let Some((scheme, rest)) = origin.split_once("://") else { return false };
        let host = rest.split_once(':').map_or(rest, |(host, _port)| host);
        let of_domain = host == self.0 || host.strip_suffix(self.0).is_some_and(|front| front.ends_with('.'));
        of_domain && (scheme == "https" || (scheme == "http" && (host == "localhost" || host.ends_with(".localhost"))))
    }
}

fn client_data(json: &[u8]) -> Result<ClientData, Refusal> {
    serde_json::from_slice(json).map_err(|_| Refusal::Malformed)
}

fn decoded(text: &str) -> Result<Vec<u8>, Refusal> {
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).map_err(|_| Refusal::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_the_domain_and_below_it_are_taken_over_https_and_localhost_in_the_clear() {
        let party = RelyingParty("example.com");
        for (origin, taken) in [
            ("https://example.com", true),
            ("https://app.example.com:8443", true),
            ("http://example.com", false),
            ("https://badexample.com", false),
            ("https://example.com.evil.net", false),
            ("example.com", false),
        ] {
            assert_eq!(party.takes(origin), taken, "{origin}");
        }
        assert!(RelyingParty("localhost").takes("http://localhost:3000"));
        assert!(!RelyingParty("localhost").takes("http://127.0.0.1:3000"));
    }
}
