//! Other sites can't make a browser do something here.

use axum::http::Method;
use serde_json::json;

use crate::support::{Engine, OWNER_EMAIL, OWNER_PASSWORD, TestApp};

/// What a browser sends with a request from another site.
const FOREIGN: [&[(&str, &str)]; 7] = [
    &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.test")],
    &[("sec-fetch-site", "same-site"), ("origin", "https://other.home.test")],
    &[("sec-fetch-site", "cross-site")],
    &[("origin", "https://evil.test")],
    &[("origin", "null")],
    &[("origin", "http://home.test.evil.test")],
    &[("origin", "")],
];

#[tokio::test]
async fn every_form_and_call_from_elsewhere_is_refused_and_does_nothing() {
    let app = TestApp::start(Engine::Sqlite).await;
    let owner = app.set_up_local().await;
    let version = app.state.site.now().version;
    for headers in FOREIGN {
        for (path, json) in [
            ("/logout", false),
            ("/login/password", false),
            ("/login/plex", false),
            ("/theme", false),
            ("/setup", false),
            ("/api/v1/auth/logout", true),
            ("/api/v1/auth/local", true),
            ("/api/v1/settings/plex", true),
            ("/api/v1/settings/initialize", true),
            ("/api/v1/nothing", true),
        ] {
            for method in [Method::POST, Method::DELETE, Method::PUT] {
                let mut asked = owner.ask(method, path);
                for (name, value) in headers {
                    asked = asked.header(name, value);
                }
                asked = if json {
                    asked.json(&json!({ "email": OWNER_EMAIL, "password": OWNER_PASSWORD, "machineId": "x" }))
                } else {
                    asked.form(&[
                        ("email", OWNER_EMAIL),
                        ("password", OWNER_PASSWORD),
                        ("theme", "dark"),
                        ("code", "x"),
                    ])
                };
                let answer = asked.send().await;
                assert!(answer.problem(403).contains("another site"), "{headers:?}");
                assert_eq!(answer.cookies(), [], "{headers:?}");
            }
        }
    }
    owner.get("/api/v1/auth/me").await.expect(200);
    assert_eq!(app.state.site.now().version, version);
    assert!(app.plex.log().is_empty());
}

#[tokio::test]
async fn our_own_pages_and_programs_pass() {
    let app = TestApp::build(Engine::Sqlite)
        .with("LATCHKEY_PUBLIC_URL", "https://door.test")
        .start()
        .await;
    app.set_up_local().await;
    let own: [&[(&str, &str)]; 6] = [
        &[],
        &[("sec-fetch-site", "same-origin"), ("origin", "https://door.test")],
        &[("sec-fetch-site", "none")],
        &[("origin", "https://door.test")],
        &[("origin", "http://home.test")],
        &[("origin", "http://HOME.test")],
    ];
    for headers in own {
        let anon = app.anon();
        let mut asked = anon.ask(Method::POST, "/login/password");
        for (name, value) in headers {
            asked = asked.header(name, value);
        }
        let form = [("email", OWNER_EMAIL), ("password", OWNER_PASSWORD)];
        assert_eq!(asked.form(&form).send().await.see_other(), "/", "{headers:?}");
    }
}

#[tokio::test]
async fn reading_from_elsewhere_is_fine() {
    let app = TestApp::start(Engine::Sqlite).await;
    let owner = app.set_up_local().await;
    let link = owner
        .ask(Method::GET, "/profile")
        .header("sec-fetch-site", "cross-site")
        .header("accept", "text/html");
    link.send().await.expect(200);
}

#[tokio::test]
async fn the_refusal_of_a_form_is_a_page() {
    let app = TestApp::start(Engine::Sqlite).await;
    app.set_up_local().await;
    let anon = app.anon().with("sec-fetch-site", "cross-site");
    let page = anon.post_form("/logout", &[]).await.expect(403);
    assert!(page.header("content-type").starts_with("text/html") && page.text().contains("another site"));
}
