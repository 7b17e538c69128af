//! The database locked, read-only, full, gone: a clear 503, the cookie kept, nothing lost; and it works again afterwards,
//! for a sign-in under way too.

use std::{sync::Arc, time::Duration};

use latchkey::storage::Db;
use plex_stub::Fault;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection, SqliteConnection, sqlite::SqliteConnectOptions};

use super::{people::count, proxy::Proxy};
use crate::support::{Actor, Answer, Database, Engine, TestApp, on_both, until};

const SID: &str = "latchkey.sid";
const ATTEMPT: &str = "latchkey.attempt";
const POLL: &str = "/api/v1/auth/plex/attempts/poll";

/// The answer of a server whose database is away: says so, when to come back, and takes no cookie away.
#[track_caller]
fn assert_unavailable(answer: &Answer) {
    let said = if answer.asked.contains(" /api/") {
        answer.problem(503)
    } else {
        assert_eq!(answer.status(), 503, "{}: {}", answer.asked, answer.text());
        answer.text()
    };
    assert!(said.contains("database isn"), "{}: {said}", answer.asked);
    let wait: i64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&wait), "{}", answer.asked);
    assert!(answer.cookies().is_empty(), "{}: {:?}", answer.asked, answer.cookies());
}

/// An attempt whose PIN is approved and was not read yet.
async fn approved(app: &TestApp, account: &str) -> (Actor, i64, String) {
    let browser = app.anon();
    let (pin, code) = app.pin();
    app.start_attempt(&browser, pin, &code).await.expect(201);
    app.plex.approve(&code, account).unwrap();
    (browser, pin, code)
}

/// The attempt leads in within what a browser waits, though its PIN has died at plex.tv if anybody had read it.
async fn assert_leads_in(app: &TestApp, browser: &Actor, pin: i64, code: &str) {
    if app.plex.pin(code).unwrap().claimed_reads > 0 {
        app.plex.advance(Duration::from_secs(120));
    }
    until("the same attempt leads in", || async {
        let answer = browser.post_json(POLL, json!({ "pinId": pin })).await;
        if answer.status() == 503 {
            assert_unavailable(&answer);
            return false;
        }
        let state = answer.expect(200).json();
        assert!(
            matches!(state["state"].as_str(), Some("pending" | "signedIn")),
            "{state}"
        );
        state["state"] == "signedIn"
    })
    .await;
    browser.get("/api/v1/auth/me").await.expect(200);
}

/// Statements on every connection that the pool has.
async fn on_every_connection(app: &TestApp, sql: &'static str) {
    let Db::Sqlite(pool) = &app.db else {
        panic!("for SQLite")
    };
    let mut all = Vec::new();
    // As many as there can be, so that none is made later without it.
    for _ in 0..pool.options().get_max_connections() {
        all.push(pool.acquire().await.unwrap());
    }
    for connection in &mut all {
        sqlx::query(sql).execute(&mut **connection).await.unwrap();
    }
}

/// Everything that asks the database, while it takes no writes: reading goes on, writing says why not.
async fn assert_reads_but_does_not_write(app: &TestApp, anna: &Actor, sessions: i64) {
    let sid = anna.cookie(SID).unwrap();
    anna.get("/api/v1/auth/me").await.expect(200);
    anna.page("/profile").await.expect(200);
    let me = anna.at(app);
    let fresh = app.anon();
    let (pin_id, code) = app.pin();
    let body = json!({ "pinId": pin_id, "code": code });
    let password = json!({ "email": "x@example.test", "password": "wrong-but-long" });
    // At once: each may wait for the lock as long as the server's patience lasts.
    let (out, form_out, begun, local, ready) = tokio::join!(
        me.post("/api/v1/auth/logout"),
        anna.post_form("/logout", &[]),
        fresh.post_json("/api/v1/auth/plex/attempts", body),
        fresh.post_json("/api/v1/auth/local", password),
        fresh.get("/readyz"),
    );
    for answer in [out, form_out, begun, local] {
        assert_unavailable(&answer);
    }
    assert_eq!(ready.status(), 503);
    fresh.get("/healthz").await.expect(200);
    // Still signed in, in the browser and in the database.
    assert_eq!(anna.cookie(SID).unwrap(), sid);
    anna.get("/api/v1/auth/me").await.expect(200);
    assert_eq!(count(app, "SELECT COUNT(*) FROM sessions").await, sessions);
}

