//! PostgreSQL read-only, started again, gone and back.

use std::time::Duration;

use latchkey::storage::Db;
use plex_stub::Fault;
use serde_json::json;
use sqlx::{Connection, PgConnection};

use super::{POLL, SID, approved, assert_leads_in, assert_reads_but_does_not_write, assert_unavailable};
use crate::{
    bad_input::proxy::Proxy,
    support::{Database, Engine, TestApp, until},
};

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
async fn read_only() {
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
async fn connections_killed() {
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
async fn gone_and_back() {
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
