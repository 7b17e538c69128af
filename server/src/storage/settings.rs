//! The settings document and its version, and the rotation of the session secret, which counts as a change of it.

use super::{
    Db, StorageError,
    db::{in_transaction, on_db},
};

/// The document as stored.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct StoredSettings {
    /// Counts changes; 1 is the first document.
    pub version: i64,
    /// JSON.
    pub body: String,
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

/// Replaces the document if it still has the version that the change was made from. False: somebody was faster.
///
/// # Errors
/// The database's.
pub async fn update(db: &Db, from_version: i64, body: &str) -> Result<bool, StorageError> {
    let changed = on_db!(db, |pool| {
        sqlx::query("UPDATE settings SET version = version + 1, body = $1 WHERE id = 1 AND version = $2")
            .bind(body)
            .bind(from_version)
            .execute(pool)
            .await?
            .rows_affected()
    });
    Ok(changed == 1)
}

/// Keeps a new session secret and ends every session, as one. The raised version tells the other instances.
///
/// # Errors
/// The database's.
pub async fn rotate_session_secret(db: &Db, secret_hex: &str) -> Result<(), StorageError> {
    in_transaction!(db, |tx| {
        sqlx::query("INSERT INTO install (name, value) VALUES ('session_secret', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
            .bind(secret_hex)
            .execute(&mut *tx)
            .await?;
        sqlx::query("DELETE FROM sessions").execute(&mut *tx).await?;
        sqlx::query("UPDATE settings SET version = version + 1 WHERE id = 1")
            .execute(&mut *tx)
            .await?;
    });
    Ok(())
}
