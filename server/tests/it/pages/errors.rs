//! Errors of pages are pages; programs get JSON.

use axum::http::Method;

use crate::support::{Engine, TestApp};

#[tokio::test]
async fn a_page_that_is_not_there() {
    let app = TestApp::start(Engine::Sqlite).await;
    let owner = app.set_up_local().await;
    for path in [
        "/nothing",
        "/profile/",
        "/Login",
        "/login/plex/return/x",
        "/%00",
        "/pkgx",
        "/.git/config",
    ] {
        let page = owner.page(path).await.expect(404);
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8", "{path}");
        let text = page.text();
        assert!(
            text.contains("404") && text.contains(page.header("x-request-id")),
            "{text}"
        );
        owner.get(path).await.problem(404);
    }
    // What is in the address is not in the page as it is.
    let page = owner
        .page("/nothing?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&'")
        .await
        .expect(404);
    assert!(!page.text().contains("<script>alert"));
}

#[tokio::test]
async fn a_page_for_the_owner_only() {
    let app = TestApp::start(Engine::Sqlite).await;
    let anna = app.member("anna").await;
    let page = anna.page("/setup/done").await.expect(403);
    assert!(page.text().contains("403") && page.header("content-type").starts_with("text/html"));
    anna.get("/setup/done").await.problem(403);
}

#[tokio::test]
async fn other_refusals_are_pages_too() {
    let app = TestApp::start(Engine::Sqlite).await;
    app.set_up_local().await;
    let anon = app.anon();
    let ask = |method, path| anon.ask(method, path).header("accept", "text/html");
    let cases = [
        (405, ask(Method::DELETE, "/login")),
        (
            415,
            ask(Method::POST, "/login/password").header("content-type", "text/plain"),
        ),
        (
            413,
            ask(Method::POST, "/login/password").form(&[("email", &"x".repeat(70_000))]),
        ),
        (
            400,
            ask(Method::POST, "/setup")
                .header("content-type", "application/x-www-form-urlencoded")
                .body("x=1"),
        ),
    ];
    for (status, asked) in cases {
        let page = asked.send().await.expect(status);
        assert!(page.header("content-type").starts_with("text/html"), "{status}");
        assert!(page.text().contains(&status.to_string()));
    }
}

#[tokio::test]
async fn files_are_kept_for_ever_and_missing_ones_not() {
    let app = TestApp::start(Engine::Sqlite).await;
    let anon = app.anon();
    let file = anon.get("/pkg/main.0a1b.css").await.expect(200);
    assert_eq!(
        (file.header("content-type"), file.header("cache-control")),
        ("text/css", "public, max-age=31536000, immutable")
    );
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    let wasm = anon.get("/pkg/latchkey.0a1b.wasm").await.expect(200);
    assert_eq!(wasm.header("content-type"), "application/wasm");
    for missing in [
        "/pkg/other.css",
        "/pkg/",
        "/pkg/../manifest.json",
        "/pkg/%2e%2e/manifest.json",
        "/pkg/..%2fmanifest.json",
        "/manifest.json",
    ] {
        let answer = anon.get(missing).await;
        assert!(matches!(answer.status(), 303 | 404), "{missing}: {}", answer.status());
        assert!(!answer.header("cache-control").contains("immutable"), "{missing}");
        assert!(!answer.text().contains("boot"), "{missing}");
    }
}

#[tokio::test]
async fn health_is_text() {
    let app = TestApp::start(Engine::Sqlite).await;
    assert_eq!(app.anon().get("/healthz").await.expect(200).text(), "ok\n");
    assert_eq!(app.anon().get("/readyz").await.expect(200).text(), "ready\n");
    assert!(
        app.anon()
            .get("/robots.txt")
            .await
            .expect(200)
            .text()
            .contains("Disallow: /")
    );
    app.db.close().await;
    app.anon().get("/healthz").await.expect(200);
    let answer = app.anon().get("/readyz").await.expect(503);
    assert_eq!(answer.text(), "the database is not answering\n");
}

#[tokio::test]
async fn a_database_that_is_gone_is_503_and_says_nothing_else() {
    let app = TestApp::start(Engine::Sqlite).await;
    let anna = app.member("anna").await;
    app.db.close().await;
    let answer = anna.get("/api/v1/auth/me").await;
    let said = answer.problem(503);
    assert!(!said.to_lowercase().contains("sql") && !said.contains("pool"), "{said}");
    assert_eq!(answer.header("retry-after"), "5");
    let page = anna.page("/profile").await.expect(503);
    assert!(page.header("content-type").starts_with("text/html") && page.text().contains("database"));
    assert!(anna.cookie("latchkey.sid").is_some(), "nobody is signed out by it");
}
