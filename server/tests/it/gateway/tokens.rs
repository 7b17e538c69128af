//! Login tokens at the gateway: in a link to an app, and with a script's request.

use axum::http::Method;
use latchkey::domain::gateway::Who;
use serde_json::json;

use super::browser::{Browser, PAGE, app_at, door};
use crate::support::{Engine, TestApp, on_both};

async fn start(engine: Engine) -> TestApp {
    let mut office = app_at(2, "office.home.example");
    office.who = Who::default();
    door(
        engine,
        "https://door.example",
        vec![app_at(1, "tv.home.example"), office],
    )
    .await
}

/// A token of this member, with these limits.
async fn token(app: &TestApp, of: &str, limits: serde_json::Value) -> String {
    let owner = app.owner().await;
    let id = app.member(of).await.get("/api/v1/auth/me").await.json()["id"].clone();
    let mut body = json!({ "name": limits.to_string() });
    body.as_object_mut()
        .unwrap()
        .extend(limits.as_object().unwrap().clone());
    let made = owner
        .post_json(&format!("/api/v1/user/{id}/settings/tokens"), body)
        .await
        .expect(201);
    made.json()["token"].as_str().unwrap().to_owned()
}

on_both! {
    async fn a_link_to_an_app_signs_in_there_and_is_clean_at_once(engine) {
        let app = start(engine).await;
        let value = token(&app, "anna", json!({})).await;
        let tablet = Browser::new(&app);
        let answer = tablet.ask(Method::GET, &format!("https://tv.home.example/a%2Fb?x=%20&latchkey_token={value}&x=2"), &[("accept", PAGE)]).await.expect(302);
        assert_eq!(answer.header("location"), "https://tv.home.example/a%2Fb?x=%20&x=2");
        assert_eq!((answer.header("cache-control"), answer.header("referrer-policy")), ("no-store", "no-referrer"));
        assert!(answer.header("set-cookie").starts_with("__Host-latchkey.app="));
        let in_ = tablet.ask(Method::GET, answer.header("location"), &[]).await.expect(200);
        assert_eq!(in_.header("remote-user"), "anna.k");
        // The token's end is the session's.
        let owner = app.owner().await;
        let id = app.member("anna").await.get("/api/v1/auth/me").await.json()["id"].clone();
        let tokens = owner.get(&format!("/api/v1/user/{id}/settings/tokens")).await.json();
        let revoke = format!("/api/v1/user/{id}/settings/tokens/{}", tokens[0]["id"]);
        owner.ask(Method::DELETE, &revoke).send().await.expect(204);
        tablet.ask(Method::GET, "https://tv.home.example/", &[]).await.problem(401);
        let dead = tablet.ask(Method::GET, &format!("https://tv.home.example/?latchkey_token={value}"), &[("accept", PAGE)]).await.expect(302);
        assert_eq!(dead.header("location"), "https://door.example/login?reason=link&returnTo=https%3A%2F%2Ftv.home.example%2F");
    }

    async fn with_a_cookie_domain_the_link_opens_all_apps(engine) {
        let app = door(engine, "https://door.home.example", vec![app_at(1, "tv.home.example"), app_at(2, "wiki.home.example")]).await;
        app.state.site.update(|settings| settings.cookie_domain = "home.example".into()).await.unwrap();
        let value = token(&app, "anna", json!({})).await;
        let tablet = Browser::new(&app);
        tablet.open(&format!("https://tv.home.example/?latchkey_token={value}")).await.1.expect(200);
        tablet.ask(Method::GET, "https://wiki.home.example/", &[]).await.expect(200);
    }

    async fn a_link_of_somebody_else_switches_nobody(engine) {
        let app = start(engine).await;
        let value = token(&app, "anna", json!({})).await;
        let owner = Browser::of(&app, "attic-owner").await;
        owner.open("https://tv.home.example/").await.1.expect(200);
        let answer = owner.ask(Method::GET, &format!("https://tv.home.example/?latchkey_token={value}"), &[("accept", PAGE)]).await.expect(403);
        assert!(answer.text().contains("somebody else") && !answer.text().contains(&value));
        let still = owner.ask(Method::GET, "https://tv.home.example/", &[]).await.expect(200);
        assert_eq!(still.header("remote-user"), "attic-owner");
        // The same person's own link only tidies the address.
        let own = token(&app, "attic-owner", json!({})).await;
        let answer = owner.ask(Method::GET, &format!("https://tv.home.example/x?latchkey_token={own}"), &[("accept", PAGE)]).await.expect(302);
        assert_eq!((answer.header("location"), answer.header("set-cookie")), ("https://tv.home.example/x", ""));
    }

    async fn looking_ahead_and_previews_sign_nobody_in(engine) {
        let app = start(engine).await;
        let value = token(&app, "anna", json!({})).await;
        let url = format!("https://tv.home.example/?latchkey_token={value}");
        for more in [("sec-fetch-dest", "image"), ("user-agent", "WhatsApp/2.23"), ("sec-purpose", "prefetch;prerender")] {
            let answer = Browser::new(&app).ask(Method::GET, &url, &[("accept", PAGE), more]).await.expect(302);
            assert_eq!((answer.header("set-cookie"), answer.header("location")), ("", "https://tv.home.example/"), "{more:?}");
        }
        let posted = Browser::new(&app).ask(Method::POST, &url, &[("accept", PAGE)]).await.expect(303);
        assert_eq!((posted.header("set-cookie"), posted.header("location")), ("", "https://tv.home.example/"));
    }

    async fn a_script_brings_its_token_with_each_request(engine) {
        let app = start(engine).await;
        let value = token(&app, "anna", json!({})).await;
        let script = Browser::new(&app);
        let bearer = format!("Bearer {value}");
        for header in [("x-login-token", value.as_str()), ("authorization", bearer.as_str())] {
            let answer = script.ask(Method::POST, "https://tv.home.example/api", &[header]).await.expect(200);
            assert_eq!(answer.header("remote-user"), "anna.k");
            assert_eq!(answer.header("authorization"), "", "ours is not passed on");
            assert_eq!(answer.header("set-cookie"), "");
            script.ask(Method::GET, "https://office.home.example/", &[header]).await.problem(403);
        }
        script.ask(Method::GET, "https://tv.home.example/", &[("x-login-token", "no")]).await.problem(401);
        // What the app itself wants in `Authorization` goes on, for somebody signed in.
        let anna = Browser::of(&app, "anna").await;
        anna.open("https://tv.home.example/").await.1.expect(200);
        for own in ["Basic eDp5", "Bearer eyJhbGciOi", "Bearer 7d0e3f0a-9b1c-4d2e-8f30-123456789abc"] {
            let answer = anna.ask(Method::GET, "https://tv.home.example/", &[("authorization", own)]).await.expect(200);
            assert_eq!(answer.header("authorization"), own);
        }
    }

    async fn limits_of_a_token_hold(engine) {
        let app = start(engine).await;
        let reading = token(&app, "attic-owner", json!({ "readingOnly": true })).await;
        let one_app = token(&app, "attic-owner", json!({ "apps": [1] })).await;
        let script = Browser::new(&app);
        let ask = async |method: Method, host: &str, value: &str| {
            script.ask(method, &format!("https://{host}.home.example/"), &[("x-login-token", value)]).await.status()
        };
        assert_eq!(ask(Method::GET, "tv", &reading).await, 200);
        assert_eq!(ask(Method::HEAD, "office", &reading).await, 200);
        assert_eq!(ask(Method::POST, "tv", &reading).await, 403);
        assert_eq!(ask(Method::DELETE, "tv", &reading).await, 403);
        assert_eq!(ask(Method::POST, "tv", &one_app).await, 200);
        assert_eq!(ask(Method::GET, "office", &one_app).await, 403);
        // The session that such a link opens is limited alike.
        let tablet = Browser::new(&app);
        tablet.open(&format!("https://tv.home.example/?latchkey_token={reading}")).await.1.expect(200);
        tablet.ask(Method::POST, "https://tv.home.example/", &[]).await.problem(403);
        let (_, answer) = tablet.open(&format!("https://office.home.example/?latchkey_token={one_app}")).await;
        assert!(answer.expect(403).text().contains("does not open"));
    }
}
