//! Values that travel through a browser's cookie without anybody being able to read or change them: encrypted under a key
//! of the session secret, bound to what they are for, with an end. The session secret is in the database, unless it is
//! configured; what the database's other rows would be enough to fill in is sealed under the encryption key as well.

use std::sync::Arc;

use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{ServiceError, site::Site};
use crate::domain::{
    clock::Clock,
    hash::{from_hex, hex, sha256},
    secret::{EncryptionKey, random_bytes},
};

const NONCE: usize = 24;

/// Seals and opens.
pub struct Sealed {
    site: Arc<Site>,
    clock: Arc<dyn Clock>,
    outside: Option<EncryptionKey>,
}

#[derive(Serialize, Deserialize)]
struct Content<T> {
    until: i64,
    value: T,
}

impl Sealed {
    /// Under the session secret of the moment: rotating it makes everything sealed worthless.
    #[must_use]
    pub fn new(site: Arc<Site>, clock: Arc<dyn Clock>) -> Self {
        Self {
            site,
            clock,
            outside: None,
        }
    }

    /// The same under the encryption key, too: whoever reads the database alone can make no such value.
    #[must_use]
    pub fn and_under(self, key: EncryptionKey) -> Self {
        Self {
            outside: Some(key),
            ..self
        }
    }

    /// Seals a value for so many seconds. Only [`Sealed::open`] with the same purpose gives it back.
    ///
    /// # Errors
    /// [`ServiceError::Randomness`]; a value that is no JSON.
    pub fn seal<T: Serialize>(&self, purpose: &str, value: &T, seconds: i64) -> Result<String, ServiceError> {
        let failed = || ServiceError::Internal(format!("sealing a value for {purpose} failed"));
        let content = Content {
            until: self.clock.now().saturating_add(seconds),
            value,
        };
        let plain = serde_json::to_vec(&content).map_err(|_| failed())?;
        let nonce = random_bytes::<NONCE>()?;
        let payload = Payload {
            msg: &plain,
            aad: purpose.as_bytes(),
        };
        let sealed = self
            .cipher()
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| failed())?;
        Ok(hex(&[&nonce[..], &sealed].concat()))
    }

    /// The value; `None`: not sealed here for this, or its time is over.
    #[must_use]
    pub fn open<T: DeserializeOwned>(&self, purpose: &str, text: &str) -> Option<T> {
        let bytes = from_hex(text)?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE)?;
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        let payload = Payload {
            msg: sealed,
            aad: purpose.as_bytes(),
        };
        let plain = self.cipher().decrypt(&XNonce::from(nonce), payload).ok()?;
        let content: Content<T> = serde_json::from_slice(&plain).ok()?;
        (content.until > self.clock.now()).then_some(content.value)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        let site = self.site.now();
        let outside = self.outside.as_ref().map_or(&[][..], |key| key.expose().as_slice());
        let key = sha256(
            &[
                b"latchkey sealed values\0".as_slice(),
                site.session_secret.expose(),
                outside,
            ]
            .concat(),
        );
        XChaCha20Poly1305::new(&key.into())
    }
}
