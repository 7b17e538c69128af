//! Sessions: their cookie, their limits, and what ends all of them.

use latchkey::storage;
use serde_json::json;

use crate::support::{Answer, Attributes, DAY, Engine, HOUR, OWNER_EMAIL, OWNER_PASSWORD, TestApp, on_both};

const ME: &str = "/api/v1/auth/me";

async fn sign_in(app: &TestApp) -> Answer {
    let body = json!({ "email": OWNER_EMAIL, "password": OWNER_PASSWORD });
    app.anon().post_json("/api/v1/auth/local", body).await.expect(200)
}

fn strict(cookie: &Attributes) {
    assert!(
        cookie.has("httponly") && cookie.has("samesite=lax") && cookie.has("path=/"),
        "{cookie:?}"
    );
    assert!(
        !cookie.rest.iter().any(|attribute| attribute.starts_with("domain")),
        "{cookie:?}"
    );
    assert_eq!(cookie.max_age(), Some(180 * DAY));
    assert!(cookie.value.len() > 40);
}

#[tokio::test]
async fn the_cookie_over_http_and_https() {
    for (url, secure) in [
        (None, false),
        (Some("http://home.test:5056"), false),
        (Some("https://home.test"), true),
    ] {
        let mut app = TestApp::build(Engine::Sqlite);
        if let Some(url) = url {
            app = app.with("LATCHKEY_PUBLIC_URL", url);
        }
        let app = app.start().await;
        app.set_up_local().await;
        let answer = sign_in(&app).await;
        let cookie = answer.cookie("latchkey.sid").unwrap();
        strict(&cookie);
        assert_eq!(cookie.has("secure"), secure, "{url:?}");
        assert_eq!(answer.header("strict-transport-security").is_empty(), !secure);
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn a_setting_calls_it_as_seerr_does() {
    let app = TestApp::start(Engine::Sqlite).await;
    let owner = app.set_up_local().await;
    app.state
        .site
        .update(|settings| settings.seerr_cookie_name = true)
        .await
        .unwrap();
    owner.get(ME).await.problem(401);
    let answer = sign_in(&app).await;
    strict(&answer.cookie("connect.sid").unwrap());
    assert_eq!(answer.cookie("latchkey.sid"), None);
    let owner = app.anon();
    owner.plant("connect.sid", &answer.cookie("connect.sid").unwrap().value);
    owner.get(ME).await.expect(200);
}

#[tokio::test]
async fn reading_sets_no_cookie() {
    let app = TestApp::start(Engine::Sqlite).await;
    let owner = app.set_up_local().await;
    for actor in [&owner, &app.anon()] {
        for path in [ME, "/api/v1/settings/public", "/login", "/", "/nothing"] {
            assert_eq!(actor.page(path).await.cookies(), [], "{path}");
        }
    }
}

on_both! {
    async fn a_sign_in_makes_a_new_id_and_the_old_one_dies(engine) {
        let app = TestApp::start(engine).await;
        let browser = app.member("anna").await;
        let old = browser.cookie("latchkey.sid").unwrap();
        assert_eq!(app.sign_in(&browser, "marlow").await["state"], "signedIn");
        let new = browser.cookie("latchkey.sid").unwrap();
        assert_ne!(old, new);
        assert_eq!(browser.get(ME).await.expect(200).json()["plexUsername"], "marlow");
        browser.plant("latchkey.sid", &old);
        browser.get(ME).await.problem(403);
    }

    async fn a_planted_cookie_does_not_become_the_session(engine) {
        let app = TestApp::start(engine).await;
        let attacker = app.member("anna").await;
        let planted = attacker.cookie("latchkey.sid").unwrap();
        for planted in [planted.as_str(), "made-up"] {
            let victim = app.anon();
            victim.plant("latchkey.sid", planted);
            assert_eq!(app.sign_in(&victim, "marlow").await["state"], "signedIn");
            assert_ne!(victim.cookie("latchkey.sid").as_deref(), Some(planted));
            assert_eq!(victim.get(ME).await.expect(200).json()["plexUsername"], "marlow");
        }
        let me = attacker.get(ME).await;
        assert!(me.status() == 403 || me.json()["plexUsername"] == "anna.k", "{}", me.text());
    }

    async fn thirty_idle_days_end_it(engine) {
        let app = TestApp::start(engine).await;
        let anna = app.member("anna").await;
        app.clock.advance(30 * DAY - 1);
        anna.get(ME).await.expect(200);
        // Being seen counts once it is written, which a chore does.
        app.state.sessions.flush().await.unwrap();
        app.clock.advance(30 * DAY - 1);
        anna.get(ME).await.expect(200);
        app.clock.advance(1);
        // Seen a second ago, but that was not written: no worse than a crash.
        anna.get(ME).await.problem(403);
    }

    async fn a_hundred_and_eighty_days_end_it_whatever_happens(engine) {
        let app = TestApp::start(engine).await;
        let anna = app.member("anna").await;
        for _ in 0..179 {
            app.clock.advance(DAY);
            anna.get(ME).await.expect(200);
            app.state.sessions.flush().await.unwrap();
        }
        app.clock.advance(DAY - 1);
        anna.get(ME).await.expect(200);
        app.clock.advance(1);
        anna.get(ME).await.problem(403);
    }

    async fn the_owners_settings_set_the_limits_for_sessions_that_are_there(engine) {
        let app = TestApp::start(engine).await;
        let anna = app.member("anna").await;
        app.clock.advance(2 * DAY);
        app.state.site.update(|settings| settings.session_idle_days = 2).await.unwrap();
        anna.get(ME).await.problem(403);
        assert_eq!(app.state.sessions.clean().await.unwrap(), 2, "anna's and the owner's");
    }

    async fn a_clock_set_back_ends_nothing(engine) {
        let app = TestApp::start(engine).await;
        let anna = app.member("anna").await;
        app.clock.advance(-400 * DAY);
        anna.get(ME).await.expect(200);
        app.state.sessions.flush().await.unwrap();
        assert_eq!(app.state.sessions.clean().await.unwrap(), 0);
        app.clock.advance(400 * DAY + HOUR);
        anna.get(ME).await.expect(200);
    }

    async fn a_new_secret_signs_everyone_out_everywhere(engine) {
        let app = TestApp::start(engine).await;
        let people = [app.owner().await, app.member("anna").await];
        let second = app.second_instance().await;
        app.state.site.rotate_session_secret(&app.by()).await.unwrap();
        for person in &people {
            person.get(ME).await.problem(403);
            // Even before the other instance has noticed: the sessions are gone.
            person.at(&second).get(ME).await.problem(403);
        }
        second.state.site.refresh().await.unwrap();
        assert_eq!(second.state.site.now().session_secret, app.state.site.now().session_secret);
        let anna = app.member("anna").await;
        anna.get(ME).await.expect(200);
        anna.at(&second).get(ME).await.expect(200);
    }

    async fn a_cookie_signed_with_another_secret_is_worth_nothing(engine) {
        let app = TestApp::start(engine).await;
        let anna = app.member("anna").await;
        // The rows stay, only the secret changes: the signature alone must be enough to refuse.
        let other = latchkey::domain::secret::SessionSecret::generate().unwrap().to_hex();
        storage::install::replace(&app.db, "session_secret", &other).await.unwrap();
        app.state.site.announce().await.unwrap();
        anna.get(ME).await.problem(403);
    }

    async fn reading_a_session_writes_nothing(engine) {
        let app = TestApp::start(engine).await;
        let anna = app.member("anna").await;
        let seen = async || -> i64 {
            let sql = "SELECT MAX(last_seen_at) FROM sessions";
            match &app.db {
                storage::Db::Sqlite(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
                storage::Db::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
            }
        };
        let before = seen().await;
        app.clock.advance(HOUR);
        for _ in 0..3 {
            anna.get(ME).await.expect(200);
        }
        assert_eq!(seen().await, before);
        app.state.sessions.flush().await.unwrap();
        assert_eq!(seen().await, before + HOUR);
    }
}

#[tokio::test]
async fn a_secret_from_the_configuration_is_not_rotated() {
    let app = TestApp::build(Engine::Sqlite)
        .with("LATCHKEY_SESSION_SECRET", &"5e".repeat(32))
        .start()
        .await;
    let owner = app.set_up_local().await;
    assert!(app.state.site.rotate_session_secret(&app.by()).await.is_err());
    owner.get(ME).await.expect(200);
    assert_eq!(storage::install::find(&app.db, "session_secret").await.unwrap(), None);
}
