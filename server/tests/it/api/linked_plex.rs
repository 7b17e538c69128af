//! `/user/:id/settings/linked-accounts/plex`, and linking from a browser.

use axum::http::Method;
use serde_json::{Value, json};

use super::passwords::{BEA_EMAIL, BEA_PASSWORD, happened, make_bea, sign_in, signed_in};
use crate::support::{Actor, Answer, OWNER_EMAIL, OWNER_PASSWORD, TestApp, on_both};

fn path(id: i64) -> String {
    format!("/api/v1/user/{id}/settings/linked-accounts/plex")
}

/// Links with a PIN that was approved as `account`.
async fn link(app: &TestApp, actor: &Actor, id: i64, account: &str) -> Answer {
    let (pin_id, code) = app.pin();
    app.plex.approve(&code, account).unwrap();
    actor
        .post_json(&path(id), json!({ "pinId": pin_id, "code": code }))
        .await
}

async fn unlink(actor: &Actor, id: i64) -> Answer {
    actor.ask(Method::DELETE, &path(id)).send().await
}

async fn me(actor: &Actor) -> Value {
    actor.get("/api/v1/auth/me").await.expect(200).json()
}

on_both! {
    async fn a_local_member_links_signs_in_and_unlinks(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let id = make_bea(&owner).await;
        let bea = sign_in(&app, BEA_EMAIL, BEA_PASSWORD).await;
        let before = me(&bea).await;
        unlink(&bea, id).await.problem(404);

        // While nobody has approved it, the program is told to wait.
        let (pin_id, code) = app.pin();
        let body = json!({ "pinId": pin_id, "code": code });
        bea.post_json(&path(id), body.clone()).await.expect(202);
        // A PIN that is to link signs nobody in, and the other way round.
        app.anon().post_json("/api/v1/auth/plex", body.clone()).await.problem(401);
        app.plex.approve(&code, "anna").unwrap();
        app.anon().post_json("/api/v1/auth/plex", body.clone()).await.problem(401);
        owner.post_json(&path(1), body.clone()).await.problem(401);
        bea.post_json(&path(id), body).await.expect(204);
        assert_eq!(happened(&app).await[0], "plex-linked");

        let after = me(&bea).await;
        assert_eq!((&after["permissions"], &after["email"], &after["username"]), (&before["permissions"], &before["email"], &before["username"]));
        assert_eq!(after["plexUsername"], "anna.k");
        let by_plex = app.member("anna").await;
        assert_eq!(me(&by_plex).await["id"], id);
        assert_eq!(me(&by_plex).await["email"], BEA_EMAIL);

        // The same once more is fine; another one, or somebody else's, is not.
        link(&app, &bea, id, "anna").await.expect(204);
        link(&app, &bea, id, "marlow").await.problem(422);
        let other = owner.post_json("/api/v1/user", json!({ "email": "cem@home.test", "username": "Cem", "password": BEA_PASSWORD })).await.expect(201).json();
        let cem = sign_in(&app, "cem@home.test", BEA_PASSWORD).await;
        link(&app, &cem, other["id"].as_i64().unwrap(), "anna").await.problem(422);
        // Nobody links for somebody else, whatever they may do.
        link(&app, &owner, id, "marlow").await.problem(403);

        unlink(&bea, id).await.expect(204);
        assert!(signed_in(&bea).await && !signed_in(&by_plex).await);
        assert_eq!(me(&bea).await["plexUsername"], Value::Null);
        assert_eq!(happened(&app).await[0], "plex-unlinked");
        // The account is free again.
        link(&app, &cem, other["id"].as_i64().unwrap(), "anna").await.expect(204);
        // Whoever looks after others can take it away.
        unlink(&owner, other["id"].as_i64().unwrap()).await.expect(204);
    }

    async fn something_to_sign_in_with_is_left(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let anna = app.member("anna").await;
        let id = me(&anna).await["id"].as_i64().unwrap();
        for (actor, whose) in [(&anna, id), (&owner, id), (&owner, 1)] {
            unlink(actor, whose).await.problem(400);
        }
        anna.post_json(&format!("/api/v1/user/{id}/settings/password"), json!({ "newPassword": BEA_PASSWORD })).await.expect(204);
        unlink(&anna, id).await.expect(204);
        // Signed in with Plex, and that one session goes on.
        assert!(signed_in(&anna).await);
    }

    async fn a_browser_links_by_the_attempt_that_signs_in(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let id = make_bea(&owner).await;
        let bea = sign_in(&app, BEA_EMAIL, BEA_PASSWORD).await;
        let session = bea.cookie("latchkey.sid");
        for (account, word) in [("anna", "linked"), ("anna", "linked"), ("marlow", "has-another")] {
            let (pin_id, code) = app.pin();
            let body = json!({ "pinId": pin_id, "code": code, "returnTo": "/profile/plex" });
            bea.post_json("/api/v1/auth/plex/attempts", body).await.expect(201);
            app.plex.approve(&code, account).unwrap();
            let said = app.poll(&bea, pin_id).await;
            assert_eq!(said, json!({ "state": "signedIn", "to": format!("/profile?plex={word}") }));
            // Nobody else was signed in meanwhile, and asked again it says the same.
            assert_eq!(bea.cookie("latchkey.sid"), session);
            assert_eq!(app.poll(&bea, pin_id).await, said);
        }
        assert_eq!(me(&bea).await["plexUsername"], "anna.k");
        // Without a session the same address signs in; and no sign-in page can be made to link.
        let anon = app.anon();
        let (pin_id, code) = app.pin();
        anon.post_json("/api/v1/auth/plex/attempts", json!({ "pinId": pin_id, "code": code, "returnTo": "/profile/plex" })).await.expect(201);
        app.plex.approve(&code, "anna").unwrap();
        assert_eq!(app.poll(&anon, pin_id).await, json!({ "state": "signedIn", "to": "/profile/plex" }));
        assert_eq!(me(&anon).await["id"], id);
        let page = bea.page("/login?confirm=1&returnTo=%2Fprofile%2Fplex").await.expect(200).text();
        assert!(page.contains("data-return-to=\"/profile\"") && !page.contains("/profile/plex\""), "{page}");
    }

    async fn a_local_owner_links_and_chooses_a_media_server(engine) {
        let app = TestApp::start(engine).await;
        app.set_up_local().await;
        let owner = sign_in(&app, OWNER_EMAIL, OWNER_PASSWORD).await;
        let servers = "/api/v1/settings/plex/devices/servers";
        let without = owner.get(servers).await;
        link(&app, &owner, 1, "attic-owner").await.expect(204);
        assert_eq!(owner.get(servers).await.expect(200).json()[0]["name"], "Attic", "before: {}", without.text());
        unlink(&owner, 1).await.problem(400);
        assert_eq!(me(&owner).await["email"], OWNER_EMAIL);
    }

    async fn a_bare_token_links_only_while_those_are_accepted(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up_local().await;
        owner.post_json(&path(1), json!({ "authToken": "x" })).await.problem(403);
        owner.post_json(&path(1), json!({})).await.problem(400);
        app.state.site.update(|settings| settings.accept_plex_tokens = true).await.unwrap();
        owner.post_json(&path(1), json!({ "authToken": "nobody-has-this" })).await.problem(401);
        app.anon().post_json(&path(1), json!({ "authToken": "x" })).await.problem(401);
    }
}
