//! Login tokens. The value is stored only as its SHA-256.

use super::{
    Db, Reader, StorageError,
    activity::{Line, insert_line},
    db::{in_transaction, on_db},
    user::{UserRow, user_columns},
};
use crate::domain::{
    hash::Hash,
    token::{LoginToken, TokenLimits},
    user::User,
};

macro_rules! columns {
    () => {
        "id, user_id, name, created_at, created_by, expires_at, last_used_at, last_used_address, limits"
    };
}

const LIST: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM login_tokens WHERE user_id = $1 ORDER BY LOWER(name), id"
);
const FIND: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM login_tokens WHERE user_id = $1 AND id = $2"
);
const FIND_BY_NAME: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM login_tokens WHERE user_id = $1 AND name = $2"
);
const CREATE: &str = concat!(
    "INSERT INTO login_tokens (user_id, name, token_hash, created_at, created_by, expires_at, made_once, limits) \
     SELECT $1, $2, $3, $4, $5, $6, $8, $9 WHERE (SELECT COUNT(*) FROM login_tokens WHERE user_id = $1) < $7 RETURNING ",
    columns!()
);
const REPLACE: &str = concat!(
    "UPDATE login_tokens SET token_hash = $3, created_at = $4, created_by = $5, expires_at = $6, last_used_at = NULL, \
         last_used_address = NULL \
     WHERE user_id = $1 AND id = $2 RETURNING ",
    columns!()
);
const DELETE: &str = concat!(
    "DELETE FROM login_tokens WHERE user_id = $1 AND id = $2 RETURNING ",
    columns!()
);
const FIND_BY_HASH: &str = concat!(
    "SELECT t.id AS token_id, t.name AS token_name, t.created_at AS token_created_at, t.created_by AS token_created_by, \
         t.expires_at AS token_expires_at, t.last_used_at, t.last_used_address, t.limits AS token_limits, ",
    user_columns!(),
    " FROM login_tokens t JOIN users u ON u.id = t.user_id WHERE t.token_hash = $1"
);

#[derive(sqlx::FromRow)]
struct TokenRow {
    id: i64,
    user_id: i64,
    name: String,
    created_at: i64,
    created_by: Option<i64>,
    expires_at: Option<i64>,
    last_used_at: Option<i64>,
    last_used_address: Option<String>,
    limits: Option<String>,
}

/// What a token is limited to, as it is stored. A row that can't be read opens nothing: an error, not "unlimited".
pub(super) fn read_limits(stored: Option<String>) -> Result<TokenLimits, StorageError> {
    let Some(stored) = stored else {
        return Ok(TokenLimits::default());
    };
    serde_json::from_str(&stored).map_err(|error| StorageError::BadRow {
        table: "login_tokens",
        id: "?".into(),
        what: format!("limits that can't be read: {error}"),
    })
}

fn write_limits(limits: &TokenLimits) -> Option<String> {
    if limits.is_none() {
        return None;
    }
    serde_json::to_string(limits).ok()
}

impl TryFrom<TokenRow> for LoginToken {
    type Error = StorageError;

    fn try_from(row: TokenRow) -> Result<Self, StorageError> {
        Ok(Self {
            id: row.id,
            user_id: row.user_id,
            name: row.name,
            created_at: row.created_at,
            created_by: row.created_by,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
            last_used_address: row.last_used_address,
            limits: read_limits(row.limits)?,
        })
    }
}

#[derive(sqlx::FromRow)]
struct TokenUserRow {
    token_id: i64,
    token_name: String,
    token_created_at: i64,
    token_created_by: Option<i64>,
    token_expires_at: Option<i64>,
    last_used_at: Option<i64>,
    last_used_address: Option<String>,
    token_limits: Option<String>,
    #[sqlx(flatten)]
    user: UserRow,
}

/// A value to be stored: its hash, who made it and when, and when it ends.
#[derive(Debug, Clone, Copy)]
pub struct NewValue<'a> {
    /// SHA-256 of the value.
    pub hash: &'a Hash,
    /// Unix seconds.
    pub created_at: i64,
    /// The member who makes it.
    pub created_by: i64,
    /// Unix seconds; `None`: never.
    pub expires_at: Option<i64>,
    /// Tells one page's form from another; kept when the token is made.
    pub made_once: Option<&'a str>,
    /// What it is limited to; kept when the token is made, and by later values.
    pub limits: &'a TokenLimits,
}

