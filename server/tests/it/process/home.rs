//! A place where the real binary runs: a data folder, a built site, a database, a plex.tv; and the running process.

use std::{
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use plex_stub::{ATTIC, Stub, World};
use serde_json::json;
use tempfile::TempDir;
use tokio::task::JoinHandle;

use super::http::{Answer, Browser};
use crate::support::{Database, Engine};

/// What `LATCHKEY_SETUP_CODE` says here.
pub(super) const SETUP_CODE: &str = "process-tests-code";
/// Longest anything here may take: generous, since the machine may be busy.
pub(super) const PATIENCE: Duration = Duration::from_secs(45);
/// Between two looks at a condition.
const LOOK: Duration = Duration::from_millis(20);

/// Looks until there is something to see.
pub(super) async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, mut look: impl FnMut() -> F) -> T {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        if let Some(seen) = look().await {
            return seen;
        }
        assert!(tokio::time::Instant::now() < deadline, "in vain: {what}");
        tokio::time::sleep(LOOK).await;
    }
}

/// Runs a command to its end; one that goes on running, such as a server that should have refused to start, fails the test.
#[track_caller]
pub(super) fn output(command: &mut Command) -> Output {
    let mut limited = Command::new("timeout");
    limited
        .args(["--signal=KILL", "30"])
        .arg(command.get_program())
        .args(command.get_args());
    limited.env_clear().stdin(Stdio::null());
    if let Some(folder) = command.get_current_dir() {
        limited.current_dir(folder);
    }
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            limited.env(name, value);
        }
    }
    let output = limited.output().unwrap();
    assert!(
        output.status.code().is_some_and(|code| code < 124),
        "it went on running: {output:?}"
    );
    output
}

/// Where Latchkey lives.
pub(super) struct Home {
    /// `None`: SQLite in the data folder.
    database: Option<Database>,
    pub(super) plex: Stub,
    folder: TempDir,
}

