//! `POST /theme`.

use crate::support::{DAY, Engine, TestApp};

#[tokio::test]
async fn the_choice_is_remembered_and_the_page_comes_in_it() {
    let app = TestApp::start(Engine::Sqlite).await;
    app.set_up_local().await;
    let browser = app.anon();
    let theme = async || {
        let text = browser.page("/login").await.expect(200).text();
        let html = text
            .split("<html")
            .nth(1)
            .unwrap()
            .split('>')
            .next()
            .unwrap()
            .to_owned();
        html.split("data-theme=\"")
            .nth(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned())
    };
    assert_eq!(theme().await, None);
    for choice in ["light", "dark"] {
        let set = browser
            .post_form(
                "/theme",
                &[("theme", choice), ("returnTo", "/login?returnTo=%2Fprofile")],
            )
            .await;
        assert_eq!(set.see_other(), "/login?returnTo=%2Fprofile");
        let cookie = set.cookie("latchkey.theme").unwrap();
        assert_eq!((cookie.value.as_str(), cookie.max_age()), (choice, Some(400 * DAY)));
        assert!(cookie.has("httponly") && cookie.has("samesite=lax"));
        assert_eq!(theme().await.as_deref(), Some(choice));
    }
    let set = browser
        .post_form("/theme", &[("theme", "system"), ("returnTo", "//evil.test")])
        .await;
    assert_eq!(set.see_other(), "/");
    assert!(set.cookie("latchkey.theme").unwrap().removes());
    assert_eq!(theme().await, None);
    browser.plant("latchkey.theme", "\"><script>");
    assert_eq!(theme().await, None);
}

#[tokio::test]
async fn it_works_before_the_set_up() {
    let app = TestApp::start(Engine::Sqlite).await;
    let set = app
        .anon()
        .post_form("/theme", &[("theme", "dark"), ("returnTo", "/setup")])
        .await;
    assert_eq!(set.see_other(), "/setup");
}
