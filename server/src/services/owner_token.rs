//! The owner's Plex token: the only one kept, encrypted, for reading whom the owner shares with.

use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};

use super::ServiceError;
use crate::{
    domain::{
        hash::{from_hex, hex, sha256},
        secret::{EncryptionKey, random_bytes},
    },
    plex::PlexToken,
    storage::{self, Db},
};

const NAME: &str = "owner_plex_token";
/// Under which key the token in this database is kept: a hash, of which nobody learns the key.
const FINGERPRINT: &str = "encryption_key_fingerprint";
const NONCE: usize = 24;

/// Keeps the token.
pub struct OwnerToken {
    db: Db,
    cipher: XChaCha20Poly1305,
    fingerprint: String,
}

impl OwnerToken {
    /// Keeps it in this database under this key.
    #[must_use]
    pub fn new(db: Db, key: &EncryptionKey) -> Self {
        Self {
            db,
            cipher: XChaCha20Poly1305::new(key.expose().into()),
            fingerprint: hex(&sha256(&[FINGERPRINT.as_bytes(), key.expose()].concat())),
        }
    }

    /// Whether the key is the one this database is used with, which the first start decides and then each
    /// [`OwnerToken::keep`]. The log says what to do if not: everything else works, so nobody is kept out by it.
    ///
    /// # Errors
    /// The database's.
    pub async fn check_key(&self) -> Result<bool, ServiceError> {
        let kept = storage::install::find_or_create(&self.db, FINGERPRINT, &self.fingerprint).await?;
        let same = kept == self.fingerprint;
        if !same {
            tracing::error!(
                "this instance has another encryption key than the one this database is used with, so they can't read \
                 each other's Plex token of the owner. Several instances on one database: give all of them the same \
                 LATCHKEY_ENCRYPTION_KEY. The key was changed or lost: the owner signs in with Plex again"
            );
        }
        Ok(same)
    }

    /// Keeps a token in place of any older one.
    ///
    /// # Errors
    /// The database's.
    pub async fn keep(&self, token: &PlexToken) -> Result<(), ServiceError> {
        let nonce = random_bytes::<NONCE>()?;
        // The name is bound in, so that the value is worth nothing in another place.
        let payload = Payload {
            msg: token.expose().as_bytes(),
            aad: NAME.as_bytes(),
        };
        let sealed = self
            .cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| ServiceError::Internal("encrypting the owner's Plex token failed".into()))?;
        storage::install::replace(&self.db, FINGERPRINT, &self.fingerprint).await?;
        Ok(storage::install::replace(&self.db, NAME, &format!("{}{}", hex(&nonce), hex(&sealed))).await?)
    }

    /// The token; `None` when there is none, or it was encrypted under another key (which the log says).
    ///
    /// # Errors
    /// The database's.
    pub async fn find(&self) -> Result<Option<PlexToken>, ServiceError> {
        let Some(kept) = storage::install::find(&self.db, NAME).await? else {
            return Ok(None);
        };
        let token = self.open(&kept);
        if token.is_none() {
            tracing::warn!(
                "the owner's Plex token can't be decrypted with the present key; the owner should sign in with Plex again"
            );
        }
        Ok(token)
    }

    fn open(&self, kept: &str) -> Option<PlexToken> {
        let bytes = from_hex(kept)?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE)?;
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        let plain = self
            .cipher
            .decrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: sealed,
                    aad: NAME.as_bytes(),
                },
            )
            .ok()?;
        PlexToken::new(String::from_utf8(plain).ok()?)
    }
}
