//! `POST /auth/token`: a session by a login token, and what ends it.

use axum::http::Method;
use latchkey::storage;
use serde_json::json;

use super::token_people::{
    ME, household, id_of, make, make_value, number, permit, program, signed_in_by, text, token_url, tokens_url, warm,
    wrong_token,
};
use crate::{
    storage::sql::execute,
    support::{Actor, Answer, DAY, Engine, MINUTE, START, TestApp, on_both},
};

const URL: &str = "/api/v1/auth/token";
const SID: &str = "latchkey.sid";

async fn try_it(actor: &Actor, token: &str) -> Answer {
    actor.post_json(URL, json!({ "token": token })).await
}

/// The rows of sessions that a login token opened, whether they count or not.
async fn rows(app: &TestApp) -> i64 {
    number(
        app,
        "SELECT COUNT(*) FROM sessions WHERE method = 'token' AND token_hash IS NOT NULL",
    )
    .await
}

on_both! {
    async fn a_good_token_opens_a_session_of_its_member(engine) {
        let app = TestApp::start(engine).await;
        let (owner, anna, id) = household(&app).await;
        let token = make_value(&owner, id, "Kitchen").await;
        assert_eq!(rows(&app).await, 0);
        for spelt in [token.clone(), token.to_uppercase(), format!(" {token}\n")] {
            let device = app.anon();
            let answer = try_it(&device, &spelt).await.expect(200);
            assert_eq!(answer.json(), anna.get(ME).await.json(), "the member, as they see themselves");
            assert_eq!(answer.header("cache-control"), "no-store");
            let cookie = answer.cookie(SID).unwrap();
            assert!(cookie.has("httponly") && cookie.has("samesite=lax") && cookie.has("path=/"), "{cookie:?}");
            assert_eq!(cookie.max_age(), Some(180 * DAY));
            assert_eq!(device.cookies().len(), 1, "and no other cookie");
            assert!(!format!("{:?}{}", answer.headers, answer.text()).to_lowercase().contains(&token));
            assert_eq!(id_of(&device).await, id);
            device.page("/profile").await.expect(200);
        }
        assert_eq!(rows(&app).await, 3, "the method is token");
    }

    async fn what_is_missing_is_400(engine) {
        let app = TestApp::start(engine).await;
        household(&app).await;
        let anon = app.anon();
        for body in [json!({}), json!({ "token": null }), json!({ "token": "" }), json!({ "token": " \t\n" }), json!({ "Token": wrong_token(1) }), json!({ "token": 7 }), json!({ "token": [wrong_token(1)] }), json!({ "token": {} })] {
            let answer = anon.post_json(URL, body.clone()).await;
            answer.problem(400);
            assert_eq!(answer.fields(), ["token"], "{body}");
            assert_eq!(answer.cookies(), []);
        }
        for body in ["", "[]", "null", "{", "{} {}"] {
            anon.ask(Method::POST, URL).header("content-type", "application/json").body(body).send().await.problem(400);
        }
        anon.ask(Method::POST, URL).header("content-type", "text/plain").body(wrong_token(1)).send().await.problem(415);
        anon.get(URL).await.problem(405);
        // Nothing of this was a try.
        assert_eq!(number(&app, "SELECT COUNT(*) FROM failures WHERE kind LIKE 'token%'").await, 0);
    }

    async fn whatever_is_wrong_with_it_sounds_the_same(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        let bea = id_of(&app.member("bea").await).await;
        let expired = text(&make(&owner, id, json!({ "name": "expired", "expiresInDays": 1 })).await["token"]);
        let regenerated = text(&owner.post(&token_url(id)).await.expect(200).json()["token"]);
        owner.post(&token_url(id)).await.expect(200);
        let revoked = make(&owner, id, json!({ "name": "revoked" })).await;
        owner.ask(Method::DELETE, &format!("{}/{}", tokens_url(id), revoked["id"])).send().await.expect(204);
        let disabled = make_value(&owner, bea, "Kitchen").await;
        storage::user::set_disabled(&app.db, bea, Some(START), START).await.unwrap();
        app.clock.advance(DAY);
        let good = make_value(&owner, id, "good").await;
        let first = try_it(&app.anon(), &wrong_token(1)).await;
        let said = first.problem(403);
        assert!(!said.contains("expired") && !said.contains("revoked") && !said.contains("disabled"), "{said}");
        for wrong in [
            expired.as_str(), &expired.to_uppercase(), &regenerated, &text(&revoked["token"]), &disabled, &wrong_token(2),
            "x", "0", "null", "🔑", "\0", "../../etc/passwd", "' OR 1=1 --", &"a".repeat(36), &"x".repeat(60_000),
            // Nearly the good one, or written as we don't write them.
            &good[..35], &format!("{good}0"), &good.replace('-', ""), &format!("{{{good}}}"), &format!("urn:uuid:{good}"), &format!("Bearer {good}"),
        ] {
            let device = app.anon();
            let answer = try_it(&device, wrong).await;
            assert_eq!((answer.expect(403).body, device.cookies().len()), (first.body.clone(), 0), "{wrong:.60}");
        }
        try_it(&app.anon(), &good).await.expect(200);
        assert_eq!(rows(&app).await, 1);
    }

    async fn each_time_a_new_id_and_the_old_one_dies(engine) {
        let app = TestApp::start(engine).await;
        let (owner, anna, id) = household(&app).await;
        let token = make_value(&owner, id, "Kitchen").await;
        let before = anna.cookie(SID).unwrap();
        let mut ids = vec![before];
        for _ in 0..3 {
            try_it(&anna, &token).await.expect(200);
            ids.push(anna.cookie(SID).unwrap());
        }
        for (place, old) in ids.iter().enumerate() {
            assert!(!ids[place + 1..].contains(old));
            let browser = app.anon();
            browser.plant(SID, old);
            assert_eq!(browser.get(ME).await.status(), if place == 3 { 200 } else { 403 }, "{place}");
        }
        // A planted id does not become the session.
        let victim = app.anon();
        victim.plant(SID, &ids[3]);
        try_it(&victim, &token).await.expect(200);
        assert_ne!(victim.cookie(SID).as_ref(), Some(&ids[3]));
        // A wrong token ends nobody's session.
        try_it(&victim, &wrong_token(1)).await.problem(403);
        assert_eq!(id_of(&victim).await, id);
    }

    async fn somebody_elses_token_takes_the_browser_over_only_when_it_is_good(engine) {
        let app = TestApp::start(engine).await;
        let (owner, anna, anna_id) = household(&app).await;
        let token = make_value(&owner, 1, "owner's").await;
        try_it(&anna, &wrong_token(1)).await.problem(403);
        assert_eq!(id_of(&anna).await, anna_id);
        try_it(&anna, &token).await.expect(200);
        assert_eq!(id_of(&anna).await, 1);
    }

    async fn the_session_ends_with_its_token(engine) {
        let app = TestApp::start(engine).await;
        let (owner, anna, id) = household(&app).await;
        let second = app.second_instance().await;
        let kept = signed_in_by(&app, &make_value(&owner, id, "kept").await).await;
        let with_token = async |name: &str, days: Option<i64>| {
            let made = make(&owner, id, json!({ "name": name, "expiresInDays": days })).await;
            let device = signed_in_by(&app, &text(&made["token"])).await;
            for device in [&device, &device.at(&second)] {
                assert_eq!(id_of(device).await, id);
            }
            (device, format!("{}/{}", tokens_url(id), made["id"]), text(&made["token"]))
        };
        let is_out = async |device: &Actor, token: &str| {
            for (device, app) in [(device.at(&app), &app), (device.at(&second), &second)] {
                device.get(ME).await.problem(403);
                assert_eq!(device.page("/profile").await.status(), 303, "to the sign-in page");
                try_it(&device, token).await.problem(403);
                program(app, token).get(ME).await.problem(403);
            }
        };

        let (device, url, token) = with_token("revoked", None).await;
        owner.at(&second).ask(Method::DELETE, &url).send().await.expect(204);
        is_out(&device, &token).await;

        let (device, _, token) = with_token("default", None).await;
        owner.post(&token_url(id)).await.expect(200);
        is_out(&device, &token).await;
        let (device, _, token) = with_token("deleted", None).await;
        owner.post_json(&token_url(id), json!({ "name": "deleted" })).await.expect(200);
        is_out(&device, &token).await;

        let (device, _, token) = with_token("a day", Some(1)).await;
        app.clock.advance(DAY - 1);
        device.get(ME).await.expect(200);
        signed_in_by(&second, &token).await;
        app.clock.advance(1);
        is_out(&device, &token).await;
        app.clock.advance(1);
        is_out(&device, &token).await;

        for actor in [&kept, &anna, &owner] {
            actor.get(ME).await.expect(200);
            actor.at(&second).get(ME).await.expect(200);
        }
        // What ended is cleared away, what counts stays.
        assert!(rows(&app).await > 1);
        app.state.sessions.clean().await.unwrap();
        assert_eq!(rows(&app).await, 1);
        kept.get(ME).await.expect(200);
    }

    async fn the_session_ends_with_its_member(engine) {
        let app = TestApp::start(engine).await;
        let (owner, anna, id) = household(&app).await;
        let second = app.second_instance().await;
        let token = make_value(&owner, id, "Kitchen").await;
        let device = signed_in_by(&app, &token).await;
        let header = program(&second, &token);
        storage::user::set_disabled(&app.db, id, Some(START), START).await.unwrap();
        // `at` copies the cookies: whoever is told that a session has ended loses them.
        for actor in [&device.at(&app), &device.at(&second), &header, &anna] {
            actor.get(ME).await.problem(403);
        }
        try_it(&device.at(&app), &token).await.problem(403);
        // Enabled again, the token works again; the sessions are gone.
        storage::user::set_disabled(&app.db, id, None, START).await.unwrap();
        header.get(ME).await.expect(200);
        device.at(&app).get(ME).await.problem(403);
        try_it(&device, &token).await.expect(200);
        execute(&app.db, "DELETE FROM users WHERE id <> 1").await;
        for actor in [&device, &header] {
            actor.get(ME).await.problem(403);
        }
        try_it(&device, &token).await.problem(403);
    }

    async fn signing_out_ends_the_session_and_not_the_token(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        let token = make_value(&owner, id, "Kitchen").await;
        let (device, other) = (signed_in_by(&app, &token).await, signed_in_by(&app, &token).await);
        let cookie = device.cookie(SID).unwrap();
        device.post("/api/v1/auth/logout").await.expect(200);
        assert_eq!(device.cookies().len(), 0);
        device.get(ME).await.problem(401);
        device.plant(SID, &cookie);
        device.get(ME).await.problem(403);
        for actor in [&other, &program(&app, &token), &signed_in_by(&app, &token).await] {
            assert_eq!(id_of(actor).await, id);
        }
    }

    async fn the_session_is_no_longer_than_any_other(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        let token = make_value(&owner, id, "Kitchen").await;
        let device = signed_in_by(&app, &token).await;
        app.clock.advance(30 * DAY - 1);
        device.get(ME).await.expect(200);
        app.clock.advance(1);
        device.get(ME).await.problem(403);
        try_it(&device, &token).await.expect(200);
        app.state.site.rotate_session_secret(&app.by()).await.unwrap();
        device.get(ME).await.problem(403);
        try_it(&device, &token).await.expect(200);
        device.get(ME).await.expect(200);
    }

    async fn the_session_acts_as_its_member_does(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        let device = signed_in_by(&app, &make_value(&owner, id, "Kitchen").await).await;
        device.get("/api/v1/settings/main").await.problem(403);
        permit(&app, id, 2).await;
        device.get("/api/v1/settings/main").await.expect(200);
    }

    async fn another_site_signs_nobody_in(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        let token = make_value(&owner, id, "Kitchen").await;
        for (name, value) in [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "https://evil.test"), ("origin", "null")] {
            let victim = app.anon().with(name, value);
            try_it(&victim, &token).await.problem(403);
            assert_eq!(victim.cookies().len(), 0);
        }
        assert_eq!(rows(&app).await, 0);
    }

    async fn a_token_has_its_twenty_newest_sessions(engine) {
        let app = TestApp::start(engine).await;
        let (owner, anna, id) = household(&app).await;
        let (token, other) = (make_value(&owner, id, "Kitchen").await, make_value(&owner, id, "Hall").await);
        let beside = signed_in_by(&app, &other).await;
        let mut devices = Vec::new();
        for _ in 0..23 {
            app.clock.advance(1);
            devices.push(signed_in_by(&app, &token).await);
        }
        for (place, device) in devices.iter().enumerate() {
            assert_eq!(device.get(ME).await.status(), if place < 3 { 403 } else { 200 }, "{place}");
        }
        for actor in [&beside, &anna, &program(&app, &token)] {
            assert_eq!(id_of(actor).await, id);
        }
        assert_eq!(rows(&app).await, 21);
    }

    async fn many_at_once_each_get_a_session_or_none_after_the_end(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        let second = app.second_instance().await;
        let made = make(&owner, id, json!({ "name": "Kitchen" })).await;
        let token = text(&made["token"]);
        warm([&app, &second]).await;
        let mut tries = tokio::task::JoinSet::new();
        for number in 0..20 {
            let device = if number % 2 == 0 { app.anon() } else { second.anon() };
            let token = token.clone();
            tries.spawn(async move {
                let status = try_it(&device, &token).await.status();
                (status, device)
            });
        }
        let url = format!("{}/{}", tokens_url(id), made["id"]);
        owner.ask(Method::DELETE, &url).send().await.expect(204);
        for (status, device) in tries.join_all().await {
            assert!(matches!(status, 200 | 403), "{status}");
            let me = device.get(ME).await.status();
            assert!(matches!(me, 401 | 403), "whoever came in while it was revoked is out: {me}");
        }
    }
}

#[tokio::test]
async fn before_the_set_up_nobody_comes_in() {
    let app = TestApp::start(Engine::Sqlite).await;
    try_it(&app.anon(), &wrong_token(1)).await.problem(503);
    program(&app, &wrong_token(1)).get(ME).await.problem(503);
    app.owner_made().await;
    app.clock.advance(MINUTE);
    try_it(&app.anon(), &wrong_token(1)).await.problem(403);
}
