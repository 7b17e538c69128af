//! plex.tv away, slow, or talking nonsense, at every step of a sign-in; and then it is back: the same attempt leads in.

use std::time::Duration;

use latchkey::plex::{PacingLimits, PlexLimits};
use plex_stub::{ATTIC, Answer, Fault};
use serde_json::{Value, json};

use super::people::count;
use crate::support::{Actor, Engine, TestApp, on_both};

/// What plex.tv, or something on the way to it, can answer instead of the truth.
const ANSWERS: [Answer; 11] = [
    Answer::Status(500),
    Answer::Status(502),
    Answer::Status(503),
    Answer::Status(403),
    Answer::Status(404),
    Answer::Status(302),
    Answer::RateLimited,
    Answer::CutOff,
    Answer::Malformed,
    Answer::WrongShape,
    Answer::Html,
];

/// Patience of a tenth of a second, so that slowness shows soon; nobody waits for a turn.
fn impatient() -> PlexLimits {
    PlexLimits {
        connect: Duration::from_millis(500),
        request: Duration::from_millis(150),
        repeat_pause: Duration::from_millis(1),
        pacing: PacingLimits {
            per_pin: Duration::ZERO,
            every: Duration::ZERO,
            first_back_off: Duration::from_millis(1),
            longest_back_off: Duration::from_millis(1),
            ..PacingLimits::default()
        },
        ..PlexLimits::default()
    }
}

/// An attempt whose PIN is approved and not read yet.
async fn approved(app: &TestApp, account: &str) -> (Actor, i64) {
    let browser = app.anon();
    let (pin, code) = app.pin();
    app.start_attempt(&browser, pin, &code).await.expect(201);
    app.plex.approve(&code, account).unwrap();
    (browser, pin)
}

/// Polls until the pause after a 429 is over, as the island does.
async fn poll_on(app: &TestApp, browser: &Actor, pin: i64) -> Value {
    for _ in 0..200 {
        let state = app.poll(browser, pin).await;
        if state["state"] != "pending" {
            return state;
        }
        tokio::task::yield_now().await;
    }
    json!("pending for ever")
}

#[track_caller]
fn assert_trouble(state: &Value, limited: bool, what: &str) {
    let expected = if limited { "pending" } else { "plexUnreachable" };
    assert_eq!(state["state"], expected, "{what}: {state}");
    let wait = state["retryAfter"].as_u64().unwrap();
    assert!((50..=15_000).contains(&wait), "{what}: {state}");
}

/// Every odd answer at one step, for a new person each; then the truth again, after the PIN is dead if `dead_by_then`.
async fn odd_answers_at(engine: Engine, path: &str, dead_by_then: bool) {
    let app = TestApp::start(engine).await;
    app.set_up().await;
    if path == "/api/users" {
        app.plex.switch(|switches| switches.owner_id_when_shared = false);
    }
    for answer in ANSWERS {
        let what = format!("{answer:?} at {path}");
        let (browser, pin) = approved(&app, "anna").await;
        app.plex
            .switch(|switches| switches.faults.push(Fault::new(path, answer)));
        let limited = answer == Answer::RateLimited;
        for _ in 0..3 {
            assert_trouble(&app.poll(&browser, pin).await, limited, &what);
        }
        assert!(browser.cookie("latchkey.sid").is_none(), "{what}");
        app.plex.switch(|switches| switches.faults.clear());
        if dead_by_then {
            app.plex.advance(Duration::from_secs(120));
        }
        assert_eq!(poll_on(&app, &browser, pin).await["state"], "signedIn", "{what}");
        assert_eq!(
            browser.get("/api/v1/auth/me").await.expect(200).json()["plexId"],
            52_990_041,
            "{what}"
        );
    }
    assert_eq!(count(&app, "SELECT COUNT(*) FROM users").await, 2);
}

