//! All rows of all tables, out and in again: for moving to another machine or to the other engine.
//!
//! Columns are asked of the database, so a new one needs nothing here; a new table has to be in one of the two lists, and
//! a test looks that it is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sqlx::{AssertSqlSafe, Row as _};

use super::{
    Db, StorageError,
    db::{in_transaction, on_db},
};

/// What is moved, in an order in which every row refers only to rows before it.
pub const TABLES: [&str; 10] = [
    "install",
    "settings",
    "users",
    "login_tokens",
    "login_token_addresses",
    "sessions",
    "activity",
    "membership_check",
    "membership_absences",
    "settings_history",
];

/// What is not: tries and requests under way, over within the hour. They go when rows are put in place of others.
pub const UNDER_WAY: [&str; 6] = [
    "attempts",
    "failures",
    "pairings",
    "password_resets",
    "hand_overs",
    "access_changes",
];

/// Rows read as one.
const AT_ONCE: i64 = 5_000;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Text,
    Bytes,
}

/// One value of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A whole number.
    Number(i64),
    /// Text.
    Text(String),
    /// Bytes, in hexadecimal.
    Bytes {
        /// Two digits a byte.
        hex: String,
    },
}

/// One row: a value a column, or none.
pub type Row = Vec<Option<Value>>;

/// Some rows of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its name.
    pub table: String,
    /// Names of the columns, in the order of the values.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Row>,
}

/// Why rows could not be taken in. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// The database's trouble.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// There is a household in this database.
    #[error("there is an owner already")]
    NotEmpty,
    /// Rows that this database has no place for.
    #[error("{0}")]
    Unfit(String),
    /// Whoever hands in or takes the rows can't go on.
    #[error(transparent)]
    Stream(#[from] std::io::Error),
}

impl From<sqlx::Error> for TransferError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(inner) if inner.is_unique_violation() || inner.is_foreign_key_violation() => {
                Self::Unfit(
                    "the rows contradict each other: a number stands twice, or names somebody who is not there"
                        .to_owned(),
                )
            }
            sqlx::Error::Database(inner) if inner.is_check_violation() => {
                Self::Unfit("a row holds a value that can't be".to_owned())
            }
            _ => Self::Storage(error.into()),
        }
    }
}

/// Name and declared type of each column of a table.
const SQLITE_COLUMNS: &str = "SELECT name, type FROM pragma_table_info($1) ORDER BY cid";
const POSTGRES_COLUMNS: &str = "SELECT column_name::text, data_type::text FROM information_schema.columns \
     WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position";

fn kind(declared: &str) -> Kind {
    match declared.to_ascii_lowercase().as_str() {
        "text" => Kind::Text,
        "blob" | "bytea" => Kind::Bytes,
        _ => Kind::Number,
    }
}

/// Hands out all rows as they were at one moment; answers how many.
///
/// # Errors
/// The database's; what `take` answers.
pub async fn export(db: &Db, mut take: impl FnMut(Part) -> Result<(), TransferError>) -> Result<u64, TransferError> {
    let mut count = 0;
    macro_rules! read_all {
        ($tx:ident, $columns:expr) => {
            for table in TABLES {
                let columns: Vec<(String, String)> = sqlx::query_as($columns).bind(table).fetch_all(&mut *$tx).await?;
                let names: Vec<String> = columns.iter().map(|(name, _)| name.clone()).collect();
                // Every table begins with what its rows are known by.
                let sql = format!(
                    "SELECT {} FROM {table} ORDER BY 1, 2 LIMIT $1 OFFSET $2",
                    names.join(", ")
                );
                for turn in 0.. {
                    let found = sqlx::query(AssertSqlSafe(sql.clone()))
                        .bind(AT_ONCE)
                        .bind(turn * AT_ONCE)
                        .fetch_all(&mut *$tx)
                        .await?;
                    let mut rows = Vec::with_capacity(found.len());
                    for row in &found {
                        let mut values = Vec::with_capacity(columns.len());
                        for (at, (_, declared)) in columns.iter().enumerate() {
                            values.push(match kind(declared) {
                                Kind::Number => row.try_get::<Option<i64>, _>(at)?.map(Value::Number),
                                Kind::Text => row.try_get::<Option<String>, _>(at)?.map(Value::Text),
                                Kind::Bytes => row.try_get::<Option<Vec<u8>>, _>(at)?.map(|bytes| Value::Bytes {
                                    hex: crate::domain::hash::hex(&bytes),
                                }),
                            });
                        }
                        rows.push(values);
                    }
                    let last = rows.len() < usize::try_from(AT_ONCE).unwrap_or(usize::MAX);
                    count += rows.len() as u64;
                    take(Part {
                        table: table.to_owned(),
                        columns: names.clone(),
                        rows,
                    })?;
                    if last {
                        break;
                    }
                }
            }
        };
    }
    match db {
        // A reading transaction sees one moment, and nobody who writes waits for it.
        Db::Sqlite(pool) => {
            let mut tx = pool.begin().await?;
            read_all!(tx, SQLITE_COLUMNS);
        }
        Db::Postgres(pool) => {
            let mut tx = pool
                .begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                .await?;
            read_all!(tx, POSTGRES_COLUMNS);
        }
    }
    Ok(count)
}

