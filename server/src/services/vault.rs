//! Encrypts what is kept in the database and must not be readable there: the owner's Plex token, the password for mail.
//!
//! Under the encryption key, which is outside of the database. Each value is bound to what it is for, so that it is worth
//! nothing in another place.

use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};

use super::ServiceError;
use crate::domain::{
    hash::{from_hex, hex, sha256},
    secret::{EncryptionKey, random_bytes},
};

const NONCE: usize = 24;

/// Encrypts and decrypts under the encryption key.
pub struct Vault {
    cipher: XChaCha20Poly1305,
    key_hash: [u8; 32],
}

impl Vault {
    /// Under this key.
    #[must_use]
    pub fn new(key: &EncryptionKey) -> Self {
        Self {
            cipher: XChaCha20Poly1305::new(key.expose().into()),
            key_hash: sha256(&[b"encryption_key_fingerprint".as_slice(), key.expose()].concat()),
        }
    }

    /// Tells one key from another: a hash, of which nobody learns the key.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        hex(&self.key_hash)
    }

    /// Encrypts a text. Only [`Vault::open`] with the same `purpose` gives it back.
    ///
    /// # Errors
    /// [`ServiceError::Randomness`].
    pub fn seal(&self, purpose: &str, text: &str) -> Result<String, ServiceError> {
        let nonce = random_bytes::<NONCE>()?;
        let payload = Payload {
            msg: text.as_bytes(),
            aad: purpose.as_bytes(),
        };
        let sealed = self
            .cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| ServiceError::Internal("encrypting a kept value failed".into()))?;
        Ok(format!("{}{}", hex(&nonce), hex(&sealed)))
    }

    /// The text; `None`: sealed under another key or for another purpose, or damaged.
    #[must_use]
    pub fn open(&self, purpose: &str, sealed: &str) -> Option<String> {
        let bytes = from_hex(sealed)?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE)?;
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        let payload = Payload {
            msg: sealed,
            aad: purpose.as_bytes(),
        };
        let plain = self.cipher.decrypt(&XNonce::from(nonce), payload).ok()?;
        String::from_utf8(plain).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_opens_for_its_purpose_under_its_key() {
        let key = EncryptionKey::generate().unwrap();
        let vault = Vault::new(&key);
        let sealed = vault.seal("mail", "hunter2").unwrap();
        assert!(!sealed.contains("hunter2"));
        assert_eq!(vault.open("mail", &sealed).as_deref(), Some("hunter2"));
        assert_eq!(vault.open("plex", &sealed), None);
        assert_eq!(vault.open("mail", &sealed[2..]), None);
        assert_eq!(vault.open("mail", ""), None);
        let other = Vault::new(&EncryptionKey::generate().unwrap());
        assert_eq!(other.open("mail", &sealed), None);
        assert_ne!(other.fingerprint(), vault.fingerprint());
    }
}
