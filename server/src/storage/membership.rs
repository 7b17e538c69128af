//! Membership that follows Plex: the check's one row, whose access is missing, and people taken in from the owner's list.

use super::{
    Db, StorageError,
    activity::{Line, insert_line},
    db::{in_transaction, on_db},
    user::{PlexProfile, UserRow, columns, rekey, user_columns},
};
use crate::domain::{
    following::{Absence, Followed, Plan},
    permission::Permissions,
    user::{Tier, User, email_key},
};

/// How the last check went.
#[derive(Debug, Clone, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct CheckRow {
    /// Unix seconds; 0: never.
    pub started_at: i64,
    /// Unix seconds.
    pub finished_at: Option<i64>,
    /// When a list could last be believed, in Unix seconds.
    pub good_at: Option<i64>,
    /// What was in the way, as one word; empty: nothing.
    pub problem: String,
}

/// How the last check went.
///
/// # Errors
/// The database's.
pub async fn find_check(db: &Db) -> Result<CheckRow, StorageError> {
    let row = on_db!(db, |pool| sqlx::query_as(
        "SELECT started_at, finished_at, good_at, problem FROM membership_check WHERE id = 1"
    )
    .fetch_optional(pool)
    .await)?;
    Ok(row.unwrap_or_default())
}

/// Takes the check until a moment, if nobody has it and the last one began at `began_by` (Unix seconds) or before.
/// False: not now.
///
/// # Errors
/// The database's.
pub async fn lease(db: &Db, now_ms: i64, until_ms: i64, began_by: i64) -> Result<bool, StorageError> {
    let taken = on_db!(db, |pool| {
        sqlx::query(
            "UPDATE membership_check SET lease_until_ms = $2, started_at = $3 \
             WHERE id = 1 AND lease_until_ms <= $1 AND started_at <= $4",
        )
        .bind(now_ms)
        .bind(until_ms)
        .bind(now_ms.div_euclid(1000))
        .bind(began_by)
        .execute(pool)
        .await?
        .rows_affected()
    });
    Ok(taken == 1)
}

/// Ends the check of this lease that changed nothing, with what was in the way.
///
/// # Errors
/// The database's.
pub async fn give_up(db: &Db, lease: i64, now: i64, problem: &str) -> Result<(), StorageError> {
    on_db!(db, |pool| {
        sqlx::query(
            "UPDATE membership_check SET lease_until_ms = 0, finished_at = $2, problem = $3 \
             WHERE id = 1 AND lease_until_ms = $1",
        )
        .bind(lease)
        .bind(now)
        .bind(problem)
        .execute(pool)
        .await?;
    });
    Ok(())
}

/// An e-mail that a password goes with stays, also if the password came this very moment.
const TAKE_OVER: &str = concat!(
    "UPDATE users SET plex_username = $3, plex_name = $4, avatar = $7, tier = $8, updated_at = $9, \
         email = CASE WHEN password_hash IS NULL THEN $5 ELSE email END, \
         email_key = CASE WHEN password_hash IS NULL THEN $6 ELSE email_key END \
     WHERE id = $1 AND plex_id = $2 AND tier <> 'local' RETURNING ",
    columns!()
);

const FOLLOWED: &str = concat!(
    "SELECT a.first_at, a.ended_at, ",
    user_columns!(),
    " FROM users u LEFT JOIN membership_absences a ON a.user_id = u.id AND a.machine_id = $1 \
     WHERE u.plex_id IS NOT NULL AND u.id <> 1 ORDER BY u.id"
);

/// Everybody with a Plex account but the owner, with what earlier answers about this media server said.
///
/// # Errors
/// The database's, or a row that can't be read.
pub async fn list_followed(db: &Db, machine_id: &str) -> Result<Vec<Followed>, StorageError> {
    #[derive(sqlx::FromRow)]
    struct Row {
        first_at: Option<i64>,
        ended_at: Option<i64>,
        #[sqlx(flatten)]
        user: UserRow,
    }
    let rows: Vec<Row> = on_db!(db, |pool| sqlx::query_as(FOLLOWED)
        .bind(machine_id)
        .fetch_all(pool)
        .await)?;
    rows.into_iter()
        .map(|row| {
            Ok(Followed {
                user: User::try_from(row.user)?,
                absence: row.first_at.map(|first_at| Absence {
                    first_at,
                    ended_at: row.ended_at,
                }),
            })
        })
        .collect()
}

