//! The two engines behind one type, their connection settings and migrations.

use std::{path::Path, time::Duration};

use sqlx::{
    ConnectOptions, Connection as _, PgPool, SqlitePool,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("../migrations/sqlite");
static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("../migrations/postgres");

/// How long a statement waits for SQLite's write lock, and anybody for a connection.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often a new SQLite file is opened that another program is making ready, and the pause in between.
const MOST_TRIES: usize = 100;
const BETWEEN_TRIES: Duration = Duration::from_millis(20);
/// The same for its schema.
const MIGRATION_TRIES: usize = 25;

/// From when on a connection to a server counts as rested.
const RESTED: Duration = Duration::from_secs(1);

/// The database. Cloning is cheap.
#[derive(Debug, Clone)]
pub enum Db {
    /// One file.
    Sqlite(SqlitePool),
    /// A server, for several instances.
    Postgres(PgPool),
}

/// What can go wrong with the database. Its text is for the log: clients get a general sentence.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The database is away, locked for too long, full or read-only: trying again later can help.
    #[error("the database is not available: {0}")]
    Unavailable(#[source] sqlx::Error),
    /// A unique value is taken.
    #[error("the value is taken")]
    Taken,
    /// A row that this version can't read.
    #[error("{table} row {id}: {what}")]
    BadRow {
        /// The table's name.
        table: &'static str,
        /// The row's id, as far as it may be shown.
        id: String,
        /// What is wrong with it.
        what: String,
    },
    /// Anything else.
    #[error("database: {0}")]
    Other(#[source] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("migration: {0}")]
    Migration(#[source] sqlx::migrate::MigrateError),
    /// The schema has a migration that this program does not know.
    #[error(
        "the database was made by a newer version of Latchkey (it has change {0}, which this version does not know)"
    )]
    Newer(i64),
}

impl StorageError {
    /// Whether trying again later can help.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

impl From<sqlx::Error> for StorageError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(inner) if inner.is_unique_violation() => Self::Taken,
            sqlx::Error::Database(inner) if passes(inner.code().as_deref()) => Self::Unavailable(error),
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Tls(_) => Self::Unavailable(error),
            _ => Self::Other(error),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for StorageError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        match error {
            sqlx::migrate::MigrateError::VersionMissing(version) => Self::Newer(version),
            error => Self::Migration(error),
        }
    }
}

/// Whether an error code speaks of the database's state rather than of our statement.
fn passes(code: Option<&str>) -> bool {
    let Some(code) = code else { return false };
    // PostgreSQL's have five characters, some of them only digits (08006); SQLite's are numbers below 10,000.
    if code.len() < 5
        && let Ok(number) = code.parse::<i32>()
    {
        // SQLite's primary codes: BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN.
        return matches!(number & 0xff, 5 | 6 | 8 | 10 | 13 | 14);
    }
    // PostgreSQL's classes: connection, resources, operator intervention, system; and read-only transactions, those that
    // could not be put in an order, and deadlocks.
    ["08", "53", "57", "58"].iter().any(|class| code.starts_with(class)) || ["25006", "40001", "40P01"].contains(&code)
}

/// Runs one expression for whichever engine there is: `on_db!(db, |pool| query.execute(pool).await)`.
macro_rules! on_db {
    ($db:expr, |$pool:ident| $body:expr) => {
        match $db {
            $crate::storage::Db::Sqlite($pool) => $body,
            $crate::storage::Db::Postgres($pool) => $body,
        }
    };
}

/// Runs statements as one transaction that takes SQLite's write lock at once (upgrading a read lock later would fail
/// instead of wait): `in_transaction!(db, |tx| { …; value })`. An early `?` rolls back.
macro_rules! in_transaction {
    ($db:expr, |$tx:ident| $body:expr) => {
        match $db {
            $crate::storage::Db::Sqlite(pool) => {
                let mut $tx = pool.begin_with("BEGIN IMMEDIATE").await?;
                let value = $body;
                $tx.commit().await?;
                value
            }
            $crate::storage::Db::Postgres(pool) => {
                let mut $tx = pool.begin().await?;
                let value = $body;
                $tx.commit().await?;
                value
            }
        }
    };
}

pub(super) use in_transaction;
pub(super) use on_db;

