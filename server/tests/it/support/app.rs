//! The whole server in this process: real router, real database, a clock that stands, a stand-in plex.tv.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use axum::{ServiceExt, extract::Request};
use latchkey::{
    bootstrap::{self, App},
    config::{Config, Sources},
    domain::{activity::Kind, clock::ManualClock},
    plex::{PacingLimits, PlexLimits},
    services::activity::{By, Filter, StoredLine},
    storage::{self, Db, activity::Line},
    web::{self, AppState},
};
use plex_stub::{ATTIC, Stub, World};
use serde_json::json;
use tempfile::TempDir;

use super::{Actor, Answer, Database, Engine, actor::Seen};

/// The Unix second at which every app's clock stands at first: 2026-09-14T18:00:00Z.
pub(crate) const START: i64 = 1_789_408_800;
/// The media server's name.
pub(crate) const ATTIC_NAME: &str = "Attic";
/// The local owner's e-mail ([`TestApp::set_up_local`]).
pub(crate) const OWNER_EMAIL: &str = "Owner@Home.test";
/// The local owner's password.
pub(crate) const OWNER_PASSWORD: &str = "brass key, blue door 🔑";

/// The server, ready for requests. Everything is gone when it is dropped.
pub(crate) struct TestApp {
    /// What handlers reach: services, settings.
    pub(crate) state: AppState,
    /// The database, for looking into it.
    pub(crate) db: Db,
    /// Stands until a test moves it.
    pub(crate) clock: Arc<ManualClock>,
    /// The stand-in plex.tv.
    pub(crate) plex: Arc<Stub>,
    /// What it was started with.
    pub(crate) config: Config,
    router: web::Entrance,
    seen: Seen,
    shared: Arc<Shared>,
}

/// What nearly every test does on the way to what it is about.
const SIGNING_IN: [Kind; 3] = [Kind::SignedIn, Kind::SignedOut, Kind::SignInRefused];

/// What several instances have in common and outlives them.
struct Shared {
    // First: the database goes before the folder that a file of it is in.
    _database: Database,
    folder: TempDir,
}

/// An app that is not started yet: settings can be added.
pub(crate) struct AppBuilder {
    engine: Engine,
    pairs: Vec<(String, String)>,
    limits: PlexLimits,
}

impl AppBuilder {
    /// With a setting, by the name of its variable.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.pairs.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With these limits towards Plex; unless told, nobody waits.
    #[must_use]
    pub(crate) fn plex_limits(mut self, limits: PlexLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Starts it.
    pub(crate) async fn start(self) -> TestApp {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::migrated(self.engine, folder.path()).await;
        let plex = Stub::start(([127, 0, 0, 1], 0).into(), World::household())
            .await
            .unwrap();
        let data = folder.path().join("data");
        let mut pairs = vec![
            ("LATCHKEY_DATA_DIR".to_owned(), data.to_str().unwrap().to_owned()),
            ("LATCHKEY_DATABASE_URL".to_owned(), database.url.clone()),
            ("LATCHKEY_PLEX_PIN_URLS".to_owned(), plex.url()),
            ("LATCHKEY_PLEX_API_URL".to_owned(), plex.url()),
            ("LATCHKEY_PLEX_APP_URL".to_owned(), plex.url()),
            (
                "LATCHKEY_SITE_DIR".to_owned(),
                site(&folder.path().join("site")).to_str().unwrap().to_owned(),
            ),
        ];
        pairs.extend(self.pairs);
        let config = Config::load(Sources::from_pairs(pairs)).unwrap().config;
        let shared = Arc::new(Shared {
            _database: database,
            folder,
        });
        let clock = Arc::new(ManualClock::at(START));
        TestApp::assemble(config, self.limits, clock, Arc::new(plex), shared, Seen::default()).await
    }
}

/// A built site as small as can be: the names are what pages link to.
fn site(folder: &std::path::Path) -> PathBuf {
    let files = [
        ("css", "main.0a1b.css", "body{}"),
        ("boot", "boot.0a1b.js", "import './latchkey.0a1b.js'"),
        ("js", "latchkey.0a1b.js", "export {}"),
        ("wasm", "latchkey.0a1b.wasm", "\0asm"),
        ("icon", "icon.0a1b.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>"),
    ];
    std::fs::create_dir_all(folder.join("pkg")).unwrap();
    let mut manifest = serde_json::Map::new();
    for (key, name, content) in files {
        std::fs::write(folder.join("pkg").join(name), content).unwrap();
        manifest.insert(key.to_owned(), format!("/pkg/{name}").into());
    }
    std::fs::write(folder.join("manifest.json"), json!(manifest).to_string()).unwrap();
    folder.to_owned()
}

/// Limits with which nobody waits.
fn quick() -> PlexLimits {
    PlexLimits {
        connect: Duration::from_secs(2),
        request: Duration::from_secs(5),
        repeat_pause: Duration::from_millis(1),
        pacing: PacingLimits {
            per_pin: Duration::ZERO,
            every: Duration::ZERO,
            first_back_off: Duration::from_millis(1),
            longest_back_off: Duration::from_millis(1),
            ..PacingLimits::default()
        },
        ..PlexLimits::default()
    }
}

impl TestApp {
    /// A server nobody has set up yet, on a database of its own.
    pub(crate) async fn start(engine: Engine) -> Self {
        Self::build(engine).start().await
    }

