//! Before the set-up is done the API says why it does not answer.

use axum::http::Method;
use serde_json::json;

use super::URLS;
use crate::support::{Engine, TestApp, on_both};

#[tokio::test]
async fn only_status_public_settings_and_the_set_up_answer() {
    let app = TestApp::start(Engine::Sqlite).await;
    let anon = app.anon();
    let open = [
        "/api/v1/status",
        "/api/v1/settings/public",
        "/api/v1/setup/owner",
        // What of these the set-up itself needs answers to a browser that proved the set-up code.
        "/api/v1/auth/plex/attempts",
        "/api/v1/auth/plex/attempts/poll",
    ];
    let closed = URLS.iter().filter(|(url, _)| !open.contains(url));
    let unknown: [(&str, &[&str]); 2] = [
        ("/api/v1/user", &["GET"]),
        ("/api/v1/nothing/here", &["POST", "DELETE"]),
    ];
    for (url, methods) in closed.chain(&unknown) {
        for method in *methods {
            let answer = anon
                .ask(Method::from_bytes(method.as_bytes()).unwrap(), url)
                .json(&json!({}))
                .send()
                .await;
            let said = answer.problem(503);
            assert!(said.contains("/setup"), "{said}");
        }
    }
    anon.get("/api/v1/status").await.expect(200);
    anon.get("/api/v1/settings/public").await.expect(200);
    anon.get("/healthz").await.expect(200);
    anon.get("/readyz").await.expect(200);
}

on_both! {
    async fn attempts_need_the_set_up_code_until_there_is_an_owner(engine) {
        let app = TestApp::start(engine).await;
        let (browser, (pin_id, code)) = (app.anon(), app.pin());
        app.start_attempt(&browser, pin_id, &code).await.problem(503);
        browser.plant("latchkey.setup", &"a".repeat(64));
        app.start_attempt(&browser, pin_id, &code).await.problem(503);
        app.plex.approve(&code, "attic-owner").unwrap();
        assert_eq!(app.poll(&browser, pin_id).await["state"], "expired");
        browser.post_form("/setup", &[("code", &app.setup_code().await)]).await.see_other();
        app.start_attempt(&browser, pin_id, &code).await.expect(201);
        assert_eq!(app.poll(&browser, pin_id).await, json!({ "state": "signedIn", "to": "/setup/server" }));
        assert_eq!(browser.get("/api/v1/auth/me").await.expect(200).json()["id"], 1);
    }

    async fn an_interrupted_owner_signs_in_again_and_nobody_else(engine) {
        let app = TestApp::start(engine).await;
        app.owner_made().await;
        let owner = app.anon();
        assert_eq!(app.sign_in(&owner, "attic-owner").await["state"], "signedIn");
        owner.get("/api/v1/settings/plex").await.expect(200);
        let anna = app.sign_in(&app.anon(), "anna").await;
        assert_eq!((&anna["state"], &anna["reason"]), (&json!("refused"), &json!("no-media-server")));
        owner.get("/api/v1/user").await.problem(503);
    }
}
