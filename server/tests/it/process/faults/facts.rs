//! What is in the database, read beside the server.

use std::collections::{HashMap, HashSet};

use latchkey::domain::hash::Hash;
use serde_json::Value;
use sqlx::{Connection as _, PgConnection, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::process::home::{Home, eventually};

/// Everything that the books are compared with.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// By member and name: the number and the hash of the value.
    pub(super) tokens: HashMap<(i64, String), (i64, Hash)>,
    /// Sessions that open something, and whose they are.
    pub(super) sessions: HashMap<Hash, i64>,
    /// Members by e-mail.
    pub(super) people: HashMap<String, i64>,
    /// How many lines of activity there are, by kind and subject.
    lines: HashMap<(String, String), i64>,
    pub(super) version: i64,
    pub(super) settings: Value,
    /// Values of login tokens.
    pub(super) values: HashSet<Hash>,
}

/// Rows of these two tables whose member is not there, and versions of the settings that were skipped.
const BROKEN: [&str; 4] = [
    "SELECT COUNT(*) FROM sessions WHERE user_id NOT IN (SELECT id FROM users)",
    "SELECT COUNT(*) FROM login_tokens WHERE user_id NOT IN (SELECT id FROM users)",
    "SELECT COUNT(*) FROM settings WHERE version > 1 AND version - 1 NOT IN (SELECT version FROM settings_history)",
    "SELECT COALESCE(MAX(version) - MIN(version) + 1 - COUNT(*), 0) FROM settings_history",
];

fn hash(bytes: Vec<u8>) -> Hash {
    bytes.try_into().expect("a hash in the database has 32 bytes")
}

macro_rules! read {
    ($connection:expr) => {{
        let mut facts = Facts::default();
        let tokens: Vec<(i64, i64, String, Vec<u8>)> =
            sqlx::query_as("SELECT id, user_id, name, token_hash FROM login_tokens")
                .fetch_all(&mut $connection)
                .await
                .unwrap();
        for (id, user_id, name, value) in tokens {
            facts.values.insert(hash(value.clone()));
            facts.tokens.insert((user_id, name), (id, hash(value)));
        }
        let sessions: Vec<(Vec<u8>, i64)> = sqlx::query_as(
            "SELECT id_hash, user_id FROM sessions WHERE token_hash IS NULL OR token_hash IN (SELECT token_hash FROM login_tokens)",
        )
        .fetch_all(&mut $connection)
        .await
        .unwrap();
        facts.sessions = sessions.into_iter().map(|(id, user)| (hash(id), user)).collect();
        let people: Vec<(String, i64)> = sqlx::query_as("SELECT email, id FROM users WHERE email IS NOT NULL")
            .fetch_all(&mut $connection)
            .await
            .unwrap();
        facts.people = people.into_iter().collect();
        let lines: Vec<(String, String, i64)> =
            sqlx::query_as("SELECT kind, subject, COUNT(*) FROM activity GROUP BY kind, subject")
                .fetch_all(&mut $connection)
                .await
                .unwrap();
        facts.lines = lines.into_iter().map(|(kind, subject, count)| ((kind, subject), count)).collect();
        let (version, body): (i64, String) = sqlx::query_as("SELECT version, body FROM settings")
            .fetch_one(&mut $connection)
            .await
            .unwrap();
        facts.version = version;
        facts.settings = serde_json::from_str(&body).expect("the settings are whole");
        for sql in BROKEN {
            let broken: i64 = sqlx::query_scalar(sql).fetch_one(&mut $connection).await.unwrap();
            assert_eq!(broken, 0, "{sql}");
        }
        facts
    }};
}

impl Facts {
    /// Reads everything, and looks whether the database is whole.
    pub(super) async fn read(home: &Home) -> Self {
        if home.is_sqlite() {
            Self::read_file(&home.data().join("latchkey.db")).await
        } else {
            let mut connection = PgConnection::connect(home.database_url().as_str()).await.unwrap();
            let facts = read!(connection);
            connection.close().await.unwrap();
            facts
        }
    }

    /// The same of an SQLite file.
    pub(super) async fn read_file(file: &std::path::Path) -> Self {
        let options = SqliteConnectOptions::new().filename(file);
        let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
        let check: String = sqlx::query_scalar("PRAGMA integrity_check")
            .fetch_one(&mut connection)
            .await
            .unwrap();
        assert_eq!(check, "ok");
        let dangling = sqlx::query("PRAGMA foreign_key_check")
            .fetch_all(&mut connection)
            .await
            .unwrap();
        assert_eq!(dangling.len(), 0, "rows refer to what is not there");
        let facts = read!(connection);
        connection.close().await.unwrap();
        facts
    }

    /// How many lines of activity there are of this.
    pub(super) fn lines(&self, kind: &str, subject: &str) -> i64 {
        let lines = self.lines.get(&(kind.to_owned(), subject.to_owned()));
        lines.copied().unwrap_or(0)
    }

    /// All lines of a kind.
    pub(super) fn all_lines(&self, kind: &str) -> i64 {
        let of_it = self.lines.iter().filter(|((one, _), _)| one == kind);
        of_it.map(|(_, count)| count).sum()
    }
}

/// PostgreSQL may still be busy with the last words of a program that was killed: waits until it has heard them all.
pub(super) async fn last_words_heard(home: &Home) {
    if home.is_sqlite() {
        return;
    }
    let mut connection = PgConnection::connect(home.database_url().as_str()).await.unwrap();
    let sql =
        "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'latchkey'";
    for _ in 0..10_000 {
        let left: i64 = sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap();
        if left == 0 {
            connection.close().await.unwrap();
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("connections of the dead program live on");
}

/// Waits until so many lines of a kind are written.
pub(super) async fn lines_written(home: &Home, kind: &str, least: i64) {
    eventually("the lines of activity", || async {
        (Facts::read(home).await.all_lines(kind) >= least).then_some(())
    })
    .await;
}
