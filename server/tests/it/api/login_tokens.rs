//! `/user/:id/settings/token` and `/user/:id/settings/tokens`: what they take, do and answer.

use axum::http::Method;
use latchkey::domain::clock::rfc3339;
use serde_json::{Value, json};

use super::token_people::{
    ME, household, id_of, make, make_value, members_may, permit, program, signed_in_by, text, token_url, tokens_url,
    warm,
};
use crate::support::{Actor, DAY, Engine, START, TestApp, on_both};

/// Whether this is a UUID of version 4 as we write them.
fn is_value(token: &str) -> bool {
    uuid::Uuid::parse_str(token).is_ok_and(|uuid| uuid.get_version_num() == 4 && uuid.to_string() == token)
}

async fn delete(actor: &Actor, url: &str) -> u16 {
    actor.ask(Method::DELETE, url).send().await.status()
}

async fn names(actor: &Actor, id: i64) -> Vec<String> {
    let list = actor.get(&tokens_url(id)).await.expect(200).json();
    list.as_array()
        .unwrap()
        .iter()
        .map(|token| text(&token["name"]))
        .collect()
}

on_both! {
    async fn the_one_token_as_seerr_has_it(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        let url = token_url(id);
        assert_eq!(owner.get(&url).await.expect(200).json(), json!({ "exists": false }));
        owner.ask(Method::DELETE, &url).send().await.problem(404);

        let made = owner.post(&url).await.expect(200).json();
        let value = text(&made["token"]);
        assert!(is_value(&value), "{value}");
        assert_eq!(made, json!({
            "token": value, "url": format!("http://home.test/?token={value}"), "id": made["id"], "name": "default",
            "createdAt": rfc3339(START), "createdBy": 1, "expiresAt": null, "lastUsedAt": null, "lastUsedFrom": null,
            "apps": null, "readingOnly": false,
        }));
        assert_eq!(owner.get(&url).await.expect(200).json(), json!({ "exists": true, "createdAt": rfc3339(START) }));
        assert_eq!(id_of(&program(&app, &value)).await, id);

        app.clock.advance(DAY);
        app.state.login_tokens.flush().await.unwrap();
        assert_eq!(owner.get(&url).await.json()["lastUsedAt"], rfc3339(START));
        let again = owner.post_json(&url, json!({ "expiresInDays": 7 })).await.expect(200).json();
        let ends = rfc3339(START + 8 * DAY);
        assert_eq!((&again["id"], &again["expiresAt"], &again["lastUsedAt"]), (&made["id"], &json!(ends), &json!(null)));
        assert_eq!(
            owner.get(&url).await.expect(200).json(),
            json!({ "exists": true, "createdAt": rfc3339(START + DAY), "expiresAt": ends }),
        );
        assert_ne!(text(&again["token"]), value);

        owner.ask(Method::DELETE, &url).send().await.expect(204);
        owner.ask(Method::DELETE, &url).send().await.problem(404);
        assert_eq!(owner.get(&url).await.expect(200).json(), json!({ "exists": false }));
        program(&app, &text(&again["token"])).get(ME).await.problem(403);
    }

    async fn one_token_for_each_device(engine) {
        let app = TestApp::start(engine).await;
        let (owner, anna, id) = household(&app).await;
        let url = tokens_url(id);
        assert_eq!(owner.get(&url).await.expect(200).json(), json!([]));
        members_may(&app, true).await;
        let made = make(&anna, id, json!({ "name": "Kitchen", "expiresInDays": 30 })).await;
        app.clock.advance(5);
        let other = make(&owner, id, json!({ "name": "attic" })).await;
        owner.post(&token_url(id)).await.expect(200);
        let list = anna.get(&url).await.expect(200).json();
        assert_eq!(list, owner.get(&url).await.json());
        assert_eq!(names(&anna, id).await, ["attic", "default", "Kitchen"]);
        assert_eq!(list[2], json!({
            "id": made["id"], "name": "Kitchen", "createdAt": rfc3339(START), "createdBy": id,
            "expiresAt": rfc3339(START + 30 * DAY), "lastUsedAt": null, "lastUsedFrom": null,
            "apps": null, "readingOnly": false,
        }));
        assert_eq!((&list[0]["createdBy"], &list[0]["createdAt"]), (&json!(1), &json!(rfc3339(START + 5))));

        // Revoked one by one.
        let (kitchen, attic) = (program(&app, &text(&made["token"])), program(&app, &text(&other["token"])));
        assert_eq!(delete(&anna, &format!("{url}/{}", made["id"])).await, 204);
        kitchen.get(ME).await.problem(403);
        attic.get(ME).await.expect(200);
        assert_eq!(delete(&anna, &format!("{url}/{}", made["id"])).await, 404);
        assert_eq!(names(&anna, id).await, ["attic", "default"]);
        // The name is free again.
        make(&anna, id, json!({ "name": "Kitchen" })).await;
    }

    async fn a_number_that_is_no_token_of_the_member_is_404(engine) {
        let app = TestApp::start(engine).await;
        let (owner, anna, id) = household(&app).await;
        members_may(&app, true).await;
        let owners = make(&owner, 1, json!({ "name": "owner's" })).await;
        make(&anna, id, json!({ "name": "anna's" })).await;
        // The owner may revoke it, under the member whose it is.
        for actor in [&owner, &anna] {
            let url = format!("{}/{}", tokens_url(id), owners["id"]);
            actor.ask(Method::DELETE, &url).send().await.problem(404);
        }
        for number in ["0", "-1", "999", "9223372036854775807", "9223372036854775808", "x", "1.5", "1e0", "default", "%00", "%F0%9F%94%91", "%20"] {
            anna.ask(Method::DELETE, &format!("{}/{number}", tokens_url(id))).send().await.problem(404);
        }
        program(&app, &text(&owners["token"])).get(ME).await.expect(200);
        assert_eq!(names(&anna, id).await, ["anna's"]);
        anna.ask(Method::DELETE, &tokens_url(id)).send().await.problem(405);
        anna.get(&format!("{}/1", tokens_url(id))).await.problem(405);
    }

    async fn a_new_value_stops_the_old_one_everywhere_at_once(engine) {
        let app = TestApp::start(engine).await;
        let (owner, anna, id) = household(&app).await;
        let second = app.second_instance().await;
        for name in ["default", "Kitchen"] {
            let make = async |actor: &Actor| text(&actor.post_json(&token_url(id), json!({ "name": name })).await.expect(200).json()["token"]);
            let old = make(&owner).await;
            let kept = make_value(&owner, id, &format!("beside {name}")).await;
            let device = signed_in_by(&app, &old).await;
            let beside = signed_in_by(&app, &kept).await;
            let devices = [device.at(&app), device.at(&second), program(&app, &old), program(&second, &old)];
            for device in &devices {
                assert_eq!(id_of(device).await, id);
            }
            // Asked at the other instance.
            let new = make(&owner.at(&second)).await;
            for device in &devices {
                device.get(ME).await.problem(403);
            }
            for app in [&app, &second] {
                app.anon().post_json("/api/v1/auth/token", json!({ "token": old })).await.problem(403);
                assert_eq!(id_of(&program(app, &new)).await, id);
                assert_eq!(id_of(&signed_in_by(app, &new).await).await, id);
                beside.at(app).get(ME).await.expect(200);
                anna.at(app).get(ME).await.expect(200);
            }
        }
        assert_eq!(names(&owner, id).await, ["beside default", "beside Kitchen", "default", "Kitchen"]);
    }

    async fn a_name_that_is_taken_is_409_for_a_new_device(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        let value = make_value(&owner, id, "Kitchen").await;
        let first = text(&owner.post(&tokens_url(id)).await.expect(201).json()["name"]);
        assert_eq!(first, "default", "without a name");
        for body in [json!({ "name": "Kitchen" }), json!({ "name": " Kitchen\t" }), json!({ "name": "Kitchen", "expiresInDays": 3 }), json!({}), json!({ "name": "default" })] {
            let taken = owner.post_json(&tokens_url(id), body.clone()).await;
            taken.problem(409);
            assert_eq!(taken.fields(), ["name"], "{body}");
            assert!(taken.json().get("token").is_none());
        }
        program(&app, &value).get(ME).await.expect(200);
        assert_eq!(names(&owner, id).await.len(), 2);
        // Other letters, another member: other devices.
        make_value(&owner, id, "kitchen").await;
        make_value(&owner, 1, "Kitchen").await;
    }

    async fn names_have_1_to_64_characters_that_can_be_seen(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        let (longest, longest_of_emoji) = ("é".repeat(64), "🔑".repeat(64));
        for good in ["x", &longest, &longest_of_emoji, "Küche 🧑‍🍳 Tablet", "<script>alert(1)</script>", "a/b?c=d&e#f", "'; DROP TABLE users; --", "null", "  Hall  ", "\u{3000}Loft\n", "Großmutter e\u{301}", "居間のタブレット"] {
            let made = make(&owner, id, json!({ "name": good })).await;
            assert_eq!(text(&made["name"]), good.trim(), "{good:?}");
            let url = format!("{}/{}", tokens_url(id), made["id"]);
            assert_eq!(names(&owner, id).await, [good.trim()]);
            assert_eq!(delete(&owner, &url).await, 204);
        }
        for bad in ["", " ", "\n", "\u{3000}\u{a0}", &"x".repeat(65), &"🔑".repeat(65), &"x".repeat(10_000), "a\nb", "a\rb", "a\tb", "a\0b", "\u{7f}a", "a\u{85}b", "a\u{202e}b", "a\u{200b}b", "a\u{2028}b", "\u{feff}a"] {
            for url in [token_url(id), tokens_url(id)] {
                let refused = owner.post_json(&url, json!({ "name": bad })).await;
                refused.problem(400);
                assert_eq!(refused.fields(), ["name"], "{bad:?}");
            }
        }
        assert_eq!(names(&owner, id).await, Vec::<String>::new());
    }

    /// The list would show a line without a name, and the question before revoking would name nothing.
    async fn a_name_that_nobody_can_see_is_none(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        for bad in ["\u{200d}", "\u{ad}", "\u{3164}", "\u{61c}a", "\u{fe0f}", "\u{e0041}"] {
            let refused = owner.post_json(&tokens_url(id), json!({ "name": bad })).await;
            assert_eq!(refused.status(), 400, "{bad:?}");
            assert_eq!(refused.fields(), ["name"], "{bad:?}");
        }
    }

    async fn a_life_is_1_to_1825_days_or_for_ever(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        for (days, ends) in [(json!(1), json!(rfc3339(START + DAY))), (json!(1825), json!(rfc3339(START + 1825 * DAY))), (json!(7.0), json!(rfc3339(START + 7 * DAY))), (json!(null), json!(null))] {
            for (url, status) in [(token_url(id), 200), (tokens_url(id), 201)] {
                let made = owner.post_json(&url, json!({ "name": format!("{days} {status}"), "expiresInDays": days })).await;
                assert_eq!(made.expect(status).json()["expiresAt"], ends);
            }
        }
        let before = names(&owner, id).await;
        let huge: Value = serde_json::from_str("99999999999999999999999999").unwrap();
        for bad in [json!(0), json!(-1), json!(1826), json!(1.5), json!(i64::MAX), json!(i64::MIN), json!(u64::MAX), json!(1e300), huge, json!("7"), json!(true), json!([7]), json!({})] {
            for url in [token_url(id), tokens_url(id)] {
                let refused = owner.post_json(&url, json!({ "name": "x", "expiresInDays": bad })).await;
                refused.problem(400);
                assert_eq!(refused.fields(), ["expiresInDays"], "{bad}");
            }
        }
        assert_eq!(names(&owner, id).await, before, "nothing was made");
    }

    async fn a_body_may_be_absent_and_must_be_right(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        let post = |url: &str| owner.ask(Method::POST, url);
        let (one, many) = (token_url(id), tokens_url(id));
        for body in ["{}", " { } ", "{\"name\":null,\"expiresInDays\":null}", "{\"unknown\":[1]}"] {
            let made = post(&one).header("content-type", "application/json").body(body).send().await.expect(200).json();
            assert_eq!((&made["name"], &made["expiresAt"]), (&json!("default"), &json!(null)), "{body}");
        }
        post(&one).header("content-type", "application/json").send().await.expect(200);
        post(&one).header("content-length", "0").send().await.expect(200);
        let last = text(&post(&one).send().await.expect(200).json()["token"]);
        for url in [&one, &many] {
            for (body, fields) in [
                ("[]", vec![""]), ("null", vec![""]), ("\"x\"", vec![""]), ("7", vec![""]), ("{", vec![]), ("{} x", vec![]), ("<html>", vec![]),
                ("{\"name\":7}", vec!["name"]), ("{\"name\":[\"hunter2\"]}", vec!["name"]), ("{\"name\":{}}", vec!["name"]),
                ("{\"name\":\"x\",\"expiresInDays\":\"hunter2\"}", vec!["expiresInDays"]),
            ] {
                let refused = post(url).header("content-type", "application/json").body(body).send().await;
                refused.problem(400);
                if !fields.is_empty() {
                    assert_eq!(refused.fields(), fields, "{body}");
                }
                assert!(!refused.text().contains("hunter2"), "{}", refused.text());
            }
            post(url).header("content-type", "text/plain").body("{}").send().await.problem(415);
            post(url).header("content-type", "application/x-www-form-urlencoded").body("name=x").send().await.problem(415);
            post(url).header("content-type", "application/json").body(vec![b' '; 64 * 1024 + 1]).send().await.problem(413);
        }
        assert_eq!(names(&owner, id).await, ["default"]);
        program(&app, &last).get(ME).await.expect(200);
    }

    async fn the_value_is_in_one_answer_only_and_nowhere_kept(engine) {
        let app = TestApp::start(engine).await;
        let (owner, anna, id) = household(&app).await;
        members_may(&app, true).await;
        let mut values = Vec::new();
        for answer in [owner.post(&token_url(id)).await.expect(200), anna.post_json(&tokens_url(id), json!({ "name": "Kitchen" })).await.expect(201), anna.post(&token_url(id)).await.expect(200)] {
            assert_eq!(answer.header("cache-control"), "no-store");
            assert_eq!(answer.cookies(), [], "no cookie carries it");
            values.push(text(&answer.json()["token"]));
        }
        assert_eq!(values.iter().collect::<std::collections::BTreeSet<_>>().len(), 3);
        for value in &values {
            app.anon().post_json("/api/v1/auth/token", json!({ "token": value })).await;
            program(&app, value).get(ME).await;
        }
        for actor in [&owner, &anna] {
            for url in [token_url(id), tokens_url(id)] {
                let seen = actor.get(&url).await.expect(200);
                assert_eq!(seen.header("cache-control"), "no-store");
            }
            actor.post_json(&tokens_url(id), json!({ "name": "Kitchen" })).await.problem(409);
            actor.page("/profile").await.expect(200);
        }
        let all = anna.get(&tokens_url(id)).await.json();
        for number in all.as_array().unwrap() {
            let gone = anna.ask(Method::DELETE, &format!("{}/{}", tokens_url(id), number["id"])).send().await.expect(204);
            assert_eq!((gone.text().as_str(), gone.header("cache-control")), ("", "no-store"));
        }
        for value in &values {
            let hash = latchkey::domain::hash::hex(&latchkey::domain::hash::sha256(value.as_bytes()));
            let showing = |secret: &str| app.seen().iter().filter(|answer| format!("{:?} {}", answer.headers, answer.text()).to_lowercase().contains(secret)).count();
            assert_eq!((showing(value), showing(&value.replace('-', "")), showing(&hash)), (1, 0, 0));
        }
    }

    async fn a_hundred_tokens_are_enough(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        for number in 0..99 {
            make_value(&owner, id, &format!("device {number}")).await;
        }
        let last = text(&owner.post(&token_url(id)).await.expect(200).json()["token"]);
        for body in [json!({ "name": "one more" })] {
            let said = owner.post_json(&tokens_url(id), body.clone()).await.problem(409);
            assert!(said.contains("100") && said.contains("Revoke"), "{said}");
            owner.post_json(&token_url(id), body).await.problem(409);
        }
        // A new value for one that is there is no new one.
        let new = text(&owner.post(&token_url(id)).await.expect(200).json()["token"]);
        program(&app, &last).get(ME).await.problem(403);
        program(&app, &new).get(ME).await.expect(200);
        make_value(&owner, 1, "another member's").await;
        assert_eq!(delete(&owner, &token_url(id)).await, 204);
        make_value(&owner, id, "one more").await;
    }

    async fn a_hundred_are_enough_also_at_once(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        let second = app.second_instance().await;
        for number in 0..95 {
            make_value(&owner, id, &format!("device {number}")).await;
        }
        warm([&app, &second]).await;
        let mut tries = tokio::task::JoinSet::new();
        for number in 0..20 {
            let actor = owner.at(if number % 2 == 0 { &app } else { &second });
            tries.spawn(async move { actor.post_json(&tokens_url(id), json!({ "name": format!("more {number}") })).await.status() });
        }
        let answers = tries.join_all().await;
        assert_eq!((names(&owner, id).await.len(), answers.iter().filter(|status| **status == 201).count()), (100, 5), "{answers:?}");
    }

    async fn of_many_who_make_one_device_at_once_one_does(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        let second = app.second_instance().await;
        warm([&app, &second]).await;
        let mut tries = tokio::task::JoinSet::new();
        for number in 0..12 {
            let actor = owner.at(if number % 2 == 0 { &app } else { &second });
            tries.spawn(async move { actor.post_json(&tokens_url(id), json!({ "name": "Kitchen" })).await });
        }
        let mut values = Vec::new();
        for answer in tries.join_all().await {
            if answer.status() == 201 {
                values.push(text(&answer.json()["token"]));
            } else {
                answer.problem(409);
                assert_eq!(answer.fields(), ["name"]);
            }
        }
        assert_eq!(values.len(), 1);
        program(&second, &values[0]).get(ME).await.expect(200);
    }

    /// Seerr's endpoint makes or replaces: nobody who calls it is told that there is one already.
    async fn of_many_who_ask_for_the_one_token_at_once_all_get_one_and_the_last_works(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        let second = app.second_instance().await;
        warm([&app, &second]).await;
        for name in ["default", "one", "two", "three", "four"] {
            let mut tries = tokio::task::JoinSet::new();
            for number in 0..8 {
                let actor = owner.at(if number % 2 == 0 { &app } else { &second });
                tries.spawn(async move { actor.post_json(&token_url(id), json!({ "name": name })).await });
            }
            let mut working = 0;
            for answer in tries.join_all().await {
                let value = text(&answer.expect(200).json()["token"]);
                working += usize::from(program(&app, &value).get(ME).await.status() == 200);
            }
            assert_eq!(working, 1);
        }
        assert_eq!(names(&owner, id).await.len(), 5);
    }

    async fn a_token_of_a_member_who_may_nothing_can_nothing(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        permit(&app, id, 0).await;
        let value = make_value(&owner, id, "Kitchen").await;
        for actor in [program(&app, &value), signed_in_by(&app, &value).await] {
            assert_eq!(actor.get(ME).await.expect(200).json()["permissions"], 0);
            for url in ["/api/v1/settings/main", "/api/v1/settings/plex"] {
                actor.get(url).await.problem(403);
            }
            actor.get(&tokens_url(1)).await.problem(403);
        }
    }
}

