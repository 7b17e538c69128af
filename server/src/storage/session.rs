//! Session rows. The id is stored only as its SHA-256.

use super::{
    Db, Reader, StorageError,
    db::{in_transaction, on_db},
    login_token::read_limits,
    reader::read_hash,
    user::{UserRow, user_columns},
};
use crate::domain::{
    hash::{Hash, hex},
    session::{Lifetime, Method, SessionFacts, SessionToken},
    user::User,
};

#[derive(sqlx::FromRow)]
struct SessionRow {
    method: String,
    address: String,
    agent: String,
    session_created_at: i64,
    last_seen_at: i64,
    opened_by: Option<Vec<u8>>,
    token_id: Option<i64>,
    token_expires_at: Option<i64>,
    token_limits: Option<String>,
    #[sqlx(flatten)]
    user: UserRow,
}

/// The session of an id, with its token where one opened it, and its member. Takes the hash of the id.
pub(super) const FIND: &str = concat!(
    "SELECT s.method, s.address, s.agent, s.created_at AS session_created_at, s.last_seen_at, \
         s.token_hash AS opened_by, t.id AS token_id, t.expires_at AS token_expires_at, \
         t.limits AS token_limits, ",
    user_columns!(),
    " FROM sessions s JOIN users u ON u.id = s.user_id LEFT JOIN login_tokens t ON t.token_hash = s.token_hash \
     WHERE s.id_hash = $1"
);

/// The session of this id, alive or not, with its member: one question for both. A session whose token is gone or has
/// a new value has ended.
///
/// # Errors
/// The database's, or a row that can't be read.
pub async fn find(reader: &Reader, id_hash: &Hash) -> Result<Option<(SessionFacts, User)>, StorageError> {
    let Some(row) = reader.find_by_hash::<SessionRow>(FIND, id_hash).await? else {
        return Ok(None);
    };
    let method = Method::from_name(&row.method).ok_or_else(|| StorageError::BadRow {
        table: "sessions",
        id: hex(&id_hash[..4]),
        what: format!("unknown method {:?}", row.method),
    })?;
    let token = match (row.opened_by, row.token_id) {
        (None, _) => None,
        (Some(_), None) => return Ok(None),
        (Some(hash), Some(_)) => Some(SessionToken {
            hash: read_hash("sessions", &hash)?,
            expires_at: row.token_expires_at,
            limits: read_limits(row.token_limits)?,
        }),
    };
    let user = User::try_from(row.user)?;
    let facts = SessionFacts {
        user_id: user.id,
        method,
        address: row.address,
        agent: row.agent,
        created_at: row.session_created_at,
        last_seen_at: row.last_seen_at,
        token,
    };
    Ok(Some((facts, user)))
}

/// Most sessions that one value of a login token has at a time.
pub const MOST_OF_TOKEN: i64 = 20;

/// Makes a session. Of those that one login token opened, only the [`MOST_OF_TOKEN`] newest stay: a good token is never
/// refused, so whoever has it could fill the disk.
///
/// # Errors
/// [`StorageError::Taken`] when the id exists; the database's.
pub async fn create(db: &Db, id_hash: &Hash, facts: &SessionFacts) -> Result<(), StorageError> {
    in_transaction!(db, |tx| {
        sqlx::query(
            "INSERT INTO sessions (id_hash, user_id, method, address, agent, created_at, last_seen_at, token_hash) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(&id_hash[..])
        .bind(facts.user_id)
        .bind(facts.method.name())
        .bind(&facts.address)
        .bind(&facts.agent)
        .bind(facts.created_at)
        .bind(facts.last_seen_at)
        .bind(facts.token.as_ref().map(|token| token.hash.to_vec()))
        .execute(&mut *tx)
        .await?;
        if let Some(token) = &facts.token {
            sqlx::query(
                "DELETE FROM sessions WHERE token_hash = $1 AND id_hash <> $2 AND id_hash NOT IN (\
                     SELECT id_hash FROM sessions WHERE token_hash = $1 ORDER BY created_at DESC, last_seen_at DESC, id_hash LIMIT $3)",
            )
            .bind(&token.hash[..])
            .bind(&id_hash[..])
            .bind(MOST_OF_TOKEN)
            .execute(&mut *tx)
            .await?;
        }
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

/// How many are within their limits.
///
/// # Errors
/// The database's.
pub async fn count_alive(db: &Db, lifetime: Lifetime, now: i64) -> Result<i64, StorageError> {
    Ok(on_db!(db, |pool| {
        sqlx::query_scalar("SELECT COUNT(*) FROM sessions WHERE created_at > $1 AND last_seen_at > $2")
            .bind(now.saturating_sub(lifetime.absolute))
            .bind(now.saturating_sub(lifetime.idle))
            .fetch_one(pool)
            .await?
    }))
}

/// Clears away sessions past their limits, and those whose token is gone, has a new value, or has expired; answers how
/// many.
///
/// # Errors
/// The database's.
pub async fn delete_expired(db: &Db, lifetime: Lifetime, now: i64) -> Result<u64, StorageError> {
    Ok(on_db!(db, |pool| {
        sqlx::query(
            "DELETE FROM sessions WHERE created_at <= $1 OR last_seen_at <= $2 OR (token_hash IS NOT NULL AND NOT EXISTS (\
                 SELECT 1 FROM login_tokens t WHERE t.token_hash = sessions.token_hash \
                     AND (t.expires_at IS NULL OR t.expires_at > $3)))",
        )
            .bind(now.saturating_sub(lifetime.absolute))
            .bind(now.saturating_sub(lifetime.idle))
            .bind(now)
            .execute(pool)
            .await?
            .rows_affected()
    }))
}
