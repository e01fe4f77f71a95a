//! Ed25519 keys in PEM (RFC 8410: PKCS #8 and SubjectPublicKeyInfo), as OpenSSL and others read and write them.

use crate::{
    error::{Error, ErrorKind, InFile, Result},
    files::{self, Existing},
};
use ed25519_dalek::{
    Signature, Signer, SigningKey, VerifyingKey,
    pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey, spki::der::pem::LineEnding},
};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

/// Bytes of a key file, at most.
const LARGEST: u64 = 1 << 16;

/// What signs. Never printed; wiped from memory when dropped.
pub struct SecretKey(SigningKey);

/// What a signature is held against.
#[derive(Clone, Debug, PartialEq)]
pub struct PublicKey(VerifyingKey);

impl SecretKey {
    /// A new one, from the operating system's random numbers.
    ///
    /// # Errors
    /// I/O where the system has none.
    pub fn generate() -> Result<Self> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|e| Error::new(ErrorKind::Io, format!("no random numbers: {e}")))?;
        Ok(Self(SigningKey::from_bytes(&bytes)))
    }

    /// # Errors
    /// I/O; invalid where it is no Ed25519 key in PKCS #8 PEM, or an encrypted one.
    pub fn open(path: &Path) -> Result<Self> {
        let text = text_of(path)?;
        if text.contains("ENCRYPTED PRIVATE KEY") {
            return Err(Error::unsupported("the key is encrypted; decrypt it first (openssl pkcs8 -in KEY -out PLAIN)").file(path));
        }
        let key =
            SigningKey::from_pkcs8_pem(&text).map_err(|e| Error::invalid(format!("no Ed25519 key in PKCS #8 PEM: {e}")).file(path))?;
        Ok(Self(key))
    }

    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    pub(super) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }

    /// Writes the pair: the secret key to `path`, readable by its owner only, the public one beside it as `PATH.pub`. Neither may exist.
    ///
    /// # Errors
    /// I/O.
    pub fn write_pair(&self, path: &Path) -> Result<PathBuf> {
        let mut public = path.as_os_str().to_owned();
        public.push(".pub");
        let public = PathBuf::from(public);
        if public.symlink_metadata().is_ok() {
            return Err(Error::new(ErrorKind::Io, "already exists and is not overwritten").file(&public));
        }
        let pem = self.0.to_pkcs8_pem(LineEnding::LF).map_err(|e| Error::invalid(e.to_string()))?;
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).in_file(path)?;
        file.write_all(pem.as_bytes()).and_then(|()| file.sync_all()).in_file(path)?;
        files::write_bytes(&public, Existing::Refuse, self.public().to_pem()?.as_bytes())?;
        Ok(public)
    }
}

impl PublicKey {
    /// # Errors
    /// I/O; invalid where it is no Ed25519 key in PEM.
    pub fn open(path: &Path) -> Result<Self> {
        Self::from_pem(&text_of(path)?).in_file(path)
    }

    /// # Errors
    /// Invalid where it is no Ed25519 key in PEM, or one that fits many messages.
    pub fn from_pem(pem: &str) -> Result<Self> {
        let key = VerifyingKey::from_public_key_pem(pem.trim_start());
        let key = key.map_err(|e| Error::invalid(format!("no Ed25519 public key in PEM: {e}")).field("key"))?;
        if key.is_weak() {
            return Err(Error::invalid("a key of small order: its signatures fit many messages").field("key"));
        }
        Ok(Self(key))
    }

    pub fn to_pem(&self) -> Result<String> {
        self.0.to_public_key_pem(LineEnding::LF).map_err(|e| Error::invalid(e.to_string()).field("key"))
    }

    /// SHA-256 of the key as DER (SubjectPublicKeyInfo), in hex.
    pub fn id(&self) -> String {
        self.0.to_public_key_der().map_or_else(|_| String::new(), |der| files::sha256(der.as_bytes()))
    }

    pub(super) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature).is_ok_and(|s| self.0.verify_strict(message, &s).is_ok())
    }
}

fn text_of(path: &Path) -> Result<String> {
    let bytes = files::read_bounded(path, LARGEST)?;
    String::from_utf8(bytes).map_err(|_| Error::invalid("no text, so no PEM").file(path))
}
