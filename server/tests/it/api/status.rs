//! `GET /status`.

use serde_json::json;

use crate::support::{Engine, TestApp, on_both};

on_both! {
    async fn anyone_reads_the_version_before_and_after_the_set_up(engine) {
        let app = TestApp::start(engine).await;
        let expected = json!({
            "version": env!("CARGO_PKG_VERSION"), "commitTag": "local", "updateAvailable": false, "commitsBehind": 0, "restartRequired": false,
        });
        assert_eq!(app.anon().get("/api/v1/status").await.expect(200).json(), expected);
        app.set_up().await;
        assert_eq!(app.anon().get("/api/v1/status").await.expect(200).json(), expected);
    }
}

#[tokio::test]
async fn it_asks_nobody_else() {
    let app = TestApp::start(Engine::Sqlite).await;
    app.anon().get("/api/v1/status").await.expect(200);
    assert!(app.plex.log().is_empty());
}
