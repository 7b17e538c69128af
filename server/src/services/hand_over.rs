//! Handing a session to the host of an app that no cookie of ours reaches: a code, worth something once, for half a minute,
//! to the browser that began at that host.

use std::sync::Arc;

use super::ServiceError;
use crate::{
    domain::{
        clock::Clock,
        hash::{Hash, same, sha256},
        secret::random_hex,
    },
    storage::{self, Db, hand_over::HandOver},
};

/// How long a code is worth something, in seconds.
const LIFE: i64 = 30;

/// Makes codes and takes them.
pub struct HandOvers {
    db: Db,
    clock: Arc<dyn Clock>,
}

impl HandOvers {
    /// Keeps them in this database.
    #[must_use]
    pub fn new(db: Db, clock: Arc<dyn Clock>) -> Self {
        Self { db, clock }
    }

    /// A code for this session, for the browser with this cookie at `authority`, which goes on to `target` there. `None`:
    /// the session has ended.
    ///
    /// # Errors
    /// [`ServiceError::Randomness`]; the database's.
    pub async fn make(
        &self,
        session_hash: Hash,
        authority: &str,
        browser_hash: Hash,
        target: &str,
    ) -> Result<Option<String>, ServiceError> {
        let code = random_hex(32)?;
        let new = HandOver {
            session_hash,
            authority: authority.to_owned(),
            browser_hash,
            target: target.to_owned(),
            expires_at: self.clock.now() + LIFE,
        };
        let made = storage::hand_over::create(&self.db, &sha256(code.as_bytes()), &new).await?;
        Ok(made.then_some(code))
    }

    /// What a code is worth to a browser at `authority`. Whatever the answer, the code is worth nothing any more.
    ///
    /// # Errors
    /// The database's.
    pub async fn take(
        &self,
        code: &str,
        authority: &str,
        browser_hash: &Hash,
    ) -> Result<Option<HandOver>, ServiceError> {
        let found = storage::hand_over::take(&self.db, &sha256(code.as_bytes())).await?;
        Ok(found.filter(|found| {
            found.expires_at > self.clock.now()
                && found.authority == authority
                && same(&found.browser_hash, browser_hash)
        }))
    }
}
