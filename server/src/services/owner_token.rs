//! The owner's Plex token: the only one kept, encrypted, for reading whom the owner shares with.

use std::sync::Arc;

use super::{ServiceError, vault::Vault};
use crate::{
    plex::PlexToken,
    storage::{self, Db},
};

const NAME: &str = "owner_plex_token";
/// Under which key the token in this database is kept.
const FINGERPRINT: &str = "encryption_key_fingerprint";

/// Keeps the token.
pub struct OwnerToken {
    db: Db,
    vault: Arc<Vault>,
}

impl OwnerToken {
    /// Keeps it in this database, encrypted by this vault.
    #[must_use]
    pub fn new(db: Db, vault: Arc<Vault>) -> Self {
        Self { db, vault }
    }

    /// Whether the key is the one this database is used with, which the first start decides and then each
    /// [`OwnerToken::keep`]. The log says what to do if not: everything else works, so nobody is kept out by it.
    ///
    /// # Errors
    /// The database's.
    pub async fn check_key(&self) -> Result<bool, ServiceError> {
        let fingerprint = self.vault.fingerprint();
        let kept = storage::install::find_or_create(&self.db, FINGERPRINT, &fingerprint).await?;
        let same = kept == fingerprint;
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
        let sealed = self.vault.seal(NAME, token.expose())?;
        storage::install::replace(&self.db, FINGERPRINT, &self.vault.fingerprint()).await?;
        Ok(storage::install::replace(&self.db, NAME, &sealed).await?)
    }

    /// The token; `None` when there is none, or it was encrypted under another key (which the log says).
    ///
    /// # Errors
    /// The database's.
    pub async fn find(&self) -> Result<Option<PlexToken>, ServiceError> {
        let Some(kept) = storage::install::find(&self.db, NAME).await? else {
            return Ok(None);
        };
        let token = self.vault.open(NAME, &kept).and_then(PlexToken::new);
        if token.is_none() {
            tracing::warn!(
                "the owner's Plex token can't be decrypted with the present key; the owner should sign in with Plex again"
            );
        }
        Ok(token)
    }
}