#[tokio::test]
async fn sqlite_locked_by_another_program() {
    let app = TestApp::start(Engine::Sqlite).await;
    let anna = app.member("anna").await;
    let (browser, pin, code) = approved(&app, "marlow").await;
    let file = SqliteConnectOptions::new().filename(app.folder().join("latchkey.db"));
    let mut other = SqliteConnection::connect_with(&file).await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();

    let (_, poll) = tokio::join!(
        assert_reads_but_does_not_write(&app, &anna, 2),
        browser.post_json(POLL, json!({ "pinId": pin })),
    );
    assert_unavailable(&poll);
    assert!(browser.cookie(ATTEMPT).is_some());

    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    assert_leads_in(&app, &browser, pin, &code).await;
    anna.post("/api/v1/auth/logout").await.expect(200);
    assert_eq!(
        count(&app, "SELECT COUNT(*) FROM sessions").await,
        2,
        "the owner's and marlow's"
    );
}

/// Locked for less than the patience: nobody notices.
#[tokio::test]
async fn sqlite_locked_for_a_moment() {
    let app = TestApp::start(Engine::Sqlite).await;
    app.set_up().await;
    let (browser, pin, _) = approved(&app, "marlow").await;
    let file = SqliteConnectOptions::new().filename(app.folder().join("latchkey.db"));
    let mut other = SqliteConnection::connect_with(&file).await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let asked = Arc::new(tokio::sync::Notify::new());
    let release = async {
        asked.notified().await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        sqlx::query("COMMIT").execute(&mut other).await.unwrap();
    };
    let poll = async {
        asked.notify_one();
        app.poll(&browser, pin).await
    };
    let (state, ()) = tokio::join!(poll, release);
    assert_eq!(state["state"], "signedIn");
}

/// Locked after the PIN was read: the PIN is dead by the time the lock is gone, the sign-in is not.
#[tokio::test]
async fn sqlite_locked_in_the_middle_of_a_sign_in() {
    let app = TestApp::start(Engine::Sqlite).await;
    app.set_up().await;
    let (browser, pin, code) = approved(&app, "marlow").await;
    let file = SqliteConnectOptions::new().filename(app.folder().join("latchkey.db"));
    let mut other = SqliteConnection::connect_with(&file).await.unwrap();
    app.plex.clear_log();
    app.plex
        .switch(|switches| switches.faults = vec![Fault::slow("/api/v2/resources", 200).times(1)]);
    let lock = async {
        until("Plex is asked", || async {
            app.plex.log().iter().any(|one| one.path == "/api/v2/resources")
        })
        .await;
        sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    };
    let (poll, ()) = tokio::join!(browser.post_json(POLL, json!({ "pinId": pin })), lock);
    assert_unavailable(&poll);
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    assert_leads_in(&app, &browser, pin, &code).await;
    assert_eq!(app.plex.pin(&code).unwrap().claimed_reads, 1);
}

#[tokio::test]
async fn sqlite_read_only() {
    let app = TestApp::start(Engine::Sqlite).await;
    let anna = app.member("anna").await;
    let (browser, pin, code) = approved(&app, "marlow").await;
    on_every_connection(&app, "PRAGMA query_only = ON").await;
    assert_reads_but_does_not_write(&app, &anna, 2).await;
    assert_unavailable(&browser.post_json(POLL, json!({ "pinId": pin })).await);
    on_every_connection(&app, "PRAGMA query_only = OFF").await;
    assert_leads_in(&app, &browser, pin, &code).await;
}

