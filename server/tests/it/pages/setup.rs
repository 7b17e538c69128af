//! The set-up by forms.

use plex_stub::{ATTIC, Answer as Spoiled, Fault};

use super::{has_form, parameters};
use crate::support::{Actor, HOUR, MINUTE, OWNER_EMAIL, OWNER_PASSWORD, TestApp, on_both};

/// A browser that has entered the set-up code.
async fn proved(app: &TestApp) -> Actor {
    let browser = app.anon();
    let typed = format!(" {} ", app.setup_code().await);
    let answer = browser.post_form("/setup", &[("code", &typed)]).await;
    assert_eq!(answer.see_other(), "/setup/owner");
    let cookie = answer.cookie("latchkey.setup").unwrap();
    assert!(
        cookie.has("httponly") && cookie.has("samesite=lax") && cookie.max_age() == Some(HOUR),
        "{cookie:?}"
    );
    browser
}

async fn make_local_owner(browser: &Actor) -> crate::support::Answer {
    let form = [
        ("email", OWNER_EMAIL),
        ("password", OWNER_PASSWORD),
        ("username", "Robin"),
    ];
    browser.post_form("/setup/owner", &form).await
}

on_both! {
    async fn every_page_leads_to_the_set_up_until_it_is_done(engine) {
        let app = TestApp::start(engine).await;
        let anon = app.anon();
        for path in ["/", "/login", "/profile", "/nothing", "/setup/done", "/setup/server"] {
            assert_eq!(anon.page(path).await.see_other(), "/setup", "{path}");
        }
        for path in ["/login/password", "/logout"] {
            assert_eq!(anon.post_form(path, &[]).await.see_other(), "/setup", "{path}");
        }
        let page = anon.page("/setup").await.expect(200);
        has_form(&page, "/setup");
        assert!(!page.text().contains(&app.setup_code().await));
    }

    async fn a_local_owner_from_the_code_to_the_end(engine) {
        let app = TestApp::start(engine).await;
        assert_eq!(app.anon().page("/setup/owner").await.see_other(), "/setup");
        assert_eq!(make_local_owner(&app.anon()).await.see_other(), "/setup");
        let browser = proved(&app).await;
        let page = browser.page("/setup/owner").await.expect(200);
        has_form(&page, "/setup/owner");
        has_form(&page, "/login/plex");
        let made = make_local_owner(&browser).await;
        assert_eq!(made.see_other(), "/setup/server");
        assert!(made.cookie("latchkey.setup").unwrap().removes());
        let page = browser.page("/setup/server").await.expect(200);
        has_form(&page, "/setup/server");
        assert!(page.text().contains("no Plex account"));
        // Interrupted, the owner gets back to this step.
        assert_eq!(browser.page("/setup").await.see_other(), "/setup/server");
        assert_eq!(browser.page("/").await.see_other(), "/setup");
        assert_eq!(browser.post_form("/setup/server", &[("machineId", "")]).await.see_other(), "/setup/done");
        browser.page("/setup/done").await.expect(200);
        assert!(browser.page("/").await.expect(200).text().contains("Robin"));
        // It is over.
        for path in ["/setup", "/setup/server"] {
            assert_eq!(browser.page(path).await.see_other(), "/", "{path}");
        }
        assert_eq!(browser.page("/setup/owner").await.see_other(), "/setup");
    }

    async fn an_owner_by_plex_without_javascript(engine) {
        let app = TestApp::start(engine).await;
        assert_eq!(app.anon().post_form("/login/plex", &[]).await.status(), 503);
        let browser = proved(&app).await;
        let approval = browser.post_form("/login/plex", &[("returnTo", "/setup/server")]).await.see_other();
        app.plex.approve(&parameters(&approval)["code"], "attic-owner").unwrap();
        assert_eq!(browser.page("/login/plex/return").await.see_other(), "/setup/server");
        let page = browser.page("/setup/server").await.expect(200).text();
        assert!(page.contains(ATTIC) && page.contains("Attic") && !page.contains("Cellar"));
        let wrong = browser.post_form("/setup/server", &[("machineId", "a81f60b3d95c2e7740f6e8d1c3b5a79262840eca")]).await.expect(400);
        assert!(wrong.text().contains("not one of the owner"), "{}", wrong.text());
        assert!(!app.state.site.now().settings.initialized);
        assert_eq!(browser.post_form("/setup/server", &[("machineId", ATTIC)]).await.see_other(), "/setup/done");
        assert!(browser.page("/setup/done").await.expect(200).text().contains("Attic"));
        app.member("anna").await;
    }

    async fn plexs_trouble_is_said_and_changes_nothing(engine) {
        let app = TestApp::start(engine).await;
        let browser = proved(&app).await;
        app.plex.switch(|switches| switches.faults.push(Fault::new("/api/v2/pins", Spoiled::Status(503))));
        assert_eq!(browser.post_form("/login/plex", &[]).await.see_other(), "/setup/owner?reason=pin-not-made");
        browser.page("/setup/owner?reason=pin-not-made").await.expect(200);
        app.plex.switch(|switches| switches.faults.clear());
        let owner = app.owner_made().await;
        app.plex.switch(|switches| switches.faults = vec![Fault::new("/api/v2/resources", Spoiled::Status(503))]);
        owner.page("/setup/server").await.expect(200);
        owner.post_form("/setup/server", &[("machineId", ATTIC)]).await.expect(502);
        assert!(app.state.site.now().settings.media_server.is_none());
        assert_eq!(owner.page("/").await.see_other(), "/setup");
    }

    async fn mistakes_are_said_on_the_same_page(engine) {
        let app = TestApp::start(engine).await;
        let wrong = app.anon().post_form("/setup", &[("code", "wrong")]).await.expect(403);
        has_form(&wrong, "/setup");
        assert!(wrong.text().contains("not the set-up code") && wrong.cookies().is_empty());
        let browser = proved(&app).await;
        for (form, said) in [
            ([("email", "robin<b>"), ("password", OWNER_PASSWORD), ("username", "Robin\"><script>")], "e-mail address"),
            ([("email", "robin<b>@home.test"), ("password", "short"), ("username", "Robin\"><script>")], "at least 8"),
        ] {
            let page = browser.post_form("/setup/owner", &form).await.expect(400);
            has_form(&page, "/setup/owner");
            let text = page.text();
            assert!(text.contains(said), "{text}");
            assert!(text.contains("robin&lt;b&gt;") && text.contains("Robin&quot;&gt;&lt;script&gt;"), "kept, and harmless: {text}");
            assert!(!text.contains(form[1].1), "a password is not sent back");
        }
        assert_eq!(browser.page("/setup/server").await.see_other(), "/setup");
    }

    async fn ten_wrong_codes_then_a_rest(engine) {
        let app = TestApp::start(engine).await;
        let browser = app.anon();
        for _ in 0..10 {
            browser.post_form("/setup", &[("code", "wrong")]).await.expect(403);
        }
        let code = app.setup_code().await;
        let limited = browser.post_form("/setup", &[("code", &code)]).await.expect(429);
        assert!(limited.text().contains("Too many tries") && limited.cookies().is_empty());
        app.clock.advance(10 * MINUTE);
        assert_eq!(browser.post_form("/setup", &[("code", &code)]).await.see_other(), "/setup/owner");
    }

    async fn while_the_owner_chooses_others_only_sign_in(engine) {
        let app = TestApp::start(engine).await;
        let other = proved(&app).await;
        app.owner_made().await;
        // Whoever knew the code as well is too late.
        assert_eq!(other.page("/setup/owner").await.see_other(), "/setup");
        assert_eq!(make_local_owner(&other).await.see_other(), "/setup");
        for browser in [&other, &app.anon()] {
            assert!(browser.page("/setup").await.see_other().starts_with("/login"));
            assert!(browser.page("/setup/server").await.see_other().starts_with("/login"));
            assert!(browser.post_form("/setup/server", &[("machineId", "")]).await.see_other().starts_with("/login"));
            browser.page("/login").await.expect(200);
        }
        assert!(!app.state.site.now().settings.initialized);
    }

    async fn a_member_who_is_early_is_told_so(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.owner_made().await;
        owner.post_json("/api/v1/settings/plex", serde_json::json!({ "machineId": ATTIC })).await.expect(200);
        let anna = app.anon();
        app.sign_in(&anna, "anna").await;
        assert_eq!(anna.page("/").await.see_other(), "/setup");
        let said = anna.page("/setup").await.expect(403).text();
        assert!(said.contains("has not finished"), "{said}");
    }

    async fn the_proof_is_worth_nothing_elsewhere(engine) {
        let app = TestApp::start(engine).await;
        let proof = proved(&app).await.cookie("latchkey.setup").unwrap();
        let other = TestApp::start(engine).await;
        let browser = other.anon();
        browser.plant("latchkey.setup", &proof);
        assert_eq!(browser.page("/setup/owner").await.see_other(), "/setup");
        // It is not the code itself either.
        assert_ne!(proof, app.setup_code().await);
    }
}
