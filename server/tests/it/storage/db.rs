//! `storage::Db`.

use latchkey::{
    bootstrap,
    storage::{Db, StorageError, install},
};

use super::Store;
use crate::support::{Database, Engine, on_both};

async fn open(url: &str) -> Result<Db, StorageError> {
    match url.strip_prefix("sqlite:") {
        Some(file) => Db::open_sqlite(file.as_ref()).await,
        None => Db::open_postgres(url).await,
    }
}

on_both! {
    async fn what_was_kept_is_there_after_opening_again(engine) {
        let store = Store::open(engine).await;
        install::replace(&store.db, "a", "kept").await.unwrap();
        store.db.ping().await.unwrap();
        store.db.close().await;
        assert!(store.db.ping().await.unwrap_err().is_unavailable());
        assert!(install::find(&store.db, "a").await.unwrap_err().is_unavailable());
        let again = bootstrap::open(&store.config).await.unwrap();
        assert_eq!(install::find(&again, "a").await.unwrap().as_deref(), Some("kept"));
    }

    async fn many_programs_start_at_once_on_an_empty_database(engine) {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::empty(engine, folder.path()).await;
        let starting: Vec<_> = (0..8).map(|_| {
            let url = database.url.clone();
            tokio::spawn(async move { install::find_or_create(&open(&url).await?, "x", "y").await })
        }).collect();
        for program in starting {
            assert_eq!(program.await.unwrap().unwrap(), "y");
        }
    }
}

#[tokio::test]
async fn a_database_that_may_only_be_read_is_not_ready() {
    let store = Store::open(Engine::Postgres).await;
    let Db::Postgres(pool) = &store.db else { unreachable!() };
    let name: String = sqlx::query_scalar("SELECT current_database()")
        .fetch_one(pool)
        .await
        .unwrap();
    let sql = format!("ALTER DATABASE {name} SET default_transaction_read_only = on");
    sqlx::query(sqlx::AssertSqlSafe(sql)).execute(pool).await.unwrap();
    // New connections take it over.
    let latchkey::config::Database::Postgres(url) = &store.config.database else {
        unreachable!()
    };
    let read_only = Db::Postgres(sqlx::PgPool::connect(url.expose()).await.unwrap());
    assert!(read_only.ping().await.unwrap_err().is_unavailable());
    assert!(
        install::replace(&read_only, "a", "b")
            .await
            .unwrap_err()
            .is_unavailable()
    );
    assert_eq!(install::find(&read_only, "a").await.unwrap(), None);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable() {
    let nobody = "postgres://latchkey@127.0.0.1:1/latchkey";
    assert!(Db::open_postgres(nobody).await.unwrap_err().is_unavailable());
    let folder = tempfile::tempdir().unwrap();
    let no_folder = folder.path().join("missing/latchkey.db");
    assert!(Db::open_sqlite(&no_folder).await.unwrap_err().is_unavailable());
}