/// Full: no page can be added. Whoever needs one is told; who is in stays in.
#[tokio::test]
async fn sqlite_full() {
    let app = TestApp::start(Engine::Sqlite).await;
    let anna = app.member("anna").await;
    let (browser, pin, code) = approved(&app, "marlow").await;
    // The last free pages are used up first, a row of some pages at a time and then byte by byte.
    on_every_connection(&app, "PRAGMA max_page_count = 1").await;
    let Db::Sqlite(pool) = &app.db else { unreachable!() };
    for size in [40_000, 4_000, 400, 40, 4] {
        for table in ["users", "sessions", "attempts", "failures", "install"] {
            loop {
                let filler = "f".repeat(size);
                let name = uuid::Uuid::new_v4().simple().to_string();
                let result = match table {
                    "users" => {
                        sqlx::query("INSERT INTO users (username, tier, permissions, created_at, updated_at) VALUES ($1, 'local', 0, 0, 0)")
                            .bind(&filler).execute(pool).await
                    }
                    "sessions" => {
                        sqlx::query("INSERT INTO sessions (id_hash, user_id, method, address, agent, created_at, last_seen_at) VALUES ($1, 2, 'plex', '', $2, 0, 0)")
                            .bind(name.as_bytes()).bind(&filler).execute(pool).await
                    }
                    "attempts" => {
                        sqlx::query("INSERT INTO attempts (pin_id, code_hash, purpose, return_to, created_at, expires_at) VALUES (1, $1, 'sign-in', $2, 0, 0)")
                            .bind(name.as_bytes()).bind(&filler).execute(pool).await
                    }
                    "failures" => {
                        sqlx::query("INSERT INTO failures (kind, subject, at_ms) VALUES ($1, $2, 0)")
                            .bind(&name).bind(&filler).execute(pool).await
                    }
                    _ => {
                        sqlx::query("INSERT INTO install (name, value) VALUES ($1, $2)")
                            .bind(&name).bind(&filler).execute(pool).await
                    }
                };
                match result {
                    Ok(_) => {}
                    Err(error) => {
                        assert!(error.to_string().contains("full"), "{error}");
                        break;
                    }
                }
            }
        }
    }
    let fresh = app.anon();
    let (pin_id, other_code) = app.pin();
    let begun = fresh
        .post_json(
            "/api/v1/auth/plex/attempts",
            json!({ "pinId": pin_id, "code": other_code }),
        )
        .await;
    assert_unavailable(&begun);
    anna.get("/api/v1/auth/me").await.expect(200);
    // A member needs room too: the sign-in waits for it, whatever was in hand.
    assert_unavailable(&browser.post_json(POLL, json!({ "pinId": pin })).await);
    assert!(app.plex.pin(&code).unwrap().claimed_reads == 1);
    on_every_connection(&app, "PRAGMA max_page_count = 1000000").await;
    assert_leads_in(&app, &browser, pin, &code).await;
    anna.get("/api/v1/auth/me").await.expect(200);
    anna.post("/api/v1/auth/logout").await.expect(200);
}

/// An admin's connection to the same PostgreSQL database.
async fn postgres(app: &TestApp) -> PgConnection {
    let latchkey::config::Database::Postgres(url) = &app.config.database else {
        panic!("for PostgreSQL")
    };
    PgConnection::connect(url.expose()).await.unwrap()
}

async fn execute(connection: &mut PgConnection, sql: String) {
    sqlx::query(sqlx::AssertSqlSafe(sql)).execute(connection).await.unwrap();
}

