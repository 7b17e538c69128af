//! `GET /auth/me`.

use latchkey::{domain::clock::rfc3339, storage};
use plex_stub::ATTIC_OWNER_ID;
use serde_json::json;

use crate::support::{OWNER_EMAIL, START, TestApp, on_both};

const ME: &str = "/api/v1/auth/me";

on_both! {
    async fn the_owner_and_a_friend_read_themselves(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        app.clock.advance(60);
        let anna = app.member("anna").await;
        let (then, now) = (rfc3339(START), rfc3339(START + 60));
        let me = owner.get(ME).await.expect(200).json();
        assert!(me["avatar"].as_str().unwrap().starts_with("http"), "{me}");
        assert_eq!(me, json!({
            "id": 1, "email": "owner@attic.test", "username": null, "plexUsername": "attic-owner", "displayName": "Robin", "userType": 1,
            "permissions": 2, "avatar": me["avatar"], "plexId": ATTIC_OWNER_ID, "createdAt": then, "updatedAt": then,
            "requestCount": 0, "warnings": [], "settings": { "locale": null },
        }));
        let me = anna.get(ME).await.expect(200).json();
        assert_eq!(me, json!({
            "id": 2, "email": "anna@example.test", "username": null, "plexUsername": "anna.k", "displayName": "Anna Kowalska",
            "userType": 1, "permissions": 32, "avatar": me["avatar"], "plexId": 52_990_041, "createdAt": now, "updatedAt": now,
            "requestCount": 0, "warnings": [], "settings": { "locale": null },
        }));
    }

    async fn a_local_owner_has_no_plex_account(engine) {
        let app = TestApp::start(engine).await;
        let me = app.set_up_local().await.get(ME).await.expect(200).json();
        assert_eq!((&me["userType"], &me["plexId"], &me["plexUsername"], &me["avatar"]), (&json!(2), &json!(null), &json!(null), &json!("")));
        assert_eq!((&me["email"], &me["displayName"]), (&json!(OWNER_EMAIL), &json!("Robin")));
    }

    async fn nothing_sent_is_401_and_something_worthless_403(engine) {
        let app = TestApp::start(engine).await;
        let anna = app.member("anna").await;
        let cookie = anna.cookie("latchkey.sid").unwrap();
        app.anon().get(ME).await.problem(401);
        let other = app.anon();
        other.plant("latchkey.theme", "dark");
        other.get(ME).await.problem(401);
        let half: String = cookie.chars().take(cookie.len() / 2).collect();
        let mut forged = cookie.clone();
        forged.replace_range(cookie.len() - 4.., if cookie.ends_with("AAAA") { "BBBB" } else { "AAAA" });
        for worthless in ["", "x", &half, &forged, &"9".repeat(5000)] {
            let thief = app.anon();
            thief.plant("latchkey.sid", worthless);
            thief.get(ME).await.problem(403);
        }
        // The real one, somewhere else, is as good: it is all there is.
        let thief = app.anon();
        thief.plant("latchkey.sid", &cookie);
        thief.get(ME).await.expect(200);
    }

    async fn a_disabled_member_is_out_at_once(engine) {
        let app = TestApp::start(engine).await;
        let anna = app.member("anna").await;
        let marlow = app.member("marlow").await;
        let cookie = anna.cookie("latchkey.sid").unwrap();
        storage::user::set_disabled(&app.db, 2, Some(START), START).await.unwrap();
        anna.get(ME).await.problem(403);
        marlow.get(ME).await.expect(200);
        // The browser was told to drop a cookie that is worth nothing.
        anna.get(ME).await.problem(401);
        // Enabled again, the old session stays ended.
        storage::user::set_disabled(&app.db, 2, None, START).await.unwrap();
        anna.plant("latchkey.sid", &cookie);
        anna.get(ME).await.problem(403);
        let anna = app.member("anna").await;
        assert_eq!(anna.get(ME).await.expect(200).json()["id"], 2);
    }

    async fn a_session_opened_in_the_moment_of_disabling_is_worth_nothing(engine) {
        let app = TestApp::start(engine).await;
        let anna = app.member("anna").await;
        // The session came after the others were ended.
        let sql = "UPDATE users SET disabled_at = 1 WHERE id = 2";
        match &app.db {
            storage::Db::Sqlite(pool) => sqlx::query(sql).execute(pool).await.map(drop).unwrap(),
            storage::Db::Postgres(pool) => sqlx::query(sql).execute(pool).await.map(drop).unwrap(),
        }
        anna.get(ME).await.problem(403);
    }
}
