//! Links with which somebody chooses a password. Only the hash of a link's value is stored.

use super::{
    Db, StorageError,
    activity::{Line, insert_line},
    db::{in_transaction, on_db},
    user::{UserRow, user_columns},
};
use crate::domain::{
    hash::Hash,
    user::{User, email_key},
};

const FIND: &str = concat!(
    "SELECT ",
    user_columns!(),
    " FROM password_resets r JOIN users u ON u.id = r.user_id WHERE r.link_hash = $1 AND r.expires_at > $2"
);
/// Whom a forgotten password can be of: somebody with one, or without any other way in. Where several share an e-mail, the
/// one with the password.
const FIND_ACCOUNT: &str = concat!(
    "SELECT ",
    user_columns!(),
    " FROM users u WHERE u.email_key = $1 AND u.disabled_at IS NULL AND (u.password_hash IS NOT NULL OR u.plex_id IS NULL) \
     ORDER BY CASE WHEN u.password_hash IS NULL THEN 1 ELSE 0 END, u.id LIMIT 1"
);

/// Makes a link, in place of an older one of the same member.
///
/// # Errors
/// The database's.
pub async fn replace(
    db: &Db,
    user_id: i64,
    link_hash: &Hash,
    now: i64,
    expires_at: i64,
    line: &Line,
) -> Result<(), StorageError> {
    in_transaction!(db, |tx| {
        sqlx::query(
            "INSERT INTO password_resets (user_id, link_hash, created_at, expires_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (user_id) DO UPDATE SET link_hash = excluded.link_hash, created_at = excluded.created_at, \
                 expires_at = excluded.expires_at",
        )
        .bind(user_id)
        .bind(&link_hash[..])
        .bind(now)
        .bind(expires_at)
        .execute(&mut *tx)
        .await?;
        insert_line!(tx, line);
    });
    Ok(())
}

/// The member whose link this is, if it has not run out.
///
/// # Errors
/// The database's, or a row that can't be read.
pub async fn find(db: &Db, link_hash: &Hash, now: i64) -> Result<Option<User>, StorageError> {
    let row: Option<UserRow> = on_db!(db, |pool| sqlx::query_as(FIND)
        .bind(&link_hash[..])
        .bind(now)
        .fetch_optional(pool)
        .await)?;
    row.map(User::try_from).transpose()
}

/// The account of an e-mail address (any case) whose password may have been forgotten.
///
/// # Errors
/// The database's, or a row that can't be read.
pub async fn find_account(db: &Db, email: &str) -> Result<Option<User>, StorageError> {
    if email.contains('\0') {
        return Ok(None);
    }
    let row: Option<UserRow> = on_db!(db, |pool| sqlx::query_as(FIND_ACCOUNT)
        .bind(email_key(email))
        .fetch_optional(pool)
        .await)?;
    row.map(User::try_from).transpose()
}

/// Uses a link up: sets the password and ends every session. However many try at once, one succeeds; `false` is what the
/// others get.
///
/// # Errors
/// [`StorageError::Taken`] when another member has a password under the same e-mail: the link stays; the database's.
pub async fn complete(
    db: &Db,
    user_id: i64,
    link_hash: &Hash,
    password_hash: &str,
    now: i64,
    line: &Line,
) -> Result<bool, StorageError> {
    Ok(in_transaction!(db, |tx| {
        let used = sqlx::query("DELETE FROM password_resets WHERE user_id = $1 AND link_hash = $2 AND expires_at > $3")
            .bind(user_id)
            .bind(&link_hash[..])
            .bind(now)
            .execute(&mut *tx)
            .await?
            .rows_affected()
            == 1;
        if used {
            sqlx::query("UPDATE users SET password_hash = $2, updated_at = $3 WHERE id = $1")
                .bind(user_id)
                .bind(password_hash)
                .bind(now)
                .execute(&mut *tx)
                .await?;
            sqlx::query("DELETE FROM sessions WHERE user_id = $1")
                .bind(user_id)
                .execute(&mut *tx)
                .await?;
            insert_line!(tx, line);
        }
        used
    }))
}

/// Clears away links that ran out.
///
/// # Errors
/// The database's.
pub async fn delete_expired(db: &Db, now: i64) -> Result<u64, StorageError> {
    Ok(on_db!(db, |pool| sqlx::query(
        "DELETE FROM password_resets WHERE expires_at <= $1"
    )
    .bind(now)
    .execute(pool)
    .await?
    .rows_affected()))
}
