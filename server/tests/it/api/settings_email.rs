//! `/settings/notifications/email`.

use serde_json::{Value, json};

use super::passwords::{BEA_EMAIL, BEA_PASSWORD, make_bea, sign_in};
use crate::support::{Actor, Answer, OWNER_EMAIL, Smtp, SmtpMood, TestApp, on_both};

const URL: &str = "/api/v1/settings/notifications/email";
/// `\0door\0brass-mail` in base64.
const SIGNED_IN: &str = "AGRvb3IAYnJhc3MtbWFpbA==";

fn options(smtp: &Smtp) -> Value {
    json!({
        "smtpHost": "127.0.0.1", "smtpPort": smtp.port, "ignoreTls": true, "emailFrom": "door@home.test",
        "senderName": "Die Tür", "authUser": "door", "authPass": "brass-mail",
    })
}

async fn save(actor: &Actor, options: Value) -> Answer {
    actor
        .post_json(URL, json!({ "enabled": true, "options": options }))
        .await
}

on_both! {
    async fn the_password_goes_in_and_never_comes_out(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up_local().await;
        let smtp = Smtp::start().await;
        assert_eq!(owner.get(URL).await.expect(200).json()["enabled"], false);
        assert_eq!(app.anon().get("/api/v1/settings/public").await.json()["emailEnabled"], false);
        owner.post(&format!("{URL}/test")).await.problem(409);
        let saved = save(&owner, options(&smtp)).await.expect(200);
        assert_eq!(saved.json(), owner.get(URL).await.expect(200).json());
        assert_eq!(saved.json()["options"]["hasPassword"], true);
        assert_eq!(app.anon().get("/api/v1/settings/public").await.json()["emailEnabled"], true);
        owner.post(&format!("{URL}/test")).await.expect(204);
        assert_eq!(smtp.signed_in(), [SIGNED_IN]);
        let letter = &smtp.letters()[0];
        assert!(letter.to_lowercase().contains(&format!("to: {}", OWNER_EMAIL.to_lowercase())) && letter.contains("door@home.test"), "{letter}");
        // What is absent stays, the password, too.
        save(&owner, json!({ "senderName": "Haus" })).await.expect(200);
        owner.post(&format!("{URL}/test")).await.expect(204);
        assert_eq!(smtp.signed_in(), [SIGNED_IN, SIGNED_IN]);
        // It is for this server, user and protection: elsewhere it has to be given again.
        for change in [json!({ "smtpHost": "evil.test" }), json!({ "smtpPort": 2525 }), json!({ "requireTls": true }), json!({ "authUser": "other" })] {
            let refused = save(&owner, change.clone()).await;
            refused.problem(400);
            assert_eq!(refused.fields(), ["options.authPass"], "{change}");
            owner.post_json(&format!("{URL}/test"), json!({ "options": change })).await.problem(400);
        }
        let stored = format!("{:?}", app.state.site.now().settings);
        assert!(!stored.contains("brass-mail"));
        for answer in app.seen() {
            assert!(!answer.text().contains("brass-mail"), "{}", answer.asked);
        }
        owner.post_json(URL, json!({ "enabled": false })).await.expect(200);
        assert!(app.state.site.now().settings.smtp.is_none());
    }
}

#[tokio::test]
async fn what_went_wrong_is_said() {
    let app = TestApp::start(crate::support::Engine::Sqlite).await;
    let owner = app.set_up_local().await;
    let smtp = Smtp::start().await;
    save(&owner, options(&smtp)).await.expect(200);
    let test = format!("{URL}/test");
    for (mood, says) in [
        (SmtpMood::WrongPassword, "user and password"),
        (SmtpMood::NoSuchBox, "no such box"),
        (SmtpMood::Busy, "busy, come back"),
    ] {
        smtp.is(mood);
        let said = owner.post(&test).await.problem(502);
        assert!(said.contains(says), "{said}");
    }
    // The mail server does not know TLS, and then there is none by another name.
    let tls = json!({ "options": { "requireTls": true, "ignoreTls": false, "authPass": "brass-mail" } });
    owner.post_json(&test, tls).await.problem(502);
    drop(smtp);
    let said = owner.post(&test).await.problem(502);
    assert!(said.contains("can't be reached"), "{said}");
    for (change, field) in [
        (json!({ "smtpHost": "smtp://x" }), "options.smtpHost"),
        (json!({ "smtpPort": 0 }), "options.smtpPort"),
        (json!({ "emailFrom": "door" }), "options.emailFrom"),
        (
            json!({ "senderName": "a\r\nBcc: evil@home.test" }),
            "options.senderName",
        ),
    ] {
        let refused = save(&owner, change).await;
        refused.problem(400);
        assert_eq!(refused.fields(), [field]);
    }
    make_bea(&owner).await;
    let bea = sign_in(&app, BEA_EMAIL, BEA_PASSWORD).await;
    bea.get(URL).await.problem(403);
    save(&bea, json!({})).await.problem(403);
    bea.post(&test).await.problem(403);
    app.anon().get(URL).await.problem(401);
}