    /// The same with settings of one's own: `TestApp::build(engine).with("LATCHKEY_PUBLIC_URL", "https://home.test")`.
    pub(crate) fn build(engine: Engine) -> AppBuilder {
        AppBuilder {
            engine,
            pairs: Vec::new(),
            limits: quick(),
        }
    }

    async fn assemble(
        config: Config,
        limits: PlexLimits,
        clock: Arc<ManualClock>,
        plex: Arc<Stub>,
        shared: Arc<Shared>,
        seen: Seen,
    ) -> Self {
        let db = bootstrap::open(&config).await.unwrap();
        let files = web::Site::open(config.site_dir.as_deref()).unwrap();
        let App { state, db } = App::assemble(&config, db, clock.clone(), files, limits).await.unwrap();
        Self {
            router: web::router(state.clone()),
            state,
            db,
            clock,
            plex,
            config,
            seen,
            shared,
        }
    }

    /// Another instance of the server over the same database and data folder, at the same time and the same plex.tv.
    /// It notices what the others change when `state.site.refresh()` is called, which a chore does every second.
    pub(crate) async fn second_instance(&self) -> Self {
        Self::assemble(
            self.config.clone(),
            quick(),
            Arc::clone(&self.clock),
            Arc::clone(&self.plex),
            Arc::clone(&self.shared),
            Arc::clone(&self.seen),
        )
        .await
    }

    /// Serves on a free TCP port until the answer is dropped.
    pub(crate) async fn listen(&self) -> Served {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = ServiceExt::<Request>::into_make_service_with_connect_info::<SocketAddr>(self.router());
        let task = tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
        Served { address, task }
    }

    /// The router, for requests that no actor can make.
    pub(crate) fn router(&self) -> web::Entrance {
        self.router.clone()
    }

    /// The folder that everything of this app is in: `data/`, `site/` and SQLite's `latchkey.db`.
    pub(crate) fn folder(&self) -> &std::path::Path {
        self.shared.folder.path()
    }

    /// Every answer to every actor so far.
    pub(crate) fn seen(&self) -> Vec<Answer> {
        self.seen.lock().unwrap().clone()
    }

    /// The owner, as the one who changes something without a request.
    pub(crate) fn by(&self) -> By {
        self.state.activity.by(1, [192, 0, 2, 10].into())
    }

    /// So many of the newest lines of activity that are written, without the many of signing in and out and trying to,
    /// and without the choice of the media server, which every set-up makes.
    pub(crate) async fn happened(&self, most: i64) -> Vec<Line> {
        let kinds = Kind::ALL.iter().filter(|kind| !SIGNING_IN.contains(kind));
        let filter = Filter {
            kinds: kinds.map(|kind| kind.name()).collect(),
            ..Filter::default()
        };
        let lines = storage::activity::list(&self.db, &filter, most).await.unwrap();
        let lines = lines.into_iter().filter(|line| line.subject != "mediaServer");
        lines.map(handed_in).collect()
    }

    /// Somebody new, without any cookie.
    pub(crate) fn anon(&self) -> Actor {
        Actor::new(self.router(), Arc::clone(&self.seen))
    }

