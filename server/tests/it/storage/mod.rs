//! The contract of `storage`: every public function, on both engines.

mod activity;
mod attempt;
mod db;
mod failure;
mod install;
mod login_token;
mod pairing;
mod session;
mod settings;
pub(crate) mod sql;
mod token_session;
mod transfer;
mod user;

use latchkey::{
    bootstrap,
    config::{Config, Sources},
    domain::{hash::Hash, permission::Permissions, session::SessionFacts, user::User},
    storage::{
        self, Db, Reader, StorageError,
        activity::{Filter, Line},
        user::PlexProfile,
    },
};
use tempfile::TempDir;

use crate::support::{Database, Engine, handed_in};

/// Text that databases, drivers and careless code trip over.
const ODD: &str = "Großmutter 👵🏽 \u{202e}abc\u{0301} '; DROP TABLE users; -- \\ \" $1 ?";

/// So many lines of activity, the newest first, as they were handed in.
async fn newest(db: &Db, most: i64) -> Result<Vec<Line>, StorageError> {
    let lines = storage::activity::list(db, &Filter::default(), most).await?;
    Ok(lines.into_iter().map(handed_in).collect())
}

/// An opened database with nothing in it.
struct Store {
    db: Db,
    config: Config,
    _database: Database,
    _folder: TempDir,
}

impl Store {
    async fn open(engine: Engine) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::migrated(engine, folder.path()).await;
        let pairs = [
            (
                "LATCHKEY_DATA_DIR",
                folder.path().join("data").to_str().unwrap().to_owned(),
            ),
            ("LATCHKEY_DATABASE_URL", database.url.clone()),
        ];
        let config = Config::load(Sources::from_pairs(pairs)).unwrap().config;
        Self {
            db: bootstrap::open(&config).await.unwrap(),
            config,
            _database: database,
            _folder: folder,
        }
    }

    /// The same database over connections of its own, as another instance has it.
    async fn again(&self) -> Db {
        bootstrap::open(&self.config).await.unwrap()
    }
}

/// The session of this id, asked as requests ask.
async fn found(db: &Db, id: &Hash) -> Result<Option<(SessionFacts, User)>, StorageError> {
    storage::session::find(&Reader::open(db).await?, id).await
}

/// 32 bytes of one kind.
fn hash(byte: u8) -> Hash {
    [byte; 32]
}

fn profile(plex_id: i64) -> PlexProfile {
    PlexProfile {
        plex_id,
        username: Some(format!("plex-{plex_id}")),
        name: format!("plex {plex_id}"),
        email: Some(format!("{plex_id}@Example.test")),
        avatar: Some(format!("https://plex.test/{plex_id}")),
    }
}

/// The owner, by Plex.
async fn owner(db: &Db) {
    assert!(storage::user::create_plex_owner(db, &profile(31), 100).await.unwrap());
}

/// A member, by Plex.
async fn member(db: &Db, plex_id: i64) -> User {
    let tier = latchkey::domain::user::Tier::Friend;
    storage::user::upsert_plex(db, &profile(plex_id), tier, Permissions(32), 200)
        .await
        .unwrap()
}

/// Runs `work` from many tasks over two sets of connections at once.
async fn at_once<T, F>(store: &Store, tasks: usize, work: impl Fn(Db, usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let dbs = [store.db.clone(), store.again().await];
    let running: Vec<_> = (0..tasks)
        .map(|number| tokio::spawn(work(dbs[number % 2].clone(), number)))
        .collect();
    let mut answers = Vec::with_capacity(tasks);
    for task in running {
        answers.push(task.await.unwrap());
    }
    answers
}
