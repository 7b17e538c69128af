//! Unknown paths, wrong methods, and how paths may be spelt.

use axum::http::Method;
use serde_json::json;

use super::URLS;
use crate::support::{Engine, TestApp};

#[tokio::test]
async fn an_unknown_path_is_404_in_json_whatever_is_accepted() {
    let app = TestApp::start(Engine::Sqlite).await;
    let owner = app.set_up_local().await;
    for path in [
        "/api/v1/nothing",
        "/api/v1/auth",
        "/api/v1/auth/me/x",
        "/api/v1/",
        "/api/v1",
        "/api/v2/status",
        "/api/v1/auth//me",
        "/api/v1/%00",
    ] {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            owner.ask(method, path).json(&json!({})).send().await.problem(404);
        }
        if path.starts_with("/api/v1") {
            owner.page(path).await.problem(404);
        }
    }
}

#[tokio::test]
async fn a_wrong_method_is_405_and_names_the_right_ones() {
    let app = TestApp::start(Engine::Sqlite).await;
    let owner = app.set_up_local().await;
    for (url, methods) in URLS {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            if methods.contains(&method) {
                continue;
            }
            let answer = owner
                .ask(Method::from_bytes(method.as_bytes()).unwrap(), url)
                .json(&json!({}))
                .send()
                .await;
            answer.problem(405);
            let allowed: Vec<_> = answer
                .header("allow")
                .split(',')
                .map(str::trim)
                .filter(|method| *method != "HEAD")
                .collect();
            assert_eq!(allowed, methods, "{method} {url}");
        }
    }
}

#[tokio::test]
async fn paths_match_in_any_case_and_with_one_slash_too_many() {
    let app = TestApp::start(Engine::Sqlite).await;
    let owner = app.set_up_local().await;
    for (url, methods) in URLS {
        if methods.contains(&"GET") {
            let plain = owner.get(url).await;
            let upper = url.to_uppercase();
            for spelt in [
                format!("{url}/"),
                upper.clone(),
                format!("{upper}/"),
                format!("{url}?a=B"),
                url.replace("/api/v1", "/Api/V1"),
            ] {
                let answer = owner.get(&spelt).await;
                assert_eq!(
                    (answer.status(), answer.text()),
                    (plain.status(), plain.text()),
                    "{spelt}"
                );
            }
            owner.get(&format!("{url}//")).await.problem(404);
        }
    }
    owner.post("/API/V1/Settings/Initialize/").await.expect(200);
    owner.post("/Api/v1/Auth/LOGOUT").await.expect(200);
    owner.get("/api/v1/auth/me").await.problem(401);
}

#[tokio::test]
async fn a_page_says_its_error_as_a_page_and_a_program_gets_json() {
    let app = TestApp::start(Engine::Sqlite).await;
    app.set_up_local().await;
    let answer = app.anon().page("/nothing").await.expect(404);
    assert!(answer.header("content-type").starts_with("text/html"));
    assert!(answer.text().contains("404"));
    app.anon().get("/nothing").await.problem(404);
    let answer = app
        .anon()
        .ask(Method::PUT, "/theme")
        .header("accept", "text/html")
        .send()
        .await
        .expect(405);
    assert_eq!(
        (answer.header("allow"), answer.header("content-type")),
        ("POST", "text/html; charset=utf-8")
    );
}
