//! `POST /settings/initialize`.

use plex_stub::ATTIC;
use serde_json::json;

use crate::support::{TestApp, on_both};

const URL: &str = "/api/v1/settings/initialize";

on_both! {
    async fn the_owner_finishes_the_set_up(engine) {
        let app = TestApp::start(engine).await;
        app.anon().post(URL).await.problem(503);
        let owner = app.owner_made().await;
        app.anon().post(URL).await.problem(401);
        assert_eq!(app.anon().get("/api/v1/settings/public").await.json()["initialized"], false);
        assert_eq!(owner.post(URL).await.expect(200).json(), json!({ "initialized": true }));
        assert_eq!(app.anon().get("/api/v1/settings/public").await.json()["initialized"], true);
        assert_eq!(owner.post(URL).await.expect(200).json(), json!({ "initialized": true }));
        owner.post_json("/api/v1/settings/plex", json!({ "machineId": ATTIC })).await.expect(200);
        app.member("anna").await.post(URL).await.problem(403);
    }
}
