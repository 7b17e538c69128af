//! Cookies of somebody else, of before, damaged, doubled, made up.

use latchkey::storage;
use serde_json::json;

use super::people::count;
use crate::support::{Actor, Engine, TestApp, on_both};

const SID: &str = "latchkey.sid";
const ATTEMPT: &str = "latchkey.attempt";
const SETUP: &str = "latchkey.setup";

/// Nobody is signed in with this cookie: REST says so, pages lead to the sign-in page, which works.
async fn assert_out(app: &TestApp, value: &str, what: &str) {
    let browser = app.anon();
    browser.plant(SID, value);
    let answer = browser.get("/api/v1/auth/me").await;
    assert!(
        matches!(answer.status(), 401 | 403),
        "{what}: {} {}",
        answer.status(),
        answer.text()
    );
    let browser = app.anon();
    browser.plant(SID, value);
    assert_eq!(
        browser.page("/profile").await.see_other(),
        "/login?returnTo=%2Fprofile",
        "{what}"
    );
    browser.page("/login").await.expect(200);
}

fn planted(app: &TestApp, name: &str, value: &str) -> Actor {
    let actor = app.anon();
    actor.plant(name, value);
    actor
}

on_both! {
    async fn a_session_cookie_that_is_not_ours(engine) {
        let app = TestApp::start(engine).await;
        let anna = app.member("anna").await;
        let good = anna.cookie(SID).unwrap();

        let other = TestApp::start(Engine::Sqlite).await;
        let foreign = other.member("anna").await.cookie(SID).unwrap();
        assert_out(&app, &foreign, "of another install").await;

        let step = good.len() / 12;
        for length in (0..good.len()).step_by(step.max(1)).chain([good.len() - 1]) {
            assert_out(&app, &good[..length], "cut off at the end").await;
            assert_out(&app, &good[good.len() - length..], "cut off at the start").await;
        }
        assert_out(&app, &format!("{good}{good}"), "twice in one").await;
        assert_out(&app, &format!("{good}A"), "with one more character").await;
        for at in [0, good.len() / 2, good.len() - 2] {
            let mut bytes = good.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            assert_out(&app, &String::from_utf8(bytes).unwrap(), "with another character").await;
        }
        for garbage in ["", "x", "====", "%00%ff", "../../etc/passwd", &"A".repeat(44), &"A".repeat(8000), "\"", "🔑", "1"] {
            assert_out(&app, garbage, garbage).await;
        }
        // A signature of ours in front of another id.
        let (signature, id) = good.split_at(44.min(good.len()));
        let stranger = app.member("marlow").await.cookie(SID).unwrap();
        assert_out(&app, &format!("{signature}{}", &stranger[44.min(stranger.len())..]), "anna's signature, marlow's id").await;
        assert_out(&app, id, "unsigned").await;

        // None of it has hurt the good one.
        anna.get("/api/v1/auth/me").await.expect(200);
        let sessions = count(&app, "SELECT COUNT(*) FROM sessions").await;
        assert_eq!(sessions, 3, "nobody got a session by all that");
    }

    async fn a_session_cookie_of_the_wrong_name(engine) {
        let app = TestApp::start(engine).await;
        let good = app.member("anna").await.cookie(SID).unwrap();
        for name in ["connect.sid", "Latchkey.sid", "latchkey_sid", "__Host-latchkey.sid", ATTEMPT, "sid", "id"] {
            planted(&app, name, &good).get("/api/v1/auth/me").await.problem(401);
        }
    }

    /// A browser sends both when a neighbouring host planted one for the whole domain. It must never be somebody else's.
    async fn two_session_cookies(engine) {
        let app = TestApp::start(engine).await;
        let anna = app.member("anna").await.cookie(SID).unwrap();
        for other in ["garbage", anna.as_str()] {
            let both = format!("{SID}={other}; {SID}={anna}");
            let answer = app.anon().ask(axum::http::Method::GET, "/api/v1/auth/me").header("cookie", &both).send().await;
            match answer.status() {
                200 => assert_eq!(answer.json()["plexId"], 52_990_041),
                status => assert!(matches!(status, 401 | 403), "{status}"),
            }
        }
    }

    async fn a_session_cookie_of_a_rotated_secret(engine) {
        let app = TestApp::start(engine).await;
        let anna = app.member("anna").await;
        let old = anna.cookie(SID).unwrap();
        app.state.site.rotate_session_secret(&app.by()).await.unwrap();
        anna.get("/api/v1/auth/me").await.problem(403);
        assert_out(&app, &old, "of the old secret").await;
        assert_eq!(count(&app, "SELECT COUNT(*) FROM sessions").await, 0);
        // The old cookie does not stand in the way of a new sign-in in that browser.
        let browser = planted(&app, SID, &old);
        assert_eq!(app.sign_in(&browser, "anna").await["state"], "signedIn");
        browser.get("/api/v1/auth/me").await.expect(200);
        assert_ne!(browser.cookie(SID).unwrap(), old);
    }

    /// Another instance rotated it: this one notices with the next look, and both take the new one.
    async fn a_secret_rotated_elsewhere(engine) {
        let app = TestApp::start(engine).await;
        let anna = app.member("anna").await;
        let other = app.second_instance().await;
        anna.at(&other).get("/api/v1/auth/me").await.expect(200);
        other.state.site.rotate_session_secret(&other.by()).await.unwrap();
        // The sessions are gone whatever the cookie is signed with.
        let answer = anna.at(&app).get("/api/v1/auth/me").await;
        assert!(matches!(answer.status(), 401 | 403));
        app.state.site.refresh().await.unwrap();
        let marlow = app.member("marlow").await;
        marlow.at(&other).get("/api/v1/auth/me").await.expect(200);
    }

    /// The id that an attacker planted is not the one that the person signs in under.
    async fn a_planted_session_id_is_not_kept(engine) {
        let app = TestApp::start(engine).await;
        let attacker = app.member("marlow").await;
        let planted_cookie = attacker.cookie(SID).unwrap();
        let victim = planted(&app, SID, &planted_cookie);
        assert_eq!(app.sign_in(&victim, "anna").await["state"], "signedIn");
        assert_ne!(victim.cookie(SID).unwrap(), planted_cookie);
        assert_eq!(victim.get("/api/v1/auth/me").await.expect(200).json()["plexId"], 52_990_041);
        // The old session ended with it: the attacker is not suddenly anna, and not marlow any more either.
        let answer = attacker.get("/api/v1/auth/me").await;
        assert!(matches!(answer.status(), 401 | 403), "{}", answer.text());
    }

    async fn an_attempt_cookie_that_is_garbage(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        for value in ["", "x", "🔑", &"g".repeat(64), &"a".repeat(63), &"a".repeat(65), &"a".repeat(8000), "%00", "' OR 1=1"] {
            let browser = planted(&app, ATTEMPT, value);
            let poll = browser.post_json("/api/v1/auth/plex/attempts/poll", json!({})).await.expect(200);
            assert_eq!(poll.json(), json!({ "state": "expired" }), "{value}");
            browser.delete_json("/api/v1/auth/plex/attempts", json!({})).await.expect(204);
            browser.page("/login/plex/return").await.expect(200);
            // A new attempt makes a cookie of its own.
            assert_eq!(app.sign_in(&browser, "anna").await["state"], "signedIn", "{value}");
            assert_ne!(browser.cookie(ATTEMPT).unwrap(), value);
        }
    }

    async fn an_attempt_cookie_that_nobody_gave_out(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let (pin, code) = app.pin();
        let anna = app.anon();
        app.start_attempt(&anna, pin, &code).await.expect(201);
        app.plex.approve(&code, "anna").unwrap();
        let stranger = planted(&app, ATTEMPT, &"a".repeat(64));
        assert_eq!(app.poll(&stranger, pin).await, json!({ "state": "expired" }));
        stranger.delete_json("/api/v1/auth/plex/attempts", json!({ "pinId": pin })).await.expect(204);
        app.anon().delete_json("/api/v1/auth/plex/attempts", json!({ "pinId": pin })).await.expect(204);
        assert_eq!(app.poll(&anna, pin).await["state"], "signedIn", "nobody else ended it");
    }

    /// Two cookies of that name: one is planted, so neither counts, and nobody is signed in as the planter.
    async fn two_attempt_cookies(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let attacker = app.anon();
        let (pin, code) = app.pin();
        app.start_attempt(&attacker, pin, &code).await.expect(201);
        app.plex.approve(&code, "marlow").unwrap();
        let planted = attacker.cookie(ATTEMPT).unwrap();
        let own = "b".repeat(64);
        for both in [format!("{ATTEMPT}={planted}; {ATTEMPT}={own}"), format!("{ATTEMPT}={own}; {ATTEMPT}={planted}")] {
            let victim = app.anon();
            let asked = victim.ask(axum::http::Method::POST, "/api/v1/auth/plex/attempts/poll").header("cookie", &both);
            assert_eq!(asked.json(&json!({})).send().await.expect(200).json(), json!({ "state": "expired" }));
            assert!(victim.cookie(SID).is_none());
        }
    }

    /// On https a neighbouring host can't plant one at all: only the `__Host-` name counts.
    async fn a_planted_attempt_cookie_on_https(engine) {
        let app = TestApp::build(engine).with("LATCHKEY_PUBLIC_URL", "https://home.test").start().await;
        app.set_up().await;
        let attacker = app.anon();
        let (pin, code) = app.pin();
        app.start_attempt(&attacker, pin, &code).await.expect(201);
        app.plex.approve(&code, "marlow").unwrap();
        let value = attacker.cookie("__Host-latchkey.attempt").unwrap();
        let victim = planted(&app, ATTEMPT, &value);
        assert_eq!(app.poll(&victim, pin).await, json!({ "state": "expired" }));
        let page = victim.page("/login/plex/return").await.expect(200);
        assert!(page.cookie(SID).is_none());
    }

    async fn a_forged_proof_of_the_set_up_code(engine) {
        let app = TestApp::start(engine).await;
        let other = TestApp::start(Engine::Sqlite).await;
        let prover = other.anon();
        prover.post_form("/setup", &[("code", &other.setup_code().await)]).await.see_other();
        let foreign = prover.cookie(SETUP).unwrap();
        let code = app.setup_code().await;
        let hash = latchkey::domain::hash::hex(&latchkey::domain::hash::sha256(code.as_bytes()));
        for forged in ["", "1", "true", &code, &hash, &foreign, &"0".repeat(64), "🔑", &"a".repeat(8000)] {
            let attacker = planted(&app, SETUP, forged);
            assert_eq!(attacker.page("/setup/owner").await.see_other(), "/setup", "{forged}");
            let fields = [("email", "evil@example.test"), ("password", "long-enough-password"), ("username", "")];
            assert_eq!(attacker.post_form("/setup/owner", &fields).await.see_other(), "/setup", "{forged}");
            let (pin, pin_code) = app.pin();
            app.plex.approve(&pin_code, "mallory").unwrap();
            app.start_attempt(&attacker, pin, &pin_code).await.problem(503);
            assert_eq!(app.poll(&attacker, pin).await, json!({ "state": "expired" }));
            assert_eq!(attacker.post_form("/login/plex", &[]).await.status(), 503, "{forged}");
        }
        assert!(!storage::user::owner_exists(&app.db).await.unwrap());
    }

    /// The proof is worth nothing once there is an owner, and after the secret was rotated.
    async fn a_proof_that_is_over(engine) {
        let app = TestApp::start(engine).await;
        let late = app.anon();
        late.post_form("/setup", &[("code", &app.setup_code().await)]).await.see_other();
        app.state.site.rotate_session_secret(&app.by()).await.unwrap();
        assert_eq!(late.page("/setup/owner").await.see_other(), "/setup");
        late.post_form("/setup", &[("code", &app.setup_code().await)]).await.see_other();
        late.page("/setup/owner").await.expect(200);

        // An attempt that was begun with a right proof, approved after somebody else became owner.
        let (pin, code) = app.pin();
        app.start_attempt(&late, pin, &code).await.expect(201);
        app.set_up().await;
        app.plex.approve(&code, "mallory").unwrap();
        let state = app.poll(&late, pin).await;
        assert_eq!(state["state"], "refused", "{state}");
        let fields = [("email", "evil@example.test"), ("password", "long-enough-password"), ("username", "")];
        let answer = late.post_form("/setup/owner", &fields).await;
        assert!(answer.status() < 500);
        assert_eq!(count(&app, "SELECT COUNT(*) FROM users").await, 1);
        assert!(late.cookie(SID).is_none());
    }

    /// Signing out is for good: what the attempt left behind for a lost answer does not bring the session back.
    async fn signing_out_ends_the_attempt_too(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        for by_form in [true, false] {
            let browser = app.anon();
            assert_eq!(app.sign_in(&browser, "anna").await["state"], "signedIn");
            if by_form {
                browser.post_form("/logout", &[]).await.see_other();
            } else {
                browser.post("/api/v1/auth/logout").await.expect(200);
            }
            let poll = browser.post_json("/api/v1/auth/plex/attempts/poll", json!({})).await.expect(200);
            assert_eq!(poll.json(), json!({ "state": "expired" }));
            browser.page("/login/plex/return").await.expect(200);
            assert!(browser.cookie(SID).is_none());
        }
    }
}
