//! A member's sessions, as the list of signed-in devices.

use super::{
    Db, StorageError,
    activity::{Line, insert_line},
    db::{in_transaction, on_db},
    reader::read_hash,
};
use crate::domain::{
    hash::{Hash, hex},
    session::{Device, Lifetime, Method},
};

#[derive(sqlx::FromRow)]
struct DeviceRow {
    id_hash: Vec<u8>,
    method: String,
    address: String,
    agent: String,
    created_at: i64,
    last_seen_at: i64,
    token_name: Option<String>,
}

impl TryFrom<DeviceRow> for Device {
    type Error = StorageError;

    fn try_from(row: DeviceRow) -> Result<Self, StorageError> {
        let id_hash = read_hash("sessions", &row.id_hash)?;
        let method = Method::from_name(&row.method).ok_or_else(|| StorageError::BadRow {
            table: "sessions",
            id: hex(&id_hash[..4]),
            what: format!("unknown method {:?}", row.method),
        })?;
        Ok(Self {
            id_hash,
            method,
            address: row.address,
            agent: row.agent,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            token_name: row.token_name,
        })
    }
}

/// Those that are alive, the one seen last first; at most `most`.
///
/// # Errors
/// The database's, or a row that can't be read.
pub async fn list(db: &Db, user_id: i64, lifetime: Lifetime, now: i64, most: i64) -> Result<Vec<Device>, StorageError> {
    let rows: Vec<DeviceRow> = on_db!(db, |pool| {
        sqlx::query_as(
            "SELECT s.id_hash, s.method, s.address, s.agent, s.created_at, s.last_seen_at, t.name AS token_name \
             FROM sessions s LEFT JOIN login_tokens t ON t.token_hash = s.token_hash \
             WHERE s.user_id = $1 AND s.created_at > $2 AND s.last_seen_at > $3 \
                 AND (s.token_hash IS NULL OR (t.id IS NOT NULL AND (t.expires_at IS NULL OR t.expires_at > $4))) \
             ORDER BY s.last_seen_at DESC, s.created_at DESC, s.id_hash LIMIT $5",
        )
        .bind(user_id)
        .bind(now.saturating_sub(lifetime.absolute))
        .bind(now.saturating_sub(lifetime.idle))
        .bind(now)
        .bind(most)
        .fetch_all(pool)
        .await
    })?;
    rows.into_iter().map(Device::try_from).collect()
}

/// Ends the session of this member whose hash begins with these eight bytes. False: there is none.
///
/// # Errors
/// The database's.
pub async fn delete(db: &Db, user_id: i64, begins: [u8; 8], line: &Line) -> Result<bool, StorageError> {
    Ok(in_transaction!(db, |tx| {
        let ended = sqlx::query("DELETE FROM sessions WHERE user_id = $1 AND substr(id_hash, 1, 8) = $2")
            .bind(user_id)
            .bind(&begins[..])
            .execute(&mut *tx)
            .await?
            .rows_affected()
            > 0;
        if ended {
            insert_line!(tx, line);
        }
        ended
    }))
}

/// Ends all sessions of this member but `keep`; answers how many.
///
/// # Errors
/// The database's.
pub async fn delete_others(db: &Db, user_id: i64, keep: Option<&Hash>, line: &Line) -> Result<u64, StorageError> {
    Ok(in_transaction!(db, |tx| {
        let ended = sqlx::query("DELETE FROM sessions WHERE user_id = $1 AND ($2 IS NULL OR id_hash <> $2)")
            .bind(user_id)
            .bind(keep.map(|hash| hash.to_vec()))
            .execute(&mut *tx)
            .await?
            .rows_affected();
        if ended > 0 {
            insert_line!(tx, line);
        }
        ended
    }))
}