    /// The set-up code, as the log of the first start shows it.
    pub(crate) async fn setup_code(&self) -> String {
        self.state
            .setup
            .code()
            .await
            .unwrap()
            .expect("there is an owner already")
            .expose()
            .to_owned()
    }

    /// The client identifier that PINs have to be made with.
    pub(crate) fn client_identifier(&self) -> String {
        self.state.site.now().client_identifier.to_string()
    }

    /// Makes a PIN at plex.tv as the browser does: number and code.
    pub(crate) fn pin(&self) -> (i64, String) {
        self.plex
            .create_pin(&self.client_identifier(), Some("http://home.test"))
    }

    /// Sets the server up over REST: `attic-owner` by Plex, Attic chosen, finished. The owner, signed in.
    pub(crate) async fn set_up(&self) -> Actor {
        let owner = self.owner_made().await;
        owner
            .post_json("/api/v1/settings/plex", json!({ "machineId": ATTIC }))
            .await
            .expect(200);
        owner.post("/api/v1/settings/initialize").await.expect(200);
        owner
    }

    /// Only the first step: the owner is there and signed in, nothing is chosen or finished.
    pub(crate) async fn owner_made(&self) -> Actor {
        let owner = self.anon();
        let (pin_id, code) = self.pin();
        self.plex.approve(&code, "attic-owner").unwrap();
        let body = json!({ "setupCode": self.setup_code().await, "pinId": pin_id, "code": code });
        owner.post_json("/api/v1/setup/owner", body).await.expect(201);
        owner
    }

    /// Sets the server up without Plex: [`OWNER_EMAIL`], [`OWNER_PASSWORD`], no media server. The owner, signed in.
    pub(crate) async fn set_up_local(&self) -> Actor {
        let owner = self.anon();
        let body = json!({
            "setupCode": self.setup_code().await, "email": OWNER_EMAIL, "password": OWNER_PASSWORD, "username": "Robin",
        });
        owner.post_json("/api/v1/setup/owner", body).await.expect(201);
        owner.post("/api/v1/settings/initialize").await.expect(200);
        owner
    }

    /// The owner in a browser of their own, signed in with Plex; sets the server up if nobody has.
    pub(crate) async fn owner(&self) -> Actor {
        self.member("attic-owner").await
    }

    /// Somebody of the household (`anna`, `marlow` …, see the stub's table) in a browser of their own, signed in with
    /// Plex through a real attempt; sets the server up if nobody has.
    pub(crate) async fn member(&self, account: &str) -> Actor {
        if !self.state.site.now().owner_exists {
            self.set_up().await;
        }
        let actor = self.anon();
        let signed_in = self.sign_in(&actor, account).await;
        assert_eq!(signed_in["state"], "signedIn", "{account}: {signed_in}");
        actor
    }

    /// One whole attempt of this browser, approved as `account`: what the last poll said.
    pub(crate) async fn sign_in(&self, actor: &Actor, account: &str) -> serde_json::Value {
        let (pin_id, code) = self.pin();
        self.start_attempt(actor, pin_id, &code).await.expect(201);
        self.plex.approve(&code, account).unwrap();
        self.poll(actor, pin_id).await
    }

    /// Starts an attempt of this browser with that PIN.
    pub(crate) async fn start_attempt(&self, actor: &Actor, pin_id: i64, code: &str) -> Answer {
        let body = json!({ "pinId": pin_id, "code": code });
        actor.post_json("/api/v1/auth/plex/attempts", body).await
    }

    /// Polls this browser's attempt once.
    pub(crate) async fn poll(&self, actor: &Actor, pin_id: i64) -> serde_json::Value {
        let answer = actor
            .post_json("/api/v1/auth/plex/attempts/poll", json!({ "pinId": pin_id }))
            .await;
        answer.expect(200).json()
    }
}

/// A line of activity as it was before it was written.
pub(crate) fn handed_in(line: StoredLine) -> Line {
    Line {
        at: line.at,
        kind: line.kind,
        user_id: line.user_id,
        actor_id: line.actor_id,
        subject: line.subject,
        address: line.address,
        reason: line.reason,
        plex_id: line.plex_id,
        agent: line.agent,
        fold: None,
        times: line.times,
    }
}

/// A server on a TCP port; dropping this closes it.
pub(crate) struct Served {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.task.abort();
    }
}
