//! A database for one test. PostgreSQL's are copies of a migrated template that the first test of a run makes.

use std::{fmt, path::Path};

use sqlx::{Connection, Executor, PgConnection};

/// The variable with the address of a PostgreSQL server on which databases may be made.
const SERVER: &str = "LATCHKEY_TEST_POSTGRES_URL";
/// Any number that nobody else locks.
const TEMPLATE_LOCK: i64 = 0x6c61_7463_686b_6579;

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    /// A file in a temporary folder.
    Sqlite,
    /// A database of its own on the test server.
    Postgres,
}

/// A database that is gone when this is dropped.
pub(crate) struct Database {
    /// What `LATCHKEY_DATABASE_URL` takes.
    pub(crate) url: String,
    /// The name on the server; `None`: a file.
    name: Option<String>,
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Database({:?})", self.name)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place of the tests that reads the environment"
)]
fn server() -> String {
    std::env::var(SERVER).unwrap_or_else(|_| {
        panic!("{SERVER} is not set: run the tests with `scripts/test-unit -p latchkey` or `scripts/with-postgres cargo nextest run -p latchkey`")
    })
}

/// The server's address with another database in it.
fn url_of(name: &str) -> String {
    let mut url = url::Url::parse(&server()).unwrap();
    url.set_path(name);
    url.into()
}

impl Database {
    /// With all tables and nothing in them. SQLite's is made in `folder` by whoever opens it.
    pub(crate) async fn migrated(engine: Engine, folder: &Path) -> Self {
        match engine {
            Engine::Sqlite => Self::file(&folder.join("latchkey.db")),
            Engine::Postgres => {
                let mut admin = PgConnection::connect(&server()).await.unwrap();
                let template = template(&mut admin).await;
                let made = Self::on_server(&mut admin, &format!("TEMPLATE {template}")).await;
                admin.close().await.unwrap();
                made
            }
        }
    }

    /// Without tables, as at the very first start.
    pub(crate) async fn empty(engine: Engine, folder: &Path) -> Self {
        match engine {
            Engine::Sqlite => Self::file(&folder.join("latchkey.db")),
            Engine::Postgres => {
                let mut admin = PgConnection::connect(&server()).await.unwrap();
                let made = Self::on_server(&mut admin, "").await;
                admin.close().await.unwrap();
                made
            }
        }
    }

    /// One that somebody else made and looks after.
    pub(crate) fn elsewhere(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            name: None,
        }
    }

    fn file(file: &Path) -> Self {
        Self {
            url: format!("sqlite:{}", file.display()),
            name: None,
        }
    }

    async fn on_server(admin: &mut PgConnection, template: &str) -> Self {
        let name = format!("latchkey_test_{}", uuid::Uuid::new_v4().simple());
        execute(admin, format!("CREATE DATABASE {name} {template}")).await;
        Self {
            url: url_of(&name),
            name: Some(name),
        }
    }
}

async fn execute(connection: &mut PgConnection, sql: String) {
    connection.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
}

/// The name of the database with all tables; made by the first who asks, while the others wait.
async fn template(admin: &mut PgConnection) -> String {
    let migrator = sqlx::migrate!("../migrations/postgres");
    let sums: Vec<u8> = migrator
        .iter()
        .flat_map(|migration| migration.checksum.to_vec())
        .collect();
    let sum = latchkey::domain::hash::hex(&latchkey::domain::hash::sha256(&sums)[..8]);
    let name = format!("latchkey_template_{sum}");
    execute(admin, format!("SELECT pg_advisory_lock({TEMPLATE_LOCK})")).await;
    let there: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
        .bind(&name)
        .fetch_one(&mut *admin)
        .await
        .unwrap();
    if !there {
        // Under another name until it is whole: a run that was killed must not leave half of it.
        let half = format!("{name}_half");
        execute(admin, format!("DROP DATABASE IF EXISTS {half} WITH (FORCE)")).await;
        execute(admin, format!("CREATE DATABASE {half}")).await;
        let mut connection = PgConnection::connect(&url_of(&half)).await.unwrap();
        migrator.run(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        execute(admin, format!("ALTER DATABASE {half} RENAME TO {name}")).await;
    }
    execute(admin, format!("SELECT pg_advisory_unlock({TEMPLATE_LOCK})")).await;
    name
}

impl Drop for Database {
    fn drop(&mut self) {
        let Some(name) = self.name.take() else { return };
        // The test's own runtime may be ending, and a test that failed must clear up too.
        let gone = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let mut admin = PgConnection::connect(&server()).await?;
                let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                admin.execute(sqlx::AssertSqlSafe(sql)).await?;
                admin.close().await
            })?;
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
        });
        let gone = gone.join();
        if !std::thread::panicking() {
            gone.unwrap().unwrap();
        }
    }
}