/// Carries out a plan of the check of this lease, all or nothing. `line`: that of somebody's end, without whom. The
/// members that went; `None`: the lease ran out meanwhile, and nothing was done.
///
/// Somebody who came in with Plex meanwhile has no absence any more, and stays.
///
/// # Errors
/// The database's.
pub async fn carry_out(
    db: &Db,
    lease: i64,
    machine_id: &str,
    plan: &Plan,
    now: i64,
    line: &Line,
) -> Result<Option<Vec<i64>>, StorageError> {
    Ok(in_transaction!(db, |tx| {
        let ours = sqlx::query(
            "UPDATE membership_check SET lease_until_ms = 0, finished_at = $2, good_at = $2, problem = '' \
             WHERE id = 1 AND lease_until_ms = $1",
        )
        .bind(lease)
        .bind(now)
        .execute(&mut *tx)
        .await?
        .rows_affected();
        if ours == 1 {
            let mut gone = Vec::new();
            for present in &plan.present {
                if present.was_missing {
                    sqlx::query("DELETE FROM membership_absences WHERE user_id = $1")
                        .bind(present.user_id)
                        .execute(&mut *tx)
                        .await?;
                }
                if let Some(news) = &present.news {
                    let row: Option<UserRow> = sqlx::query_as(TAKE_OVER)
                        .bind(present.user_id)
                        .bind(news.plex_id)
                        .bind(&news.username)
                        .bind(&news.name)
                        .bind(&news.email)
                        .bind(news.email.as_deref().map(email_key))
                        .bind(&news.avatar)
                        .bind(news.tier.name())
                        .bind(now)
                        .fetch_optional(&mut *tx)
                        .await?;
                    if let Some(row) = row {
                        let _ = rekey!(tx, row);
                    }
                }
            }
            for user_id in &plan.missing {
                // What was said about another media server says nothing about this one.
                sqlx::query(
                    "INSERT INTO membership_absences (user_id, machine_id, first_at) \
                     SELECT id, $2, $3 FROM users WHERE id = $1 \
                     ON CONFLICT (user_id) DO UPDATE SET machine_id = $2, first_at = $3, ended_at = NULL \
                     WHERE membership_absences.machine_id <> $2",
                )
                .bind(user_id)
                .bind(machine_id)
                .bind(now)
                .execute(&mut *tx)
                .await?;
            }
            for (user_id, absence) in &plan.ended {
                let still = sqlx::query(
                    "UPDATE membership_absences SET ended_at = COALESCE(ended_at, $4) \
                     WHERE user_id = $1 AND machine_id = $2 AND first_at = $3 AND COALESCE(ended_at, -1) = $5",
                )
                .bind(user_id)
                .bind(machine_id)
                .bind(absence.first_at)
                .bind(now)
                .bind(absence.ended_at.unwrap_or(-1))
                .execute(&mut *tx)
                .await?
                .rows_affected();
                if still == 0 {
                    continue;
                }
                let mut ended = 0;
                for delete in [
                    "DELETE FROM sessions WHERE user_id = $1",
                    "DELETE FROM login_tokens WHERE user_id = $1",
                ] {
                    ended += sqlx::query(delete)
                        .bind(user_id)
                        .execute(&mut *tx)
                        .await?
                        .rows_affected();
                }
                // Told once, and again when they had got something meanwhile.
                if absence.ended_at.is_none() || ended > 0 {
                    let line = Line {
                        user_id: Some(*user_id),
                        ..line.clone()
                    };
                    insert_line!(tx, line);
                    gone.push(*user_id);
                }
            }
            Some(gone)
        } else {
            None
        }
    }))
}

/// Whether a member is out: Plex said twice that this media server is not shared with them any more.
///
/// # Errors
/// The database's.
pub async fn is_out(db: &Db, user_id: i64, machine_id: &str) -> Result<bool, StorageError> {
    Ok(find_absence(db, user_id, machine_id)
        .await?
        .is_some_and(|absence| absence.ended_at.is_some()))
}

