//! What is CBOR (RFC 8949) in a registration: the attestation object around the authenticator data, and the public key
//! (COSE, RFC 9052, 7; RFC 9053, 7.1).

use ciborium::Value;

use super::Refusal;

/// `authData` of an attestation object.
pub(super) fn authenticator_data(attestation_object: &[u8]) -> Result<Vec<u8>, Refusal> {
    let map = map(attestation_object)?;
    let data = map.into_iter().find(|(key, _)| key.as_text() == Some("authData"));
    data.and_then(|(_, data)| data.into_bytes().ok()).ok_or(Refusal::Malformed)
}

/// The uncompressed point of a P-256 key that signs with ES256.
pub(super) fn es256(key: &[u8]) -> Result<Vec<u8>, Refusal> {
    /// Labels and values: `kty`: EC2, `alg`: ES256, `crv`: P-256.
    const EXPECTED: [(i64, i64); 3] = [(1, 2), (3, -7), (-1, 1)];
    let map = map(key)?;
    let member = |label: i64| map.iter().find(|(key, _)| *key == Value::from(label)).map(|(_, value)| value);
    if EXPECTED.iter().any(|&(label, value)| member(label) != Some(&Value::from(value))) {
        return Err(Refusal::Unsupported);
    }
    let coordinate = |label| {
        let bytes = member(label).and_then(Value::as_bytes).ok_or(Refusal::Malformed)?;
        if bytes.len() == 32 { Ok(bytes.as_slice()) } else { Err(Refusal::Malformed) }
    };
    Ok([&[0x04], coordinate(-2)?, coordinate(-3)?].concat())
}

fn map(bytes: &[u8]) -> Result<Vec<(Value, Value)>, Refusal> {
    // Reads the first item; what follows a key is extensions.
    let value: Value = ciborium::from_reader(bytes).map_err(|_| Refusal::Malformed)?;
    value.into_map().map_err(|_| Refusal::Malformed)
}
