//! `/user/:id/sessions`.

use axum::http::Method;
use serde_json::{Value, json};

use super::passwords::{BEA_EMAIL, BEA_PASSWORD, happened, make_bea, sign_in, signed_in, try_in};
use crate::support::{Actor, Answer, MINUTE, TestApp, on_both};

async fn list(actor: &Actor, id: i64) -> Vec<Value> {
    let listed = actor
        .get(&format!("/api/v1/user/{id}/sessions"))
        .await
        .expect(200)
        .json();
    listed.as_array().unwrap().clone()
}

async fn end(actor: &Actor, id: i64, session: &str) -> Answer {
    actor
        .ask(Method::DELETE, &format!("/api/v1/user/{id}/sessions/{session}"))
        .send()
        .await
}

async fn end_others(actor: &Actor, id: i64) -> Answer {
    actor
        .ask(Method::DELETE, &format!("/api/v1/user/{id}/sessions"))
        .send()
        .await
}

on_both! {
    async fn everything_about_where_somebody_is_signed_in(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up_local().await;
        let id = make_bea(&owner).await;
        let tablet = app.anon().from("2001:db8::7").with("user-agent", "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) Version/17.5 Safari/604.1");
        try_in(&tablet, BEA_EMAIL, BEA_PASSWORD).await.expect(200);
        app.clock.advance(20 * MINUTE);
        let bea = sign_in(&app, BEA_EMAIL, BEA_PASSWORD).await;
        let token = owner.post_json(&format!("/api/v1/user/{id}/settings/tokens"), json!({ "name": "Wall" })).await.expect(201).json();
        let wall = app.anon();
        wall.post_json("/api/v1/auth/token", json!({ "token": token["token"] })).await.expect(200);
        let listed = list(&bea, id).await;
        assert_eq!(listed.len(), 3);
        let of = |key: &str, value: Value| listed.iter().find(|one| one[key] == value).unwrap().clone();
        let ipad = of("system", json!("iPad"));
        assert_eq!(ipad, json!({
            "id": ipad["id"], "browser": "Safari", "system": "iPad", "address": "2001:db8::7", "method": "password", "tokenName": null,
            "createdAt": "2026-09-14T18:00:00Z", "lastSeenAt": "2026-09-14T18:00:00Z", "current": false,
        }));
        assert_eq!(of("method", json!("token"))["tokenName"], "Wall");
        assert_eq!(listed.iter().filter(|one| one["current"] == true).count(), 1);
        assert!(listed.iter().all(|one| one["id"].as_str().unwrap().len() == 16));
        // What was seen and is not written yet is shown, too.
        assert!(signed_in(&tablet).await);
        assert_eq!(list(&bea, id).await.iter().find(|one| one["system"] == "iPad").unwrap()["lastSeenAt"], "2026-09-14T18:20:00Z");
        // An id opens nothing.
        let thief = app.anon();
        thief.plant("latchkey.sid", ipad["id"].as_str().unwrap());
        assert!(!signed_in(&thief).await);
    }

    async fn one_is_ended_or_all_others_on_every_instance(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up_local().await;
        let id = make_bea(&owner).await;
        let (bea, tablet, phone) = (sign_in(&app, BEA_EMAIL, BEA_PASSWORD).await, sign_in(&app, BEA_EMAIL, BEA_PASSWORD).await, sign_in(&app, BEA_EMAIL, BEA_PASSWORD).await);
        let second = app.second_instance().await;
        let its = |listed: &[Value]| listed.iter().find(|one| one["current"] == true).unwrap()["id"].as_str().unwrap().to_owned();
        let tablets = its(&list(&tablet, id).await);
        // Not a stranger's to end, nor by somebody else's number, nor by half of it.
        end(&bea, 1, &tablets).await.problem(403);
        end(&owner, 1, &tablets).await.problem(404);
        for wrong in [&tablets[..14], "0011223344556677", "x", "%00"] {
            end(&bea, id, wrong).await.problem(404);
        }
        let elsewhere = tablet.at(&second);
        assert!(signed_in(&elsewhere).await);
        end(&bea, id, &tablets).await.expect(204);
        end(&bea, id, &tablets).await.problem(404);
        assert!(!signed_in(&tablet).await && !signed_in(&elsewhere).await && signed_in(&phone).await);
        assert_eq!(happened(&app).await[0], "session-ended");

        end_others(&bea, id).await.expect(204);
        assert!(signed_in(&bea).await && !signed_in(&phone).await && signed_in(&owner).await);
        assert_eq!(happened(&app).await[0], "sessions-ended");
        // Whoever looks after somebody signs them out everywhere; nobody does so with the owner, and no token with anybody.
        end_others(&bea, 1).await.problem(403);
        let token = owner.post_json(&format!("/api/v1/user/{id}/settings/tokens"), json!({ "name": "Wall" })).await.expect(201).json();
        let program = app.anon().with("x-login-token", token["token"].as_str().unwrap());
        assert_eq!(list(&program, id).await.len(), 1);
        end_others(&program, id).await.problem(403);
        end_others(&owner, id).await.expect(204);
        assert!(!signed_in(&bea).await && signed_in(&owner).await);
        assert_eq!(list(&owner, id).await.len(), 0);
    }
}
