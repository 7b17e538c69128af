//! Everybody: listed, sorted, searched.

use super::{Db, StorageError, UserRow, columns, rekey, user_columns};
use crate::{
    domain::{person::fold, user::User},
    storage::db::{in_transaction, on_db},
};

/// In which order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// Who came first.
    Created,
    /// Who was changed last.
    Updated,
    /// By name.
    #[default]
    Name,
}

/// A part of the list.
#[derive(Debug, Clone, Copy, Default)]
pub struct Listed<'a> {
    /// In which order.
    pub sort: Sort,
    /// Only those with this in their name; empty: everybody.
    pub search: &'a str,
    /// Search e-mail and names at Plex as well.
    pub in_everything: bool,
    /// Which is the first, from 0 on.
    pub from: i64,
    /// How many.
    pub most: i64,
}

/// First the numbers, from an index alone, then the rows.
macro_rules! list {
    ($filter:literal, $inner:literal, $outer:literal) => {
        concat!(
            "SELECT (SELECT COUNT(*) FROM login_tokens t WHERE t.user_id = u.id) AS tokens, ",
            user_columns!(),
            " FROM (SELECT id AS found FROM users ",
            $filter,
            " ORDER BY ",
            $inner,
            " LIMIT $1 OFFSET $2) f JOIN users u ON u.id = f.found ORDER BY ",
            $outer
        )
    };
}
macro_rules! sorted {
    ($filter:literal) => {
        [
            list!($filter, "id", "u.id"),
            list!($filter, "updated_at DESC, id DESC", "u.updated_at DESC, u.id DESC"),
            list!($filter, "name_key, id", "u.name_key, u.id"),
        ]
    };
}

/// By filter (none, in the name, in everything, and these two for a text that is too short for PostgreSQL's index of
/// groups of three letters: asked for such a text, it reads all of that index. Within `COALESCE` it is not asked), then by
/// sort.
const LIST: [[&str; 3]; 5] = [
    sorted!(""),
    sorted!("WHERE name_key LIKE $3 ESCAPE '\\'"),
    sorted!("WHERE search_key LIKE $3 ESCAPE '\\'"),
    sorted!("WHERE COALESCE(name_key LIKE $3 ESCAPE '\\', FALSE)"),
    sorted!("WHERE COALESCE(search_key LIKE $3 ESCAPE '\\', FALSE)"),
];
const COUNT: [&str; 5] = [
    "SELECT COUNT(*) FROM users",
    "SELECT COUNT(*) FROM users WHERE name_key LIKE $1 ESCAPE '\\'",
    "SELECT COUNT(*) FROM users WHERE search_key LIKE $1 ESCAPE '\\'",
    "SELECT COUNT(*) FROM users WHERE COALESCE(name_key LIKE $1 ESCAPE '\\', FALSE)",
    "SELECT COUNT(*) FROM users WHERE COALESCE(search_key LIKE $1 ESCAPE '\\', FALSE)",
];
/// Two letters are counted by an index of their own on PostgreSQL.
const COUNT_PAIR: [&str; 2] = [
    "SELECT COUNT(*) FROM users WHERE letter_pairs(name_key) @> ARRAY[$1]",
    "SELECT COUNT(*) FROM users WHERE letter_pairs(search_key) @> ARRAY[$1]",
];
/// Letters of a group in the index of groups of three.
const GROUP: usize = 3;
const PAIR: usize = 2;

impl Listed<'_> {
    fn filter(&self) -> usize {
        match (self.letters(), self.in_everything) {
            (0, _) => 0,
            (GROUP.., in_everything) => 1 + usize::from(in_everything),
            (_, in_everything) => 3 + usize::from(in_everything),
        }
    }

    fn letters(&self) -> usize {
        fold(self.search).chars().count()
    }

    /// Whether many are likely to fit, more than stand in one part.
    #[must_use]
    pub fn is_wide(&self) -> bool {
        self.letters() < GROUP
    }

    /// What LIKE takes for "holds this".
    fn pattern(&self) -> String {
        let mut pattern = "%".to_owned();
        for character in fold(self.search).chars() {
            if matches!(character, '%' | '_' | '\\') {
                pattern.push('\\');
            }
            pattern.push(character);
        }
        pattern.push('%');
        pattern
    }
}

/// Members, with how many login tokens each has.
///
/// # Errors
/// The database's, or a row that can't be read.
pub async fn list(db: &Db, listed: &Listed<'_>) -> Result<Vec<(User, i64)>, StorageError> {
    #[derive(sqlx::FromRow)]
    struct Row {
        tokens: i64,
        #[sqlx(flatten)]
        user: UserRow,
    }
    let filter = listed.filter();
    let sql = LIST[filter][match listed.sort {
        Sort::Created => 0,
        Sort::Updated => 1,
        Sort::Name => 2,
    }];
    let rows: Vec<Row> = on_db!(db, |pool| {
        let query = sqlx::query_as(sql).bind(listed.most).bind(listed.from);
        if filter == 0 {
            query.fetch_all(pool).await?
        } else {
            query.bind(listed.pattern()).fetch_all(pool).await?
        }
    });
    rows.into_iter()
        .map(|row| Ok((User::try_from(row.user)?, row.tokens)))
        .collect()
}

/// How many there are in all parts of such a list.
///
/// # Errors
/// The database's.
pub async fn count(db: &Db, listed: &Listed<'_>) -> Result<i64, StorageError> {
    if let (Db::Postgres(pool), PAIR) = (db, listed.letters()) {
        let pair = sqlx::query_scalar(COUNT_PAIR[usize::from(listed.in_everything)]);
        return Ok(pair.bind(fold(listed.search)).fetch_one(pool).await?);
    }
    let filter = listed.filter();
    Ok(on_db!(db, |pool| {
        let query = sqlx::query_scalar(COUNT[filter]);
        if filter == 0 {
            query.fetch_one(pool).await?
        } else {
            query.bind(listed.pattern()).fetch_one(pool).await?
        }
    }))
}

/// Writes the keys of members who have none yet: of a release that knew no keys. Answers how many.
///
/// # Errors
/// The database's, or a row that can't be read.
pub async fn complete_keys(db: &Db) -> Result<usize, StorageError> {
    const WITHOUT: &str = concat!("SELECT ", columns!(), " FROM users WHERE search_key = ''");
    let without: Vec<UserRow> = on_db!(db, |pool| sqlx::query_as(WITHOUT).fetch_all(pool).await)?;
    let number = without.len();
    if number > 0 {
        in_transaction!(db, |tx| {
            for row in without {
                rekey!(tx, row);
            }
        });
    }
    Ok(number)
}