/// Puts rows in place of all that is there: everything or nothing. `next` hands them in, table by table in the order of
/// [`TABLES`]; `None` ends it. Answers how many. Running instances notice.
///
/// # Errors
/// [`TransferError::NotEmpty`] where there is an owner and `replace` is not said; [`TransferError::Unfit`]; the database's.
pub async fn import(
    db: &Db,
    replace: bool,
    mut next: impl FnMut() -> Result<Option<Part>, TransferError>,
) -> Result<u64, TransferError> {
    let (columns_of, is_postgres) = match db {
        Db::Sqlite(_) => (SQLITE_COLUMNS, false),
        Db::Postgres(_) => (POSTGRES_COLUMNS, true),
    };
    let count = in_transaction!(db, |tx| {
        let owner: Option<i64> = sqlx::query_scalar("SELECT id FROM users WHERE id = 1")
            .fetch_optional(&mut *tx)
            .await?;
        if owner.is_some() && !replace {
            return Err(TransferError::NotEmpty);
        }
        let version: Option<i64> = sqlx::query_scalar("SELECT version FROM settings WHERE id = 1")
            .fetch_optional(&mut *tx)
            .await?;
        for table in UNDER_WAY.iter().chain(TABLES.iter().rev()) {
            sqlx::query(AssertSqlSafe(format!("DELETE FROM {table}")))
                .execute(&mut *tx)
                .await?;
        }
        let mut count: u64 = 0;
        let mut known: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        while let Some(part) = next()? {
            if !TABLES.contains(&part.table.as_str()) {
                return Err(newer(&part.table));
            }
            if !known.contains_key(&part.table) {
                let columns = sqlx::query_as(columns_of).bind(&part.table).fetch_all(&mut *tx).await?;
                known.insert(part.table.clone(), columns);
            }
            let (sql, kinds) = insertion(&part, &known[&part.table])?;
            for row in &part.rows {
                if row.len() != kinds.len() {
                    return Err(TransferError::Unfit(format!(
                        "a row of {} has too many or too few values",
                        part.table
                    )));
                }
                let mut query = sqlx::query(AssertSqlSafe(sql.clone()));
                for (value, kind) in row.iter().zip(&kinds) {
                    query = match fit(value.as_ref(), *kind, &part.table)? {
                        Fitting::Number(number) => query.bind(number),
                        Fitting::Text(text) => query.bind(text),
                        Fitting::Bytes(bytes) => query.bind(bytes),
                    };
                }
                query.execute(&mut *tx).await?;
                count += 1;
            }
        }
        // SQLite counts on from the highest number by itself. Nobody but the owner may ever be user 1.
        if is_postgres {
            for (table, first) in [("users", 2_i64), ("login_tokens", 1), ("activity", 1)] {
                let sql = format!(
                    "SELECT setval(pg_get_serial_sequence('{table}', 'id'), GREATEST((SELECT COALESCE(MAX(id), 0) + 1 FROM {table}), $1), false)"
                );
                sqlx::query(AssertSqlSafe(sql)).bind(first).execute(&mut *tx).await?;
            }
        }
        // Higher than what any instance knows, so that all of them read everything again.
        sqlx::query("UPDATE settings SET version = CASE WHEN version > $1 THEN version ELSE $1 END + 1")
            .bind(version.unwrap_or(0))
            .execute(&mut *tx)
            .await?;
        count
    });
    Ok(count)
}

fn newer(what: &str) -> TransferError {
    TransferError::Unfit(format!(
        "there is no place for {what} here: the file comes from a newer version of Latchkey. Install that version first"
    ))
}

/// The statement for rows of these columns, and what each column holds.
fn insertion(part: &Part, known: &[(String, String)]) -> Result<(String, Vec<Kind>), TransferError> {
    let mut kinds = Vec::with_capacity(part.columns.len());
    for column in &part.columns {
        // Only names that the database knows become part of a statement.
        let declared = known.iter().find(|(name, _)| name == column);
        let (_, declared) = declared.ok_or_else(|| newer(&format!("{}.{column}", part.table)))?;
        kinds.push(kind(declared));
    }
    let places: Vec<String> = (1..=kinds.len()).map(|place| format!("${place}")).collect();
    let sql = format!(
        "INSERT INTO {} ({}) VALUES ({})",
        part.table,
        part.columns.join(", "),
        places.join(", ")
    );
    Ok((sql, kinds))
}

/// A value with the type that its column needs, also where there is none.
enum Fitting {
    Number(Option<i64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

fn fit(value: Option<&Value>, kind: Kind, table: &str) -> Result<Fitting, TransferError> {
    let unfit = || TransferError::Unfit(format!("a row of {table} holds a value of the wrong kind"));
    Ok(match (kind, value) {
        (Kind::Number, None) => Fitting::Number(None),
        (Kind::Text, None) => Fitting::Text(None),
        (Kind::Bytes, None) => Fitting::Bytes(None),
        (Kind::Number, Some(Value::Number(number))) => Fitting::Number(Some(*number)),
        (Kind::Text, Some(Value::Text(text))) => Fitting::Text(Some(text.clone())),
        (Kind::Bytes, Some(Value::Bytes { hex })) => {
            Fitting::Bytes(Some(crate::domain::hash::from_hex(hex).ok_or_else(unfit)?))
        }
        _ => return Err(unfit()),
    })
}

/// Names of all tables but those of the migrations.
///
/// # Errors
/// The database's.
pub async fn all_tables(db: &Db) -> Result<Vec<String>, StorageError> {
    let sql = match db {
        Db::Sqlite(_) => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> '_sqlx_migrations' ORDER BY name"
        }
        Db::Postgres(_) => {
            "SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema() \
             AND table_name <> '_sqlx_migrations' ORDER BY table_name"
        }
    };
    Ok(on_db!(db, |pool| sqlx::query_scalar(sql).fetch_all(pool).await)?)
}
