//! Attempts: one try to sign in with a PIN. The code and the browser's cookie are stored only as hashes.

use super::{Db, StorageError, db::on_db};
use crate::domain::{clock::CLOCKS_DIFFER_MS, hash::Hash};

/// What an attempt is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttemptKey {
    /// The PIN's number at Plex.
    pub pin_id: i64,
    /// SHA-256 of the PIN's code.
    pub code_hash: Hash,
}

/// A new attempt.
#[derive(Debug, Clone)]
pub struct NewAttempt<'a> {
    /// The PIN.
    pub key: AttemptKey,
    /// SHA-256 of the browser's attempt cookie; `None`: a program that brings the PIN each time.
    pub browser_hash: Option<Hash>,
    /// `sign-in`, `set-up` or `link`.
    pub purpose: &'a str,
    /// To whom the account is linked.
    pub user_id: Option<i64>,
    /// A path on this origin.
    pub return_to: &'a str,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds.
    pub expires_at: i64,
}

/// An attempt as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// The PIN.
    pub key: AttemptKey,
    /// `sign-in`, `set-up` or `link`.
    pub purpose: String,
    /// To whom the account is linked.
    pub user_id: Option<i64>,
    /// A path on this origin.
    pub return_to: String,
    /// Unix seconds.
    pub expires_at: i64,
    /// When it was decided, Unix seconds.
    pub finished_at: Option<i64>,
    /// JSON: how it ended.
    pub outcome: Option<String>,
}

#[derive(sqlx::FromRow)]
struct AttemptRow {
    pin_id: i64,
    code_hash: Vec<u8>,
    purpose: String,
    user_id: Option<i64>,
    return_to: String,
    expires_at: i64,
    finished_at: Option<i64>,
    outcome: Option<String>,
}

impl TryFrom<AttemptRow> for Attempt {
    type Error = StorageError;

    fn try_from(row: AttemptRow) -> Result<Self, StorageError> {
        let code_hash = Hash::try_from(row.code_hash).map_err(|_| StorageError::BadRow {
            table: "attempts",
            id: "(hidden)".to_owned(),
            what: "code_hash is not 32 bytes".to_owned(),
        })?;
        Ok(Self {
            key: AttemptKey {
                pin_id: row.pin_id,
                code_hash,
            },
            purpose: row.purpose,
            user_id: row.user_id,
            return_to: row.return_to,
            expires_at: row.expires_at,
            finished_at: row.finished_at,
            outcome: row.outcome,
        })
    }
}

/// Makes an attempt. False: this PIN is being tried already.
///
/// # Errors
/// The database's.
pub async fn create(db: &Db, attempt: &NewAttempt<'_>) -> Result<bool, StorageError> {
    let made = on_db!(db, |pool| {
        sqlx::query(
            "INSERT INTO attempts (pin_id, code_hash, browser_hash, purpose, user_id, return_to, created_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (pin_id, code_hash) DO NOTHING",
        )
        .bind(attempt.key.pin_id)
        .bind(&attempt.key.code_hash[..])
        .bind(attempt.browser_hash.as_ref().map(|hash| &hash[..]))
        .bind(attempt.purpose)
        .bind(attempt.user_id)
        .bind(attempt.return_to)
        .bind(attempt.created_at)
        .bind(attempt.expires_at)
        .execute(pool)
        .await?
        .rows_affected()
    });
    Ok(made == 1)
}

/// The attempt with this PIN.
///
/// # Errors
/// The database's, or a row that can't be read.
pub async fn find(db: &Db, key: &AttemptKey) -> Result<Option<Attempt>, StorageError> {
    let row: Option<AttemptRow> = on_db!(db, |pool| {
        sqlx::query_as("SELECT pin_id, code_hash, purpose, user_id, return_to, expires_at, finished_at, outcome FROM attempts WHERE pin_id = $1 AND code_hash = $2")
            .bind(key.pin_id)
            .bind(&key.code_hash[..])
            .fetch_optional(pool)
            .await
    })?;
    row.map(Attempt::try_from).transpose()
}

/// The same, unless a browser began it.
///
/// # Errors
/// The database's, or a row that can't be read.
pub async fn find_of_program(db: &Db, key: &AttemptKey) -> Result<Option<Attempt>, StorageError> {
    let row: Option<AttemptRow> = on_db!(db, |pool| {
        sqlx::query_as(
            "SELECT pin_id, code_hash, purpose, user_id, return_to, expires_at, finished_at, outcome FROM attempts \
             WHERE pin_id = $1 AND code_hash = $2 AND browser_hash IS NULL",
        )
        .bind(key.pin_id)
        .bind(&key.code_hash[..])
        .fetch_optional(pool)
        .await
    })?;
    row.map(Attempt::try_from).transpose()
}

