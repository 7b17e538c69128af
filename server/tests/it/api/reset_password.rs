//! `/auth/reset-password`, and links that are made by hand.

use serde_json::{Value, json};

use super::passwords::{BEA_EMAIL, BEA_PASSWORD, happened, make_bea, sign_in, signed_in, try_in};
use crate::support::{Actor, Answer, Engine, HOUR, MINUTE, Smtp, SmtpMood, TestApp, on_both};

const ASK: &str = "/api/v1/auth/reset-password";
const NEW: &str = "eight yellow raincoats";

/// With a public address and mail; the owner, signed in.
async fn with_mail(engine: Engine) -> (TestApp, Actor, Smtp) {
    let app = TestApp::build(engine)
        .with("LATCHKEY_PUBLIC_URL", "http://home.test")
        .start()
        .await;
    let owner = app.set_up_local().await;
    let smtp = Smtp::start().await;
    set_up_mail(&owner, &smtp).await;
    (app, owner, smtp)
}

async fn set_up_mail(owner: &Actor, smtp: &Smtp) {
    let options =
        json!({ "smtpHost": "127.0.0.1", "smtpPort": smtp.port, "ignoreTls": true, "emailFrom": "door@home.test" });
    owner
        .post_json(
            "/api/v1/settings/notifications/email",
            json!({ "enabled": true, "options": options }),
        )
        .await
        .expect(200);
}

/// What the chore does each second.
async fn work(app: &TestApp) {
    app.state.credentials.resets.work().await.unwrap();
    app.state.mail.work().await;
}

async fn ask(app: &TestApp, email: &str) {
    let answer = app
        .anon()
        .post_json(ASK, json!({ "email": email }))
        .await
        .expect(200)
        .json();
    assert_eq!(answer, json!({ "status": "ok" }));
}

/// The value of the link in a letter.
fn value(letter: &str) -> String {
    let begins = "http://home.test/login/reset/";
    let at = letter.find(begins).unwrap_or_else(|| panic!("no link: {letter}")) + begins.len();
    letter[at..at + 36].to_owned()
}

async fn complete(actor: &Actor, value: &str, password: &str) -> Answer {
    actor
        .post_json(&format!("{ASK}/{value}"), json!({ "password": password }))
        .await
}