/// The token of this hash, expired or not, with its member, disabled or not: one question for both.
///
/// # Errors
/// The database's, or a row that can't be read.
pub async fn find_by_hash(reader: &Reader, hash: &Hash) -> Result<Option<(LoginToken, User)>, StorageError> {
    let Some(row) = reader.find_by_hash::<TokenUserRow>(FIND_BY_HASH, hash).await? else {
        return Ok(None);
    };
    let user = User::try_from(row.user)?;
    let token = LoginToken {
        id: row.token_id,
        user_id: user.id,
        name: row.token_name,
        created_at: row.token_created_at,
        created_by: row.token_created_by,
        expires_at: row.token_expires_at,
        last_used_at: row.last_used_at,
        last_used_address: row.last_used_address,
        limits: read_limits(row.token_limits)?,
    };
    Ok(Some((token, user)))
}

/// All tokens of a member, by name.
///
/// # Errors
/// The database's.
pub async fn list(db: &Db, user_id: i64) -> Result<Vec<LoginToken>, StorageError> {
    let rows: Vec<TokenRow> = on_db!(db, |pool| sqlx::query_as(LIST).bind(user_id).fetch_all(pool).await)?;
    rows.into_iter().map(LoginToken::try_from).collect()
}

/// One token of a member.
///
/// # Errors
/// The database's.
pub async fn find(db: &Db, user_id: i64, id: i64) -> Result<Option<LoginToken>, StorageError> {
    let row: Option<TokenRow> = on_db!(db, |pool| sqlx::query_as(FIND)
        .bind(user_id)
        .bind(id)
        .fetch_optional(pool)
        .await)?;
    row.map(LoginToken::try_from).transpose()
}

/// The member's token for the device of this name.
///
/// # Errors
/// The database's.
pub async fn find_by_name(db: &Db, user_id: i64, name: &str) -> Result<Option<LoginToken>, StorageError> {
    let row: Option<TokenRow> = on_db!(db, |pool| sqlx::query_as(FIND_BY_NAME)
        .bind(user_id)
        .bind(name)
        .fetch_optional(pool)
        .await)?;
    row.map(LoginToken::try_from).transpose()
}

/// The number of the member's token of this name that this very form made after that moment, and that nobody has used.
///
/// # Errors
/// The database's.
pub async fn find_made_once(
    db: &Db,
    user_id: i64,
    name: &str,
    made_once: &str,
    after: i64,
) -> Result<Option<i64>, StorageError> {
    Ok(on_db!(db, |pool| {
        sqlx::query_scalar(
            "SELECT id FROM login_tokens \
             WHERE user_id = $1 AND name = $2 AND made_once = $3 AND created_at > $4 AND last_used_at IS NULL",
        )
        .bind(user_id)
        .bind(name)
        .bind(made_once)
        .bind(after)
        .fetch_optional(pool)
        .await
    })?)
}

/// Makes a token, with its line of activity. `None`: the member has `most` of them, or more.
///
/// # Errors
/// [`StorageError::Taken`] when the member has one of that name; the database's.
pub async fn create(
    db: &Db,
    user_id: i64,
    name: &str,
    value: NewValue<'_>,
    most: i64,
    line: &Line,
) -> Result<Option<LoginToken>, StorageError> {
    let row: Option<TokenRow> = in_transaction!(db, |tx| {
        if let Db::Postgres(_) = db {
            // SQLite has one writer at a time; here, those who make tokens for the same member wait for each other.
            sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('login tokens ' || $1::text, 0))")
                .bind(user_id)
                .execute(&mut *tx)
                .await?;
        }
        let row = sqlx::query_as(CREATE)
            .bind(user_id)
            .bind(name)
            .bind(&value.hash[..])
            .bind(value.created_at)
            .bind(value.created_by)
            .bind(value.expires_at)
            .bind(most)
            .bind(value.made_once)
            .bind(write_limits(value.limits))
            .fetch_optional(&mut *tx)
            .await?;
        if row.is_some() {
            insert_line!(tx, line);
        }
        row
    });
    row.map(LoginToken::try_from).transpose()
}