/// What a restart of the server, an administrator or a failover does to connections.
async fn kill_connections(admin: &mut PgConnection) {
    let sql = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity \
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let _: i64 = sqlx::query_scalar(sql).fetch_one(&mut *admin).await.unwrap();
    let left = "SELECT COUNT(*) FROM pg_stat_activity \
                WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'latchkey'";
    let deadline = tokio::time::Instant::now() + Duration::from_secs(10);
    while sqlx::query_scalar::<_, i64>(left).fetch_one(&mut *admin).await.unwrap() > 0 {
        assert!(tokio::time::Instant::now() < deadline, "connections live on");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn postgres_read_only() {
    let app = TestApp::start(Engine::Postgres).await;
    let anna = app.member("anna").await;
    let (browser, pin, code) = approved(&app, "marlow").await;
    let mut admin = postgres(&app).await;
    let name: String = sqlx::query_scalar("SELECT current_database()::text")
        .fetch_one(&mut admin)
        .await
        .unwrap();
    execute(
        &mut admin,
        format!("ALTER DATABASE {name} SET default_transaction_read_only = on"),
    )
    .await;
    kill_connections(&mut admin).await;
    until("connected again", || async {
        anna.get("/api/v1/auth/me").await.status() == 200
    })
    .await;

    assert_reads_but_does_not_write(&app, &anna, 2).await;
    assert_unavailable(&browser.post_json(POLL, json!({ "pinId": pin })).await);

    execute(&mut admin, "SET default_transaction_read_only = off".to_owned()).await;
    execute(
        &mut admin,
        format!("ALTER DATABASE {name} RESET default_transaction_read_only"),
    )
    .await;
    kill_connections(&mut admin).await;
    assert_leads_in(&app, &browser, pin, &code).await;
    app.anon().get("/readyz").await.expect(200);
}

/// Every connection dies, as when the server is started again. Nobody notices.
#[tokio::test]
async fn postgres_connections_killed() {
    let app = TestApp::start(Engine::Postgres).await;
    let anna = app.member("anna").await;
    // A pool with several connections, as a busy server has.
    let Db::Postgres(pool) = &app.db else { unreachable!() };
    let mut all = Vec::new();
    for _ in 0..pool.options().get_max_connections() {
        all.push(pool.acquire().await.unwrap());
    }
    drop(all);
    let (browser, pin, code) = approved(&app, "marlow").await;
    let mut admin = postgres(&app).await;
    kill_connections(&mut admin).await;

    // A server takes longer than that to start again, and connections that rested so long are looked at before use.
    tokio::time::sleep(Duration::from_secs(1)).await;
    for _ in 0..40 {
        anna.get("/api/v1/auth/me").await.expect(200);
    }
    assert_leads_in(&app, &browser, pin, &code).await;

    // And in the middle of a sign-in.
    let (browser, pin, code) = approved(&app, "bea").await;
    app.plex.clear_log();
    app.plex
        .switch(|switches| switches.faults = vec![Fault::slow("/api/v2/resources", 200).times(1)]);
    let kill = async {
        until("Plex is asked", || async {
            app.plex.log().iter().any(|one| one.path == "/api/v2/resources")
        })
        .await;
        kill_connections(&mut admin).await;
    };
    let (poll, ()) = tokio::join!(browser.post_json(POLL, json!({ "pinId": pin })), kill);
    if poll.status() != 200 {
        assert_unavailable(&poll);
    }
    assert_leads_in(&app, &browser, pin, &code).await;
    assert_eq!(app.plex.pin(&code).unwrap().claimed_reads, 1);
}

/// The server is away: connections are refused, or cut off; then it is back.
#[tokio::test]
async fn postgres_gone_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::migrated(Engine::Postgres, folder.path()).await;
    let mut url = url::Url::parse(&database.url).unwrap();
    let mut proxy = Proxy::start(format!("{}:{}", url.host_str().unwrap(), url.port().unwrap())).await;
    url.set_port(Some(proxy.port())).unwrap();
    let app = TestApp::build(Engine::Postgres)
        .with("LATCHKEY_DATABASE_URL", url.as_str())
        .start()
        .await;
    let anna = app.member("anna").await;
    let sid = anna.cookie(SID).unwrap();
    let (browser, pin, code) = approved(&app, "marlow").await;

    proxy.refuse();
    for _ in 0..15 {
        assert_unavailable(&anna.get("/api/v1/auth/me").await);
    }
    assert_unavailable(&anna.page("/profile").await);
    assert_unavailable(&anna.post("/api/v1/auth/logout").await);
    assert_unavailable(&browser.post_json(POLL, json!({ "pinId": pin })).await);
    assert_eq!(app.anon().get("/readyz").await.status(), 503);
    app.anon().get("/healthz").await.expect(200);
    app.anon().get("/api/v1/settings/public").await.expect(200);
    app.anon().page("/login").await.expect(200);
    assert_eq!(anna.cookie(SID).unwrap(), sid);
    app.state.site.refresh().await.unwrap_err();
    app.state.sessions.flush().await.ok();

    proxy.pass();
    anna.get("/api/v1/auth/me").await.expect(200);
    assert_leads_in(&app, &browser, pin, &code).await;
    app.state.site.refresh().await.unwrap();

    // In the middle of a sign-in, after the PIN was read.
    let (browser, pin, code) = approved(&app, "bea").await;
    app.plex.clear_log();
    app.plex
        .switch(|switches| switches.faults = vec![Fault::slow("/api/v2/resources", 200).times(1)]);
    let away = async {
        until("Plex is asked", || async {
            app.plex.log().iter().any(|one| one.path == "/api/v2/resources")
        })
        .await;
        proxy.refuse();
    };
    let (poll, ()) = tokio::join!(browser.post_json(POLL, json!({ "pinId": pin })), away);
    assert_unavailable(&poll);
    proxy.pass();
    assert_leads_in(&app, &browser, pin, &code).await;
}

/// Makes one write of a sign-in fail, on either engine, until [`heal`].
async fn break_write(app: &TestApp, event: &str, table: &str) {
    match &app.db {
        Db::Sqlite(pool) => {
            let sql = format!(
                "CREATE TRIGGER broken BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, 'broken on purpose'); END"
            );
            sqlx::query(sqlx::AssertSqlSafe(sql)).execute(pool).await.unwrap();
        }
        Db::Postgres(pool) => {
            let function = "CREATE OR REPLACE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS \
                            $$ BEGIN RAISE EXCEPTION 'broken on purpose' USING ERRCODE = '53100'; END $$";
            sqlx::query(function).execute(pool).await.unwrap();
            let sql = format!("CREATE TRIGGER broken BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION broken()");
            sqlx::query(sqlx::AssertSqlSafe(sql)).execute(pool).await.unwrap();
        }
    }
}

async fn heal(app: &TestApp, table: &str) {
    match &app.db {
        Db::Sqlite(pool) => {
            sqlx::query("DROP TRIGGER broken").execute(pool).await.unwrap();
        }
        Db::Postgres(pool) => {
            let sql = format!("DROP TRIGGER broken ON {table}");
            sqlx::query(sqlx::AssertSqlSafe(sql)).execute(pool).await.unwrap();
        }
    }
}

on_both! {
    /// Each write of a sign-in in turn fails once the PIN has been read. The sign-in waits and then leads in.
    async fn each_write_of_a_sign_in_fails_once(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        for (account, event, table) in [
            ("anna", "INSERT", "users"),
            ("anna", "UPDATE OF outcome", "attempts"),
            ("marlow", "UPDATE OF outcome", "attempts"),
            ("marlow", "INSERT", "sessions"),
            ("marlow", "UPDATE", "users"),
            ("attic-owner", "UPDATE", "install"),
            // The lease can be taken but not given back.
            ("bea", "UPDATE OF outcome, lease_until_ms", "attempts"),
        ] {
            let (browser, pin, code) = approved(&app, account).await;
            if event.contains("lease") {
                // Only once the lease has been taken.
                app.plex.clear_log();
                app.plex.switch(|switches| switches.faults = vec![Fault::slow("/api/v2/resources", 200).times(1)]);
                let breaking = async {
                    until("Plex is asked", || async { app.plex.log().iter().any(|one| one.path == "/api/v2/resources") }).await;
                    break_write(&app, event, table).await;
                };
                let (answer, ()) = tokio::join!(browser.post_json(POLL, json!({ "pinId": pin })), breaking);
                assert!(answer.status() >= 500, "{}", answer.text());
            } else {
                break_write(&app, event, table).await;
                let answer = browser.post_json(POLL, json!({ "pinId": pin })).await;
                assert!(matches!(answer.status(), 500 | 503), "{event} {table}: {} {}", answer.status(), answer.text());
                assert!(answer.cookies().is_empty(), "{event} {table}");
            }
            heal(&app, table).await;
            assert_leads_in(&app, &browser, pin, &code).await;
            assert_eq!(app.plex.pin(&code).unwrap().claimed_reads, 1, "{event} {table}");
        }
        assert_eq!(count(&app, "SELECT COUNT(*) FROM users").await, 4);
    }

    /// The owner is there, and what tells the rest of the server failed. It must not stay at "no owner".
    async fn the_owner_is_made_and_the_announcement_fails(engine) {
        for with_plex in [true, false] {
            let app = TestApp::start(engine).await;
            let other = app.second_instance().await;
            let code = app.setup_code().await;
            let owner = app.anon();
            let body = if with_plex {
                let (pin_id, pin_code) = app.pin();
                app.plex.approve(&pin_code, "attic-owner").unwrap();
                json!({ "setupCode": code, "pinId": pin_id, "code": pin_code })
            } else {
                json!({ "setupCode": code, "email": "robin@home.test", "password": "long-enough-password" })
            };
            break_write(&app, "UPDATE", "settings").await;
            let answer = owner.post_json("/api/v1/setup/owner", body.clone()).await;
            assert!(answer.status() >= 500, "{}", answer.text());
            heal(&app, "settings").await;
            app.plex.advance(Duration::from_secs(120));
            // What the chores do every second, in every instance.
            for app in [&app, &other] {
                app.state.site.refresh().await.unwrap();
                assert!(app.state.site.now().owner_exists, "with Plex: {with_plex}");
            }
            let signed_in = if with_plex {
                let browser = app.anon();
                assert_eq!(app.sign_in(&browser, "attic-owner").await["state"], "signedIn");
                browser
            } else {
                owner.post_json("/api/v1/setup/owner", body).await.problem(409);
                let body = json!({ "email": "robin@home.test", "password": "long-enough-password" });
                owner.post_json("/api/v1/auth/local", body).await.expect(200);
                owner
            };
            let me: Value = signed_in.get("/api/v1/auth/me").await.expect(200).json();
            assert_eq!(me["id"], 1);
            let page = signed_in.page("/setup").await.see_other();
            assert_eq!(page, "/setup/server");
        }
    }
}
