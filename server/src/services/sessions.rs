//! Signed-in browsers: the store behind tower-sessions.
//!
//! Reading a session never writes. "Last seen" is collected in memory and written in batches by [`Sessions::flush`],
//! which `bootstrap` calls; a crash loses at most those few minutes of "last seen", never a session.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use async_trait::async_trait;
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store::{Error, Result as StoreResult},
};

use super::{ServiceError, site::Site};
use crate::{
    domain::{
        clock::Clock,
        hash::{Hash, sha256},
        session::SessionFacts,
        user::User,
    },
    storage::{self, Db, Reader, StorageError},
};

/// The key in the session's data under which its facts travel between the store and the handlers.
pub const FACTS: &str = "facts";

/// The sessions.
pub struct Sessions {
    db: Db,
    reader: Arc<Reader>,
    clock: Arc<dyn Clock>,
    site: Arc<Site>,
    seen: Mutex<HashMap<Hash, i64>>,
}

impl Sessions {
    /// Keeps them in this database.
    #[must_use]
    pub fn new(db: Db, reader: Arc<Reader>, clock: Arc<dyn Clock>, site: Arc<Site>) -> Self {
        Self {
            db,
            reader,
            clock,
            site,
            seen: Mutex::default(),
        }
    }

    /// Opens a session beside tower-sessions: its id, for the cookie.
    ///
    /// # Errors
    /// The database's.
    pub async fn create(&self, facts: &SessionFacts) -> Result<Id, ServiceError> {
        let id = Id::default();
        storage::session::create(&self.db, &id_hash(&id), facts).await?;
        Ok(id)
    }

    /// Writes what was seen since the last call. On failure, or given up halfway, it is kept for the next one.
    ///
    /// # Errors
    /// The database's.
    pub async fn flush(&self) -> Result<(), ServiceError> {
        let seen: Vec<(Hash, i64)> = self.seen_now().iter().map(|(id_hash, at)| (*id_hash, *at)).collect();
        if seen.is_empty() {
            return Ok(());
        }
        storage::session::touch(&self.db, &seen).await?;
        let mut kept = self.seen_now();
        for (id_hash, at) in seen {
            // Seen again meanwhile: the next call's.
            if kept.get(&id_hash) == Some(&at) {
                kept.remove(&id_hash);
            }
        }
        Ok(())
    }

    /// A session was seen just now: written with the next batch.
    pub fn note_seen(&self, id_hash: Hash, now: i64) {
        self.seen_now().insert(id_hash, now);
    }

    /// When this session was seen, where that is not written yet; Unix seconds.
    #[must_use]
    pub fn last_seen(&self, id_hash: &Hash) -> Option<i64> {
        self.seen_now().get(id_hash).copied()
    }

    /// Clears away sessions past their limits.
    ///
    /// # Errors
    /// The database's.
    pub async fn clean(&self) -> Result<u64, ServiceError> {
        let lifetime = self.site.now().settings.lifetime();
        Ok(storage::session::delete_expired(&self.db, lifetime, self.clock.now()).await?)
    }

    fn seen_now(&self) -> std::sync::MutexGuard<'_, HashMap<Hash, i64>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn find_alive(&self, id_hash: &Hash) -> Result<Option<(SessionFacts, User)>, StorageError> {
        let Some((facts, user)) = storage::session::find(&self.reader, id_hash).await? else {
            return Ok(None);
        };
        let now = self.clock.now();
        let lifetime = self.site.now().settings.lifetime();
        if !facts.alive(lifetime, now) {
            return Ok(None);
        }
        if now - facts.last_seen_at >= lifetime.touch_after() {
            self.note_seen(*id_hash, now);
        }
        Ok(Some((facts, user)))
    }
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sessions")
    }
}

/// The member of this request's session: found in one question with the session, and handed past tower-sessions,
/// whose records hold only what is stored.
#[derive(Debug, Clone, Default)]
pub struct SessionUser(Arc<OnceLock<User>>);

impl SessionUser {
    /// The member, once the session was asked for and is alive.
    #[must_use]
    pub fn get(&self) -> Option<&User> {
        self.0.get()
    }
}

/// The store as tower-sessions takes it, for one request.
#[derive(Debug, Clone)]
pub struct RequestSessions {
    sessions: Arc<Sessions>,
    user: SessionUser,
}

impl RequestSessions {
    /// Leaves the member it finds in `user`.
    #[must_use]
    pub fn new(sessions: Arc<Sessions>, user: SessionUser) -> Self {
        Self { sessions, user }
    }
}

/// What is stored of a session's id.
#[must_use]
pub fn id_hash(id: &Id) -> Hash {
    sha256(&id.0.to_le_bytes())
}

fn backend(error: &StorageError) -> Error {
    Error::Backend(error.to_string())
}

fn facts_of(record: &Record) -> StoreResult<SessionFacts> {
    let facts = record
        .data
        .get(FACTS)
        .ok_or_else(|| Error::Encode("only signed-in sessions are kept".into()))?;
    serde_json::from_value(facts.clone()).map_err(|error| Error::Encode(error.to_string()))
}

#[async_trait]
impl SessionStore for RequestSessions {
    async fn create(&self, record: &mut Record) -> StoreResult<()> {
        let facts = facts_of(record)?;
        loop {
            match storage::session::create(&self.sessions.db, &id_hash(&record.id), &facts).await {
                Ok(()) => return Ok(()),
                // 2^-127; a new id is the answer all the same.
                Err(StorageError::Taken) => record.id = Id::default(),
                Err(error) => return Err(backend(&error)),
            }
        }
    }

    /// Nothing in a session changes after sign-in; what was created stays.
    async fn save(&self, _record: &Record) -> StoreResult<()> {
        Ok(())
    }

    async fn load(&self, id: &Id) -> StoreResult<Option<Record>> {
        let Some((facts, user)) = self
            .sessions
            .find_alive(&id_hash(id))
            .await
            .map_err(|error| backend(&error))?
        else {
            return Ok(None);
        };
        // A second load within the request finds the same member.
        let _ = self.user.0.set(user);
        let ends = facts
            .created_at
            .saturating_add(self.sessions.site.now().settings.lifetime().absolute);
        let expiry_date =
            time::OffsetDateTime::from_unix_timestamp(ends).map_err(|error| Error::Decode(error.to_string()))?;
        let value = serde_json::to_value(facts).map_err(|error| Error::Decode(error.to_string()))?;
        Ok(Some(Record {
            id: *id,
            data: HashMap::from([(FACTS.to_owned(), value)]),
            expiry_date,
        }))
    }

    async fn delete(&self, id: &Id) -> StoreResult<()> {
        storage::session::delete(&self.sessions.db, &id_hash(id))
            .await
            .map_err(|error| backend(&error))
    }
}
