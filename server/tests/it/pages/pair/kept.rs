//! What a device keeps: it is let in again when its session has ended, for as long as its token works.

use axum::http::Method;
use serde_json::json;

use super::{DEVICE, PAIR, SID, begin, paired, poll, shown, state, tablet};
use crate::{
    pages::household::{count, disable, make, number, revoke, silent_about},
    support::{Actor, Answer, DAY, Engine, MINUTE, TestApp, on_both},
};

const SESSIONS: &str = "SELECT COUNT(*) FROM sessions";

struct Home {
    app: TestApp,
    owner: Actor,
    anna: i64,
    tablet: Actor,
    token: i64,
}

/// A tablet that was set up for anna, long enough ago for its pairing to be over.
async fn home(engine: Engine) -> Home {
    home_of(TestApp::start(engine).await).await
}

async fn home_of(app: TestApp) -> Home {
    let owner = app.set_up().await;
    let anna = number(&app.member("anna").await).await;
    let tablet = paired(&app, &owner, anna, "Kitchen").await;
    app.clock.advance(11 * MINUTE);
    let list = owner
        .get(&format!("/api/v1/user/{anna}/settings/tokens"))
        .await
        .expect(200);
    let token = list.json()[0]["id"].as_i64().unwrap();
    Home {
        app,
        owner,
        anna,
        tablet,
        token,
    }
}

/// Let in: the page itself, with a new session and what it keeps renewed. No redirect: where the browser takes no
/// cookies, it would go round in circles.
#[track_caller]
fn let_in(answer: &Answer, path: &str) {
    let expected = if path.starts_with("/nothing") { 404 } else { 200 };
    assert_eq!(answer.status(), expected, "{path}");
    assert!(answer.text().contains("Sign out"), "{path} is shown to nobody");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(!answer.cookie(SID).unwrap().removes());
    let kept = answer.cookie(DEVICE).unwrap();
    assert!(
        kept.has("httponly") && kept.has("samesite=lax") && kept.max_age() == Some(400 * DAY),
        "{kept:?}"
    );
}

/// Not let in: what it kept goes, and the sign-in page is all there is.
async fn out(device: &Actor, what: &str) {
    let answer = device.page("/profile?x=1").await;
    assert_eq!(answer.see_other(), "/login?returnTo=%2Fprofile", "{what}");
    assert!(answer.cookie(DEVICE).unwrap().removes(), "{what}");
    assert!(answer.cookie(SID).is_none_or(|cookie| cookie.removes()), "{what}");
    assert_eq!(
        device.page("/profile?x=1").await.see_other(),
        "/login?returnTo=%2Fprofile",
        "{what}"
    );
    device.page("/login").await.expect(200);
    assert!(
        matches!(device.get("/api/v1/auth/me").await.status(), 401 | 403),
        "{what}"
    );
}

