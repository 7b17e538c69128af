//! The settings document with its version and what it was before, and the secrets whose renewal counts as a change of it.

use super::{
    Db, StorageError,
    activity::{Line, insert_line},
    db::{in_transaction, on_db},
};

/// How many older documents are kept, for somebody who began from one of them.
const KEPT: i64 = 200;

/// The document as stored.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct StoredSettings {
    /// Counts changes; 1 is the first document.
    pub version: i64,
    /// JSON.
    pub body: String,
}

/// Keeps what the document was, within a transaction that has raised its version to `$version`.
macro_rules! keep_older {
    ($tx:ident, $version:expr, $body:expr) => {{
        let older: i64 = $version - 1;
        sqlx::query("INSERT INTO settings_history (version, body) VALUES ($1, $2) ON CONFLICT (version) DO NOTHING")
            .bind(older)
            .bind($body)
            .execute(&mut *$tx)
            .await?;
        sqlx::query("DELETE FROM settings_history WHERE version <= $1")
            .bind(older - KEPT)
            .execute(&mut *$tx)
            .await?;
    }};
}

/// Reads the document.
///
/// # Errors
/// The database's.
pub async fn find(db: &Db) -> Result<Option<StoredSettings>, StorageError> {
    Ok(on_db!(db, |pool| sqlx::query_as(
        "SELECT version, body FROM settings WHERE id = 1"
    )
    .fetch_optional(pool)
    .await)?)
}

/// Reads what the document was at an older version; `None`: too long ago, or never.
///
/// # Errors
/// The database's.
pub async fn find_older(db: &Db, version: i64) -> Result<Option<String>, StorageError> {
    Ok(on_db!(db, |pool| sqlx::query_scalar(
        "SELECT body FROM settings_history WHERE version = $1"
    )
    .bind(version)
    .fetch_optional(pool)
    .await)?)
}

/// Reads only the version; 0 when there is no document.
///
/// # Errors
/// The database's.
pub async fn version(db: &Db) -> Result<i64, StorageError> {
    let version: Option<i64> = on_db!(db, |pool| sqlx::query_scalar(
        "SELECT version FROM settings WHERE id = 1"
    )
    .fetch_optional(pool)
    .await)?;
    Ok(version.unwrap_or(0))
}

/// Writes the first document unless there is one.
///
/// # Errors
/// The database's.
pub async fn create(db: &Db, body: &str) -> Result<(), StorageError> {
    on_db!(db, |pool| {
        sqlx::query("INSERT INTO settings (id, version, body) VALUES (1, 1, $1) ON CONFLICT (id) DO NOTHING")
            .bind(body)
            .execute(pool)
            .await?;
    });
    Ok(())
}

/// Replaces the document, with its lines of activity, if it still is the one that the change was made from. False: somebody
/// was faster.
///
/// # Errors
/// The database's.
pub async fn update(db: &Db, from: &StoredSettings, body: &str, lines: &[Line]) -> Result<bool, StorageError> {
    Ok(in_transaction!(db, |tx| {
        let changed = sqlx::query("UPDATE settings SET version = version + 1, body = $1 WHERE id = 1 AND version = $2")
            .bind(body)
            .bind(from.version)
            .execute(&mut *tx)
            .await?
            .rows_affected();
        if changed == 1 {
            keep_older!(tx, from.version + 1, &from.body);
            for line in lines {
                insert_line!(tx, line);
            }
        }
        changed == 1
    }))
}

/// Keeps values of `install` (name, value), with a line of activity, and raises the version, which tells the other
/// instances; `end_sessions`: every session ends. All as one.
///
/// # Errors
/// The database's.
pub async fn renew(
    db: &Db,
    values: &[(&str, &str)],
    end_sessions: bool,
    line: Option<&Line>,
) -> Result<(), StorageError> {
    in_transaction!(db, |tx| {
        // First, and so one after the other: the version that was is kept with its document.
        let raised: Option<(i64, String)> =
            sqlx::query_as("UPDATE settings SET version = version + 1 WHERE id = 1 RETURNING version, body")
                .fetch_optional(&mut *tx)
                .await?;
        if let Some((version, body)) = raised {
            keep_older!(tx, version, body);
        }
        for (name, value) in values {
            sqlx::query(
                "INSERT INTO install (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            )
            .bind(*name)
            .bind(*value)
            .execute(&mut *tx)
            .await?;
        }
        if end_sessions {
            sqlx::query("DELETE FROM sessions").execute(&mut *tx).await?;
        }
        if let Some(line) = line {
            insert_line!(tx, line);
        }
    });
    Ok(())
}
