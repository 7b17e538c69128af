//! What this install is: one value a name.

use super::{
    Db, StorageError,
    db::{in_transaction, on_db},
};

/// Reads a value.
///
/// # Errors
/// The database's.
pub async fn find(db: &Db, name: &str) -> Result<Option<String>, StorageError> {
    Ok(on_db!(db, |pool| sqlx::query_scalar(
        "SELECT value FROM install WHERE name = $1"
    )
    .bind(name)
    .fetch_optional(pool)
    .await)?)
}

/// Keeps `value` unless there is one already, and answers what is kept: two instances starting at once agree.
///
/// # Errors
/// The database's.
pub async fn find_or_create(db: &Db, name: &str, value: &str) -> Result<String, StorageError> {
    Ok(in_transaction!(db, |tx| {
        sqlx::query("INSERT INTO install (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING")
            .bind(name)
            .bind(value)
            .execute(&mut *tx)
            .await?;
        sqlx::query_scalar("SELECT value FROM install WHERE name = $1")
            .bind(name)
            .fetch_one(&mut *tx)
            .await?
    }))
}

/// Keeps `value` in place of any older one.
///
/// # Errors
/// The database's.
pub async fn replace(db: &Db, name: &str, value: &str) -> Result<(), StorageError> {
    on_db!(db, |pool| {
        sqlx::query(
            "INSERT INTO install (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )
        .bind(name)
        .bind(value)
        .execute(pool)
        .await?;
    });
    Ok(())
}

/// Forgets a value.
///
/// # Errors
/// The database's.
pub async fn delete(db: &Db, name: &str) -> Result<(), StorageError> {
    on_db!(db, |pool| {
        sqlx::query("DELETE FROM install WHERE name = $1")
            .bind(name)
            .execute(pool)
            .await?;
    });
    Ok(())
}
