//! One write in the middle fails, on either engine.

use std::time::Duration;

use latchkey::storage::Db;
use plex_stub::Fault;
use serde_json::{Value, json};

use super::{POLL, approved, assert_leads_in};
use crate::{
    bad_input::people::count,
    support::{TestApp, on_both, until},
};

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