impl Home {
    /// An empty one: nothing was started here yet.
    pub(super) async fn new(engine: Engine) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(Database::empty(engine, folder.path()).await),
        };
        Self::with(folder, database).await
    }

    /// The same on a PostgreSQL database of the test's own.
    pub(super) async fn on(url: &str) -> Self {
        Self::with(tempfile::tempdir().unwrap(), Some(Database::elsewhere(url))).await
    }

    async fn with(folder: TempDir, database: Option<Database>) -> Self {
        let site = folder.path().join("site");
        std::fs::create_dir_all(site.join("pkg")).unwrap();
        let manifest = json!({ "css": "/pkg/a.css", "boot": "/pkg/a.js", "js": "/pkg/b.js", "wasm": "/pkg/b.wasm", "icon": "/pkg/i.svg" });
        std::fs::write(site.join("manifest.json"), manifest.to_string()).unwrap();
        let plex = Stub::start(([127, 0, 0, 1], 0).into(), World::household())
            .await
            .unwrap();
        Self { database, plex, folder }
    }

    /// The folder around everything.
    pub(super) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    pub(super) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A command of the binary with this home's configuration and nothing of the tests' own environment.
    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_latchkey"));
        self.configure(command.args(arguments));
        command
    }

    /// The configuration, for whatever program in the end runs ours.
    pub(super) fn configure(&self, command: &mut Command) {
        let plex = self.plex.url();
        command
            .env_clear()
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin")
            .env("LATCHKEY_LISTEN", "127.0.0.1:0")
            .env("LATCHKEY_DATA_DIR", self.data())
            .env("LATCHKEY_SITE_DIR", self.folder.path().join("site"))
            .env("LATCHKEY_SETUP_CODE", SETUP_CODE)
            .env("LATCHKEY_PLEX_API_URL", &plex)
            .env("LATCHKEY_PLEX_APP_URL", &plex)
            .env("LATCHKEY_PLEX_PIN_URLS", &plex);
        if let Some(database) = &self.database {
            command.env("LATCHKEY_DATABASE_URL", &database.url);
        }
    }

    /// Runs a command to its end.
    pub(super) fn run(&self, arguments: &[&str]) -> Output {
        output(&mut self.command(arguments))
    }

    /// Starts the server and waits until it listens.
    pub(super) async fn serve(&self) -> Process {
        Process::start(self.command(&["serve"])).await
    }

    /// Starts it, makes attic-owner the owner of Attic and ends the set-up. Answers the owner's browser too.
    pub(super) async fn set_up(&self) -> (Process, Browser) {
        let process = self.serve().await;
        let mut owner = Browser::new(process.address);
        self.finish_set_up(&mut owner).await;
        (process, owner)
    }

    /// The whole set-up, in this browser.
    pub(super) async fn finish_set_up(&self, owner: &mut Browser) {
        self.become_owner(owner).await;
        let choice = json!({ "machineId": ATTIC });
        for (path, body) in [
            ("/api/v1/settings/plex", choice),
            ("/api/v1/settings/initialize", json!({})),
        ] {
            let answer = owner.post(path, &body).await;
            assert_eq!(answer.status, 200, "{answer:?}");
        }
    }

    /// The first step of the set-up, with Plex.
    pub(super) async fn become_owner(&self, owner: &mut Browser) {
        let (pin_id, code) = self.approved_pin(owner, "attic-owner").await;
        let body = json!({ "setupCode": SETUP_CODE, "pinId": pin_id, "code": code });
        loop {
            let answer = owner.post("/api/v1/setup/owner", &body).await;
            match answer.status {
                201 => return,
                202 => tokio::time::sleep(LOOK).await,
                _ => panic!("{answer:?}"),
            }
        }
    }

    /// A PIN of this install that somebody has approved.
    pub(super) async fn approved_pin(&self, browser: &mut Browser, account: &str) -> (i64, String) {
        let public = browser.get("/api/v1/settings/public").await.json();
        let client = public["plexClientIdentifier"].as_str().unwrap().to_owned();
        let (pin_id, code) = self.plex.create_pin(&client, None);
        self.plex.approve(&code, account).unwrap();
        (pin_id, code)
    }

    /// Begins an attempt whose PIN is approved already.
    pub(super) async fn attempt(&self, browser: &mut Browser, account: &str) -> i64 {
        let (pin_id, code) = self.approved_pin(browser, account).await;
        let answer = browser
            .post("/api/v1/auth/plex/attempts", &json!({ "pinId": pin_id, "code": code }))
            .await;
        assert_eq!(answer.status, 201, "{answer:?}");
        pin_id
    }

    /// Waits until plex.tv has been asked for this since its log was cleared.
    pub(super) async fn asked(&self, path: &str) {
        eventually(&format!("a request to {path}"), || async {
            self.plex
                .log()
                .iter()
                .any(|request| request.path.starts_with(path))
                .then_some(())
        })
        .await;
    }

    /// Signs somebody in from a browser of their own.
    pub(super) async fn sign_in(&self, process: &Process, account: &str) -> Browser {
        let mut browser = Browser::new(process.address);
        self.attempt(&mut browser, account).await;
        let state = poll_to_the_end(&mut browser).await;
        assert_eq!(state["state"], "signedIn", "{account}: {state}");
        browser
    }

    /// The database, beside the server.
    pub(super) async fn count(&self, sql: &'static str) -> i64 {
        match &self.database {
            Some(database) => {
                let pool = sqlx::PgPool::connect(&database.url).await.unwrap();
                let count = sqlx::query_scalar(sql).fetch_one(&pool).await.unwrap();
                pool.close().await;
                count
            }
            None => {
                let pool = self.sqlite().await;
                let count = sqlx::query_scalar(sql).fetch_one(&pool).await.unwrap();
                pool.close().await;
                count
            }
        }
    }

    /// Changes the database behind the server's back.
    pub(super) async fn execute(&self, sql: &'static str) {
        match &self.database {
            Some(database) => {
                let pool = sqlx::PgPool::connect(&database.url).await.unwrap();
                sqlx::query(sql).execute(&pool).await.unwrap();
                pool.close().await;
            }
            None => {
                let pool = self.sqlite().await;
                sqlx::query(sql).execute(&pool).await.unwrap();
                pool.close().await;
            }
        }
    }

    pub(super) async fn sqlite(&self) -> sqlx::SqlitePool {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(self.data().join("latchkey.db"));
        sqlx::SqlitePool::connect_with(options).await.unwrap()
    }

    /// Where PostgreSQL is.
    pub(super) fn database_url(&self) -> url::Url {
        url::Url::parse(&self.database.as_ref().unwrap().url).unwrap()
    }

    pub(super) fn is_sqlite(&self) -> bool {
        self.database.is_none()
    }
}

