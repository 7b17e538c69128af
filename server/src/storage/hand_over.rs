//! Sessions on their way to the host of an app.

use super::{Db, StorageError, db::on_db, reader::read_hash};
use crate::domain::hash::Hash;

/// A row, without its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandOver {
    /// The session.
    pub session_hash: Hash,
    /// The app's host and port.
    pub authority: String,
    /// SHA-256 of the cookie that the browser has there.
    pub browser_hash: Hash,
    /// Where to go then, on that host.
    pub target: String,
    /// Unix seconds.
    pub expires_at: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    session_hash: Vec<u8>,
    authority: String,
    browser_hash: Vec<u8>,
    target: String,
    expires_at: i64,
}

/// Keeps one under the hash of its code. `false`: the session has ended.
///
/// # Errors
/// The database's.
pub async fn create(db: &Db, code_hash: &Hash, new: &HandOver) -> Result<bool, StorageError> {
    let made = on_db!(db, |pool| {
        sqlx::query(
            "INSERT INTO hand_overs (code_hash, session_hash, authority, browser_hash, target, expires_at) \
             SELECT $1, id_hash, $3, $4, $5, $6 FROM sessions WHERE id_hash = $2",
        )
        .bind(&code_hash[..])
        .bind(&new.session_hash[..])
        .bind(&new.authority)
        .bind(&new.browser_hash[..])
        .bind(&new.target)
        .bind(new.expires_at)
        .execute(pool)
        .await?
        .rows_affected()
    });
    Ok(made > 0)
}

/// Takes the one of this code out: nobody gets it a second time.
///
/// # Errors
/// The database's, or a row that can't be read.
pub async fn take(db: &Db, code_hash: &Hash) -> Result<Option<HandOver>, StorageError> {
    let row: Option<Row> = on_db!(db, |pool| {
        sqlx::query_as(
            "DELETE FROM hand_overs WHERE code_hash = $1 \
             RETURNING session_hash, authority, browser_hash, target, expires_at",
        )
        .bind(&code_hash[..])
        .fetch_optional(pool)
        .await
    })?;
    row.map(|row| {
        Ok(HandOver {
            session_hash: read_hash("hand_overs", &row.session_hash)?,
            authority: row.authority,
            browser_hash: read_hash("hand_overs", &row.browser_hash)?,
            target: row.target,
            expires_at: row.expires_at,
        })
    })
    .transpose()
}

/// Clears away what ran out; answers how many.
///
/// # Errors
/// The database's.
pub async fn delete_expired(db: &Db, now: i64) -> Result<u64, StorageError> {
    Ok(on_db!(db, |pool| {
        sqlx::query("DELETE FROM hand_overs WHERE expires_at <= $1")
            .bind(now)
            .execute(pool)
            .await?
            .rows_affected()
    }))
}