on_both! {
    async fn after_its_sessions_limits_it_is_let_in_again(engine) {
        let home = home(engine).await;
        let kept = home.tablet.cookie(DEVICE).unwrap();
        for (days, path) in [(200, "/profile?x=1&y=%20"), (31, "/nothing/at//all?z"), (180, "/")] {
            let sid = home.tablet.cookie(SID).unwrap();
            home.app.clock.advance(days * DAY);
            // A program of the page's hears no, and nothing changes for it.
            assert!(matches!(home.tablet.at(&home.app).get("/api/v1/auth/me").await.status(), 401 | 403));
            let answer = home.tablet.page(path).await;
            let_in(&answer, path);
            silent_about(&answer, &sid);
            assert_ne!(home.tablet.cookie(SID).unwrap(), sid);
            assert_eq!(number(&home.tablet).await, home.anna);
            home.tablet.page("/profile").await.expect(200);
        }
        assert_ne!(home.tablet.cookie(DEVICE).unwrap(), kept);
        // Again a session of the token.
        let own = format!("/api/v1/user/{}/settings/tokens", home.anna);
        home.tablet.post_json(&own, json!({ "name": "Another" })).await.problem(403);
        home.app.state.login_tokens.flush().await.unwrap();
        let used = "SELECT COUNT(*) FROM login_tokens WHERE last_used_at IS NOT NULL";
        assert_eq!(count(&home.app, used).await, 1);
        revoke(&home.app.owner().await, home.anna, home.token).await;
        home.tablet.get("/api/v1/auth/me").await.problem(403);
    }

    async fn revoking_puts_it_out_at_its_next_request(engine) {
        let home = home(engine).await;
        let second = home.app.second_instance().await;
        home.tablet.page("/profile").await.expect(200);
        revoke(&home.owner.at(&second), home.anna, home.token).await;
        home.tablet.at(&second).get("/api/v1/auth/me").await.problem(403);
        out(&home.tablet, "revoked").await;
    }

    async fn what_ends_the_token_ends_what_is_kept(engine) {
        let home = home(engine).await;
        let fresh = async |name: &str, expires: &str| {
            let owner = home.app.owner().await;
            let device = tablet(&home.app);
            let code = begin(&device).await;
            let person = home.anna.to_string();
            let fields = [("code", code.as_str()), ("person", &person), ("name", name), ("expires", expires), ("answer", "yes")];
            owner.post_form("/pair/approve", &fields).await.expect(200);
            assert_eq!(state(&device).await, "signedIn");
            home.app.clock.advance(3 * MINUTE);
            device
        };
        let device = fresh("Replaced", "").await;
        let owner = home.app.owner().await;
        owner.post_json(&format!("/api/v1/user/{}/settings/token", home.anna), json!({ "name": "Replaced" })).await.expect(200);
        out(&device, "replaced").await;

        let device = fresh("For a day", "1").await;
        home.app.clock.advance(DAY - 4 * MINUTE);
        assert_eq!(number(&device).await, home.anna);
        home.app.clock.advance(4 * MINUTE);
        out(&device, "expired").await;

        let device = fresh("Of somebody", "").await;
        disable(&home.app, home.anna).await;
        out(&device, "switched off").await;
    }

    async fn signing_out_is_for_good(engine) {
        for by_form in [true, false] {
            let home = home(engine).await;
            let answer = if by_form {
                home.tablet.post_form("/logout", &[]).await
            } else {
                home.tablet.post("/api/v1/auth/logout").await.expect(200)
            };
            assert!(answer.cookie(DEVICE).unwrap().removes());
            assert_eq!(home.tablet.cookie(DEVICE), None);
            assert_eq!(home.tablet.page("/profile").await.see_other(), "/login?returnTo=%2Fprofile");
            // The token is still there, for the next time.
            let list = home.app.owner().await.get(&format!("/api/v1/user/{}/settings/tokens", home.anna)).await;
            assert_eq!(list.expect(200).json().as_array().unwrap().len(), 1);
        }
    }

    /// In the two minutes in which a lost answer can be asked for again, too.
    async fn signing_out_at_once_is_for_good(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let device = paired(&app, &owner, 1, "Kitchen").await;
        device.post_form("/logout", &[]).await.see_other();
        // The sign-in page offers a code, and whoever is at the tablet now asks for one.
        let page = device.page("/pair").await;
        assert_eq!(page.status(), 200, "signed in again without anybody's yes: {:?}", page.headers);
        shown(&page);
        device.get("/api/v1/auth/me").await.problem(401);
    }

    /// A new value is for another device: the old one can't take it over, not even right after it was set up.
    async fn a_device_that_was_replaced_at_once(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let anna = number(&app.member("anna").await).await;
        let device = paired(&app, &owner, anna, "Kitchen").await;
        let path = format!("/api/v1/user/{anna}/settings/token");
        let made = owner.post_json(&path, json!({ "name": "Kitchen" })).await.expect(200).json();
        device.get("/api/v1/auth/me").await.problem(403);
        assert_ne!(state(&device).await, "signedIn", "it took the new value's place");
        let other = app.anon();
        other.page(&format!("/?token={}", made["token"].as_str().unwrap())).await.expect(307);
        assert_eq!(number(&other).await, anna, "the new value works");
    }

    /// A revoked device can't come back by asking once more.
    async fn a_device_that_was_revoked_at_once(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let device = paired(&app, &owner, 1, "Kitchen").await;
        let list = owner.get("/api/v1/user/1/settings/tokens").await.expect(200).json();
        revoke(&owner, 1, list[0]["id"].as_i64().unwrap()).await;
        assert_eq!(poll(&device).await, json!({ "state": "expired" }));
        // The poll let it know that its session is worth nothing.
        assert!(matches!(device.get("/api/v1/auth/me").await.status(), 401 | 403));
        assert_eq!(count(&app, "SELECT COUNT(*) FROM login_tokens").await, 0);
    }

    async fn a_rotated_secret_ends_it(engine) {
        let home = home(engine).await;
        home.app.state.site.rotate_session_secret(&home.app.by()).await.unwrap();
        out(&home.tablet, "rotated").await;
    }

    async fn it_is_let_in_at_another_instance(engine) {
        let home = home(engine).await;
        let second = home.app.second_instance().await;
        home.app.clock.advance(200 * DAY);
        let there = home.tablet.at(&second);
        let_in(&there.page("/profile").await, "/profile");
        assert_eq!(number(&there.at(&home.app)).await, home.anna);
    }
}