#[tokio::test]
async fn the_link_leads_to_the_public_url_or_to_where_the_caller_asked() {
    for (public, host, base) in [
        (Some("https://home.test"), "internal:5056", "https://home.test"),
        (Some("http://home.test:8080"), "evil.test", "http://home.test:8080"),
        (None, "192.168.1.5:5056", "http://192.168.1.5:5056"),
        (None, "[2001:db8::1]:5056", "http://[2001:db8::1]:5056"),
        (None, "home.test/evil", ""),
        (None, "me@evil.test", ""),
        (None, "", ""),
    ] {
        let mut app = TestApp::build(Engine::Sqlite);
        if let Some(public) = public {
            app = app.with("LATCHKEY_PUBLIC_URL", public);
        }
        let app = app.start().await;
        let owner = app.set_up().await;
        for parameter in ["token", "t-K_9"] {
            app.state
                .site
                .update(|settings| settings.login_token_parameter = parameter.to_owned())
                .await
                .unwrap();
            for (url, status) in [(token_url(1), 200), (tokens_url(1), 201)] {
                let asked = owner.ask(Method::POST, &url).header("host", host);
                let made = asked
                    .json(&json!({ "name": format!("{parameter} {status}") }))
                    .send()
                    .await
                    .expect(status)
                    .json();
                let expected = format!("{base}/?{parameter}={}", text(&made["token"]));
                assert_eq!(text(&made["url"]), expected, "{public:?} {host:?}");
            }
        }
    }
}

#[tokio::test]
async fn paths_match_in_any_case_and_with_one_slash_too_many() {
    let app = TestApp::start(Engine::Sqlite).await;
    let owner = app.set_up().await;
    let value = text(&owner.post("/API/V1/User/1/Settings/Token/").await.expect(200).json()["token"]);
    program(&app, &value)
        .get("/Api/v1/User/1/settings/TOKENS/")
        .await
        .expect(200);
    let url = "/api/v1/USER/1/Settings/token/";
    owner.ask(Method::DELETE, url).send().await.expect(204);
}
