//! `/settings/proxy`: configuration for reverse proxies.

use latchkey::domain::gateway::{App, Who};

use super::token_people::{ADMIN, household, permit};
use crate::support::{Engine, TestApp};

const URL: &str = "/api/v1/settings/proxy?proxy=caddy&app=7";

async fn with_an_app(app: &TestApp) {
    let sonarr = App {
        id: 7,
        name: "Sonarr".into(),
        icon: String::new(),
        host: "sonarr.home.test".into(),
        path: "/".into(),
        who: Who::default(),
        rules: Vec::new(),
        order: 0,
    };
    let by = app.by();
    let saved = app
        .state
        .site
        .save(&by, None, |settings| settings.apps.push(sonarr.clone()));
    saved.await.unwrap();
}

#[tokio::test]
async fn it_is_written_with_the_real_names_for_administrators_only() {
    let app = TestApp::build(Engine::Sqlite)
        .with("LATCHKEY_PUBLIC_URL", "https://door.home.test:8443")
        .with("LATCHKEY_LISTEN", "0.0.0.0:5057")
        .start()
        .await;
    let (owner, anna, id) = household(&app).await;
    with_an_app(&app).await;
    app.anon().get(URL).await.problem(401);
    anna.get(URL).await.problem(403);
    permit(&app, id, ADMIN).await;
    let answer = anna.get(URL).await.expect(200).json();
    assert_eq!(
        (answer["proxy"].as_str(), answer["app"].as_i64()),
        (Some("caddy"), Some(7))
    );
    let part = |file: &str| {
        let parts = answer["parts"].as_array().unwrap();
        let part = parts.iter().find(|part| part["file"] == file);
        part.unwrap_or_else(|| panic!("{answer}"))["text"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert!(part("Caddyfile").contains("https://door.home.test:8443 {\n\treverse_proxy latchkey:5057\n"));
    let own = part("Caddyfile: sonarr.home.test");
    assert!(
        own.contains("https://sonarr.home.test:8443 {") && own.contains("CHANGE THIS"),
        "{own}"
    );
    let known = owner
        .get(&format!("{URL}&upstream=http://192.168.1.5:8989"))
        .await
        .expect(200)
        .text();
    assert!(
        known.contains("reverse_proxy http://192.168.1.5:8989") && !known.contains("CHANGE THIS"),
        "{known}"
    );
}

#[tokio::test]
async fn what_is_wrong_is_told() {
    let app = TestApp::build(Engine::Sqlite)
        .with("LATCHKEY_PUBLIC_URL", "https://door.home.test")
        .start()
        .await;
    let owner = app.set_up().await;
    with_an_app(&app).await;
    for (query, status) in [
        ("proxy=apache&app=7", 400),
        ("app=7", 400),
        ("proxy=nginx&app=8", 404),
        ("proxy=nginx&app=7&upstream=192.168.1.5", 400),
        ("proxy=nginx&app=7&upstream=http://a;b:80", 400),
        ("proxy=nginx&app=7&upstream=http://a/b", 400),
    ] {
        owner
            .get(&format!("/api/v1/settings/proxy?{query}"))
            .await
            .problem(status);
    }
    let app = TestApp::start(Engine::Sqlite).await;
    let owner = app.set_up().await;
    with_an_app(&app).await;
    owner.get(URL).await.problem(409);
}
