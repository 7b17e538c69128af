//! `/settings/plex` and `/settings/plex/devices/servers`.

use plex_stub::{ATTIC, Answer as Spoiled, Fault};
use serde_json::json;

use crate::support::{ATTIC_NAME, TestApp, on_both};

const URL: &str = "/api/v1/settings/plex";
const SERVERS: &str = "/api/v1/settings/plex/devices/servers";
/// Cellar, of another household.
const CELLAR: &str = "a81f60b3d95c2e7740f6e8d1c3b5a79262840eca";

on_both! {
    async fn the_owner_lists_and_chooses(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.owner_made().await;
        assert_eq!(owner.get(URL).await.expect(200).json(), json!({ "machineId": "", "name": "", "ip": "", "port": 0 }));
        let servers = owner.get(SERVERS).await.expect(200).json();
        assert_eq!(servers, json!([{
            "name": ATTIC_NAME, "clientIdentifier": ATTIC, "product": "Plex Media Server",
            "productVersion": "1.43.2.10687-563d026ea", "platform": "Linux", "device": "Docker Container",
            "createdAt": servers[0]["createdAt"], "lastSeenAt": servers[0]["lastSeenAt"], "provides": ["server"],
            "owned": true, "connection": [],
        }]));
        assert!(servers[0]["createdAt"].as_str().unwrap().starts_with("20"), "{servers}");
        let chosen = json!({ "machineId": ATTIC, "name": ATTIC_NAME, "ip": "", "port": 0 });
        assert_eq!(owner.post_json(URL, json!({ "machineId": ATTIC })).await.expect(200).json(), chosen);
        assert_eq!(owner.get(URL).await.expect(200).json(), chosen);
    }

    async fn only_the_owners_own_servers_count(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        for machine_id in [CELLAR, "", "x", &ATTIC.to_uppercase()] {
            let answer = owner.post_json(URL, json!({ "machineId": machine_id })).await;
            answer.problem(400);
            assert_eq!(answer.fields(), ["machineId"]);
        }
        assert_eq!(owner.get(URL).await.expect(200).json()["machineId"], ATTIC);
    }

    async fn plexs_trouble_changes_nothing(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let version = app.state.site.now().version;
        for spoiled in [Spoiled::Status(500), Spoiled::Html, Spoiled::CutOff] {
            app.plex.switch(|switches| switches.faults = vec![Fault::new("/api/v2/resources", spoiled)]);
            owner.post_json(URL, json!({ "machineId": ATTIC })).await.problem(502);
            owner.get(SERVERS).await.problem(502);
        }
        assert_eq!(app.state.site.now().version, version);
        assert_eq!(owner.get(URL).await.expect(200).json()["machineId"], ATTIC);
    }

    async fn without_a_plex_account_there_is_nothing_to_choose(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up_local().await;
        owner.get(SERVERS).await.problem(409);
        owner.post_json(URL, json!({ "machineId": ATTIC })).await.problem(409);
        assert_eq!(owner.get(URL).await.expect(200).json(), json!({ "machineId": "", "name": "", "ip": "", "port": 0 }));
        // The same when Plex no longer takes the owner's token.
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        app.plex.remove_device("attic-owner", None);
        owner.get(SERVERS).await.problem(409);
        owner.post_json(URL, json!({ "machineId": ATTIC })).await.problem(409);
    }

    async fn members_and_strangers_may_not(engine) {
        let app = TestApp::start(engine).await;
        let anna = app.member("anna").await;
        let stranger = app.anon();
        for url in [URL, SERVERS] {
            anna.get(url).await.problem(403);
            stranger.get(url).await.problem(401);
        }
        anna.post_json(URL, json!({ "machineId": ATTIC })).await.problem(403);
        stranger.post_json(URL, json!({ "machineId": ATTIC })).await.problem(401);
        // Who may not is told so before what they sent is looked at.
        anna.post_json(URL, json!({})).await.problem(403);
        stranger.post_json(URL, json!({})).await.problem(401);
    }
}
