//! `/settings/email`: how mail is sent.

use super::{
    has_form,
    household::{administrator, manager},
};
use crate::support::{Actor, Answer, OWNER_EMAIL, Smtp, SmtpMood, TestApp, on_both};

const URL: &str = "/settings/email";
const PASSWORD: &str = "brass-mail";

fn fields(port: &str) -> Vec<(&'static str, String)> {
    vec![
        ("host", "127.0.0.1".to_owned()),
        ("port", port.to_owned()),
        ("security", "none".to_owned()),
        ("user", "door".to_owned()),
        ("password", PASSWORD.to_owned()),
        ("from", "door@home.test".to_owned()),
        ("fromName", "Die Tür".to_owned()),
    ]
}

async fn send(actor: &Actor, mut all: Vec<(&'static str, String)>, change: &[(&'static str, &str)]) -> Answer {
    for (name, value) in change {
        all.retain(|(known, _)| known != name);
        all.push((name, (*value).to_owned()));
    }
    let all: Vec<(&str, &str)> = all.iter().map(|(name, value)| (*name, value.as_str())).collect();
    actor.post_form(URL, &all).await
}

fn version(page: &Answer) -> String {
    let text = page.text();
    let (_, rest) = text.split_once("name=\"version\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

/// What the newest line of activity is about.
async fn last_line(app: &TestApp) -> (String, String) {
    app.state.activity.flush().await.unwrap();
    let line = app.happened(1).await.remove(0);
    (line.kind, line.subject)
}

on_both! {
    async fn it_is_saved_tested_and_forgotten(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up_local().await;
        let smtp = Smtp::start().await;
        let port = smtp.port.to_string();
        let page = owner.page(URL).await.expect(200);
        has_form(&page, URL);
        assert!(page.text().contains("No mail is sent from here.") && !page.text().contains("/settings/email/test"), "{}", page.text());
        assert!(page.text().contains("value=\"587\""));
        assert_eq!(send(&owner, fields(&port), &[]).await.see_other(), "/settings/email?saved=1");
        assert_eq!(last_line(&app).await, ("setting-changed".to_owned(), "smtp".to_owned()));
        let page = owner.page("/settings/email?saved=1").await.expect(200);
        assert!(page.text().contains("Saved.") && page.text().contains("value=\"door@home.test\"") && page.text().contains("One is kept."), "{}", page.text());
        assert_eq!(owner.post_form("/settings/email/test", &[]).await.see_other(), "/settings/email?tested=1#test");
        assert!(owner.page("/settings/email?tested=1").await.expect(200).text().contains(&format!("A test mail is on its way to {OWNER_EMAIL}.")));
        assert_eq!(smtp.letters().len(), 1);
        // The password stays where the field is empty, for this server and user.
        assert_eq!(send(&owner, fields(&port), &[("password", ""), ("fromName", "Haus")]).await.see_other(), "/settings/email?saved=1");
        owner.post_form("/settings/email/test", &[]).await.see_other();
        assert_eq!(smtp.signed_in().len(), 2);
        let wrong = send(&owner, fields(&port), &[("password", ""), ("host", "evil.test")]).await.expect(400).text();
        assert!(wrong.contains("id=\"password-mistake\"") && wrong.contains("value=\"evil.test\""), "{wrong}");
        for (mood, says) in [(SmtpMood::WrongPassword, "user and password"), (SmtpMood::Busy, "busy, come back")] {
            smtp.is(mood);
            let page = owner.post_form("/settings/email/test", &[]).await.expect(502).text();
            assert!(page.contains(says) && page.contains("role=\"alert\""), "{page}");
        }
        assert_eq!(owner.post_form("/settings/email/off", &[("version", &version(&owner.page(URL).await))]).await.see_other(), "/settings/email?saved=1");
        assert!(app.state.site.now().settings.smtp.is_none());
        owner.post_form("/settings/email/test", &[]).await.expect(409);
        for answer in app.seen() {
            assert!(!answer.text().contains(PASSWORD), "{}", answer.asked);
        }
        for form in ["/settings/email/test", "/settings/email/off"] {
            assert_eq!(owner.page(form).await.see_other(), URL);
        }
    }

    async fn every_mistake_stands_at_its_field(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up_local().await;
        let version = app.state.site.now().version;
        let change = [("host", "smtp://x:25"), ("port", "a lot"), ("from", "door"), ("fromName", "a\r\nBcc: evil@home.test")];
        let text = send(&owner, fields("25"), &change).await.expect(400).text();
        for name in ["host", "port", "from", "fromName"] {
            assert!(text.contains(&format!("id=\"{name}-mistake\"")), "{name}: {text}");
        }
        assert!(text.contains("value=\"a lot\"") && text.contains("4 fields need another value") && !text.contains(PASSWORD), "{text}");
        assert_eq!(app.state.site.now().version, version);
    }

    async fn of_two_at_once_the_second_sees_what_changed(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up_local().await;
        let began = version(&owner.page(URL).await.expect(200));
        send(&owner, fields("25"), &[]).await.see_other();
        let page = send(&owner, fields("26"), &[("version", &began)]).await.expect(409);
        let text = page.text();
        assert!(text.contains("id=\"settings-changed\"") && text.contains("127.0.0.1, 25, none, door, door@home.test, Die Tür"), "{text}");
        assert!(text.contains("value=\"26\"") && !text.contains(PASSWORD), "{text}");
        let sealed = app.state.site.now().settings.smtp.clone().unwrap().sealed_password;
        assert!(!text.contains(&sealed));
        // Only the password is another one, which is not shown.
        let began = version(&owner.page(URL).await.expect(200));
        send(&owner, fields("25"), &[("password", "another")]).await.see_other();
        let text = send(&owner, fields("25"), &[("version", &began)]).await.expect(409).text();
        assert!(text.contains("another password"), "{text}");
        owner.post_form("/settings/email/off", &[("version", &began)]).await.expect(409);
        assert_eq!(send(&owner, fields("26"), &[("version", &version(&page))]).await.status(), 409, "changed once more");
        let now = version(&owner.page(URL).await);
        assert_eq!(send(&owner, fields("26"), &[("version", &now)]).await.see_other(), "/settings/email?saved=1");
        assert_eq!(app.state.site.now().settings.smtp.clone().unwrap().port, 26);
    }

    async fn who_may_change_it(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let (anna, marlow, bea) = (app.member("anna").await, manager(&app, "marlow").await, administrator(&app, "bea").await);
        assert_eq!(app.anon().page(URL).await.see_other(), "/login?returnTo=%2Fsettings%2Femail");
        for (actor, status) in [(&app.anon(), 401), (&anna, 403), (&marlow, 403)] {
            for form in [URL, "/settings/email/test", "/settings/email/off"] {
                actor.post_form(form, &[("host", "evil.test")]).await.expect(status);
            }
        }
        for actor in [&anna, &marlow] {
            actor.page(URL).await.expect(403);
        }
        // An administrator sees it; whose server it is could read the link for the owner's new password.
        bea.page(URL).await.expect(200);
        assert!(send(&bea, fields("25"), &[]).await.expect(403).text().contains("Only the owner"));
        let owner = app.owner().await;
        assert_eq!(send(&owner, fields("25"), &[]).await.see_other(), "/settings/email?saved=1");
        assert_eq!(app.state.site.now().settings.smtp.clone().unwrap().host, "127.0.0.1");
    }
}
