//! SQLite locked, read-only, full.

use std::{sync::Arc, time::Duration};

use latchkey::storage::Db;
use plex_stub::Fault;
use serde_json::json;
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use super::{ATTEMPT, POLL, approved, assert_leads_in, assert_reads_but_does_not_write, assert_unavailable};
use crate::{
    bad_input::people::count,
    support::{Engine, TestApp, until},
};

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

#[tokio::test]
async fn locked_by_another_program() {
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
async fn locked_for_a_moment() {
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
async fn locked_in_the_middle_of_a_sign_in() {
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
async fn read_only() {
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
async fn full() {
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
