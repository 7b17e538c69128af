//! Members made, changed, switched off and deleted by somebody.
//!
//! Leave to do something is given for a member as they were read. Where it hangs on their permissions, the statement
//! compares them, so that nobody is changed who became an administrator meanwhile.

use super::{Db, StorageError, UserRow, columns, rekey};
use crate::{
    domain::{
        permission::Permissions,
        person::{Email, PersonName},
        user::User,
    },
    storage::{
        activity::{Line, insert_line},
        db::in_transaction,
    },
};

/// Somebody who signs in without Plex.
#[derive(Debug, Clone, Copy)]
pub struct NewLocal<'a> {
    /// What they sign in with.
    pub email: &'a Email,
    /// Their name.
    pub username: Option<&'a PersonName>,
    /// PHC string; `None`: they have yet to choose a password.
    pub password_hash: Option<&'a str>,
    /// What they may do.
    pub permissions: Permissions,
}

const EMAIL_IS_SOMEBODYS: &str =
    "SELECT EXISTS (SELECT 1 FROM users WHERE email_key = $1 AND ($2 IS NULL OR id <> $2))";
const INSERT_LOCAL: &str = concat!(
    "INSERT INTO users (email, email_key, username, password_hash, tier, permissions, created_at, updated_at) \
     VALUES ($1, $2, $3, $4, 'local', $5, $6, $6) RETURNING ",
    columns!()
);

/// Makes a member. The line's member is the one that is made.
///
/// # Errors
/// [`StorageError::Taken`] when the e-mail is somebody's; the database's.
pub async fn create_local(db: &Db, new: &NewLocal<'_>, now: i64, line: &Line) -> Result<User, StorageError> {
    Ok(in_transaction!(db, |tx| {
        let taken: bool = sqlx::query_scalar(EMAIL_IS_SOMEBODYS)
            .bind(new.email.key())
            .bind(None::<i64>)
            .fetch_one(&mut *tx)
            .await?;
        if taken {
            return Err(StorageError::Taken);
        }
        let row: UserRow = sqlx::query_as(INSERT_LOCAL)
            .bind(new.email.as_str())
            .bind(new.email.key())
            .bind(new.username.map(PersonName::as_str))
            .bind(new.password_hash)
            .bind(new.permissions.0)
            .bind(now)
            .fetch_one(&mut *tx)
            .await?;
        let user = rekey!(tx, row);
        let line = Line {
            user_id: Some(user.id),
            ..line.clone()
        };
        insert_line!(tx, &line);
        user
    }))
}

/// What changes about one member; `None` stays.
#[derive(Debug, Clone, Copy, Default)]
pub struct Update<'a> {
    /// Who.
    pub id: i64,
    /// `Some(None)`: no name of their own any more.
    pub username: Option<Option<&'a PersonName>>,
    /// `Some(None)`: no e-mail any more.
    pub email: Option<Option<&'a Email>>,
    /// `Some(None)`: the site's language.
    pub locale: Option<Option<&'a str>>,
    /// What they may do from now on.
    pub permissions: Option<Permissions>,
    /// Only if they may still do this; `None`: whatever they may do.
    pub seen: Option<Permissions>,
}

const UPDATE: &str = concat!(
    "UPDATE users SET username = CASE WHEN $2 THEN $3 ELSE username END, \
         email = CASE WHEN $4 THEN $5 ELSE email END, email_key = CASE WHEN $4 THEN $6 ELSE email_key END, \
         locale = CASE WHEN $7 THEN $8 ELSE locale END, permissions = COALESCE($9, permissions), updated_at = $10 \
     WHERE id = $1 AND permissions = COALESCE($11, permissions) RETURNING ",
    columns!()
);

