//! What is the same at every route of the REST API: how its path may be spelt, which methods it takes, which bodies it
//! refuses, and that whoever is told to wait is told for how long. The routes come from the router and the OpenAPI document,
//! so a new one is asked, too.

use std::collections::BTreeSet;

use axum::http::Method;
use latchkey::web::{self, REST_ROUTES};
use serde_json::{Value, json};

use crate::support::{Actor, Answer, Asked, Engine, TestApp};

/// A member's number for `{id}`; what else stands in paths is nobody's.
fn address(path: &str, id: i64) -> String {
    // Plex accounts are linked by oneself only.
    let id = if path.contains("linked-accounts") { 1 } else { id };
    format!("/api/v1{path}")
        .replace("{id}", &id.to_string())
        .replace("{token_id}", "4711")
        .replace("{session_id}", "0011223344556677")
        .replace("{value}", "nobodys-link")
}

fn method(name: &str) -> Method {
    name.to_uppercase().parse().unwrap()
}

async fn member(owner: &Actor) -> i64 {
    let body = json!({ "email": "member@home.test", "password": "brass key, blue door" });
    let made = owner.post_json("/api/v1/user", body).await.expect(201).json();
    made["id"].as_i64().unwrap()
}

/// Every route with each of its methods.
fn routes() -> impl Iterator<Item = (&'static str, &'static str)> {
    REST_ROUTES
        .iter()
        .flat_map(|(path, methods)| methods.iter().map(move |method| (*path, *method)))
}

#[tokio::test]
async fn every_path_matches_in_any_case_and_with_one_slash_too_many() {
    let app = TestApp::start(Engine::Sqlite).await;
    let owner = app.set_up().await;
    let id = member(&owner).await;
    let nobody = app.anon();
    for (path, name) in routes() {
        let plain = address(path, id);
        // Without a body and without a sign-in nothing is changed, so each can be asked again and again.
        let mut callers = vec![&nobody];
        if name == "get" {
            callers.push(&owner);
        }
        for caller in callers {
            let expected = caller.ask(method(name), &plain).send().await;
            assert_ne!(expected.status(), 405, "{name} {plain}");
            let upper = plain.to_uppercase();
            let mixed = plain.replace("/api/v1", "/Api/V1").replace("settings", "Settings");
            for spelt in [format!("{plain}/"), upper.clone(), format!("{upper}/"), mixed] {
                let answer = caller.ask(method(name), &spelt).send().await;
                assert_eq!(
                    (answer.status(), answer.text()),
                    (expected.status(), expected.text()),
                    "{name} {spelt}"
                );
            }
            let twice = caller.ask(method(name), &format!("{plain}//")).send().await;
            twice.problem(404);
        }
    }
}

#[tokio::test]
async fn every_path_names_the_methods_that_it_takes() {
    let app = TestApp::start(Engine::Sqlite).await;
    let owner = app.set_up_local().await;
    for (path, methods) in REST_ROUTES {
        let mut right: BTreeSet<_> = methods.iter().map(|method| method.to_uppercase()).collect();
        if right.contains("GET") {
            right.insert("HEAD".to_owned());
        }
        for wrong in [
            "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY",
        ] {
            if right.contains(wrong) {
                continue;
            }
            for url in [address(path, 1), format!("{}/", address(path, 1).to_uppercase())] {
                let answer = owner.ask(method(wrong), &url).send().await.expect(405);
                if wrong != "HEAD" {
                    answer.problem(405);
                }
                let allowed = answer.header("allow").split(',').map(|name| name.trim().to_owned());
                assert_eq!(allowed.collect::<BTreeSet<_>>(), right, "{wrong} {url}");
            }
        }
    }
}

/// Method, address, and whether a body may be left out: every route that takes one.
fn taking_bodies(document: &Value, id: i64) -> Vec<(Method, String, bool)> {
    let mut found = Vec::new();
    for (path, name) in routes() {
        if let Some(body) = document["paths"][path][name].get("requestBody") {
            found.push((method(name), address(path, id), body["required"] != true));
        }
    }
    assert!(found.len() > 25, "only {} routes take a body", found.len());
    found
}

async fn each_body(check: impl AsyncFn(Asked<'_>, bool)) {
    let app = TestApp::start(Engine::Sqlite).await;
    let owner = app.set_up().await;
    let id = member(&owner).await;
    for (method, url, may_be_absent) in taking_bodies(&web::document(), id) {
        check(owner.ask(method, &url), may_be_absent).await;
    }
}

#[tokio::test]
async fn every_body_over_64_kib_is_413() {
    each_body(async |asked, _| {
        let asked = asked.header("content-type", "application/json");
        asked.body(vec![b' '; 64 * 1024 + 1]).send().await.problem(413);
    })
    .await;
}

#[tokio::test]
async fn every_body_that_is_not_announced_as_json_is_415() {
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx"] {
        each_body(async |asked, _| {
            let asked = asked.header("content-type", kind);
            asked.body("{}").send().await.problem(415);
        })
        .await;
    }
    each_body(async |asked, _| {
        asked.body("{}").send().await.problem(415);
    })
    .await;
    each_body(async |asked, may_be_absent| {
        let answer = asked.send().await;
        if !may_be_absent {
            answer.problem(415);
        } else {
            assert_ne!(answer.status(), 415, "{}", answer.asked);
        }
    })
    .await;
}

