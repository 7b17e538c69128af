//! Signing in with Plex without JavaScript: `POST /login/plex`, Plex, `/login/plex/return`.

use plex_stub::{Answer as Spoiled, Fault};

use super::parameters;
use crate::support::{Engine, MINUTE, TestApp, on_both};

on_both! {
    async fn the_server_makes_the_pin_and_the_tab_comes_back(engine) {
        let app = TestApp::build(engine).with("LATCHKEY_PUBLIC_URL", "https://home.test").start().await;
        app.set_up().await;
        let browser = app.anon();
        let sent = browser.post_form("/login/plex", &[("returnTo", "/profile")]).await;
        let approval = sent.see_other();
        assert!(approval.starts_with(&format!("{}/auth#?", app.plex.url())), "{approval}");
        assert!(!approval.contains('+'), "Plex's page takes %20 for a space");
        let parameters = parameters(&approval);
        assert_eq!(parameters["clientID"], app.client_identifier());
        assert_eq!(parameters["forwardUrl"], "https://home.test/login/plex/return");
        assert_eq!(parameters["context[device][product]"], "Latchkey");
        assert!(sent.cookie("__Host-latchkey.attempt").unwrap().has("secure"));
        let pin = app.plex.pin(&parameters["code"]).unwrap();
        assert_eq!((pin.client_id, pin.origin.as_deref()), (app.client_identifier(), Some("https://home.test")));
        // Too early: the page says so and loads itself again.
        let waiting = browser.page("/login/plex/return").await.expect(200).text();
        assert!(waiting.contains("http-equiv=\"refresh\""), "{waiting}");
        app.plex.approve(&parameters["code"], "anna").unwrap();
        assert_eq!(browser.page("/login/plex/return").await.see_other(), "/profile");
        assert!(browser.page("/profile").await.expect(200).text().contains("Anna Kowalska"));
    }

    async fn the_tab_that_was_started_first_comes_back_first(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let browser = app.anon();
        let first = browser.post_form("/login/plex", &[("returnTo", "/profile")]).await.see_other();
        app.clock.advance(1);
        browser.post_form("/login/plex", &[]).await.see_other();
        app.plex.approve(&parameters(&first)["code"], "anna").unwrap();
        assert_eq!(browser.page("/login/plex/return").await.see_other(), "/profile");
    }

    async fn another_browser_that_opens_the_return_page_gets_nothing(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let (browser, victim) = (app.anon(), app.anon());
        let approval = browser.post_form("/login/plex", &[]).await.see_other();
        app.plex.approve(&parameters(&approval)["code"], "anna").unwrap();
        let page = victim.page("/login/plex/return").await.expect(200);
        assert_eq!(page.cookies(), []);
        assert!(page.text().contains("href=\"/login\""));
        assert_eq!(browser.page("/login/plex/return").await.see_other(), "/");
    }

    async fn a_refusal_names_the_account_and_the_server(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        for (account, words) in [("rita", ["rita", "Attic"]), ("paul", ["invitation", "Attic"])] {
            let browser = app.anon();
            let approval = browser.post_form("/login/plex", &[]).await.see_other();
            app.plex.approve(&parameters(&approval)["code"], account).unwrap();
            let page = browser.page("/login/plex/return").await.expect(200);
            assert!(words.iter().all(|word| page.text().contains(word)), "{}", page.text());
            assert!(!page.text().contains("http-equiv=\"refresh\""), "it is decided");
            assert_eq!(page.cookie("latchkey.sid"), None);
            assert!(browser.page("/").await.see_other().starts_with("/login"));
        }
    }

    async fn plexs_trouble_is_waited_for(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let browser = app.anon();
        let approval = browser.post_form("/login/plex", &[]).await.see_other();
        app.plex.approve(&parameters(&approval)["code"], "anna").unwrap();
        app.plex.go_away().await;
        let waiting = browser.page("/login/plex/return").await.expect(200).text();
        assert!(waiting.contains("http-equiv=\"refresh\"") && waiting.contains("answering"), "{waiting}");
        app.plex.come_back().await.unwrap();
        assert_eq!(browser.page("/login/plex/return").await.see_other(), "/");
    }

    async fn without_a_pin_the_sign_in_page_says_so(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        app.plex.switch(|switches| switches.faults.push(Fault::new("/api/v2/pins", Spoiled::Html)));
        assert_eq!(app.anon().post_form("/login/plex", &[]).await.see_other(), "/login?reason=pin-not-made");
    }

    async fn an_attempt_that_ran_out_starts_again(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let browser = app.anon();
        let approval = browser.post_form("/login/plex", &[]).await.see_other();
        app.clock.advance(10 * MINUTE);
        app.plex.approve(&parameters(&approval)["code"], "anna").unwrap();
        let page = browser.page("/login/plex/return").await.expect(200);
        assert!(page.text().contains("href=\"/login\"") && !page.text().contains("http-equiv=\"refresh\""));
        assert_eq!(page.cookie("latchkey.sid"), None);
    }
}

#[tokio::test]
async fn without_a_public_url_the_tab_comes_back_to_where_it_was() {
    let app = TestApp::start(Engine::Sqlite).await;
    app.set_up().await;
    let post = async |host: &str| {
        let anon = app.anon().with("host", host);
        anon.post_form("/login/plex", &[]).await
    };
    let approval = post("192.168.1.5:5056").await.see_other();
    assert_eq!(
        parameters(&approval)["forwardUrl"],
        "http://192.168.1.5:5056/login/plex/return"
    );
    for odd in ["user@evil.test", "evil.test/path", ""] {
        post(odd).await.expect(400);
    }
}