on_both! {
    async fn a_forgotten_password_is_chosen_anew(engine) {
        let (app, owner, smtp) = with_mail(engine).await;
        let id = make_bea(&owner).await;
        owner.post_json(&format!("/api/v1/user/{id}/settings/main"), json!({ "locale": "de" })).await.expect(200);
        let bea = sign_in(&app, BEA_EMAIL, BEA_PASSWORD).await;
        ask(&app, " BEA@home.test ").await;
        // Nothing is looked up, and nothing sent, while somebody waits for the answer.
        assert_eq!((app.state.mail.waiting(), smtp.letters().len()), (0, 0));
        work(&app).await;
        let letters = smtp.letters();
        let [letter] = &letters[..] else { panic!("{letters:?}") };
        for part in ["To: bea@home.test", "Hallo Bea,", "Neues Passwort wählen", "Auto-Submitted: auto-generated", "text/html"] {
            assert!(letter.contains(part), "{part} is not in {letter}");
        }
        // A newer link replaces the older one.
        ask(&app, BEA_EMAIL).await;
        work(&app).await;
        let (old, new) = (value(letter), value(&smtp.letters()[1]));
        complete(&app.anon(), &old, NEW).await.problem(404);
        // A password that is not good enough does not use it up.
        for bad in ["seven77", "password1", "bea@home.test"] {
            let refused = complete(&app.anon(), &new, bad).await;
            refused.problem(400);
            assert_eq!(refused.fields(), ["password"], "{bad}");
        }
        assert!(signed_in(&bea).await);
        let stranger = app.anon();
        complete(&stranger, &new.to_uppercase(), NEW).await.expect(200);
        assert!(!signed_in(&bea).await && !signed_in(&stranger).await && signed_in(&owner).await);
        complete(&app.anon(), &new, BEA_PASSWORD).await.problem(404);
        try_in(&app.anon(), BEA_EMAIL, BEA_PASSWORD).await.problem(403);
        sign_in(&app, BEA_EMAIL, NEW).await;
        assert_eq!(happened(&app).await[..2], ["password-reset", "reset-mailed"]);
        let stored = format!("{:?}", app.happened(50).await);
        assert!(!stored.contains(&old) && !stored.contains(&new));
    }

    async fn nobody_learns_who_is_here(engine) {
        let (app, owner, smtp) = with_mail(engine).await;
        let id = make_bea(&owner).await;
        owner.post_json(&format!("/api/v1/user/{id}/settings/disabled"), json!({ "disabled": true })).await.expect(204);
        for email in ["nobody@home.test", BEA_EMAIL, "", "a\u{0}b", &"x".repeat(3000)] {
            ask(&app, email).await;
        }
        work(&app).await;
        assert!(smtp.letters().is_empty());
        // The setting, the public address, and the mail server each take the way away; the answer stays.
        owner.post_json(&format!("/api/v1/user/{id}/settings/disabled"), json!({ "disabled": false })).await.expect(204);
        owner.post_json("/api/v1/settings/notifications/email", json!({ "enabled": false })).await.expect(200);
        ask(&app, BEA_EMAIL).await;
        work(&app).await;
        assert!(!app.state.credentials.resets.by_mail());
        assert!(smtp.letters().is_empty());
    }

    async fn asking_is_limited_for_an_account_and_for_an_address(engine) {
        let (app, owner, smtp) = with_mail(engine).await;
        make_bea(&owner).await;
        for number in 0..20 {
            let anon = app.anon().from(&format!("198.51.100.{number}"));
            anon.post_json(ASK, json!({ "email": BEA_EMAIL })).await.expect(200);
        }
        work(&app).await;
        assert_eq!(smtp.letters().len(), 3);
        let anon = app.anon();
        for _ in 0..20 {
            anon.post_json(ASK, json!({ "email": "nobody@home.test" })).await.expect(200);
        }
        anon.post_json(ASK, json!({ "email": "nobody@home.test" })).await.problem(429);
        app.clock.advance(HOUR);
        ask(&app, BEA_EMAIL).await;
        work(&app).await;
        assert_eq!(smtp.letters().len(), 4);
    }

    async fn a_link_made_by_hand_sets_the_first_password_once(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up_local().await;
        let body = json!({ "email": BEA_EMAIL, "username": "Bea" });
        let id = owner.post_json("/api/v1/user", body).await.expect(201).json()["id"].as_i64().unwrap();
        let url = format!("/api/v1/user/{id}/reset-link");
        let made = owner.post(&url).await.expect(201).json();
        let value = made["url"].as_str().unwrap().strip_prefix("http://home.test/login/reset/").unwrap().to_owned();
        assert_eq!(made["expiresAt"], "2026-09-14T19:00:00Z");
        // Two at once: one of them chooses.
        let (one, two) = (app.anon(), app.anon().at(&app.second_instance().await));
        let (first, second) = tokio::join!(complete(&one, &value, NEW), complete(&two, &value, BEA_PASSWORD));
        let mut statuses = [first.status(), second.status()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 404]);
        let password = if first.status() == 200 { NEW } else { BEA_PASSWORD };
        let bea = sign_in(&app, BEA_EMAIL, password).await;
        // Not for oneself, not for the owner, not by somebody without the right.
        bea.post(&url).await.problem(403);
        bea.post("/api/v1/user/1/reset-link").await.problem(403);
        owner.post("/api/v1/user/1/reset-link").await.problem(403);
        owner.post("/api/v1/user/99/reset-link").await.problem(404);
        // An hour, and not a second longer.
        let made = owner.post(&url).await.expect(201).json();
        let value = made["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        app.clock.advance(HOUR);
        complete(&app.anon(), &value, NEW).await.problem(404);
        assert_eq!(app.state.credentials.resets.clean().await.unwrap(), 1);
    }

    async fn links_can_not_be_guessed(engine) {
        let app = TestApp::start(engine).await;
        app.set_up_local().await;
        let anon = app.anon();
        for _ in 0..30 {
            complete(&anon, "7d0e3f0a-9b1c-4d2e-8f30-123456789abc", NEW).await.problem(404);
        }
        complete(&anon, "7d0e3f0a-9b1c-4d2e-8f30-123456789abc", NEW).await.problem(429);
        app.clock.advance(15 * MINUTE);
        complete(&anon, "short", NEW).await.problem(404);
    }
}

#[tokio::test]
async fn a_mail_server_that_is_busy_gets_it_later_and_one_that_refuses_does_not() {
    let (app, owner, smtp) = with_mail(Engine::Sqlite).await;
    make_bea(&owner).await;
    smtp.is(SmtpMood::Busy);
    ask(&app, BEA_EMAIL).await;
    for wait in [10, MINUTE, 5 * MINUTE] {
        work(&app).await;
        app.clock.advance(wait - 1);
        work(&app).await;
        assert_eq!((app.state.mail.waiting(), smtp.letters().len()), (1, 0));
        app.clock.advance(1);
    }
    smtp.is(SmtpMood::Fine);
    work(&app).await;
    assert_eq!((app.state.mail.waiting(), smtp.letters().len()), (0, 1));
    // Half an hour of it, and the letter is given up: its link would be dead soon.
    smtp.is(SmtpMood::Busy);
    ask(&app, BEA_EMAIL).await;
    for _ in 0..5 {
        work(&app).await;
        assert_eq!(app.state.mail.waiting(), 1, "given up too early");
        app.clock.advance(20 * MINUTE);
    }
    work(&app).await;
    assert_eq!(app.state.mail.waiting(), 0);
    smtp.is(SmtpMood::NoSuchBox);
    app.clock.advance(HOUR);
    ask(&app, BEA_EMAIL).await;
    work(&app).await;
    assert_eq!((app.state.mail.waiting(), smtp.letters().len()), (0, 1));
    let _: Value = owner.get("/api/v1/auth/me").await.expect(200).json();
}