/// Changes members, all or none, and writes the lines. `None`: one is gone, or may do something else than was seen.
///
/// # Errors
/// [`StorageError::Taken`] when an e-mail is somebody else's; the database's.
pub async fn update(
    db: &Db,
    updates: &[Update<'_>],
    now: i64,
    lines: &[Line],
) -> Result<Option<Vec<User>>, StorageError> {
    // In one order everywhere, else two at once could wait for each other.
    let mut updates = updates.to_vec();
    updates.sort_unstable_by_key(|update| update.id);
    Ok(in_transaction!(db, |tx| {
        let mut users = Vec::with_capacity(updates.len());
        for update in &updates {
            let email_key = update.email.flatten().map(Email::key);
            if email_key.is_some() {
                let taken: bool = sqlx::query_scalar(EMAIL_IS_SOMEBODYS)
                    .bind(&email_key)
                    .bind(Some(update.id))
                    .fetch_one(&mut *tx)
                    .await?;
                if taken {
                    return Err(StorageError::Taken);
                }
            }
            let row: Option<UserRow> = sqlx::query_as(UPDATE)
                .bind(update.id)
                .bind(update.username.is_some())
                .bind(update.username.flatten().map(PersonName::as_str))
                .bind(update.email.is_some())
                .bind(update.email.flatten().map(Email::as_str))
                .bind(email_key)
                .bind(update.locale.is_some())
                .bind(update.locale.flatten())
                .bind(update.permissions.map(|permissions| permissions.0))
                .bind(now)
                .bind(update.seen.map(|permissions| permissions.0))
                .fetch_optional(&mut *tx)
                .await?;
            let Some(row) = row else { return Ok(None) };
            users.push(rekey!(tx, row));
        }
        for line in lines {
            insert_line!(tx, line);
        }
        Some(users)
    }))
}

const SWITCH: &str = concat!(
    "UPDATE users SET disabled_at = $2, updated_at = $3 WHERE id = $1 AND permissions = COALESCE($4, permissions) RETURNING ",
    columns!()
);

/// Switches a member off or on; off ends their sessions in the same step. Their login tokens stay and count for nothing
/// meanwhile. `None`: they are gone, or may do something else than was `seen`.
///
/// # Errors
/// The database's.
pub async fn switch(
    db: &Db,
    id: i64,
    seen: Option<Permissions>,
    disabled_at: Option<i64>,
    now: i64,
    line: Option<&Line>,
) -> Result<Option<User>, StorageError> {
    let row: Option<UserRow> = in_transaction!(db, |tx| {
        let row = sqlx::query_as(SWITCH)
            .bind(id)
            .bind(disabled_at)
            .bind(now)
            .bind(seen.map(|permissions| permissions.0))
            .fetch_optional(&mut *tx)
            .await?;
        if row.is_some() {
            if disabled_at.is_some() {
                sqlx::query("DELETE FROM sessions WHERE user_id = $1")
                    .bind(id)
                    .execute(&mut *tx)
                    .await?;
            }
            if let Some(line) = line {
                insert_line!(tx, line);
            }
        }
        row
    });
    row.map(User::try_from).transpose()
}

/// The same without a line, whatever they may do. False: there is no such member.
///
/// # Errors
/// The database's.
pub async fn set_disabled(db: &Db, id: i64, disabled_at: Option<i64>, now: i64) -> Result<bool, StorageError> {
    Ok(switch(db, id, None, disabled_at, now, None).await?.is_some())
}

const DELETE: &str = concat!(
    "DELETE FROM users WHERE id = $1 AND permissions = $2 RETURNING ",
    columns!()
);

/// Deletes a member with everything that is theirs: sessions, login tokens, pairings. What they did stays in the activity
/// list, without a name. `None`: they are gone, or may do something else than was `seen`.
///
/// # Errors
/// The database's.
pub async fn delete(db: &Db, id: i64, seen: Permissions, line: &Line) -> Result<Option<User>, StorageError> {
    let row: Option<UserRow> = in_transaction!(db, |tx| {
        let row = sqlx::query_as(DELETE)
            .bind(id)
            .bind(seen.0)
            .fetch_optional(&mut *tx)
            .await?;
        if row.is_some() {
            insert_line!(tx, line);
        }
        row
    });
    row.map(User::try_from).transpose()
}
