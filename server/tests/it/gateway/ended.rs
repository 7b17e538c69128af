//! What ends a session ends it at the gateway: at the very next request here, within a second elsewhere.

use axum::http::Method;
use serde_json::json;

use super::browser::{Browser, PROXY, app_at, door};
use crate::support::{DAY, Engine, TestApp, on_both};

const TV: &str = "https://tv.home.example/";

async fn start(engine: Engine) -> TestApp {
    let app = door(engine, "https://door.home.example", vec![app_at(1, "tv.home.example")]).await;
    app.state
        .site
        .update(|settings| settings.cookie_domain = "home.example".into())
        .await
        .unwrap();
    app
}

/// Anna, in.
async fn anna(app: &TestApp) -> Browser<'_> {
    let anna = Browser::of(app, "anna").await;
    anna.open(TV).await.1.expect(200);
    anna.ask(Method::GET, TV, &[]).await.expect(200);
    anna
}

async fn id(app: &TestApp, account: &str) -> i64 {
    let me = app.member(account).await.get("/api/v1/auth/me").await.json();
    me["id"].as_i64().unwrap()
}

on_both! {
    async fn signing_out_ends_it_for_all_apps(engine) {
        let app = start(engine).await;
        let anna = anna(&app).await;
        let other = Browser::of(&app, "marlow").await;
        other.open(TV).await.1.expect(200);
        anna.ask(Method::POST, "https://door.home.example/api/v1/auth/logout", &[]).await.expect(200);
        anna.ask(Method::GET, TV, &[]).await.problem(401);
        other.ask(Method::GET, TV, &[]).await.expect(200);
    }

    async fn being_switched_off_or_deleted_ends_it(engine) {
        let app = start(engine).await;
        let owner = app.owner().await;
        let id = id(&app, "anna").await;
        let first = anna(&app).await;
        owner.post_json(&format!("/api/v1/user/{id}/settings/disabled"), json!({ "disabled": true })).await.expect(204);
        first.ask(Method::GET, TV, &[]).await.problem(401);
        owner.post_json(&format!("/api/v1/user/{id}/settings/disabled"), json!({ "disabled": false })).await.expect(204);
        let second = anna(&app).await;
        owner.ask(Method::DELETE, &format!("/api/v1/user/{id}")).send().await.expect(200);
        second.ask(Method::GET, TV, &[]).await.problem(401);
    }

    async fn new_permissions_and_rules_count_at_once(engine) {
        let app = start(engine).await;
        let owner = app.owner().await;
        let id = id(&app, "anna").await;
        let anna = anna(&app).await;
        owner.post_json(&format!("/api/v1/user/{id}/settings/permissions"), json!({ "permissions": 8 })).await.expect(200);
        let answer = anna.ask(Method::GET, TV, &[]).await.expect(200);
        assert_eq!(answer.header("remote-groups"), "friend,manage-users");
        app.state.site.update(|settings| settings.apps[0].who.everyone = false).await.unwrap();
        anna.ask(Method::GET, TV, &[]).await.problem(403);
    }

    async fn an_idle_session_ends_and_a_used_one_does_not(engine) {
        let app = start(engine).await;
        let used = anna(&app).await;
        let idle = anna(&app).await;
        for _ in 0..4 {
            app.clock.advance(20 * DAY);
            used.ask(Method::GET, TV, &[]).await.expect(200);
        }
        idle.ask(Method::GET, TV, &[]).await.problem(401);
        // What was only seen at the gateway is written, too.
        app.state.sessions.flush().await.unwrap();
        let fresh = app.second_instance().await;
        let cookies = used.cookies("tv.home.example");
        let there = fresh.anon().from(PROXY).ask(Method::GET, "/api/v1/gateway/forward-auth")
            .header("x-forwarded-method", "GET").header("x-forwarded-proto", "https").header("x-forwarded-host", "tv.home.example")
            .header("x-forwarded-uri", "/").header("cookie", &cookies).send().await;
        there.expect(200);
        app.clock.advance(101 * DAY);
        used.ask(Method::GET, TV, &[]).await.problem(401);
    }

    async fn rotating_the_session_secret_ends_all(engine) {
        let app = start(engine).await;
        let anna = anna(&app).await;
        app.owner().await.post("/api/v1/settings/security/rotate-session-secret").await.expect(204);
        anna.ask(Method::GET, TV, &[]).await.problem(401);
    }

    async fn another_instance_knows_after_it_asked(engine) {
        let app = start(engine).await;
        let second = app.second_instance().await;
        let anna = anna(&app).await;
        let there = async || {
            second.anon().from(PROXY).ask(Method::GET, "/api/v1/gateway/forward-auth")
                .header("x-forwarded-method", "GET").header("x-forwarded-proto", "https").header("x-forwarded-host", "tv.home.example")
                .header("x-forwarded-uri", "/").header("cookie", &anna.cookies("tv.home.example")).send().await.status()
        };
        assert_eq!(there().await, 200);
        anna.ask(Method::POST, "https://door.home.example/api/v1/auth/logout", &[]).await.expect(200);
        // What the chore does four times a second.
        second.state.gateway.keep_fresh().await.unwrap();
        assert_eq!(there().await, 401);
        // And without the chore: what is in memory counts for less than a second.
        let again = self::anna(&app).await;
        let there = async || {
            second.anon().from(PROXY).ask(Method::GET, "/api/v1/gateway/forward-auth")
                .header("x-forwarded-method", "GET").header("x-forwarded-proto", "https").header("x-forwarded-host", "tv.home.example")
                .header("x-forwarded-uri", "/").header("cookie", &again.cookies("tv.home.example")).send().await.status()
        };
        assert_eq!(there().await, 200);
        again.ask(Method::POST, "https://door.home.example/api/v1/auth/logout", &[]).await.expect(200);
        app.clock.advance(3);
        assert_eq!(there().await, 401);
    }
}