impl Db {
    /// Opens (and makes) an SQLite file and brings its schema up to date.
    ///
    /// # Errors
    /// The file can't be opened or written, or its schema is newer than this program.
    pub async fn open_sqlite(file: &Path) -> Result<Self, StorageError> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // A confirmed sign-out or revocation must survive a power cut; writes are rare enough to pay for it.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(PATIENCE)
            .disable_statement_logging();
        let pool = SqlitePoolOptions::new()
            .max_connections(4)
            .min_connections(1)
            .idle_timeout(Duration::from_secs(60))
            .acquire_timeout(PATIENCE)
            // A file does not go away between two requests, and the check costs as much as the query.
            .test_before_acquire(false)
            // When a write fails for want of room, SQLite takes its transaction back by itself. sqlx then still counts it, and
            // the connection would refuse every later one.
            .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }));
        let mut tries = 1;
        let pool = loop {
            match pool.clone().connect_with(options.clone()).await {
                // SQLite does not wait while another program turns a new file to WAL.
                Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("5") && tries < MOST_TRIES => {
                    tries += 1;
                    tokio::time::sleep(BETWEEN_TRIES).await;
                }
                opened => break opened?,
            }
        };
        let db = Self::Sqlite(pool);
        db.migrate().await?;
        Ok(db)
    }

    /// Connects to PostgreSQL and brings its schema up to date; instances starting at once wait for each other.
    ///
    /// # Errors
    /// The server can't be reached, refuses, or its schema is newer than this program.
    pub async fn open_postgres(url: &str) -> Result<Self, StorageError> {
        let options: PgConnectOptions = url
            .parse::<PgConnectOptions>()?
            .application_name("latchkey")
            .disable_statement_logging();
        let pool = PgPoolOptions::new()
            .max_connections(10)
            .min_connections(1)
            .idle_timeout(Duration::from_secs(300))
            .acquire_timeout(PATIENCE)
            // A connection that rested may have died with the server it led to: it is asked first. A busy one never is.
            .test_before_acquire(false)
            .before_acquire(|connection, about| {
                Box::pin(async move {
                    if about.idle_for >= RESTED {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_with(options)
            .await?;
        let db = Self::Postgres(pool);
        db.migrate().await?;
        Ok(db)
    }

    async fn migrate(&self) -> Result<(), StorageError> {
        match self {
            // Two programs on one file: whoever is second finds a table there that the first has just made, and looks again.
            // Each change may meet that.
            Self::Sqlite(pool) => {
                let mut tries = 1;
                while let Err(error) = SQLITE_MIGRATIONS.run(pool).await {
                    let newer = matches!(error, sqlx::migrate::MigrateError::VersionMissing(_));
                    if newer || tries == MIGRATION_TRIES {
                        return Err(error.into());
                    }
                    tries += 1;
                    tokio::time::sleep(BETWEEN_TRIES).await;
                }
            }
            // Takes an advisory lock.
            Self::Postgres(pool) => POSTGRES_MIGRATIONS.run(pool).await?,
        }
        Ok(())
    }

    /// Open connections, and how many of them have nothing to do.
    #[must_use]
    pub fn connections(&self) -> (u32, u32) {
        let (open, idle) = match self {
            Self::Sqlite(pool) => (pool.size(), pool.num_idle()),
            Self::Postgres(pool) => (pool.size(), pool.num_idle()),
        };
        (open, u32::try_from(idle).unwrap_or(u32::MAX))
    }

    /// Whether the database answers and can be written to.
    ///
    /// # Errors
    /// It does not, or it is read-only.
    pub async fn ping(&self) -> Result<(), StorageError> {
        match self {
            // Takes and gives back the write lock, which a read-only or full file refuses.
            Self::Sqlite(pool) => pool.begin_with("BEGIN IMMEDIATE").await?.rollback().await?,
            Self::Postgres(pool) => {
                let read_only: String = sqlx::query_scalar("SHOW transaction_read_only").fetch_one(pool).await?;
                if read_only == "on" {
                    return Err(StorageError::Unavailable(sqlx::Error::Protocol(
                        "the server is read-only".into(),
                    )));
                }
            }
        }
        Ok(())
    }

    /// Looks whether an SQLite file is damaged, and where; a server looks after its own files.
    ///
    /// # Errors
    /// The database's.
    pub async fn check(&self) -> Result<Option<String>, StorageError> {
        match self {
            Self::Sqlite(pool) => {
                let said: String = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(pool).await?;
                Ok((said != "ok").then_some(said))
            }
            Self::Postgres(_) => Ok(None),
        }
    }

    /// Copies an SQLite database as it is at this moment into an empty file, while others read and write.
    ///
    /// # Errors
    /// The file can't be written; [`StorageError::Other`] for a server's database.
    pub async fn copy_to(&self, file: &Path) -> Result<(), StorageError> {
        let Self::Sqlite(pool) = self else {
            return Err(StorageError::Other(sqlx::Error::Protocol(
                "only SQLite is copied".into(),
            )));
        };
        let name = file
            .to_str()
            .ok_or_else(|| StorageError::Other(sqlx::Error::Protocol("the file's name is not UTF-8".into())))?;
        sqlx::query("VACUUM INTO $1").bind(name).execute(pool).await?;
        Ok(())
    }

    /// Waits for statements under way, then closes.
    pub async fn close(&self) {
        on_db!(self, |pool| pool.close().await);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_that_pass_are_told_from_those_that_stay() {
        for code in [
            "5", "6", "8", "10", "13", "14", "261", "266", "08006", "53300", "57P01", "25006", "40001", "40P01",
        ] {
            assert!(passes(Some(code)), "{code}");
        }
        for code in ["1", "19", "2067", "23505", "40002", "42P01"] {
            assert!(!passes(Some(code)), "{code}");
        }
    }
}
