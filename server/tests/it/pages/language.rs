//! `POST /language`, and which language an answer is in.

use axum::http::Method;
use serde_json::{Value, json};

use super::household::{make, number};
use crate::support::{Actor, Answer, DAY, Engine, TestApp, on_both};

async fn language(actor: &Actor, path: &str) -> String {
    let page = actor.page(path).await;
    let text = page.text();
    let html = text
        .split("<html")
        .nth(1)
        .and_then(|rest| rest.split('>').next())
        .unwrap();
    let said = html
        .split("lang=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    assert_eq!(page.header("content-language"), said);
    said
}

/// Asks in JSON, accepting these languages.
async fn ask(actor: &Actor, method: Method, path: &str, body: Option<Value>, accepts: &str) -> Answer {
    let asked = actor.ask(method, path).header("accept-language", accepts);
    match &body {
        Some(body) => asked.json(body).send().await,
        None => asked.send().await,
    }
}

on_both! {
    async fn a_member_takes_their_language_along(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let anna = app.member("anna").await;
        assert_eq!(language(&anna, "/profile").await, "en");
        let set = anna.post_form("/language", &[("language", "de"), ("returnTo", "/profile?a=b")]).await;
        assert_eq!(set.see_other(), "/profile?a=b");
        let cookie = set.cookie("latchkey.language").unwrap();
        assert_eq!((cookie.value.as_str(), cookie.max_age()), ("de", Some(400 * DAY)));
        assert!(cookie.has("httponly") && cookie.has("samesite=lax"));
        // In every browser, whatever that asks for; also after signing out, in this one.
        let elsewhere = app.member("anna").await.with("accept-language", "en");
        assert_eq!(language(&elsewhere, "/profile").await, "de");
        anna.post_form("/logout", &[]).await.see_other();
        assert_eq!(language(&anna, "/login").await, "de");
        assert_eq!(language(&app.anon(), "/login").await, "en");
        // One's own setting is stronger than what somebody before chose in this browser.
        let shared = app.anon();
        shared.post_form("/language", &[("language", "de")]).await.see_other();
        assert_eq!(language(&shared, "/login").await, "de");
        app.sign_in(&shared, "bea").await;
        assert_eq!(language(&shared, "/profile").await, "de");
        let bea = number(&shared).await;
        shared.post_form(&format!("/users/{bea}/account"), &[("username", ""), ("email", "bea@example.test"), ("locale", "en")]).await.see_other();
        assert_eq!(language(&shared, "/profile").await, "en");
    }

    async fn errors_of_rest_are_in_the_callers_language(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let anna = app.member("anna").await;
        let anna_id = number(&anna).await;
        for (actor, method, path, body, status, english, german) in [
            (&app.anon(), Method::GET, "/api/v1/auth/me", None, 401, "You are not signed in", "nicht angemeldet"),
            (&anna, Method::GET, "/api/v1/settings/main", None, 403, "owner and administrators", "Admins"),
            (&owner, Method::GET, "/api/v1/user/4711", None, 404, "no such member", "gibt es nicht"),
            (&owner, Method::POST, "/api/v1/user", Some(json!({ "email": "nobody" })), 400, "Enter an e-mail address", "E-Mail-Adresse"),
            (&owner, Method::POST, "/api/v1/user", Some(json!({ "email": "anna@example.test" })), 409, "somebody with this e-mail", "E-Mail-Adresse"),
            (&owner, Method::POST, "/api/v1/settings/main", Some(json!({ "sessionIdleDays": 0 })), 400, "whole number of days", "ganze Zahl"),
            (&owner, Method::DELETE, "/api/v1/user/1", None, 405, "nobody can switch it off", "niemand kann"),
        ] {
            let said = ask(actor, method.clone(), path, body.clone(), "en").await;
            let whole = said.text();
            said.problem(status);
            assert!(whole.contains(english), "{path}: {whole}");
            for accepts in ["de", "de-AT,de;q=0.9,en;q=0.5", "fr, de;q=0.7"] {
                let said = ask(actor, method.clone(), path, body.clone(), accepts).await;
                let whole = said.text();
                assert_eq!(said.header("content-language"), "de", "{path}");
                said.problem(status);
                assert!(whole.contains(german) && !whole.contains(english), "{path}: {whole}");
            }
            let said = ask(actor, method, path, body, "fr").await;
            assert!(said.text().contains(english), "the site's language");
        }
        // Their own setting comes before what the program asks for.
        let path = format!("/api/v1/user/{anna_id}/settings/main");
        anna.post_json(&path, json!({ "locale": "de" })).await.expect(200);
        let said = ask(&anna, Method::GET, "/api/v1/settings/main", None, "en").await;
        assert!(said.problem(403).contains("Admins"));
    }
}

#[tokio::test]
async fn what_is_no_language_changes_nothing() {
    let app = TestApp::start(Engine::Sqlite).await;
    let owner = app.set_up().await;
    let anon = app.anon();
    for fields in [
        &[("language", "klingon")][..],
        &[("language", "")],
        &[("language", "DE\r\nset-cookie: a=b")],
        &[],
    ] {
        let set = anon.post_form("/language", fields).await;
        assert_eq!(set.see_other(), "/");
        assert_eq!(set.cookies(), []);
    }
    for (wanted, to) in [
        ("//evil.test", "/"),
        ("https://evil.test/", "/"),
        ("/login?a=b", "/login?a=b"),
        ("/\\evil.test", "/"),
    ] {
        let set = anon
            .post_form("/language", &[("language", "de"), ("returnTo", wanted)])
            .await;
        assert_eq!(set.see_other(), to, "{wanted}");
    }
    anon.plant("latchkey.language", "\"><script>");
    assert_eq!(language(&anon, "/login").await, "en");
    let asked = owner
        .ask(Method::POST, "/language")
        .header("sec-fetch-site", "cross-site");
    let refused = asked.form(&[("language", "de")]).send().await;
    assert!(refused.problem(403).contains("another site"));
    assert_eq!(refused.cookies(), []);
    assert_eq!(language(&owner, "/profile").await, "en");
}

#[tokio::test]
async fn a_device_with_a_login_token_chooses_too() {
    let app = TestApp::start(Engine::Sqlite).await;
    let owner = app.set_up().await;
    let id = number(&app.member("anna").await).await;
    let token = make(&owner, id, "Tablet").await;
    let tablet = app.anon();
    tablet.page(&format!("/?token={}", token.value)).await.expect(307);
    assert_eq!(
        tablet
            .post_form("/language", &[("language", "de"), ("returnTo", "/profile")])
            .await
            .see_other(),
        "/profile"
    );
    assert_eq!(language(&tablet, "/profile").await, "de");
}

#[tokio::test]
async fn it_works_before_the_set_up() {
    let app = TestApp::start(Engine::Sqlite).await;
    let anon = app.anon();
    let set = anon
        .post_form("/language", &[("language", "de"), ("returnTo", "/setup")])
        .await;
    assert_eq!(set.see_other(), "/setup");
    assert_eq!(language(&anon, "/setup").await, "de");
}
