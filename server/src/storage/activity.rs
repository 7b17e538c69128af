//! What happened.

use super::{
    Db, StorageError,
    db::{in_transaction, on_db},
};

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Line {
    /// Unix seconds.
    pub at: i64,
    /// What, as one word.
    pub kind: String,
    /// Whom it is about.
    pub user_id: Option<i64>,
    /// Who did it, where that is known.
    pub actor_id: Option<i64>,
    /// The device's name, or empty.
    pub subject: String,
    /// From where; empty for what Latchkey did by itself.
    pub address: String,
    /// Why, as one word, or empty.
    pub reason: String,
    /// The Plex account that it is about, which may belong to no member.
    pub plex_id: Option<i64>,
}

/// People who are gone meanwhile are left out of a line.
pub(super) const INSERT: &str = "INSERT INTO activity (at, kind, user_id, actor_id, subject, address, reason, plex_id) \
     VALUES ($1, $2, (SELECT id FROM users WHERE id = $3), (SELECT id FROM users WHERE id = $4), $5, $6, $7, $8)";

/// Writes a line within a transaction, so that what happened and its line are there together or not at all.
macro_rules! insert_line {
    ($tx:ident, $line:expr) => {{
        let line = $line;
        sqlx::query($crate::storage::activity::INSERT)
            .bind(line.at)
            .bind(&line.kind)
            .bind(line.user_id)
            .bind(line.actor_id)
            .bind(&line.subject)
            .bind(&line.address)
            .bind(&line.reason)
            .bind(line.plex_id)
            .execute(&mut *$tx)
            .await?;
    }};
}
pub(super) use insert_line;

/// Writes lines, all or none.
///
/// # Errors
/// The database's.
pub async fn create(db: &Db, lines: &[Line]) -> Result<(), StorageError> {
    in_transaction!(db, |tx| {
        for line in lines {
            insert_line!(tx, line);
        }
    });
    Ok(())
}

/// So many lines, the newest first.
///
/// # Errors
/// The database's.
pub async fn list(db: &Db, most: i64) -> Result<Vec<Line>, StorageError> {
    Ok(on_db!(db, |pool| {
        sqlx::query_as(
            "SELECT at, kind, user_id, actor_id, subject, address, reason, plex_id FROM activity \
             ORDER BY id DESC LIMIT $1",
        )
        .bind(most)
        .fetch_all(pool)
        .await
    })?)
}

/// Clears away what is older than this, in Unix seconds.
///
/// # Errors
/// The database's.
pub async fn delete_before(db: &Db, before: i64) -> Result<u64, StorageError> {
    Ok(on_db!(db, |pool| sqlx::query("DELETE FROM activity WHERE at < $1")
        .bind(before)
        .execute(pool)
        .await?
        .rows_affected()))
}