/// Gives a token a new value, in one statement: the old one and the sessions that it opened stop at that instant. The
/// line of activity gets the token's name. `None`: there is no such token.
///
/// # Errors
/// The database's.
pub async fn replace(
    db: &Db,
    user_id: i64,
    id: i64,
    value: NewValue<'_>,
    line: &Line,
) -> Result<Option<LoginToken>, StorageError> {
    let row: Option<TokenRow> = in_transaction!(db, |tx| {
        let row: Option<TokenRow> = sqlx::query_as(REPLACE)
            .bind(user_id)
            .bind(id)
            .bind(&value.hash[..])
            .bind(value.created_at)
            .bind(value.created_by)
            .bind(value.expires_at)
            .fetch_optional(&mut *tx)
            .await?;
        if let Some(row) = &row {
            // Another device may have it now: each address is new again.
            sqlx::query("DELETE FROM login_token_addresses WHERE token_id = $1")
                .bind(id)
                .execute(&mut *tx)
                .await?;
            insert_line!(tx, named(line, row));
        }
        row
    });
    row.map(LoginToken::try_from).transpose()
}

/// Revokes a token; its sessions end at that instant. The line of activity gets the token's name. Gives the token that
/// was; `None`: there was none.
///
/// # Errors
/// The database's.
pub async fn delete(db: &Db, user_id: i64, id: i64, line: &Line) -> Result<Option<LoginToken>, StorageError> {
    let row: Option<TokenRow> = in_transaction!(db, |tx| {
        let row: Option<TokenRow> = sqlx::query_as(DELETE)
            .bind(user_id)
            .bind(id)
            .fetch_optional(&mut *tx)
            .await?;
        if let Some(row) = &row {
            insert_line!(tx, named(line, row));
        }
        row
    });
    row.map(LoginToken::try_from).transpose()
}

fn named(line: &Line, row: &TokenRow) -> Line {
    Line {
        subject: row.name.clone(),
        ..line.clone()
    }
}

/// One use of a token.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Use {
    /// Which.
    pub token_id: i64,
    /// Whose.
    pub user_id: i64,
    /// The device's name.
    pub name: String,
    /// When, Unix seconds.
    pub at: i64,
    /// From where.
    pub address: String,
    /// The same as far as it tells networks apart: an IPv6 household is one.
    pub network: String,
}

/// Writes down uses, at most one a minute for each token, and each network that is new to a token, with a line of
/// activity of this kind. Tokens that are gone meanwhile, or have a newer value, are
/// passed over.
///
/// # Errors
/// The database's; nothing is written then.
pub async fn record_uses(db: &Db, uses: &[Use], activity_kind: &str) -> Result<(), StorageError> {
    // In one order everywhere: two instances with the same tokens in different orders would wait for each other.
    let mut uses: Vec<_> = uses.iter().collect();
    uses.sort_by_key(|one| (one.token_id, one.at));
    in_transaction!(db, |tx| {
        for one in &uses {
            sqlx::query(
                "UPDATE login_tokens SET last_used_at = $2, last_used_address = $3 \
                 WHERE id = $1 AND created_at <= $2 AND (last_used_at IS NULL OR last_used_at <= $2 - 60)",
            )
            .bind(one.token_id)
            .bind(one.at)
            .bind(&one.address)
            .execute(&mut *tx)
            .await?;
        }
        // Only now: whoever holds a network must not wait for a token's row any more.
        uses.sort_by(|a, b| (a.token_id, &a.network, a.at).cmp(&(b.token_id, &b.network, b.at)));
        for one in &uses {
            let new = sqlx::query(
                "INSERT INTO login_token_addresses (token_id, address, first_used_at) \
                 SELECT id, $2, $3 FROM login_tokens WHERE id = $1 AND created_at <= $3 ON CONFLICT DO NOTHING",
            )
            .bind(one.token_id)
            .bind(&one.network)
            .bind(one.at)
            .execute(&mut *tx)
            .await?
            .rows_affected();
            if new > 0 {
                let line = Line {
                    at: one.at,
                    kind: activity_kind.to_owned(),
                    user_id: Some(one.user_id),
                    actor_id: Some(one.user_id),
                    subject: one.name.clone(),
                    address: one.address.clone(),
                    ..Line::default()
                };
                insert_line!(tx, line);
            }
        }
    });
    Ok(())
}