#[tokio::test]
async fn every_body_that_is_no_json_object_is_400() {
    for body in ["{", "<html>", "null", "[]", "7", "\"x\"", "{} {}", "{\"a\":\u{1}}"] {
        each_body(async |asked, _| {
            let asked = asked.header("content-type", "application/json");
            asked.body(body).send().await.problem(400);
        })
        .await;
    }
}

/// Tries until it is enough, at most this often.
async fn until_429(most: usize, mut ask: impl AsyncFnMut(usize) -> Answer) -> (usize, Answer) {
    for number in 0..most {
        let answer = ask(number).await;
        if answer.status() == 429 {
            return (number, answer);
        }
    }
    panic!("{most} tries are not too many");
}

#[tokio::test]
async fn whoever_is_told_to_wait_is_told_for_how_long() {
    let app = TestApp::start(Engine::Sqlite).await;
    let before = app.anon().from("192.0.2.1");
    let code = json!({ "setupCode": "AAAA-BBBB-CCCC", "email": "a@home.test", "password": "brass key, blue door" });
    let (_, set_up) = until_429(20, async |_| {
        before.post_json("/api/v1/setup/owner", code.clone()).await
    })
    .await;
    let owner = app.set_up().await;
    let id = member(&owner).await;
    let mut told = vec![("/setup/owner", "post", set_up)];
    // A PIN, a token or an address is another one at each try, so that what is counted is the caller's address.
    type Body = fn(usize) -> Value;
    let tables: [(&str, usize, Body); 7] = [
        (
            "/auth/local",
            60,
            |number| json!({ "email": format!("{number}@home.test"), "password": "wrong" }),
        ),
        (
            "/auth/token",
            60,
            |number| json!({ "token": format!("0b7c1f62-1111-4222-8333-{number:012}") }),
        ),
        (
            "/auth/plex",
            80,
            |number| json!({ "pinId": number + 1, "code": format!("code{number}") }),
        ),
        (
            "/auth/plex/attempts",
            80,
            |number| json!({ "pinId": number + 1, "code": format!("code{number}") }),
        ),
        (
            "/auth/reset-password",
            60,
            |number| json!({ "email": format!("{number}@home.test") }),
        ),
        (
            "/auth/reset-password/{value}",
            60,
            |_| json!({ "password": "brass key, blue door" }),
        ),
        (
            "/user/{id}/settings/password",
            20,
            |number| json!({ "currentPassword": format!("wrong {number}"), "newPassword": "green lamp, stone step" }),
        ),
    ];
    for (number, (path, most, body)) in tables.into_iter().enumerate() {
        let caller = app.anon().from(&format!("192.0.2.{}", number + 20));
        if path.starts_with("/user") {
            let sign_in = json!({ "email": "member@home.test", "password": "brass key, blue door" });
            caller.post_json("/api/v1/auth/local", sign_in).await.expect(200);
        }
        let url = address(path, id);
        let asked = async |number| {
            let url = url.replace("nobodys", &format!("{number}"));
            caller.post_json(&url, body(number)).await
        };
        let (_, answer) = until_429(most, asked).await;
        told.push((path, "post", answer));
    }
    for (header, address) in [("x-login-token", "192.0.2.98"), ("x-api-key", "192.0.2.97")] {
        let caller = app.anon().from(address);
        let asked = async |number| {
            let value = format!("0b7c1f62-1111-4222-8333-{number:012}");
            caller
                .ask(Method::GET, "/api/v1/auth/me")
                .header(header, &value)
                .send()
                .await
        };
        let (_, answer) = until_429(60, asked).await;
        told.push(("/auth/me", "get", answer));
    }
    let document = web::document();
    for (path, name, answer) in &told {
        answer.problem(429);
        let seconds: u32 = answer
            .header("retry-after")
            .parse()
            .unwrap_or_else(|_| panic!("{name} {path}"));
        assert!((1..=3600).contains(&seconds), "{name} {path}: {seconds}");
        assert!(
            answer.text().contains(&seconds.to_string()),
            "{name} {path}: {}",
            answer.text()
        );
        assert!(
            document["paths"][path][name]["responses"].get("429").is_some(),
            "{name} {path}"
        );
    }
    // Those that count something of their own are all in the table.
    let own = routes().filter(|(path, name)| document["paths"][path][name]["responses"]["429"].get("$ref").is_none());
    let own: BTreeSet<_> = own
        .filter(|(path, name)| document["paths"][path][name]["responses"].get("429").is_some())
        .collect();
    let tried: BTreeSet<_> = told.iter().map(|(path, name, _)| (*path, *name)).collect();
    let missing: Vec<_> = own.difference(&tried).collect();
    assert!(missing.is_empty(), "nobody tried these too often: {missing:?}");
}
