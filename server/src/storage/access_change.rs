//! Whose sessions may have ended, or whose rights may have changed. Triggers write the rows (migration 0007).

use super::{Db, StorageError, db::on_db};

/// What changed since a position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// Where to go on from.
    pub position: i64,
    /// The settings' version now.
    pub settings: i64,
    /// Whose.
    pub users: Vec<i64>,
}

#[derive(sqlx::FromRow)]
struct ChangeRow {
    position: i64,
    settings: i64,
    user_id: Option<i64>,
}

/// What changed since `position` (0: nothing, only where to begin), in one question. On PostgreSQL a change may be told twice; none is missed,
/// whatever order transactions end in.
///
/// # Errors
/// The database's.
pub async fn since(db: &Db, position: i64) -> Result<Changes, StorageError> {
    // SQLite has one writer, so numbers become visible in order. PostgreSQL: transactions below `xmin` have all ended.
    const SQLITE: &str = "SELECT now.position, now.settings, c.user_id FROM (\
             SELECT (SELECT COALESCE(MAX(position), $1 - 1) + 1 FROM access_changes) AS position, \
                 (SELECT version FROM settings WHERE id = 1) AS settings) now \
         LEFT JOIN access_changes c ON c.position >= $1 AND $1 > 0";
    const POSTGRES: &str = "SELECT DISTINCT now.position, now.settings, c.user_id FROM (\
             SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS position, \
                 (SELECT version FROM settings WHERE id = 1) AS settings) now \
         LEFT JOIN access_changes c ON c.position >= $1 AND $1 > 0";
    let rows: Vec<ChangeRow> = match db {
        Db::Sqlite(pool) => sqlx::query_as(SQLITE).bind(position).fetch_all(pool).await?,
        Db::Postgres(pool) => sqlx::query_as(POSTGRES).bind(position).fetch_all(pool).await?,
    };
    let first = rows.first().ok_or_else(|| StorageError::BadRow {
        table: "settings",
        id: "1".into(),
        what: "the row is gone".into(),
    })?;
    Ok(Changes {
        position: first.position,
        settings: first.settings,
        users: rows.iter().filter_map(|row| row.user_id).collect(),
    })
}

/// Clears away what every instance has read long ago; answers how many. The newest stays: on SQLite positions go on from it.
///
/// # Errors
/// The database's.
pub async fn delete_older(db: &Db, before: i64) -> Result<u64, StorageError> {
    Ok(on_db!(db, |pool| {
        sqlx::query(
            "DELETE FROM access_changes WHERE at < $1 AND position < (SELECT MAX(position) FROM access_changes)",
        )
        .bind(before)
        .execute(pool)
        .await?
        .rows_affected()
    }))
}