/// What Plex's answers about this media server said about a member.
///
/// # Errors
/// The database's.
pub async fn find_absence(db: &Db, user_id: i64, machine_id: &str) -> Result<Option<Absence>, StorageError> {
    let found: Option<(i64, Option<i64>)> = on_db!(db, |pool| sqlx::query_as(
        "SELECT first_at, ended_at FROM membership_absences WHERE user_id = $1 AND machine_id = $2"
    )
    .bind(user_id)
    .bind(machine_id)
    .fetch_optional(pool)
    .await)?;
    Ok(found.map(|(first_at, ended_at)| Absence { first_at, ended_at }))
}

/// Forgets what answers said about a member: they have just shown that they have access.
///
/// # Errors
/// The database's.
pub async fn forget_absence(db: &Db, user_id: i64) -> Result<(), StorageError> {
    on_db!(db, |pool| {
        sqlx::query("DELETE FROM membership_absences WHERE user_id = $1")
            .bind(user_id)
            .execute(pool)
            .await?;
    });
    Ok(())
}

const CREATE: &str = concat!(
    "INSERT INTO users (plex_id, plex_username, plex_name, email, email_key, tier, permissions, avatar, created_at, updated_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $9, $7, $8, $8) ON CONFLICT (plex_id) DO NOTHING RETURNING ",
    columns!()
);

/// Makes members of these people, all or none; those who are members already, also since a moment ago, stay as they are.
/// `line`: that of each, without whom. The new ones.
///
/// # Errors
/// The database's, or a row that can't be read.
pub async fn create_members(
    db: &Db,
    people: &[(PlexProfile, Tier)],
    permissions: Permissions,
    now: i64,
    line: &Line,
) -> Result<Vec<User>, StorageError> {
    Ok(in_transaction!(db, |tx| {
        let mut new = Vec::new();
        for (profile, tier) in people {
            let row: Option<UserRow> = sqlx::query_as(CREATE)
                .bind(profile.plex_id)
                .bind(&profile.username)
                .bind(&profile.name)
                .bind(&profile.email)
                .bind(profile.email.as_deref().map(email_key))
                .bind(tier.name())
                .bind(&profile.avatar)
                .bind(now)
                .bind(permissions.0)
                .fetch_optional(&mut *tx)
                .await?;
            let Some(row) = row else {
                continue;
            };
            let user = rekey!(tx, row);
            let line = Line {
                user_id: Some(user.id),
                plex_id: Some(profile.plex_id),
                ..line.clone()
            };
            insert_line!(tx, line);
            new.push(user);
        }
        new
    }))
}

/// The Plex account numbers of all members.
///
/// # Errors
/// The database's.
pub async fn list_plex_ids(db: &Db) -> Result<Vec<i64>, StorageError> {
    Ok(on_db!(db, |pool| sqlx::query_scalar(
        "SELECT plex_id FROM users WHERE plex_id IS NOT NULL"
    )
    .fetch_all(pool)
    .await)?)
}

const ALL: &str = concat!("SELECT ", user_columns!(), " FROM users u ORDER BY u.id");

/// Everybody, by number: for looking somebody up by any of their names, in any case, as no database does it alike.
///
/// # Errors
/// The database's, or a row that can't be read.
pub async fn list_all(db: &Db) -> Result<Vec<User>, StorageError> {
    let rows: Vec<UserRow> = on_db!(db, |pool| sqlx::query_as(ALL).fetch_all(pool).await)?;
    rows.into_iter().map(User::try_from).collect()
}

/// The Plex account of the newest refusal of this number, or of somebody of this name: number and name.
///
/// # Errors
/// The database's.
pub async fn find_refused(db: &Db, plex_id: Option<i64>, name: &str) -> Result<Option<(i64, String)>, StorageError> {
    // PostgreSQL refuses NUL in a text, also in one that is only compared.
    let name = if name.contains('\0') { "" } else { name };
    Ok(on_db!(db, |pool| sqlx::query_as(
        "SELECT plex_id, subject FROM activity WHERE plex_id IS NOT NULL AND reason <> '' \
         AND (plex_id = $1 OR ($1 = -1 AND subject <> '' AND LOWER(subject) = LOWER($2))) ORDER BY id DESC LIMIT 1"
    )
    .bind(plex_id.unwrap_or(-1))
    .bind(name)
    .fetch_optional(pool)
    .await)?)
}
