//! The database locked, read-only, full, gone: a clear 503, the cookie kept, nothing lost; and it works again afterwards,
//! for a sign-in under way too.

mod postgres;
mod sqlite;
mod writes;

use std::time::Duration;

use serde_json::json;

use super::people::count;
use crate::support::{Actor, Answer, TestApp, until};

const SID: &str = "latchkey.sid";
const ATTEMPT: &str = "latchkey.attempt";
const POLL: &str = "/api/v1/auth/plex/attempts/poll";

/// The answer of a server whose database is away: says so, when to come back, and takes no cookie away.
#[track_caller]
fn assert_unavailable(answer: &Answer) {
    let said = if answer.asked.contains(" /api/") {
        answer.problem(503)
    } else {
        assert_eq!(answer.status(), 503, "{}: {}", answer.asked, answer.text());
        answer.text()
    };
    assert!(said.contains("database isn"), "{}: {said}", answer.asked);
    let wait: i64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&wait), "{}", answer.asked);
    assert!(answer.cookies().is_empty(), "{}: {:?}", answer.asked, answer.cookies());
}

/// An attempt whose PIN is approved and was not read yet.
async fn approved(app: &TestApp, account: &str) -> (Actor, i64, String) {
    let browser = app.anon();
    let (pin, code) = app.pin();
    app.start_attempt(&browser, pin, &code).await.expect(201);
    app.plex.approve(&code, account).unwrap();
    (browser, pin, code)
}

/// The attempt leads in within what a browser waits, though its PIN has died at plex.tv if anybody had read it.
async fn assert_leads_in(app: &TestApp, browser: &Actor, pin: i64, code: &str) {
    if app.plex.pin(code).unwrap().claimed_reads > 0 {
        app.plex.advance(Duration::from_secs(120));
    }
    until("the same attempt leads in", || async {
        let answer = browser.post_json(POLL, json!({ "pinId": pin })).await;
        if answer.status() == 503 {
            assert_unavailable(&answer);
            return false;
        }
        let state = answer.expect(200).json();
        assert!(
            matches!(state["state"].as_str(), Some("pending" | "signedIn")),
            "{state}"
        );
        state["state"] == "signedIn"
    })
    .await;
    browser.get("/api/v1/auth/me").await.expect(200);
}

/// Everything that asks the database, while it takes no writes: reading goes on, writing says why not.
async fn assert_reads_but_does_not_write(app: &TestApp, anna: &Actor, sessions: i64) {
    let sid = anna.cookie(SID).unwrap();
    anna.get("/api/v1/auth/me").await.expect(200);
    anna.page("/profile").await.expect(200);
    let me = anna.at(app);
    let fresh = app.anon();
    let (pin_id, code) = app.pin();
    let body = json!({ "pinId": pin_id, "code": code });
    let password = json!({ "email": "x@example.test", "password": "wrong-but-long" });
    // At once: each may wait for the lock as long as the server's patience lasts.
    let (out, form_out, begun, local, ready) = tokio::join!(
        me.post("/api/v1/auth/logout"),
        anna.post_form("/logout", &[]),
        fresh.post_json("/api/v1/auth/plex/attempts", body),
        fresh.post_json("/api/v1/auth/local", password),
        fresh.get("/readyz"),
    );
    for answer in [out, form_out, begun, local] {
        assert_unavailable(&answer);
    }
    assert_eq!(ready.status(), 503);
    fresh.get("/healthz").await.expect(200);
    // Still signed in, in the browser and in the database.
    assert_eq!(anna.cookie(SID).unwrap(), sid);
    anna.get("/api/v1/auth/me").await.expect(200);
    assert_eq!(count(app, "SELECT COUNT(*) FROM sessions").await, sessions);
}
