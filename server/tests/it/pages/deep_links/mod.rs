//! Deep links: any page's address with `?token=…` signs this browser in and goes on to the same address without it.

mod dead;
mod left_alone;
mod query;

use axum::http::Method;
use serde_json::json;

use super::household::{Made, count, disable, make, make_for_days, number, revoke, silent_about};
use crate::support::{Actor, Answer, DAY, Engine, TestApp, on_both};

const SID: &str = "latchkey.sid";
const SESSIONS: &str = "SELECT COUNT(*) FROM sessions";
/// Opens nothing.
const WRONG: &str = "0b7c1f62-1111-4222-8333-944455556666";

/// A household whose owner made a login token for anna.
struct Home {
    app: TestApp,
    owner: Actor,
    anna: i64,
    made: Made,
}

async fn home(engine: Engine) -> Home {
    let app = TestApp::start(engine).await;
    home_of(app).await
}

async fn home_of(app: TestApp) -> Home {
    let owner = app.set_up().await;
    let anna = number(&app.member("anna").await).await;
    let made = make(&owner, anna, "Kitchen tablet").await;
    Home { app, owner, anna, made }
}

/// Where a deep link leads: on at once, never kept, told to nobody, and nothing of the answer repeats the token.
#[track_caller]
fn leads(answer: &Answer, token: &str) -> String {
    assert_eq!(answer.status(), 307, "{}: {}", answer.asked, answer.text());
    assert_eq!(answer.header("cache-control"), "no-store", "{}", answer.asked);
    assert_eq!(answer.header("referrer-policy"), "no-referrer", "{}", answer.asked);
    assert_eq!(
        answer.headers.get_all("referrer-policy").iter().count(),
        1,
        "{}",
        answer.asked
    );
    silent_about(answer, token);
    answer.header("location").to_owned()
}

/// The sign-in page that a dead link leads to.
fn dead(return_to: &str) -> String {
    let query: String = url::form_urlencoded::byte_serialize(return_to.as_bytes()).collect();
    format!("/login?reason=link&returnTo={query}")
}

async fn is_anna(home: &Home, browser: &Actor) {
    assert_eq!(number(browser).await, home.anna);
}

