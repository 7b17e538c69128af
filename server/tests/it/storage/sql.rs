//! Statements for what no function of `storage` does, and connections that are open before they are needed.

use std::sync::Arc;

use latchkey::storage::Db;
use tokio::sync::Barrier;

use super::Store;

/// Runs a statement.
pub(crate) async fn execute(db: &Db, sql: &'static str) {
    match db {
        Db::Sqlite(pool) => drop(sqlx::query(sql).execute(pool).await.unwrap()),
        Db::Postgres(pool) => drop(sqlx::query(sql).execute(pool).await.unwrap()),
    }
}

/// The one number that a statement answers.
pub(crate) async fn number(db: &Db, sql: &'static str) -> i64 {
    match db {
        Db::Sqlite(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
    }
}

/// Opens as many connections as there may be. Without it whoever has the first one is done before the second is open,
/// and what should run at once runs one after the other.
pub(crate) async fn warm(db: &Db) {
    match db {
        Db::Sqlite(pool) => {
            let mut open = Vec::new();
            for _ in 0..pool.options().get_max_connections() {
                open.push(pool.acquire().await.unwrap());
            }
        }
        Db::Postgres(pool) => {
            let mut open = Vec::new();
            for _ in 0..pool.options().get_max_connections() {
                open.push(pool.acquire().await.unwrap());
            }
        }
    }
}

/// Runs `work` from many tasks over two sets of connections, all of them open, at the same moment.
pub(super) async fn crowd<T, F>(store: &Store, tasks: usize, work: impl Fn(Db, usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let dbs = [store.db.clone(), store.again().await];
    for db in &dbs {
        warm(db).await;
    }
    let ready = Arc::new(Barrier::new(tasks));
    let mut running = Vec::with_capacity(tasks);
    for number in 0..tasks {
        let (ready, work) = (Arc::clone(&ready), work(dbs[number % 2].clone(), number));
        running.push(tokio::spawn(async move {
            ready.wait().await;
            work.await
        }));
    }
    let mut answers = Vec::with_capacity(tasks);
    for task in running {
        answers.push(task.await.unwrap());
    }
    answers
}
