//! DSSE, the Dead Simple Signing Envelope, version 1.0 (<https://github.com/secure-systems-lab/dsse>): envelope.md and protocol.md.

use super::{PublicKey, SecretKey, TrustPolicy};
use crate::error::{Error, Result};
use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
    prelude::BASE64_STANDARD,
};
use serde::{Deserialize, Serialize};

/// The payload type of in-toto statements.
pub const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";
/// Signatures of an envelope, at most.
const MOST: usize = 64;

// Further members are allowed by the specification, and mean nothing here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Envelope {
    payload: String,
    payload_type: String,
    signatures: Vec<Signature>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Signature {
    /// A hint only: never trusted.
    #[serde(default)]
    keyid: String,
    sig: String,
}

impl Envelope {
    pub fn seal(payload: &[u8], key: &SecretKey) -> Self {
        let sig = BASE64_STANDARD.encode(key.sign(&pre_authentication(PAYLOAD_TYPE, payload)));
        Self {
            payload: BASE64_STANDARD.encode(payload),
            payload_type: PAYLOAD_TYPE.into(),
            signatures: vec![Signature { keyid: key.public().id(), sig }],
        }
    }

    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let bad = |e: serde_json::Error| Error::invalid(format!("no DSSE envelope: {e}")).line(e.line() as u32);
        let envelope: Self = serde_json::from_slice(bytes).map_err(bad)?;
        if envelope.payload_type != PAYLOAD_TYPE {
            return Err(Error::unsupported(format!("a payload other than {PAYLOAD_TYPE}"))
                .field("payloadType")
                .value(envelope.payload_type));
        }
        if envelope.signatures.is_empty() || envelope.signatures.len() > MOST {
            let value = envelope.signatures.len();
            return Err(Error::invalid(format!("has to have 1 to {MOST} signatures")).field("signatures").value(value));
        }
        Ok(envelope)
    }

    /// What is signed.
    pub fn payload(&self) -> Result<Vec<u8>> {
        decode(&self.payload).ok_or_else(|| Error::invalid("no base64").field("payload"))
    }

    /// The ids that the signatures name, for people.
    pub fn named(&self) -> impl Iterator<Item = &str> {
        self.signatures.iter().map(|s| s.keyid.as_str())
    }

    /// Whether this key has signed.
    pub fn is_by(&self, key: &PublicKey) -> Result<bool> {
        let message = pre_authentication(&self.payload_type, &self.payload()?);
        let signatures =
            self.signatures.iter().map(|s| decode(&s.sig).ok_or_else(|| Error::invalid("no base64").field("sig").value(&s.sig)));
        signatures.map(|raw| Ok(key.verifies(&message, &raw?))).try_fold(false, |any, one: Result<bool>| Ok(any | one?))
    }

    /// The keys of the policy that have signed. A signature names its key only as a hint, so every key is tried.
    ///
    /// # Errors
    /// Verification, where a signature names a key of the policy and does not hold.
    pub fn verify(&self, policy: &TrustPolicy) -> Result<Vec<PublicKey>> {
        let message = pre_authentication(&self.payload_type, &self.payload()?);
        let mut known: Vec<PublicKey> = vec![];
        for signature in &self.signatures {
            let raw = decode(&signature.sig).ok_or_else(|| Error::invalid("no base64").field("sig").value(&signature.sig))?;
            match policy.keys().find(|key| key.verifies(&message, &raw)) {
                Some(key) if !known.contains(key) => known.push(key.clone()),
                Some(_) => {}
                None if policy.keys().any(|key| key.id() == signature.keyid) => {
                    return Err(Error::verification("the signature does not hold: it was altered, or what it signs")
                        .field("sig")
                        .value(&signature.keyid));
                }
                None => {}
            }
        }
        Ok(known)
    }
}

/// PAE of protocol.md: what is signed is length-prefixed, so that nothing can be moved between type and payload.
fn pre_authentication(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let mut message = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len()).into_bytes();
    message.extend_from_slice(payload);
    message
}

/// Standard or URL-safe base64, as a consumer has to accept both.
fn decode(text: &str) -> Option<Vec<u8>> {
    const CONFIG: GeneralPurposeConfig = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let standard = GeneralPurpose::new(&alphabet::STANDARD, CONFIG);
    let url_safe = GeneralPurpose::new(&alphabet::URL_SAFE, CONFIG);
    standard.decode(text).or_else(|_| url_safe.decode(text)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of protocol.md.
    #[test]
    fn the_message_is_that_of_the_protocol() {
        assert_eq!(
            pre_authentication("http://example.com/HelloWorld", b"hello world"),
            b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
        );
    }

    #[test]
    fn both_alphabets_are_read() {
        assert_eq!(decode("+/8="), decode("-_8"));
        assert!(decode("?").is_none());
    }
}
