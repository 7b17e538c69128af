//! `/login` and its password form.

use super::has_form;
use crate::support::{Engine, MINUTE, OWNER_EMAIL, OWNER_PASSWORD, TestApp, on_both};

/// Where nobody may be sent, and ways to write it.
const HOSTILE: [&str; 14] = [
    "https://evil.test/",
    "//evil.test",
    "///evil.test",
    "/\\evil.test",
    "\\\\evil.test",
    "/\t/evil.test",
    "/%09/evil.test",
    "/%2f%2fevil.test",
    "/%5cevil.test",
    "/..//evil.test",
    "/x\r\nLocation: https://evil.test",
    "javascript:alert(1)",
    "/login",
    "/logout",
];

on_both! {
    async fn a_page_is_returned_to_after_the_password(engine) {
        let app = TestApp::start(engine).await;
        app.set_up_local().await;
        let browser = app.anon();
        assert_eq!(browser.page("/profile").await.see_other(), "/login?returnTo=%2Fprofile");
        let page = browser.page("/login?returnTo=%2Fprofile").await.expect(200);
        for action in ["/login/plex", "/login/password"] {
            has_form(&page, action);
        }
        assert!(page.text().contains("name=\"returnTo\" value=\"/profile\""));
        let form = [("email", OWNER_EMAIL), ("password", OWNER_PASSWORD), ("returnTo", "/profile?a=1&b=%20")];
        assert_eq!(browser.post_form("/login/password", &form).await.see_other(), "/profile?a=1&b=%20");
        browser.page("/profile").await.expect(200);
        // Who is in needs no sign-in page.
        assert_eq!(browser.page("/login?returnTo=/profile").await.see_other(), "/profile");
        assert_eq!(browser.page("/login").await.see_other(), "/");
    }

    async fn hostile_return_targets_lead_home(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up_local().await;
        for target in HOSTILE {
            let form = [("email", OWNER_EMAIL), ("password", OWNER_PASSWORD), ("returnTo", target)];
            assert_eq!(app.anon().post_form("/login/password", &form).await.see_other(), "/", "{target:?}");
            let query: String = url::form_urlencoded::byte_serialize(target.as_bytes()).collect();
            let path = format!("/login?returnTo={query}");
            assert_eq!(owner.page(&path).await.see_other(), "/", "{target:?}");
            // Nor is it in the page, but for the address that the theme switch goes back to.
            let text = app.anon().page(&path).await.expect(200).text();
            assert!(!text.contains(&format!("value=\"{target}\"")), "{target:?}: {text}");
        }
    }

    async fn a_wrong_password_keeps_the_email_and_the_target(engine) {
        let app = TestApp::start(engine).await;
        app.set_up_local().await;
        let form = [("email", "robin\"><script>@home.test"), ("password", "wrong <wrong>"), ("returnTo", "/profile")];
        let page = app.anon().post_form("/login/password", &form).await.expect(403);
        let text = page.text();
        assert!(text.contains("go together") && text.contains("robin&quot;&gt;&lt;script&gt;@home.test"), "{text}");
        assert!(text.contains("name=\"returnTo\" value=\"/profile\"") && !text.contains("wrong &lt;") && !text.contains("wrong <"));
        assert_eq!(page.cookies(), []);
    }

    async fn too_many_tries_say_how_long(engine) {
        let app = TestApp::start(engine).await;
        app.set_up_local().await;
        let browser = app.anon();
        let form = [("email", OWNER_EMAIL), ("password", "wrong wrong")];
        for _ in 0..10 {
            browser.post_form("/login/password", &form).await.expect(403);
        }
        let page = browser.post_form("/login/password", &form).await.expect(429);
        assert_eq!(page.header("retry-after"), (15 * MINUTE).to_string());
        assert!(page.text().contains("Too many tries"));
    }
}

#[tokio::test]
async fn every_reason_has_its_sentence_and_others_none() {
    let app = TestApp::start(Engine::Sqlite).await;
    app.set_up_local().await;
    let plain = app.anon().page("/login").await.expect(200).text();
    let alerts = |text: &str| text.matches("class=\"notice").count();
    assert_eq!(alerts(&plain), 0, "{plain}");
    for reason in ["signed-out", "pin-not-made", "expired", "plex-sign-in-off"] {
        let text = app
            .anon()
            .page(&format!("/login?reason={reason}"))
            .await
            .expect(200)
            .text();
        assert_eq!(alerts(&text), 1, "{reason}");
    }
    for reason in ["", "nonsense", "%3Cscript%3E"] {
        let text = app
            .anon()
            .page(&format!("/login?reason={reason}"))
            .await
            .expect(200)
            .text();
        assert_eq!(alerts(&text), 0, "{reason}");
        assert!(!text.contains("<script>"));
    }
}

#[tokio::test]
async fn a_way_that_is_switched_off_is_not_offered() {
    let app = TestApp::start(Engine::Sqlite).await;
    app.set_up_local().await;
    app.state
        .site
        .update(|settings| settings.local_sign_in = false)
        .await
        .unwrap();
    let text = app.anon().page("/login").await.expect(200).text();
    assert!(!text.contains("/login/password") && text.contains("/login/plex"));
    let form = [("email", OWNER_EMAIL), ("password", OWNER_PASSWORD)];
    app.anon().post_form("/login/password", &form).await.expect(403);
    app.state
        .site
        .update(|settings| settings.plex_sign_in = false)
        .await
        .unwrap();
    let text = app.anon().page("/login").await.expect(200).text();
    assert!(!text.contains("action=\"/login/plex\""));
}

#[tokio::test]
async fn a_forms_address_opened_by_hand_leads_to_the_page() {
    let app = TestApp::start(Engine::Sqlite).await;
    app.set_up_local().await;
    for path in ["/login/password", "/login/plex", "/logout"] {
        assert_eq!(app.anon().page(path).await.see_other(), "/login", "{path}");
    }
}

#[tokio::test]
async fn the_title_is_the_households_and_harmless() {
    let app = TestApp::start(Engine::Sqlite).await;
    app.set_up_local().await;
    app.state
        .site
        .update(|settings| settings.application_title = "Dachboden 🏠 </title><script>".into())
        .await
        .unwrap();
    let text = app.anon().page("/login").await.expect(200).text();
    assert!(
        text.contains("Dachboden 🏠 &lt;/title&gt;&lt;script&gt;") && !text.contains("</title><script>"),
        "{text}"
    );
}

#[tokio::test]
async fn an_address_that_keeps_nobody_signed_in_names_the_one_that_does() {
    let app = TestApp::build(Engine::Sqlite)
        .with("LATCHKEY_PUBLIC_URL", "https://home.test")
        .start()
        .await;
    app.set_up_local().await;
    let told = |page: String| page.contains("https://home.test");
    // Browsers send this header only to addresses that they trust.
    assert!(told(app.anon().page("/login").await.expect(200).text()));
    let trusting = app.anon().with("sec-fetch-mode", "navigate");
    assert!(!told(trusting.page("/login").await.expect(200).text()));
    // Without a public URL on https there is nothing to tell.
    let plain = TestApp::start(Engine::Sqlite).await;
    plain.set_up_local().await;
    assert!(
        !plain
            .anon()
            .page("/login")
            .await
            .expect(200)
            .text()
            .contains("not encrypted")
    );
}
