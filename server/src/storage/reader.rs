//! The one-row questions that nearly every request asks: whose session, whose login token is this?

use sqlx::{FromRow, SqliteConnection, postgres::PgRow, sqlite::SqliteRow};
use tokio::sync::Mutex;

use super::{Db, StorageError};
use crate::domain::hash::Hash;

/// In KiB, as SQLite wants it: with a million tokens the pages of those in use fit in. A small database never fills it.
const CACHE: &str = "PRAGMA cache_size = -16384";

/// Asks them.
///
/// On SQLite it has a connection to itself. The pool looks after a connection each time it is given back, with one more
/// trip to the connection's thread and a task of its own: that costs as much as the question.
#[derive(Debug)]
pub struct Reader {
    db: Db,
    own: Option<Mutex<SqliteConnection>>,
}

impl Reader {
    /// Takes its connection.
    ///
    /// # Errors
    /// The database's.
    pub async fn open(db: &Db) -> Result<Self, StorageError> {
        let own = match db {
            Db::Sqlite(pool) => {
                let mut own = pool.acquire().await?.detach();
                sqlx::query(CACHE).execute(&mut own).await?;
                Some(Mutex::new(own))
            }
            Db::Postgres(_) => None,
        };
        Ok(Self { db: db.clone(), own })
    }

    /// The row that this statement finds by a hash, its only parameter.
    pub(super) async fn find_by_hash<T>(&self, statement: &'static str, hash: &Hash) -> Result<Option<T>, StorageError>
    where
        T: Send + Unpin + for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow>,
    {
        let hash = &hash[..];
        Ok(match (&self.db, &self.own) {
            (Db::Sqlite(pool), Some(own)) if !pool.is_closed() => {
                let mut own = own.lock().await;
                sqlx::query_as(statement).bind(hash).fetch_optional(&mut *own).await?
            }
            (Db::Sqlite(pool), _) => sqlx::query_as(statement).bind(hash).fetch_optional(pool).await?,
            (Db::Postgres(pool), _) => sqlx::query_as(statement).bind(hash).fetch_optional(pool).await?,
        })
    }
}

/// A stored hash as one; anything else is a bad row.
pub(super) fn read_hash(table: &'static str, bytes: &[u8]) -> Result<Hash, StorageError> {
    bytes.try_into().map_err(|_| StorageError::BadRow {
        table,
        id: "?".into(),
        what: format!("a hash of {} bytes", bytes.len()),
    })
}
