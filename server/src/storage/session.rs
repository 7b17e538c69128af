//! Session rows. The id is stored only as its SHA-256.

use sqlx::SqliteConnection;
use tokio::sync::Mutex;

use super::{
    Db, StorageError,
    db::{in_transaction, on_db},
    user::UserRow,
};
use crate::domain::{
    hash::{Hash, hex},
    session::{Lifetime, Method, SessionFacts},
    user::User,
};

#[derive(sqlx::FromRow)]
struct SessionRow {
    method: String,
    address: String,
    agent: String,
    session_created_at: i64,
    last_seen_at: i64,
    #[sqlx(flatten)]
    user: UserRow,
}

const FIND: &str = "SELECT s.method, s.address, s.agent, s.created_at AS session_created_at, s.last_seen_at, \
         u.id, u.plex_id, u.plex_username, u.plex_name, u.email, u.username, u.password_hash IS NOT NULL AS has_password, u.tier, \
         u.permissions, u.avatar, u.locale, u.disabled_at, u.created_at, u.updated_at \
     FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id_hash = $1";

/// Finds sessions: the question that every request with a cookie asks.
///
/// On SQLite it has a connection to itself. The pool looks after a connection each time it is given back, with one more
/// trip to the connection's thread and a task of its own: that costs as much as the question.
#[derive(Debug)]
pub struct Finder {
    db: Db,
    own: Option<Mutex<SqliteConnection>>,
}

impl Finder {
    /// Takes its connection.
    ///
    /// # Errors
    /// The database's.
    pub async fn open(db: &Db) -> Result<Self, StorageError> {
        let own = match db {
            Db::Sqlite(pool) => Some(Mutex::new(pool.acquire().await?.detach())),
            Db::Postgres(_) => None,
        };
        Ok(Self { db: db.clone(), own })
    }

    /// As [`find`].
    ///
    /// # Errors
    /// As [`find`].
    pub async fn find(&self, id_hash: &Hash) -> Result<Option<(SessionFacts, User)>, StorageError> {
        match (&self.db, &self.own) {
            (Db::Sqlite(pool), Some(own)) if !pool.is_closed() => {
                let mut own = own.lock().await;
                let row = sqlx::query_as(FIND)
                    .bind(&id_hash[..])
                    .fetch_optional(&mut *own)
                    .await?;
                read(id_hash, row)
            }
            _ => find(&self.db, id_hash).await,
        }
    }
}

/// The session of this id, alive or not, with its member: one question for both.
///
/// # Errors
/// The database's, or a row that can't be read.
pub async fn find(db: &Db, id_hash: &Hash) -> Result<Option<(SessionFacts, User)>, StorageError> {
    let row = on_db!(db, |pool| sqlx::query_as(FIND)
        .bind(&id_hash[..])
        .fetch_optional(pool)
        .await)?;
    read(id_hash, row)
}

fn read(id_hash: &Hash, row: Option<SessionRow>) -> Result<Option<(SessionFacts, User)>, StorageError> {
    let Some(row) = row else { return Ok(None) };
    let method = Method::from_name(&row.method).ok_or_else(|| StorageError::BadRow {
        table: "sessions",
        id: hex(&id_hash[..4]),
        what: format!("unknown method {:?}", row.method),
    })?;
    let user = User::try_from(row.user)?;
    let facts = SessionFacts {
        user_id: user.id,
        method,
        address: row.address,
        agent: row.agent,
        created_at: row.session_created_at,
        last_seen_at: row.last_seen_at,
    };
    Ok(Some((facts, user)))
}

/// Makes a session.
///
/// # Errors
/// [`StorageError::Taken`] when the id exists; the database's.
pub async fn create(db: &Db, id_hash: &Hash, facts: &SessionFacts) -> Result<(), StorageError> {
    on_db!(db, |pool| {
        sqlx::query("INSERT INTO sessions (id_hash, user_id, method, address, agent, created_at, last_seen_at) VALUES ($1, $2, $3, $4, $5, $6, $7)")
            .bind(&id_hash[..])
            .bind(facts.user_id)
            .bind(facts.method.name())
            .bind(&facts.address)
            .bind(&facts.agent)
            .bind(facts.created_at)
            .bind(facts.last_seen_at)
            .execute(pool)
            .await?;
    });
    Ok(())
}

/// Ends a session.
///
/// # Errors
/// The database's.
pub async fn delete(db: &Db, id_hash: &Hash) -> Result<(), StorageError> {
    on_db!(db, |pool| {
        sqlx::query("DELETE FROM sessions WHERE id_hash = $1")
            .bind(&id_hash[..])
            .execute(pool)
            .await?;
    });
    Ok(())
}

/// Writes "last seen" of many sessions as one. Sessions that ended meanwhile stay ended.
///
/// # Errors
/// The database's.
pub async fn touch(db: &Db, seen: &[(Hash, i64)]) -> Result<(), StorageError> {
    // In one order everywhere: two instances with the same sessions in different orders would wait for each other.
    let mut seen = seen.to_vec();
    seen.sort_unstable();
    in_transaction!(db, |tx| {
        for (id_hash, at) in &seen {
            sqlx::query("UPDATE sessions SET last_seen_at = $2 WHERE id_hash = $1 AND last_seen_at < $2")
                .bind(&id_hash[..])
                .bind(at)
                .execute(&mut *tx)
                .await?;
        }
    });
    Ok(())
}

/// Clears away sessions past their limits; answers how many.
///
/// # Errors
/// The database's.
pub async fn delete_expired(db: &Db, lifetime: Lifetime, now: i64) -> Result<u64, StorageError> {
    Ok(on_db!(db, |pool| {
        sqlx::query("DELETE FROM sessions WHERE created_at <= $1 OR last_seen_at <= $2")
            .bind(now.saturating_sub(lifetime.absolute))
            .bind(now.saturating_sub(lifetime.idle))
            .execute(pool)
            .await?
            .rows_affected()
    }))
}
