//! Members.
//!
//! Whatever writes a name, an e-mail or a linked account ends with `rekey!`, so that the member is sorted and found under
//! it. Tests look that no statement forgets: `server/tests/it/architecture.rs`, and `api/names.rs` for each way a name changes.

mod change;
mod list;

use super::{
    Db, StorageError,
    db::{in_transaction, on_db},
};
use crate::domain::{
    permission::Permissions,
    person::{Email, PersonName},
    user::{OWNER_ID, Tier, User, email_key},
};

pub use change::{NewLocal, Update, create_local, delete, set_disabled, switch, update};
pub use list::{Listed, Sort, complete_keys, count, list};

/// What a [`UserRow`] reads.
macro_rules! columns {
    () => {
        "id, plex_id, plex_username, plex_name, email, username, password_hash IS NOT NULL AS has_password, tier, permissions, \
         avatar, locale, disabled_at, created_at, updated_at"
    };
}

pub(super) use columns;

/// The same of a joined table `u`.
macro_rules! user_columns {
    () => {
        "u.id, u.plex_id, u.plex_username, u.plex_name, u.email, u.username, u.password_hash IS NOT NULL AS has_password, \
         u.tier, u.permissions, u.avatar, u.locale, u.disabled_at, u.created_at, u.updated_at"
    };
}
pub(super) use user_columns;

/// Writes the keys of a member whose row has just been written: `let user = rekey!(tx, row);`
macro_rules! rekey {
    ($tx:ident, $row:expr) => {{
        let user = $crate::domain::user::User::try_from($row)?;
        sqlx::query(
            "UPDATE users SET name_key = $2, search_key = $3 WHERE id = $1 AND (name_key <> $2 OR search_key <> $3)",
        )
        .bind(user.id)
        .bind($crate::domain::person::name_key(&user))
        .bind($crate::domain::person::search_key(&user))
        .execute(&mut *$tx)
        .await?;
        user
    }};
}
pub(super) use rekey;

const FIND: &str = concat!("SELECT ", columns!(), " FROM users WHERE id = $1");
const FIND_SEVERAL_SQLITE: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM users WHERE id IN (SELECT value FROM json_each($1))"
);
const FIND_SEVERAL_POSTGRES: &str = concat!("SELECT ", columns!(), " FROM users WHERE id = ANY($1)");
const FIND_WHILE: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM users WHERE id = $1 AND EXISTS (SELECT 1 FROM install WHERE name = $2 AND value = $3)"
);
const FIND_BY_PLEX_ID: &str = concat!("SELECT ", columns!(), " FROM users WHERE plex_id = $1");
/// What Plex says now about a member. An e-mail that a password goes with stays.
const UPDATE_PLEX: &str = concat!(
    "UPDATE users SET plex_username = $2, plex_name = $3, avatar = $7, \
         email = CASE WHEN password_hash IS NULL THEN $4 ELSE email END, \
         email_key = CASE WHEN password_hash IS NULL THEN $5 ELSE email_key END, \
         tier = CASE WHEN id = 1 THEN tier ELSE $6 END, updated_at = $8 \
     WHERE plex_id = $1 RETURNING ",
    columns!()
);
/// The same for somebody new; two at once make one.
const INSERT_PLEX: &str = concat!(
    "INSERT INTO users (plex_id, plex_username, plex_name, email, email_key, tier, permissions, avatar, created_at, updated_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $9, $7, $8, $8) \
     ON CONFLICT (plex_id) DO UPDATE SET updated_at = excluded.updated_at RETURNING ",
    columns!()
);

const INSERT_PLEX_OWNER: &str = concat!(
    "INSERT INTO users (id, plex_id, plex_username, plex_name, email, email_key, tier, permissions, avatar, created_at, updated_at) \
     VALUES ($1, $2, $3, $4, $5, $6, 'owner', $7, $8, $9, $9) ON CONFLICT (id) DO NOTHING RETURNING ",
    columns!()
);
const INSERT_LOCAL_OWNER: &str = concat!(
    "INSERT INTO users (id, email, email_key, username, password_hash, tier, permissions, created_at, updated_at) \
     VALUES ($1, $2, $3, $4, $5, 'owner', $6, $7, $7) ON CONFLICT (id) DO NOTHING RETURNING ",
    columns!()
);