/// Only where a person looks at a page.
#[tokio::test]
async fn it_is_not_let_in_for_what_nobody_looks_at() {
    let home = home(Engine::Sqlite).await;
    home.app.clock.advance(200 * DAY);
    let sessions = count(&home.app, SESSIONS).await;
    let tablet = &home.tablet;
    let page = |method| tablet.ask(method, "/profile").header("accept", "text/html");
    let mut asked = vec![
        page(Method::HEAD),
        page(Method::GET).header("user-agent", "Slackbot-LinkExpanding 1.0"),
    ];
    for into in ["empty", "image", "iframe", "script", "style", ""] {
        asked.push(page(Method::GET).header("sec-fetch-dest", into));
    }
    for asked in asked {
        let answer = asked.send().await;
        assert_eq!(answer.see_other(), "/login?returnTo=%2Fprofile");
        assert!(answer.cookie(DEVICE).is_none() && answer.cookie(SID).is_none_or(|cookie| cookie.removes()));
    }
    for path in [
        "/api/v1/auth/me",
        "/api/v1/status",
        "/robots.txt",
        "/healthz",
        "/pkg/main.0a1b.css",
    ] {
        let answer = tablet.page(path).await;
        assert_ne!(answer.status(), 307, "{path}");
        assert!(answer.cookie(DEVICE).is_none(), "{path}");
    }
    for path in ["/users/2/tokens", "/settings", "/pair/approve"] {
        let answer = tablet.post_form(path, &[("name", "x")]).await;
        assert!(matches!(answer.status(), 401 | 403), "{path}: {}", answer.status());
    }
    assert_eq!(count(&home.app, SESSIONS).await, sessions);
    let looked = page(Method::GET)
        .header("sec-fetch-dest", "document")
        .header("sec-fetch-site", "cross-site");
    let_in(&looked.send().await, "/profile");
    assert_eq!(number(tablet).await, home.anna);
}

#[tokio::test]
async fn what_was_tampered_with_is_worth_nothing() {
    let home = home(Engine::Sqlite).await;
    let good = home.tablet.cookie(DEVICE).unwrap();
    let made = make(&home.owner, home.anna, "Hall").await;
    let hash = latchkey::domain::hash::sha256(made.value.as_bytes());
    let hash = latchkey::domain::hash::hex(&hash);
    let seal = |purpose, value: &str| home.app.state.sealed.seal(purpose, &value.to_owned(), 1_000).unwrap();
    let other = self::home(Engine::Sqlite).await;
    let mut flipped = good.clone().into_bytes();
    flipped[60] ^= 1;
    let cases = [
        ("empty", String::new()),
        ("nothing", "x".to_owned()),
        ("cut off", good[..good.len() - 2].to_owned()),
        ("longer", format!("{good}00")),
        ("flipped", String::from_utf8(flipped).unwrap()),
        ("of another install", other.tablet.cookie(DEVICE).unwrap()),
        ("the hash itself", hash.clone()),
        ("the value itself", made.value.clone()),
        ("sealed for something else", seal("switch", &hash)),
        ("sealed with nobody's hash", seal("device", &"0".repeat(64))),
        ("sealed with half a hash", seal("device", &hash[..32])),
        ("sealed with no hash", seal("device", "nonsense")),
    ];
    for (what, cookie) in cases {
        let device = tablet(&home.app);
        device.plant(DEVICE, &cookie);
        out(&device, what).await;
    }
    // Two of that name: neither counts.
    let device = tablet(&home.app);
    let both = format!("{DEVICE}={good}; {DEVICE}={good}");
    let answer = device
        .ask(Method::GET, "/profile")
        .header("accept", "text/html")
        .header("cookie", &both)
        .send()
        .await;
    assert_eq!(answer.see_other(), "/login?returnTo=%2Fprofile");
    // It is the one that was given out that opens.
    let device = tablet(&home.app);
    device.plant(DEVICE, &good);
    let_in(&device.page("/profile").await, "/profile");
}

/// Somebody who signs in on the device is who they are; once that ends, it is the device's again.
#[tokio::test]
async fn somebody_else_signed_in_on_it() {
    let home = home(Engine::Sqlite).await;
    assert_eq!(home.app.sign_in(&home.tablet, "bea").await["state"], "signedIn");
    let page = home.tablet.page("/profile").await.expect(200);
    assert!(page.text().contains("bea@example.test"));
    assert!(page.cookie(DEVICE).is_none());
    home.app.clock.advance(200 * DAY);
    let_in(&home.tablet.page("/profile").await, "/profile");
    assert_eq!(number(&home.tablet).await, home.anna);
    // Unless they signed out: then nobody comes in by themselves.
    assert_eq!(home.app.sign_in(&home.tablet, "bea").await["state"], "signedIn");
    home.tablet.post_form("/logout", &[]).await.see_other();
    assert_eq!(
        home.tablet.page("/profile").await.see_other(),
        "/login?returnTo=%2Fprofile"
    );
}

#[tokio::test]
async fn what_is_kept_says_nothing() {
    let home = home(Engine::Sqlite).await;
    let kept = home.tablet.cookie(DEVICE).unwrap();
    assert!(
        kept.len() > 100 && kept.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{kept}"
    );
    let other = paired(&home.app, &home.app.owner().await, home.anna, "Hall").await;
    assert_ne!(
        other.cookie(DEVICE).unwrap()[..48],
        kept[..48],
        "no two are sealed alike"
    );
    assert_ne!(home.tablet.cookie(PAIR), home.tablet.cookie(DEVICE));
    for path in ["/", "/profile", "/nothing"] {
        silent_about(&home.tablet.page(path).await, &kept);
    }
}

#[tokio::test]
async fn without_the_database_nothing_is_taken_away() {
    let home = home(Engine::Sqlite).await;
    home.app.clock.advance(200 * DAY);
    home.app.db.close().await;
    let page = home.tablet.page("/profile").await.expect(503);
    assert_eq!(page.cookies(), []);
    assert!(page.text().contains("database isn"), "{}", page.text());
}
