//! Pairings: a device asks to be let in, somebody signed in answers, the device comes for its token.

use super::{
    Db, StorageError,
    activity::{Line, insert_line},
    db::{in_transaction, on_db},
};
use crate::domain::hash::Hash;

/// A new pairing.
#[derive(Debug, Clone)]
pub struct NewPairing<'a> {
    /// SHA-256 of the device's cookie.
    pub device_hash: &'a Hash,
    /// Keyed hash of the short code.
    pub code_hash: &'a Hash,
    /// The device's address.
    pub address: &'a str,
    /// Its words about itself.
    pub agent: &'a str,
    /// Where it wants to go; a path on this origin.
    pub return_to: &'a str,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds.
    pub expires_at: i64,
}

/// A pairing as stored.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Pairing {
    /// The device's address.
    pub address: String,
    /// Its words about itself.
    pub agent: String,
    /// Where it wants to go; a path on this origin.
    pub return_to: String,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds.
    pub expires_at: i64,
    /// Unix seconds; `None`: nobody said no.
    pub declined_at: Option<i64>,
    /// Unix seconds; `None`: nobody said yes.
    pub approved_at: Option<i64>,
    /// Keyed hash of the short code.
    pub code_hash: Vec<u8>,
}

/// What somebody who says yes decides.
#[derive(Debug, Clone)]
pub struct Approval<'a> {
    /// Who says it.
    pub answered_by: i64,
    /// Whose token it will be.
    pub user_id: i64,
    /// The device's name.
    pub name: &'a str,
    /// When the token ends, Unix seconds; `None`: never.
    pub token_expires_at: Option<i64>,
}

/// What an approved device got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// Its token's number.
    pub token_id: i64,
    /// Whose it is.
    pub user_id: i64,
    /// Who approved.
    pub answered_by: i64,
    /// The device's name.
    pub name: String,
    /// When the token ends.
    pub token_expires_at: Option<i64>,
    /// Where the device wants to go.
    pub return_to: String,
}

const FIND_BY_DEVICE: &str = "SELECT address, agent, return_to, created_at, expires_at, declined_at, approved_at, code_hash \
     FROM pairings WHERE device_hash = $1";
const FIND_BY_CODE: &str = "SELECT address, agent, return_to, created_at, expires_at, declined_at, approved_at, code_hash \
     FROM pairings WHERE code_hash = $1 AND declined_at IS NULL AND approved_at IS NULL AND expires_at > $2";