#[derive(sqlx::FromRow)]
pub(super) struct UserRow {
    id: i64,
    plex_id: Option<i64>,
    plex_username: Option<String>,
    plex_name: Option<String>,
    email: Option<String>,
    username: Option<String>,
    has_password: bool,
    tier: String,
    permissions: i64,
    avatar: Option<String>,
    locale: Option<String>,
    disabled_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

impl TryFrom<UserRow> for User {
    type Error = StorageError;

    fn try_from(row: UserRow) -> Result<Self, StorageError> {
        let tier = Tier::from_name(&row.tier).ok_or_else(|| StorageError::BadRow {
            table: "users",
            id: row.id.to_string(),
            what: format!("unknown tier {:?}", row.tier),
        })?;
        Ok(Self {
            id: row.id,
            plex_id: row.plex_id,
            plex_username: row.plex_username,
            plex_name: row.plex_name,
            email: row.email,
            username: row.username,
            has_password: row.has_password,
            tier,
            permissions: Permissions(row.permissions),
            avatar: row.avatar,
            locale: row.locale,
            disabled_at: row.disabled_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// Those of these numbers that are there, in no order.
///
/// # Errors
/// The database's, or a row that can't be read.
pub async fn find_several(db: &Db, ids: &[i64]) -> Result<Vec<User>, StorageError> {
    let rows: Vec<UserRow> = match db {
        Db::Sqlite(pool) => {
            let ids = serde_json::json!(ids).to_string();
            sqlx::query_as(FIND_SEVERAL_SQLITE).bind(ids).fetch_all(pool).await?
        }
        Db::Postgres(pool) => sqlx::query_as(FIND_SEVERAL_POSTGRES).bind(ids).fetch_all(pool).await?,
    };
    rows.into_iter().map(User::try_from).collect()
}

/// The member of this number.
///
/// # Errors
/// The database's, or a row that can't be read.
pub async fn find(db: &Db, id: i64) -> Result<Option<User>, StorageError> {
    let row: Option<UserRow> = on_db!(db, |pool| sqlx::query_as(FIND).bind(id).fetch_optional(pool).await)?;
    row.map(User::try_from).transpose()
}

/// The member of this number, while the install's value of this name is this one: both in one question.
///
/// # Errors
/// The database's, or a row that can't be read.
pub async fn find_while(db: &Db, id: i64, name: &str, value: &str) -> Result<Option<User>, StorageError> {
    let row: Option<UserRow> = on_db!(db, |pool| sqlx::query_as(FIND_WHILE)
        .bind(id)
        .bind(name)
        .bind(value)
        .fetch_optional(pool)
        .await)?;
    row.map(User::try_from).transpose()
}

/// The member with this Plex account.
///
/// # Errors
/// The database's, or a row that can't be read.
pub async fn find_by_plex_id(db: &Db, plex_id: i64) -> Result<Option<User>, StorageError> {
    let row: Option<UserRow> = on_db!(db, |pool| sqlx::query_as(FIND_BY_PLEX_ID)
        .bind(plex_id)
        .fetch_optional(pool)
        .await)?;
    row.map(User::try_from).transpose()
}

/// Number and password hash of the member with a password under this e-mail (any case).
///
/// # Errors
/// The database's.
pub async fn find_password(db: &Db, email: &str) -> Result<Option<(i64, String)>, StorageError> {
    // PostgreSQL refuses NUL in a text, also in one that is only compared.
    if email.contains('\0') {
        return Ok(None);
    }
    Ok(on_db!(db, |pool| {
        sqlx::query_as("SELECT id, password_hash FROM users WHERE email_key = $1 AND password_hash IS NOT NULL")
            .bind(email_key(email))
            .fetch_optional(pool)
            .await
    })?)
}

/// Whether there is an owner.
///
/// # Errors
/// The database's.
pub async fn owner_exists(db: &Db) -> Result<bool, StorageError> {
    let found: Option<i64> = on_db!(db, |pool| sqlx::query_scalar("SELECT id FROM users WHERE id = $1")
        .bind(OWNER_ID)
        .fetch_optional(pool)
        .await)?;
    Ok(found.is_some())
}

/// What Plex says about an account; taken over at every sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlexProfile {
    /// Plex's number for the account.
    pub plex_id: i64,
    /// The name at Plex; managed profiles have none.
    pub username: Option<String>,
    /// The name that people chose there.
    pub name: String,
    /// Null for managed profiles.
    pub email: Option<String>,
    /// URL of the picture.
    pub avatar: Option<String>,
}

/// Makes user 1 from a Plex account, unless there is an owner. False: there is one already.
///
/// # Errors
/// The database's.
pub async fn create_plex_owner(db: &Db, profile: &PlexProfile, now: i64) -> Result<bool, StorageError> {
    Ok(in_transaction!(db, |tx| {
        let row: Option<UserRow> = sqlx::query_as(INSERT_PLEX_OWNER)
            .bind(OWNER_ID)
            .bind(profile.plex_id)
            .bind(&profile.username)
            .bind(&profile.name)
            .bind(&profile.email)
            .bind(profile.email.as_deref().map(email_key))
            .bind(Permissions::ADMIN)
            .bind(&profile.avatar)
            .bind(now)
            .fetch_optional(&mut *tx)
            .await?;
        match row {
            Some(row) => rekey!(tx, row).is_owner(),
            None => false,
        }
    }))
}

/// Makes user 1 from e-mail and password hash, unless there is an owner. False: there is one already.
///
/// # Errors
/// The database's.
pub async fn create_local_owner(
    db: &Db,
    email: &Email,
    username: Option<&PersonName>,
    password_hash: &str,
    now: i64,
) -> Result<bool, StorageError> {
    Ok(in_transaction!(db, |tx| {
        let row: Option<UserRow> = sqlx::query_as(INSERT_LOCAL_OWNER)
            .bind(OWNER_ID)
            .bind(email.as_str())
            .bind(email.key())
            .bind(username.map(PersonName::as_str))
            .bind(password_hash)
            .bind(Permissions::ADMIN)
            .bind(now)
            .fetch_optional(&mut *tx)
            .await?;
        match row {
            Some(row) => rekey!(tx, row).is_owner(),
            None => false,
        }
    }))
}

/// Makes or updates the member with this Plex account. The owner keeps their tier; nobody's permissions change.
///
/// # Errors
/// The database's, or a row that can't be read.
pub async fn upsert_plex(
    db: &Db,
    profile: &PlexProfile,
    tier: Tier,
    permissions: Permissions,
    now: i64,
) -> Result<User, StorageError> {
    // First as an update: an INSERT that ends as one uses up a number each time, and members would count 2, 57, 301 …
    Ok(in_transaction!(db, |tx| {
        let known: Option<UserRow> = sqlx::query_as(UPDATE_PLEX)
            .bind(profile.plex_id)
            .bind(&profile.username)
            .bind(&profile.name)
            .bind(&profile.email)
            .bind(profile.email.as_deref().map(email_key))
            .bind(tier.name())
            .bind(&profile.avatar)
            .bind(now)
            .fetch_optional(&mut *tx)
            .await?;
        let row = match known {
            Some(row) => row,
            None => {
                sqlx::query_as(INSERT_PLEX)
                    .bind(profile.plex_id)
                    .bind(&profile.username)
                    .bind(&profile.name)
                    .bind(&profile.email)
                    .bind(profile.email.as_deref().map(email_key))
                    .bind(tier.name())
                    .bind(&profile.avatar)
                    .bind(now)
                    .bind(permissions.0)
                    .fetch_one(&mut *tx)
                    .await?
            }
        };
        rekey!(tx, row)
    }))
}