on_both! {
    async fn a_link_signs_in_and_goes_on(engine) {
        let home = home(engine).await;
        let token = &home.made.value;
        for (path, status) in [
            ("/", 200), ("/profile", 200), ("/users", 403), ("/users/1", 403), ("/settings", 403), ("/pair/approve", 200),
            ("/nothing", 404), ("/a/b/c/d/e/f/g/h", 404), ("/profile/", 404), ("/caf%C3%A9/%e2%82%ac", 404), ("/a//b", 404),
            ("/apix", 404), ("/pkgx", 404), ("/healthz/x", 404), ("/a;b=c,d@e:f/~g", 404), ("/login", 303), ("/pair", 303),
        ] {
            let browser = home.app.anon();
            let answer = browser.page(&format!("{path}?token={token}")).await;
            assert_eq!(leads(&answer, token), path);
            let cookie = answer.cookie(SID).unwrap();
            assert!(cookie.has("httponly") && cookie.has("samesite=lax") && cookie.has("path=/") && !cookie.has("secure"), "{cookie:?}");
            assert_eq!(answer.cookies().len(), 1, "{path}");
            let page = browser.page(path).await.expect(status);
            silent_about(&page, token);
            assert!(status == 303 || page.text().contains("Anna Kowalska"), "signed in on {path}: {}", page.text());
            is_anna(&home, &browser).await;
        }
    }

    /// The link as its maker was shown it.
    async fn the_link_that_was_shown_works(engine) {
        let home = home(engine).await;
        let path = home.made.url.strip_prefix("http://home.test").unwrap();
        assert_eq!(path, format!("/?token={}", home.made.value));
        let browser = home.app.anon();
        assert_eq!(leads(&browser.page(path).await, &home.made.value), "/");
        assert!(browser.page("/").await.expect(200).text().contains("Anna Kowalska"));
    }

    async fn the_same_person_is_only_led_on(engine) {
        let home = home(engine).await;
        let anna = home.app.member("anna").await;
        let other = make(&home.owner, home.anna, "Hall").await;
        let (sid, sessions) = (anna.cookie(SID).unwrap(), count(&home.app, SESSIONS).await);
        for token in [&home.made.value, &other.value, &home.made.value] {
            let answer = anna.page(&format!("/profile?x=1&token={token}")).await;
            assert_eq!(leads(&answer, token), "/profile?x=1");
            assert_eq!(answer.cookies(), []);
        }
        assert_eq!(anna.cookie(SID).unwrap(), sid);
        assert_eq!(count(&home.app, SESSIONS).await, sessions);
        anna.page("/profile").await.expect(200);
        // The session is still the one of Plex: revoking the token does not end it.
        revoke(&home.owner, home.anna, home.made.id).await;
        is_anna(&home, &anna).await;
    }

    async fn what_ends_the_token_ends_the_session(engine) {
        let home = home(engine).await;
        let (app, owner) = (&home.app, &home.owner);
        let second = app.second_instance().await;
        let opened = async |made: &Made| {
            let browser = app.anon();
            leads(&browser.page(&format!("/?token={}", made.value)).await, &made.value);
            is_anna(&home, &browser).await;
            browser
        };
        let out = async |browser: Actor, what: &str| {
            for there in [&second, app] {
                assert_eq!(browser.at(there).page("/profile").await.see_other(), "/login?returnTo=%2Fprofile", "{what}");
                browser.at(there).get("/api/v1/auth/me").await.problem(403);
            }
        };
        let kept = opened(&home.made).await;

        let made = make(owner, home.anna, "Revoked").await;
        let browser = opened(&made).await;
        revoke(&owner.at(&second), home.anna, made.id).await;
        out(browser, "revoked").await;

        let made = make(owner, home.anna, "Replaced").await;
        let browser = opened(&made).await;
        owner.post_json(&format!("/api/v1/user/{}/settings/token", home.anna), json!({ "name": "Replaced" })).await.expect(200);
        out(browser, "replaced").await;

        let made = make_for_days(owner, home.anna, "For a day", 1).await;
        let browser = opened(&made).await;
        app.clock.advance(DAY - 1);
        is_anna(&home, &browser).await;
        app.clock.advance(1);
        out(browser, "expired").await;

        is_anna(&home, &kept).await;
        disable(app, home.anna).await;
        out(kept, "switched off").await;
    }

    /// A good token is never refused, so whoever has it could open sessions without end: the oldest give way.
    async fn one_link_holds_twenty_browsers(engine) {
        let home = home(engine).await;
        let others = count(&home.app, SESSIONS).await;
        let other = make(&home.owner, home.anna, "Hall").await;
        let hall = home.app.anon();
        leads(&hall.page(&format!("/?token={}", other.value)).await, &other.value);
        let mut browsers = Vec::new();
        for _ in 0..25 {
            let browser = home.app.anon();
            leads(&browser.page(&format!("/?token={}", home.made.value)).await, &home.made.value);
            is_anna(&home, &browser).await;
            browsers.push(browser);
            home.app.clock.advance(1);
        }
        assert_eq!(count(&home.app, SESSIONS).await, others + 1 + 20);
        for (number, browser) in browsers.iter().enumerate() {
            let status = browser.get("/api/v1/auth/me").await.status();
            assert_eq!(status, if number < 5 { 403 } else { 200 }, "{number}");
        }
        // What another token opened, and what no token did, is not touched.
        is_anna(&home, &hall).await;
        home.owner.get("/api/v1/auth/me").await.expect(200);
    }

    /// An attacker's session id, or one of before, is not the one that somebody is signed in under.
    async fn a_link_opens_a_session_of_its_own(engine) {
        let home = home(engine).await;
        let link = format!("/?token={}", home.made.value);
        let (one, two) = (home.app.anon(), home.app.anon());
        for browser in [&one, &two] {
            leads(&browser.page(&link).await, &home.made.value);
        }
        assert_ne!(one.cookie(SID), two.cookie(SID));
        one.post_form("/logout", &[]).await.see_other();
        is_anna(&home, &two).await;
        // Signing out ended the session, not the token.
        leads(&one.page(&link).await, &home.made.value);
        is_anna(&home, &one).await;

        let ended = two.cookie(SID).unwrap();
        two.post_form("/logout", &[]).await.see_other();
        for planted in [ended.as_str(), "garbage", ""] {
            let browser = home.app.anon();
            browser.plant(SID, planted);
            leads(&browser.page(&link).await, &home.made.value);
            assert_ne!(browser.cookie(SID).unwrap(), planted);
            is_anna(&home, &browser).await;
        }
    }
}

#[tokio::test]
async fn with_a_public_url_on_https() {
    let app = TestApp::build(Engine::Sqlite)
        .with("LATCHKEY_PUBLIC_URL", "https://home.test")
        .start()
        .await;
    let home = home_of(app).await;
    assert_eq!(home.made.url, format!("https://home.test/?token={}", home.made.value));
    let browser = home.app.anon();
    let asked = browser.ask(Method::GET, &format!("/profile?token={}", home.made.value));
    let answer = asked
        .header("accept", "text/html")
        .header("host", "evil.test")
        .send()
        .await;
    assert_eq!(
        leads(&answer, &home.made.value),
        "/profile",
        "the address says nothing of a host"
    );
    let cookie = answer.cookie(SID).unwrap();
    assert!(
        cookie.has("secure") && cookie.has("httponly") && cookie.has("samesite=lax"),
        "{cookie:?}"
    );
    assert!(!answer.header("strict-transport-security").is_empty());
}

#[tokio::test]
async fn through_the_sign_in_page() {
    let home = home(Engine::Sqlite).await;
    let token = &home.made.value;
    let browser = home.app.anon();
    let answer = browser
        .page(&format!(
            "/login?returnTo=%2Fprofile%3Fx%3D1&token={token}&reason=expired"
        ))
        .await;
    assert_eq!(
        leads(&answer, token),
        "/login?returnTo=%2Fprofile%3Fx%3D1&reason=expired"
    );
    assert_eq!(
        browser.page(answer.header("location")).await.see_other(),
        "/profile?x=1"
    );
    // Who is signed in loses nothing by a dead link.
    let (sid, answer) = (
        browser.cookie(SID),
        browser.page(&format!("/profile?x=1&token={WRONG}")).await,
    );
    assert_eq!(leads(&answer, WRONG), dead("/profile?x=1"));
    assert_eq!(
        browser.page(answer.header("location")).await.see_other(),
        "/profile?x=1"
    );
    assert_eq!((browser.cookie(SID), answer.cookies()), (sid, Vec::new()));
    is_anna(&home, &browser).await;
}
