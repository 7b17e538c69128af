//! Login tokens that are limited to some apps, or to reading: at Latchkey itself they change nothing.

use axum::http::Method;
use serde_json::{Value, json};

use super::token_people::{ME, household, make, program, signed_in_by, text, tokens_url};
use crate::support::{Actor, TestApp, on_both};

/// Two apps, 1 and 2, that everyone may open.
async fn two_apps(owner: &Actor) {
    for name in ["one", "two"] {
        let body = json!({ "name": name, "host": format!("{name}.home.example"), "who": { "everyone": true } });
        owner.post_json("/api/v1/settings/apps", body).await.expect(201);
    }
}

/// The names on the tiles of the start page.
async fn tiles(actor: &Actor) -> Vec<String> {
    let text = actor.page("/").await.expect(200).text();
    let names = text.split("class=\"tile-name\">").skip(1);
    names.map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
}

on_both! {
    async fn a_token_is_limited_to_apps_that_there_are(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        two_apps(&owner).await;
        let made = make(&owner, id, json!({ "name": "wall", "apps": [2, 1, 2], "readingOnly": true })).await;
        assert_eq!((&made["apps"], &made["readingOnly"]), (&json!([1, 2]), &json!(true)));
        for (number, apps) in [json!([3]), json!([1, 3]), json!([0]), json!([-1])].into_iter().enumerate() {
            let answer = owner.post_json(&tokens_url(id), json!({ "name": format!("bad {number}"), "apps": apps })).await;
            answer.problem(400);
            assert_eq!(answer.fields(), ["apps"], "{apps}");
        }
        for apps in [json!("1"), json!(["x"]), json!(1)] {
            owner.post_json(&tokens_url(id), json!({ "name": "bad", "apps": apps })).await.problem(400);
        }
        let listed = owner.get(&tokens_url(id)).await.expect(200).json();
        assert_eq!(listed.as_array().unwrap().len(), 1, "{listed}");
        assert_eq!((&listed[0]["apps"], &listed[0]["readingOnly"]), (&json!([1, 2]), &json!(true)));
        // An app that goes leaves the token as narrow as it was.
        owner.ask(Method::DELETE, "/api/v1/settings/apps/2").send().await.expect(204);
        assert_eq!(owner.get(&tokens_url(id)).await.json()[0]["apps"], json!([1, 2]));
    }

    async fn with_any_limit_nothing_can_be_changed_here(engine) {
        let app = TestApp::start(engine).await;
        let (owner, anna, id) = household(&app).await;
        two_apps(&owner).await;
        let free = text(&make(&owner, id, json!({ "name": "free" })).await["token"]);
        let limits: [(&str, Value); 3] = [
            ("apps", json!({ "name": "apps", "apps": [1] })),
            ("none", json!({ "name": "none", "apps": [] })),
            ("reading", json!({ "name": "reading", "readingOnly": true })),
        ];
        let main = format!("/api/v1/user/{id}/settings/main");
        let rename = |name: &str| json!({ "username": name });
        for (what, body) in limits {
            let token = text(&make(&owner, id, body).await["token"]);
            for (how, device) in [("header", program(&app, &token)), ("session", signed_in_by(&app, &token).await)] {
                // Reading goes on.
                assert_eq!(device.get(ME).await.expect(200).json()["id"], id, "{what} by {how}");
                device.get(&main).await.expect(200);
                let said = device.post_json(&main, rename("Changed")).await.problem(403);
                assert!(said.contains("is limited"), "{what} by {how}: {said}");
                // Before anything is looked at.
                device.post_json(&main, json!({ "username": 7 })).await.problem(403);
                device.ask(Method::DELETE, &format!("/api/v1/user/{id}/sessions")).send().await.problem(403);
                if how == "session" {
                    let page = device.post_form(&format!("/users/{id}/account"), &[("username", "Changed")]).await;
                    assert_eq!(page.status(), 403, "{what}");
                    assert!(page.text().contains("is limited"), "{}", page.text());
                    device.page("/profile").await.expect(200);
                    // The language is this browser's, and not the member's.
                    device.post_form("/language", &[("language", "de"), ("returnTo", "/")]).await.see_other();
                    assert_eq!(owner.get(&format!("/api/v1/user/{id}")).await.json()["settings"]["locale"], Value::Null);
                    device.post_form("/theme", &[("theme", "dark"), ("returnTo", "/")]).await.see_other();
                    device.post_form("/logout", &[]).await.see_other();
                    device.get(ME).await.problem(401);
                }
            }
        }
        assert_ne!(anna.get(ME).await.expect(200).json()["displayName"], "Changed");
        // Without a limit a token changes what tokens may.
        for (device, name) in [(program(&app, &free), "One"), (signed_in_by(&app, &free).await, "Two")] {
            device.post_json(&main, rename(name)).await.expect(200);
            assert_eq!(anna.get(ME).await.json()["displayName"], name);
        }
    }

    async fn signing_out_by_rest_and_in_as_somebody_else_stays_possible(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        let reading = text(&make(&owner, id, json!({ "name": "reading", "readingOnly": true })).await["token"]);
        let other = text(&make(&owner, 1, json!({ "name": "other" })).await["token"]);
        let device = signed_in_by(&app, &reading).await;
        device.post("/api/v1/auth/logout").await.expect(200);
        device.get(ME).await.problem(401);
        let device = signed_in_by(&app, &reading).await;
        device.post_json("/api/v1/auth/token", json!({ "token": other })).await.expect(200);
        assert_eq!(device.get(ME).await.expect(200).json()["id"], 1);
    }

    async fn a_limited_session_sees_the_tiles_that_it_may_open(engine) {
        let app = TestApp::start(engine).await;
        let (owner, anna, id) = household(&app).await;
        two_apps(&owner).await;
        let value = async |body: Value| text(&make(&owner, id, body).await["token"]);
        assert_eq!(tiles(&anna).await, ["one", "two"]);
        let two = value(json!({ "name": "two", "apps": [2] })).await;
        assert_eq!(tiles(&signed_in_by(&app, &two).await).await, ["two"]);
        let none = value(json!({ "name": "none", "apps": [] })).await;
        assert_eq!(tiles(&signed_in_by(&app, &none).await).await, Vec::<String>::new());
    }
}
