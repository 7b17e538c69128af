//! What failed, counted over a sliding time. In the database, so that several instances count together.

use super::{
    Db, StorageError,
    db::{in_transaction, on_db},
};

/// Writes down one try, if there are fewer than `most` after the first of two moments and not after the second, and
/// answers its number. `None`: there are as many. However many come at once, exactly `most` get in.
///
/// # Errors
/// The database's.
pub async fn create_below(
    db: &Db,
    kind: &str,
    subject: &str,
    at_ms: i64,
    between_ms: (i64, i64),
    most: i64,
) -> Result<Option<i64>, StorageError> {
    Ok(in_transaction!(db, |tx| {
        if let Db::Postgres(_) = db {
            // SQLite has one writer at a time; here, those who count the same thing wait for each other.
            sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended($1 || ' ' || $2, 0))")
                .bind(kind)
                .bind(subject)
                .execute(&mut *tx)
                .await?;
        }
        sqlx::query_scalar(
            "INSERT INTO failures (kind, subject, at_ms) SELECT $1, $2, $3 \
             WHERE (SELECT COUNT(*) FROM failures WHERE kind = $1 AND subject = $2 AND at_ms > $4 AND at_ms <= $5) < $6 \
             RETURNING id",
        )
        .bind(kind)
        .bind(subject)
        .bind(at_ms)
        .bind(between_ms.0)
        .bind(between_ms.1)
        .bind(most)
        .fetch_optional(&mut *tx)
        .await?
    }))
}

/// When the `nth` newest try after the first of two moments and not after the second was (1 is the newest), in
/// milliseconds; `None`: there were fewer.
///
/// # Errors
/// The database's.
pub async fn nth_newest(
    db: &Db,
    kind: &str,
    subject: &str,
    between_ms: (i64, i64),
    nth: i64,
) -> Result<Option<i64>, StorageError> {
    Ok(on_db!(db, |pool| {
        sqlx::query_scalar(
            "SELECT at_ms FROM failures WHERE kind = $1 AND subject = $2 AND at_ms > $3 AND at_ms <= $4 \
             ORDER BY at_ms DESC, id DESC LIMIT 1 OFFSET $5",
        )
        .bind(kind)
        .bind(subject)
        .bind(between_ms.0)
        .bind(between_ms.1)
        .bind(nth - 1)
        .fetch_optional(pool)
        .await
    })?)
}

/// Takes one try back: it succeeded.
///
/// # Errors
/// The database's.
pub async fn delete(db: &Db, id: i64) -> Result<(), StorageError> {
    on_db!(db, |pool| {
        sqlx::query("DELETE FROM failures WHERE id = $1")
            .bind(id)
            .execute(pool)
            .await?;
    });
    Ok(())
}

/// Clears away what is older than this.
///
/// # Errors
/// The database's.
pub async fn delete_before(db: &Db, before_ms: i64) -> Result<u64, StorageError> {
    Ok(on_db!(db, |pool| sqlx::query("DELETE FROM failures WHERE at_ms < $1")
        .bind(before_ms)
        .execute(pool)
        .await?
        .rows_affected()))
}