/// Begins a pairing.
///
/// # Errors
/// [`StorageError::Taken`] when the device or the code is there already; the database's.
pub async fn create(db: &Db, new: &NewPairing<'_>) -> Result<(), StorageError> {
    on_db!(db, |pool| {
        sqlx::query(
            "INSERT INTO pairings (device_hash, code_hash, address, agent, return_to, created_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(&new.device_hash[..])
        .bind(&new.code_hash[..])
        .bind(new.address)
        .bind(new.agent)
        .bind(new.return_to)
        .bind(new.created_at)
        .bind(new.expires_at)
        .execute(pool)
        .await?;
    });
    Ok(())
}

/// The pairing of this device, whatever became of it.
///
/// # Errors
/// The database's.
pub async fn find_by_device(db: &Db, device_hash: &Hash) -> Result<Option<Pairing>, StorageError> {
    Ok(on_db!(db, |pool| sqlx::query_as(FIND_BY_DEVICE)
        .bind(&device_hash[..])
        .fetch_optional(pool)
        .await)?)
}

/// The pairing with this code that nobody has answered and that has not run out.
///
/// # Errors
/// The database's.
pub async fn find_by_code(db: &Db, code_hash: &Hash, now: i64) -> Result<Option<Pairing>, StorageError> {
    Ok(on_db!(db, |pool| sqlx::query_as(FIND_BY_CODE)
        .bind(&code_hash[..])
        .bind(now)
        .fetch_optional(pool)
        .await)?)
}

/// What this member has answered after that moment about the device with this code: whose the token is and what it is
/// called, or, inside, `None` for no.
///
/// # Errors
/// The database's.
pub async fn find_answered(
    db: &Db,
    code_hash: &Hash,
    member: i64,
    after: i64,
) -> Result<Option<Option<(i64, String)>>, StorageError> {
    let row: Option<(Option<i64>, Option<String>)> = on_db!(db, |pool| {
        sqlx::query_as(
            "SELECT user_id, name FROM pairings \
             WHERE code_hash = $1 AND answered_by = $2 AND COALESCE(approved_at, declined_at) > $3",
        )
        .bind(&code_hash[..])
        .bind(member)
        .bind(after)
        .fetch_optional(pool)
        .await
    })?;
    Ok(row.map(|(user_id, name)| user_id.zip(name)))
}

/// Says yes, with its line of activity. False: somebody has answered already, or it has run out.
///
/// # Errors
/// The database's.
pub async fn approve(
    db: &Db,
    code_hash: &Hash,
    approval: &Approval<'_>,
    now: i64,
    line: &Line,
) -> Result<bool, StorageError> {
    let changed = in_transaction!(db, |tx| {
        let changed = sqlx::query(
            "UPDATE pairings SET approved_at = $2, answered_by = $3, user_id = $4, name = $5, token_expires_at = $6 \
             WHERE code_hash = $1 AND declined_at IS NULL AND approved_at IS NULL AND expires_at > $2",
        )
        .bind(&code_hash[..])
        .bind(now)
        .bind(approval.answered_by)
        .bind(approval.user_id)
        .bind(approval.name)
        .bind(approval.token_expires_at)
        .execute(&mut *tx)
        .await?
        .rows_affected();
        if changed > 0 {
            insert_line!(tx, line);
        }
        changed
    });
    Ok(changed > 0)
}

/// Says no, with its line of activity. False: somebody has answered already, or it has run out.
///
/// # Errors
/// The database's.
pub async fn decline(db: &Db, code_hash: &Hash, declined_by: i64, now: i64, line: &Line) -> Result<bool, StorageError> {
    let changed = in_transaction!(db, |tx| {
        let changed = sqlx::query(
            "UPDATE pairings SET declined_at = $2, answered_by = $3 \
             WHERE code_hash = $1 AND declined_at IS NULL AND approved_at IS NULL AND expires_at > $2",
        )
        .bind(&code_hash[..])
        .bind(now)
        .bind(declined_by)
        .execute(&mut *tx)
        .await?
        .rows_affected();
        if changed > 0 {
            insert_line!(tx, line);
        }
        changed
    });
    Ok(changed > 0)
}

#[derive(sqlx::FromRow)]
struct ApprovedRow {
    user_id: i64,
    answered_by: i64,
    name: String,
    token_expires_at: Option<i64>,
    return_to: String,
    token_id: Option<i64>,
}

/// Gives an approved device its token, with a value of this hash. One that came before and lost the answer finds the same
/// token. `None`: not approved, or not after this moment (Unix seconds); one of the two people is disabled; the token has
/// another value by now. `line` is the line of activity for a new token: it gets the token's name and its people.
///
/// # Errors
/// [`StorageError::Taken`] when the member has a token of that name meanwhile; the database's. Nothing is changed then.
pub async fn claim(
    db: &Db,
    device_hash: &Hash,
    approved_after: i64,
    token_hash: &Hash,
    now: i64,
    line: &Line,
) -> Result<Option<Claimed>, StorageError> {
    Ok(in_transaction!(db, |tx| {
        // Writing the row keeps a second poll of the same device waiting until this one is done.
        let row: Option<ApprovedRow> = sqlx::query_as(
            "UPDATE pairings SET approved_at = approved_at WHERE device_hash = $1 AND approved_at > $2 \
                 AND EXISTS (SELECT 1 FROM users WHERE id = pairings.user_id AND disabled_at IS NULL) \
                 AND EXISTS (SELECT 1 FROM users WHERE id = pairings.answered_by AND disabled_at IS NULL) \
             RETURNING user_id, answered_by, name, token_expires_at, return_to, token_id",
        )
        .bind(&device_hash[..])
        .bind(approved_after)
        .fetch_optional(&mut *tx)
        .await?;
        match row {
            None => None,
            Some(row) => {
                let token_id: Option<i64> = if let Some(id) = row.token_id {
                    sqlx::query_scalar("SELECT id FROM login_tokens WHERE id = $1 AND token_hash = $2")
                        .bind(id)
                        .bind(&token_hash[..])
                        .fetch_optional(&mut *tx)
                        .await?
                } else {
                    let id: i64 = sqlx::query_scalar(
                        "INSERT INTO login_tokens (user_id, name, token_hash, created_at, created_by, expires_at) \
                         VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
                    )
                    .bind(row.user_id)
                    .bind(&row.name)
                    .bind(&token_hash[..])
                    .bind(now)
                    .bind(row.answered_by)
                    .bind(row.token_expires_at)
                    .fetch_one(&mut *tx)
                    .await?;
                    sqlx::query("UPDATE pairings SET token_id = $2 WHERE device_hash = $1")
                        .bind(&device_hash[..])
                        .bind(id)
                        .execute(&mut *tx)
                        .await?;
                    let line = Line {
                        user_id: Some(row.user_id),
                        actor_id: Some(row.answered_by),
                        subject: row.name.clone(),
                        ..line.clone()
                    };
                    insert_line!(tx, line);
                    Some(id)
                };
                token_id.map(|token_id| Claimed {
                    token_id,
                    user_id: row.user_id,
                    answered_by: row.answered_by,
                    name: row.name,
                    token_expires_at: row.token_expires_at,
                    return_to: row.return_to,
                })
            }
        }
    }))
}

/// Forgets the pairing of this device.
///
/// # Errors
/// The database's.
pub async fn delete(db: &Db, device_hash: &Hash) -> Result<(), StorageError> {
    on_db!(db, |pool| {
        sqlx::query("DELETE FROM pairings WHERE device_hash = $1")
            .bind(&device_hash[..])
            .execute(pool)
            .await?;
    });
    Ok(())
}

/// Clears away what ran out before this moment, in Unix seconds.
///
/// # Errors
/// The database's.
pub async fn delete_expired(db: &Db, before: i64) -> Result<u64, StorageError> {
    Ok(on_db!(db, |pool| sqlx::query(
        "DELETE FROM pairings WHERE expires_at < $1"
    )
    .bind(before)
    .execute(pool)
    .await?
    .rows_affected()))
}
