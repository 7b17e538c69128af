//! Headers on every answer; no page with an inline script or style.

use std::collections::BTreeSet;

use serde_json::json;

use super::parameters;
use crate::support::{Answer, Engine, TestApp};

/// One answer of every kind.
async fn walk(app: &TestApp) -> Vec<Answer> {
    let stranger = app.anon();
    stranger.page("/setup").await;
    stranger.post_form("/setup", &[("code", "wrong")]).await;
    stranger.post_form("/setup", &[("code", &app.setup_code().await)]).await;
    stranger.page("/setup/owner").await;
    stranger.page("/setup/owner?reason=pin-not-made").await;
    let owner = app.owner_made().await;
    owner.page("/setup/server").await;
    owner.post_form("/setup/server", &[("machineId", "x")]).await;
    owner
        .post_form("/setup/server", &[("machineId", plex_stub::ATTIC)])
        .await;
    for path in [
        "/setup/done",
        "/",
        "/profile",
        "/nothing",
        "/robots.txt",
        "/healthz",
        "/readyz",
        "/pkg/main.0a1b.css",
        "/pkg/x",
    ] {
        owner.page(path).await;
    }
    let anon = app.anon();
    for reason in ["signed-out", "pin-not-made", "expired", "plex-sign-in-off"] {
        anon.page(&format!("/login?reason={reason}&returnTo=%2Fprofile")).await;
    }
    anon.post_form("/login/password", &[("email", "a@b"), ("password", "wrong wrong")])
        .await;
    for account in ["", "rita", "paul", "anna"] {
        let browser = app.anon();
        let approval = browser.post_form("/login/plex", &[]).await.see_other();
        if !account.is_empty() {
            app.plex.approve(&parameters(&approval)["code"], account).unwrap();
        }
        browser.page("/login/plex/return").await;
        browser.page("/").await;
    }
    anon.page("/login/plex/return").await;
    for path in [
        "/api/v1/status",
        "/api/v1/settings/public",
        "/api/v1/auth/me",
        "/api/v1/nothing",
    ] {
        anon.get(path).await;
    }
    anon.post_json("/api/v1/auth/local", json!({})).await;
    anon.post("/api/v1/auth/logout").await;
    owner.post_form("/logout", &[]).await;
    app.seen()
}

fn is_page(answer: &Answer) -> bool {
    answer.header("content-type").starts_with("text/html")
}

/// The value of an attribute of a tag's text.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()
}

#[tokio::test]
async fn every_answer_keeps_browsers_strict() {
    let app = TestApp::build(Engine::Sqlite)
        .with("LATCHKEY_PUBLIC_URL", "https://home.test")
        .start()
        .await;
    let plex = app.plex.url();
    let mut nonces = BTreeSet::new();
    let mut ids = BTreeSet::new();
    let answers = walk(&app).await;
    for answer in &answers {
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin-allow-popups"),
            ("cross-origin-resource-policy", "same-origin"),
            ("strict-transport-security", "max-age=31536000"),
        ] {
            assert_eq!(answer.header(name), value, "{}: {name}", answer.asked);
        }
        if !answer.asked.contains("/pkg/main") {
            assert_eq!(answer.header("cache-control"), "no-store", "{}", answer.asked);
        }
        for name in ["server", "x-powered-by", "access-control-allow-origin"] {
            assert_eq!(answer.header(name), "", "{}", answer.asked);
        }
        let policy = answer.header("content-security-policy");
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
        assert_eq!(
            policy,
            format!(
                "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
                 connect-src 'self' {plex}; form-action 'self' {plex}; base-uri 'none'; frame-ancestors 'none'"
            ),
            "{}",
            answer.asked
        );
        assert!(
            nonce.len() >= 22 && nonces.insert(nonce.to_owned()),
            "a nonce is used once: {}",
            answer.asked
        );
        assert!(ids.insert(answer.header("x-request-id").to_owned()), "{}", answer.asked);
    }
    assert!(answers.iter().filter(|answer| is_page(answer)).count() > 15);
}

#[tokio::test]
async fn scripts_carry_the_nonce_and_nothing_is_inline() {
    let app = TestApp::start(Engine::Sqlite).await;
    let mut with_scripts = 0;
    for page in walk(&app).await.iter().filter(|answer| is_page(answer)) {
        let html = page.text();
        assert!(
            html.starts_with("<!DOCTYPE html>") && html.ends_with("</html>"),
            "{}",
            page.asked
        );
        let policy = page.header("content-security-policy").to_owned();
        for tag in html.split('<').skip(1) {
            let (tag, content) = tag.split_once('>').unwrap_or((tag, ""));
            let name = tag.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
            assert!(name != "style", "{}: <{tag}>", page.asked);
            assert!(attribute(tag, "style").is_none(), "{}: <{tag}>", page.asked);
            let handler = tag.split_whitespace().skip(1).any(|part| {
                part.strip_prefix("on")
                    .and_then(|rest| rest.split_once('='))
                    .is_some_and(|(event, _)| event.bytes().all(|b| b.is_ascii_lowercase()))
            });
            assert!(!handler, "{}: <{tag}>", page.asked);
            for address in ["href", "src", "action"] {
                let scheme = attribute(tag, address).unwrap_or_default().to_ascii_lowercase();
                assert!(
                    !scheme.starts_with("javascript:") && !scheme.starts_with("data:text"),
                    "{}: <{tag}>",
                    page.asked
                );
            }
            if name == "script" || (name == "link" && attribute(tag, "rel") == Some("modulepreload")) {
                with_scripts += 1;
                let nonce = attribute(tag, "nonce").unwrap_or_else(|| panic!("{}: <{tag}> without nonce", page.asked));
                assert!(policy.contains(&format!("'nonce-{nonce}'")), "{}: <{tag}>", page.asked);
                assert!(
                    attribute(tag, "src")
                        .or(attribute(tag, "href"))
                        .unwrap()
                        .starts_with("/pkg/"),
                    "{}: <{tag}>",
                    page.asked
                );
                assert!(content.is_empty(), "{}: inline script {content}", page.asked);
            }
        }
    }
    assert!(with_scripts > 4, "the pages with a Plex button have scripts");
}

#[tokio::test]
async fn over_http_nothing_is_promised_about_https() {
    let app = TestApp::start(Engine::Sqlite).await;
    for answer in walk(&app).await {
        assert_eq!(answer.header("strict-transport-security"), "");
        assert!(answer.cookies().iter().all(|cookie| !cookie.has("secure")));
    }
}