/// This browser's attempt with that PIN; or its newest one, and then the open ones among the next newest, at most three
/// in all: the tab that Plex sends back may not be the one that was started last.
///
/// # Errors
/// The database's, or a row that can't be read.
pub async fn list_of_browser(
    db: &Db,
    browser_hash: &Hash,
    pin_id: Option<i64>,
    now: i64,
) -> Result<Vec<Attempt>, StorageError> {
    let rows: Vec<AttemptRow> = on_db!(db, |pool| {
        sqlx::query_as(
            "SELECT pin_id, code_hash, purpose, user_id, return_to, expires_at, finished_at, outcome FROM attempts \
             WHERE browser_hash = $1 AND ($2 = 0 OR pin_id = $2) ORDER BY created_at DESC, pin_id DESC LIMIT 3",
        )
        .bind(&browser_hash[..])
        .bind(pin_id.unwrap_or(0))
        .fetch_all(pool)
        .await
    })?;
    let mut attempts = rows.into_iter().map(Attempt::try_from).collect::<Result<Vec<_>, _>>()?;
    let mut newest = true;
    attempts.retain(|attempt| std::mem::take(&mut newest) || (attempt.outcome.is_none() && attempt.expires_at > now));
    Ok(attempts)
}

/// Takes an open attempt for one poll until `until_ms`. False: another poll has it, or it is over. A lease that ends
/// later than any can is from before the clock was set back, and counts for nothing.
///
/// # Errors
/// The database's.
pub async fn lease(db: &Db, key: &AttemptKey, now_ms: i64, until_ms: i64) -> Result<bool, StorageError> {
    let taken = on_db!(db, |pool| {
        sqlx::query(
            "UPDATE attempts SET lease_until_ms = $3 \
             WHERE pin_id = $1 AND code_hash = $2 AND finished_at IS NULL AND (lease_until_ms <= $4 OR lease_until_ms > $5)",
        )
        .bind(key.pin_id)
        .bind(&key.code_hash[..])
        .bind(until_ms)
        .bind(now_ms)
        // Another instance's clock may be ahead of ours.
        .bind(until_ms.saturating_add(CLOCKS_DIFFER_MS))
        .execute(pool)
        .await?
        .rows_affected()
    });
    Ok(taken == 1)
}

/// Gives the lease until `until_ms` back, and nobody else's.
///
/// # Errors
/// The database's.
pub async fn release(db: &Db, key: &AttemptKey, until_ms: i64) -> Result<(), StorageError> {
    on_db!(db, |pool| {
        sqlx::query(
            "UPDATE attempts SET lease_until_ms = 0 WHERE pin_id = $1 AND code_hash = $2 AND lease_until_ms = $3",
        )
        .bind(key.pin_id)
        .bind(&key.code_hash[..])
        .bind(until_ms)
        .execute(pool)
        .await?;
    });
    Ok(())
}

/// Gives all leases back: for the start of an instance that knows itself alone, after a crash.
///
/// # Errors
/// The database's.
pub async fn release_all(db: &Db) -> Result<(), StorageError> {
    on_db!(db, |pool| {
        sqlx::query("UPDATE attempts SET lease_until_ms = 0 WHERE lease_until_ms <> 0")
            .execute(pool)
            .await?;
    });
    Ok(())
}

/// Ends an open attempt with its outcome. False: it was over already.
///
/// # Errors
/// The database's.
pub async fn finish(db: &Db, key: &AttemptKey, outcome: &str, now: i64) -> Result<bool, StorageError> {
    let changed = on_db!(db, |pool| {
        sqlx::query("UPDATE attempts SET outcome = $3, finished_at = $4, lease_until_ms = 0 WHERE pin_id = $1 AND code_hash = $2 AND finished_at IS NULL")
            .bind(key.pin_id)
            .bind(&key.code_hash[..])
            .bind(outcome)
            .bind(now)
            .execute(pool)
            .await?
            .rows_affected()
    });
    Ok(changed == 1)
}

/// Forgets this browser's attempt with that PIN, or all of the browser's.
///
/// # Errors
/// The database's.
pub async fn delete_of_browser(db: &Db, browser_hash: &Hash, pin_id: Option<i64>) -> Result<(), StorageError> {
    on_db!(db, |pool| {
        sqlx::query("DELETE FROM attempts WHERE browser_hash = $1 AND ($2 = 0 OR pin_id = $2)")
            .bind(&browser_hash[..])
            .bind(pin_id.unwrap_or(0))
            .execute(pool)
            .await?;
    });
    Ok(())
}

/// Clears away attempts that ran out before this second.
///
/// # Errors
/// The database's.
pub async fn delete_expired(db: &Db, before: i64) -> Result<u64, StorageError> {
    Ok(on_db!(db, |pool| sqlx::query(
        "DELETE FROM attempts WHERE expires_at < $1"
    )
    .bind(before)
    .execute(pool)
    .await?
    .rows_affected()))
}
