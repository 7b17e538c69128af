//! Bodies that are too large, of another type, or not JSON: the same at every URL that takes one.

use axum::http::Method;

use crate::support::{Asked, Engine, TestApp};

/// URLs that take a body, and a field that must not be of that type.
const TAKING: [(&str, &str, &str); 6] = [
    ("POST", "/api/v1/auth/plex", "pinId"),
    ("POST", "/api/v1/auth/local", "email"),
    ("POST", "/api/v1/auth/plex/attempts", "pinId"),
    ("DELETE", "/api/v1/auth/plex/attempts", "pinId"),
    ("POST", "/api/v1/auth/plex/attempts/poll", "pinId"),
    ("POST", "/api/v1/settings/plex", "machineId"),
];

async fn each(check: impl AsyncFn(Asked<'_>, &str)) {
    let app = TestApp::start(Engine::Sqlite).await;
    let owner = app.set_up_local().await;
    for (method, url, field) in TAKING {
        check(owner.ask(Method::from_bytes(method.as_bytes()).unwrap(), url), field).await;
    }
}

#[tokio::test]
async fn more_than_64_kib_is_413() {
    each(async |asked, _| {
        asked
            .header("content-type", "application/json")
            .body(vec![b' '; 64 * 1024 + 1])
            .send()
            .await
            .problem(413);
    })
    .await;
    each(async |asked, _| {
        asked
            .header("content-type", "application/json")
            .body(vec![b' '; 64 * 1024])
            .send()
            .await
            .problem(400);
    })
    .await;
}

#[tokio::test]
async fn anything_but_json_is_415() {
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonx",
        "text/json;application/json",
        "",
    ] {
        each(async |asked, _| {
            asked.header("content-type", kind).body("{}").send().await.problem(415);
        })
        .await;
    }
    each(async |asked, _| {
        asked.body("{}").send().await.problem(415);
    })
    .await;
}

#[tokio::test]
async fn json_may_say_its_charset() {
    each(async |asked, _| {
        let answer = asked
            .header("content-type", "Application/JSON; charset=utf-8")
            .body("{")
            .send()
            .await;
        answer.problem(400);
    })
    .await;
}

#[tokio::test]
async fn what_is_not_json_or_breaks_the_schema_is_400() {
    let deep = "[".repeat(60_000);
    for body in [
        "",
        "{",
        "<html>",
        "null",
        "[]",
        "\"x\"",
        "{} {}",
        "{\"a\":\u{1}}",
        "\u{feff}{}",
        &deep,
    ] {
        each(async |asked, _| {
            asked
                .header("content-type", "application/json")
                .body(body.to_owned())
                .send()
                .await
                .problem(400);
        })
        .await;
    }
    each(async |asked, _| {
        asked
            .header("content-type", "application/json")
            .body(vec![b'{', b'"', 0xff, b'"'])
            .send()
            .await
            .problem(400);
    })
    .await;
}

#[tokio::test]
async fn the_field_that_is_wrong_is_named_and_its_value_not_repeated() {
    each(async |asked, field| {
        let body = format!("{{\"{field}\": {{\"hunter2\": 1}}}}");
        let answer = asked.header("content-type", "application/json").body(body).send().await;
        answer.problem(400);
        assert_eq!(answer.fields(), [field], "{}", answer.text());
        assert!(!answer.text().contains("hunter2"), "{}", answer.text());
    })
    .await;
}
