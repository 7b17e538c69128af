//! `/user/:id/settings/password`.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Actor, Answer, OWNER_EMAIL, OWNER_PASSWORD, TestApp, on_both};

pub(crate) const BEA_EMAIL: &str = "bea@home.test";
pub(crate) const BEA_PASSWORD: &str = "seven green umbrellas";
const NEW: &str = "eight yellow raincoats";

/// Makes Bea, a member with a password; her number.
pub(crate) async fn make_bea(owner: &Actor) -> i64 {
    let body = json!({ "email": BEA_EMAIL, "username": "Bea", "password": BEA_PASSWORD });
    owner.post_json("/api/v1/user", body).await.expect(201).json()["id"]
        .as_i64()
        .unwrap()
}

pub(crate) async fn sign_in(app: &TestApp, email: &str, password: &str) -> Actor {
    let actor = app.anon();
    try_in(&actor, email, password).await.expect(200);
    actor
}

pub(crate) async fn try_in(actor: &Actor, email: &str, password: &str) -> Answer {
    actor
        .post_json("/api/v1/auth/local", json!({ "email": email, "password": password }))
        .await
}

pub(crate) async fn signed_in(actor: &Actor) -> bool {
    actor.get("/api/v1/auth/me").await.status() == 200
}

/// The kinds of the newest lines of activity.
pub(crate) async fn happened(app: &TestApp) -> Vec<String> {
    app.state.activity.flush().await.unwrap();
    let lines = app.happened(5).await;
    lines.into_iter().map(|line| line.kind).collect()
}

fn path(id: i64) -> String {
    format!("/api/v1/user/{id}/settings/password")
}

async fn change(actor: &Actor, id: i64, body: Value) -> Answer {
    actor.post_json(&path(id), body).await
}

on_both! {
    async fn ones_own_needs_the_present_one_and_signs_all_others_out(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up_local().await;
        let id = make_bea(&owner).await;
        let (bea, tablet) = (sign_in(&app, BEA_EMAIL, BEA_PASSWORD).await, sign_in(&app, BEA_EMAIL, BEA_PASSWORD).await);
        let elsewhere = tablet.at(&app.second_instance().await);
        let token = owner.post_json(&format!("/api/v1/user/{id}/settings/tokens"), json!({ "name": "wall" })).await.expect(201).json();
        let wall = app.anon();
        wall.post_json("/api/v1/auth/token", json!({ "token": token["token"] })).await.expect(200);
        assert_eq!(bea.get(&path(id)).await.expect(200).json(), json!({ "hasPassword": true }));

        for (body, status, field) in [
            (json!({ "newPassword": NEW }), 403, None),
            (json!({ "currentPassword": "wrong wrong", "newPassword": NEW }), 403, None),
            (json!({ "currentPassword": OWNER_PASSWORD, "newPassword": NEW }), 403, None),
            (json!({ "currentPassword": BEA_PASSWORD, "newPassword": "seven77" }), 400, Some("newPassword")),
            (json!({ "currentPassword": BEA_PASSWORD, "newPassword": "password1" }), 400, Some("newPassword")),
            (json!({ "currentPassword": BEA_PASSWORD, "newPassword": "bea@home.test" }), 400, Some("newPassword")),
            (json!({ "currentPassword": BEA_PASSWORD, "newPassword": "x".repeat(1001) }), 400, Some("newPassword")),
            (json!({ "currentPassword": BEA_PASSWORD }), 400, Some("")),
        ] {
            let answer = change(&bea, id, body.clone()).await;
            answer.problem(status);
            if let Some(field) = field {
                assert_eq!(answer.fields(), [field], "{body}");
            }
        }
        assert!(signed_in(&tablet).await);

        change(&bea, id, json!({ "currentPassword": BEA_PASSWORD, "newPassword": NEW })).await.expect(204);
        assert!(signed_in(&bea).await);
        for gone in [&tablet, &elsewhere, &wall] {
            gone.get("/api/v1/auth/me").await.problem(403);
        }
        try_in(&app.anon(), BEA_EMAIL, BEA_PASSWORD).await.problem(403);
        sign_in(&app, BEA_EMAIL, NEW).await;
        // The token itself stays, and others are not touched.
        app.anon().post_json("/api/v1/auth/token", json!({ "token": token["token"] })).await.expect(200);
        assert!(signed_in(&owner).await);
        let kinds = happened(&app).await;
        assert!(kinds.iter().any(|kind| kind == "password-changed") && kinds.iter().any(|kind| kind == "password-refused"), "{kinds:?}");
    }

    async fn the_present_one_can_not_be_guessed(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up_local().await;
        for _ in 0..10 {
            change(&owner, 1, json!({ "currentPassword": "wrong wrong", "newPassword": NEW })).await.problem(403);
        }
        let right = json!({ "currentPassword": OWNER_PASSWORD, "newPassword": NEW });
        change(&owner, 1, right.clone()).await.problem(429);
        // Signing in is counted by itself.
        sign_in(&app, OWNER_EMAIL, OWNER_PASSWORD).await;
        app.clock.advance(15 * 60);
        change(&owner, 1, right).await.expect(204);
    }

    async fn whoever_looks_after_somebody_sets_it(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up_local().await;
        let id = make_bea(&owner).await;
        let bea = sign_in(&app, BEA_EMAIL, BEA_PASSWORD).await;
        change(&bea, 1, json!({ "newPassword": NEW })).await.problem(403);
        change(&owner, id, json!({ "newPassword": "password1" })).await.problem(400);
        change(&owner, id, json!({ "newPassword": NEW })).await.expect(204);
        assert!(!signed_in(&bea).await && signed_in(&owner).await);
        let bea = sign_in(&app, BEA_EMAIL, NEW).await;
        assert_eq!(happened(&app).await[0], "password-set");

        // A login token changes nobody's password, not even its member's.
        let token = owner.post_json(&format!("/api/v1/user/{id}/settings/tokens"), json!({ "name": "wall" })).await.expect(201).json();
        let program = app.anon().with("x-login-token", token["token"].as_str().unwrap());
        change(&program, id, json!({ "currentPassword": NEW, "newPassword": BEA_PASSWORD })).await.problem(403);
        // Somebody who looks after others still gives their own.
        owner.ask(Method::PUT, &format!("/api/v1/user/{id}")).json(&json!({ "permissions": 8 })).send().await.expect(200);
        change(&bea, id, json!({ "newPassword": BEA_PASSWORD })).await.problem(403);
        change(&bea, 1, json!({ "newPassword": BEA_PASSWORD })).await.problem(403);
    }

    async fn a_plex_member_adds_one_and_signs_in_with_it(engine) {
        let app = TestApp::start(engine).await;
        let anna = app.member("anna").await;
        let me = anna.get("/api/v1/auth/me").await.expect(200).json();
        let (id, email) = (me["id"].as_i64().unwrap(), me["email"].as_str().unwrap());
        assert_eq!(anna.get(&path(id)).await.expect(200).json(), json!({ "hasPassword": false }));
        change(&anna, id, json!({ "newPassword": NEW })).await.expect(204);
        assert_eq!(sign_in(&app, email, NEW).await.get("/api/v1/auth/me").await.json()["id"], id);
        // From now on the present one is asked for.
        change(&anna, id, json!({ "newPassword": BEA_PASSWORD })).await.problem(403);
    }
}