on_both! {
    async fn odd_answers_about_the_pin(engine) {
        odd_answers_at(engine, "/api/v2/pins/", false).await;
    }

    async fn odd_answers_about_the_account(engine) {
        odd_answers_at(engine, "/api/v2/user", true).await;
    }

    async fn odd_answers_about_the_servers(engine) {
        odd_answers_at(engine, "/api/v2/resources", true).await;
    }

    async fn odd_answers_about_the_owners_people(engine) {
        odd_answers_at(engine, "/api/users", true).await;
    }

    /// Away at every step: the person waits, and is in when Plex is back, though the PIN has died meanwhile.
    async fn away_and_back(engine) {
        let app = TestApp::start(engine).await;
        let signed_in = app.member("marlow").await;
        for (path, dead_by_then) in [("/api/v2/pins/", false), ("/api/v2/user", true), ("/api/v2/resources", true)] {
            let (browser, pin) = approved(&app, "anna").await;
            // The step before succeeds, the next one finds nobody: refused connections are like that in the middle.
            app.plex.switch(|switches| switches.faults.push(Fault::new(path, Answer::CutOff)));
            assert_trouble(&app.poll(&browser, pin).await, false, path);
            app.plex.go_away().await;
            assert_trouble(&app.poll(&browser, pin).await, false, path);
            // Who is in stays in; nobody asks Plex for that.
            signed_in.get("/api/v1/auth/me").await.expect(200);
            app.plex.come_back().await.unwrap();
            app.plex.switch(|switches| switches.faults.clear());
            if dead_by_then {
                app.plex.advance(Duration::from_secs(120));
            }
            assert_eq!(poll_on(&app, &browser, pin).await["state"], "signedIn", "{path}");
        }
    }

    async fn slow_is_not_no(engine) {
        let app = TestApp::build(engine).plex_limits(impatient()).start().await;
        app.set_up().await;
        app.plex.switch(|switches| switches.owner_id_when_shared = false);
        for (path, dead_by_then) in
            [("/api/v2/pins/", false), ("/api/v2/user", true), ("/api/v2/resources", true), ("/api/users", true)]
        {
            let (browser, pin) = approved(&app, "anna").await;
            app.plex.switch(|switches| switches.faults.push(Fault::slow(path, 10_000)));
            assert_trouble(&app.poll(&browser, pin).await, false, path);
            let (pin_id, code) = app.pin();
            // Somebody else: a second sign-in of one account makes the token of the first worthless.
            app.plex.approve(&code, "marlow").unwrap();
            let body = json!({ "pinId": pin_id, "code": code });
            let program = app.anon();
            let said = program.post_json("/api/v1/auth/plex", body.clone()).await.problem(504);
            assert!(said.contains("Plex isn't answering"), "{said}");
            app.plex.switch(|switches| switches.faults.clear());
            if dead_by_then {
                app.plex.advance(Duration::from_secs(120));
            }
            assert_eq!(poll_on(&app, &browser, pin).await["state"], "signedIn", "{path}");
            program.post_json("/api/v1/auth/plex", body).await.expect(200);
        }
    }

    async fn a_program_is_told_502_and_comes_in_with_the_same_pin(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let (pin_id, code) = app.pin();
        app.plex.approve(&code, "anna").unwrap();
        let body = json!({ "pinId": pin_id, "code": code });
        let program = app.anon();
        for answer in [Answer::Status(503), Answer::Html, Answer::WrongShape] {
            app.plex.switch(|switches| switches.faults = vec![Fault::new("/api/v2/resources", answer)]);
            program.post_json("/api/v1/auth/plex", body.clone()).await.problem(502);
        }
        app.plex.switch(|switches| switches.faults = vec![Fault::new("/api/v2/resources", Answer::RateLimited)]);
        program.post_json("/api/v1/auth/plex", body.clone()).await.expect(202);
        app.plex.switch(|switches| switches.faults.clear());
        app.plex.advance(Duration::from_secs(120));
        let answer = program.post_json("/api/v1/auth/plex", body).await;
        assert_eq!(answer.expect(200).json()["plexId"], 52_990_041);
    }

    /// The set-up knows the same troubles: nothing is half made, and the same PIN makes the owner afterwards.
    async fn at_the_set_up(engine) {
        let app = TestApp::start(engine).await;
        let (pin_id, code) = app.pin();
        app.plex.approve(&code, "attic-owner").unwrap();
        let body = json!({ "setupCode": app.setup_code().await, "pinId": pin_id, "code": code });
        let owner = app.anon();
        for (path, answer) in [
            ("/api/v2/user", Answer::Status(500)),
            ("/api/v2/resources", Answer::CutOff),
            ("/api/v2/resources", Answer::WrongShape),
        ] {
            app.plex.switch(|switches| switches.faults = vec![Fault::new(path, answer)]);
            owner.post_json("/api/v1/setup/owner", body.clone()).await.problem(502);
            assert_eq!(count(&app, "SELECT COUNT(*) FROM users").await, 0);
        }
        app.plex.switch(|switches| switches.faults.clear());
        app.plex.advance(Duration::from_secs(120));
        owner.post_json("/api/v1/setup/owner", body).await.expect(201);

        // And for the choice of the media server: nothing is changed, everything can be tried again.
        for answer in ANSWERS {
            app.plex.switch(|switches| switches.faults = vec![Fault::new("/api/v2/resources", answer)]);
            let status = if answer == Answer::RateLimited { 503 } else { 502 };
            owner.get("/api/v1/settings/plex/devices/servers").await.problem(status);
            owner.post_json("/api/v1/settings/plex", json!({ "machineId": ATTIC })).await.problem(status);
            assert_eq!(owner.get("/api/v1/settings/plex").await.expect(200).json()["machineId"], "");
            let page = owner.page("/setup/server").await.expect(200);
            assert!(page.text().contains("Plex"), "{answer:?}");
        }
        app.plex.switch(|switches| switches.faults.clear());
        owner.post_json("/api/v1/settings/plex", json!({ "machineId": ATTIC })).await.expect(200);
    }

    async fn no_pin_without_javascript(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let browser = app.anon();
        for answer in ANSWERS {
            app.plex.switch(|switches| switches.faults = vec![Fault::new("/api/v2/pins", answer)]);
            let target = browser.post_form("/login/plex", &[("returnTo", "/profile")]).await.see_other();
            assert_eq!(target, "/login?reason=pin-not-made", "{answer:?}");
        }
        app.plex.go_away().await;
        let target = browser.post_form("/login/plex", &[]).await.see_other();
        assert_eq!(target, "/login?reason=pin-not-made");
        let page = browser.page(&target).await.expect(200).text();
        assert!(page.contains("Plex"), "{page}");
    }

    /// A token that died between the PIN and the questions is a new start, not trouble and not "no access".
    async fn a_token_that_died_at_once(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let (browser, pin) = approved(&app, "anna").await;
        app.plex.remove_device("anna", None);
        assert_eq!(poll_on(&app, &browser, pin).await, json!({ "state": "expired" }));
        assert_eq!(app.sign_in(&browser, "anna").await["state"], "signedIn");
    }

    /// Trouble that lasts longer than the attempt ends it, and a token that was kept for it is of no use any more.
    async fn trouble_ends_with_the_attempt(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let (browser, pin) = approved(&app, "anna").await;
        app.plex.switch(|switches| switches.faults.push(Fault::new("/api/v2/user", Answer::Status(502))));
        assert_trouble(&app.poll(&browser, pin).await, false, "account");
        app.clock.advance(601);
        app.plex.switch(|switches| switches.faults.clear());
        assert_eq!(app.poll(&browser, pin).await, json!({ "state": "expired" }));
        app.state.sign_in.clean().await.unwrap();
        assert!(app.state.sign_in.claimed.lock().unwrap().is_empty(), "no token outlives its attempt");
    }
}
