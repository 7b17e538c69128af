//! What members sign in with besides tokens: password hashes and linked Plex accounts.

use serde::{Deserialize, Serialize};

use super::{
    Db, StorageError,
    activity::{Line, insert_line},
    db::{in_transaction, on_db},
    user::{PlexProfile, UserRow, rekey, user_columns},
};
use crate::domain::hash::Hash;

const FIND: &str = concat!("SELECT ", user_columns!(), " FROM users u WHERE u.id = $1");

/// Writes the keys under which a member is found, after their names changed.
macro_rules! rekey_after {
    ($tx:ident, $user_id:expr) => {{
        let row: UserRow = sqlx::query_as(FIND).bind($user_id).fetch_one(&mut *$tx).await?;
        rekey!($tx, row);
    }};
}

/// Any hash of an older kind than `services::passwords` makes; mostly there is none.
///
/// # Errors
/// The database's.
pub async fn find_older(db: &Db) -> Result<Option<String>, StorageError> {
    // The index of migration 0004 has the same words.
    Ok(on_db!(db, |pool| {
        sqlx::query_scalar(
            "SELECT password_hash FROM users \
             WHERE password_hash IS NOT NULL AND password_hash NOT LIKE '$argon2id$v=19$m=19456,t=2,p=1$%' LIMIT 1",
        )
        .fetch_optional(pool)
        .await
    })?)
}

/// The member's password hash, if they have a password.
///
/// # Errors
/// The database's.
pub async fn find_hash(db: &Db, user_id: i64) -> Result<Option<String>, StorageError> {
    Ok(on_db!(db, |pool| {
        sqlx::query_scalar("SELECT password_hash FROM users WHERE id = $1 AND password_hash IS NOT NULL")
            .bind(user_id)
            .fetch_optional(pool)
            .await
    })?)
}

/// Puts a new hash of the same password in place of an old one. False: the password was changed meanwhile.
///
/// # Errors
/// The database's.
pub async fn replace_hash(db: &Db, user_id: i64, old: &str, new: &str) -> Result<bool, StorageError> {
    let changed = on_db!(db, |pool| {
        sqlx::query("UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2")
            .bind(user_id)
            .bind(old)
            .bind(new)
            .execute(pool)
            .await?
            .rows_affected()
    });
    Ok(changed == 1)
}

/// Sets a password, ends every session but `keep`, and takes back a link that was to set one. False: nobody has that
/// number, or no e-mail address to sign in with.
///
/// # Errors
/// [`StorageError::Taken`] when another member has a password under the same e-mail; the database's.
pub async fn set_password(
    db: &Db,
    user_id: i64,
    hash: &str,
    keep: Option<&Hash>,
    now: i64,
    line: &Line,
) -> Result<bool, StorageError> {
    Ok(in_transaction!(db, |tx| {
        let set =
            sqlx::query("UPDATE users SET password_hash = $2, updated_at = $3 WHERE id = $1 AND email_key IS NOT NULL")
                .bind(user_id)
                .bind(hash)
                .bind(now)
                .execute(&mut *tx)
                .await?
                .rows_affected()
                == 1;
        if set {
            sqlx::query("DELETE FROM sessions WHERE user_id = $1 AND ($2 IS NULL OR id_hash <> $2)")
                .bind(user_id)
                .bind(keep.map(|hash| hash.to_vec()))
                .execute(&mut *tx)
                .await?;
            sqlx::query("DELETE FROM password_resets WHERE user_id = $1")
                .bind(user_id)
                .execute(&mut *tx)
                .await?;
            insert_line!(tx, line);
        }
        set
    }))
}

/// What became of a Plex account that somebody wants to link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Linked {
    /// It is theirs now, or was already.
    Yes,
    /// It is another member's.
    OtherMembers,
    /// They have another Plex account, or are gone.
    HasAnother,
}

/// Links a Plex account to a member. Permissions, tier and e-mail stay.
///
/// # Errors
/// The database's.
pub async fn link_plex(
    db: &Db,
    user_id: i64,
    profile: &PlexProfile,
    now: i64,
    line: &Line,
) -> Result<Linked, StorageError> {
    let linked: Result<Linked, StorageError> = async {
        Ok(in_transaction!(db, |tx| {
            let there: Option<i64> = sqlx::query_scalar("SELECT id FROM users WHERE plex_id = $1")
                .bind(profile.plex_id)
                .fetch_optional(&mut *tx)
                .await?;
            match there {
                Some(owner) if owner == user_id => Linked::Yes,
                Some(_) => Linked::OtherMembers,
                None => {
                    let linked = sqlx::query(
                        "UPDATE users SET plex_id = $2, plex_username = $3, plex_name = $4, avatar = $5, updated_at = $6 \
                         WHERE id = $1 AND plex_id IS NULL",
                    )
                    .bind(user_id)
                    .bind(profile.plex_id)
                    .bind(&profile.username)
                    .bind(&profile.name)
                    .bind(&profile.avatar)
                    .bind(now)
                    .execute(&mut *tx)
                    .await?
                    .rows_affected()
                        == 1;
                    if linked {
                        rekey_after!(tx, user_id);
                        insert_line!(tx, line);
                        Linked::Yes
                    } else {
                        Linked::HasAnother
                    }
                }
            }
        }))
    }
    .await;
    match linked {
        // Somebody else linked or signed in with it at the same moment.
        Err(StorageError::Taken) => Ok(Linked::OtherMembers),
        linked => linked,
    }
}

/// Takes the Plex account away from a member with a password, and ends the sessions that it opened, but `keep`. From now on
/// they are a local member. False: there is none, there is no password, or it is the owner.
///
/// # Errors
/// [`StorageError::Taken`] when another local member has the same e-mail; the database's.
pub async fn unlink_plex(
    db: &Db,
    user_id: i64,
    keep: Option<&Hash>,
    now: i64,
    line: &Line,
) -> Result<bool, StorageError> {
    Ok(in_transaction!(db, |tx| {
        let unlinked = sqlx::query(
            "UPDATE users SET plex_id = NULL, plex_username = NULL, plex_name = NULL, avatar = NULL, tier = 'local', \
                 updated_at = $2 \
             WHERE id = $1 AND id <> 1 AND plex_id IS NOT NULL AND password_hash IS NOT NULL",
        )
        .bind(user_id)
        .bind(now)
        .execute(&mut *tx)
        .await?
        .rows_affected()
            == 1;
        if unlinked {
            rekey_after!(tx, user_id);
            sqlx::query(
                "DELETE FROM sessions WHERE user_id = $1 AND method = 'plex' AND ($2 IS NULL OR id_hash <> $2)",
            )
            .bind(user_id)
            .bind(keep.map(|hash| hash.to_vec()))
            .execute(&mut *tx)
            .await?;
            insert_line!(tx, line);
        }
        unlinked
    }))
}