/// Polls the browser's attempt until it is decided.
pub(super) async fn poll_to_the_end(browser: &mut Browser) -> serde_json::Value {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        let answer = browser.post("/api/v1/auth/plex/attempts/poll", &json!({})).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let state = answer.json();
        if !matches!(state["state"].as_str(), Some("pending" | "plexUnreachable")) {
            return state;
        }
        assert!(tokio::time::Instant::now() < deadline, "never decided: {state}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Asks again and again, as a browser does, until the answer is neither "pending" nor missing: the server may be busy, or
/// killed in the middle.
pub(super) fn keep_asking(browser: &Browser, path: &'static str, body: String) -> JoinHandle<Option<Answer>> {
    let mut browser = browser.clone();
    tokio::spawn(async move {
        loop {
            let answer = browser
                .send("POST", path, Some("application/json"), body.as_bytes())
                .await
                .ok()?;
            let pending = answer.json()["state"] == "pending" || answer.status == 202;
            if !pending {
                return Some(answer);
            }
            tokio::time::sleep(LOOK).await;
        }
    })
}

/// Who this browser is signed in as: Plex's number.
pub(super) async fn me(browser: &mut Browser) -> Result<i64, Answer> {
    let answer = browser.get("/api/v1/auth/me").await;
    match answer.json()["plexId"].as_i64() {
        Some(id) if answer.status == 200 => Ok(id),
        _ => Err(answer),
    }
}

/// A running server. Dropping it kills it.
pub(super) struct Process {
    child: Child,
    log: Arc<Mutex<Vec<String>>>,
    pub(super) address: SocketAddr,
}

impl Process {
    /// Starts `command` and waits until it listens; panics with its log when it ends instead.
    pub(super) async fn start(command: Command) -> Self {
        let mut process = Self::launch(command);
        process.listening().await;
        process
    }

    /// Waits until it listens.
    pub(super) async fn listening(&mut self) {
        let line = self.wait_for_log("Latchkey is listening").await;
        let address = line.split("address=").nth(1).unwrap_or_default();
        self.address = address
            .split_whitespace()
            .next()
            .unwrap_or_default()
            .parse()
            .expect(&line);
    }

    /// Starts `command` without waiting for anything.
    pub(super) fn launch(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let log = Arc::new(Mutex::new(Vec::new()));
        let (written, errors) = (Arc::clone(&log), child.stderr.take().unwrap());
        std::thread::spawn(move || read_lines(errors, &written));
        Self {
            child,
            log,
            address: ([127, 0, 0, 1], 0).into(),
        }
    }

    /// The first line of the log with this text.
    pub(super) async fn wait_for_log(&mut self, text: &str) -> String {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let ended = self.child.try_wait().unwrap();
            if let Some(line) = self.log().into_iter().find(|line| line.contains(text)) {
                return line;
            }
            let late = tokio::time::Instant::now() >= deadline;
            assert!(
                ended.is_none() && !late,
                "no {text:?} in the log ({ended:?}): {:#?}",
                self.log()
            );
            tokio::time::sleep(LOOK).await;
        }
    }

    pub(super) fn log(&self) -> Vec<String> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Its number.
    pub(super) fn pid(&self) -> rustix::process::Pid {
        rustix::process::Pid::from_child(&self.child)
    }

    /// `kill -9`.
    pub(super) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// `kill`: asks it to stop.
    pub(super) fn terminate(&self) {
        rustix::process::kill_process(self.pid(), rustix::process::Signal::TERM).unwrap();
    }

    /// Ctrl+C.
    pub(super) fn interrupt(&self) {
        rustix::process::kill_process(self.pid(), rustix::process::Signal::INT).unwrap();
    }

    /// Waits until it has ended by itself.
    pub(super) async fn ended(&mut self) -> ExitStatus {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(
                tokio::time::Instant::now() < deadline,
                "still running: {:#?}",
                self.log()
            );
            tokio::time::sleep(LOOK).await;
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read_lines(from: impl Read, to: &Mutex<Vec<String>>) {
    for line in BufReader::new(from).lines() {
        let Ok(line) = line else { return };
        to.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }
}
