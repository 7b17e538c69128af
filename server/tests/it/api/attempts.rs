//! `/auth/plex/attempts` and `/auth/plex/attempts/poll`.

use latchkey::domain::user::OWNER_ID;
use plex_stub::{Answer as Spoiled, Fault};
use serde_json::json;

use crate::support::{Engine, MINUTE, TestApp, on_both};

const ATTEMPTS: &str = "/api/v1/auth/plex/attempts";
const POLL: &str = "/api/v1/auth/plex/attempts/poll";

on_both! {
    async fn start_poll_approve_poll(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let (anna, (pin_id, code)) = (app.anon(), app.pin());
        let body = json!({ "pinId": pin_id, "code": code, "returnTo": "/profile?tab=devices" });
        let started = anna.post_json(ATTEMPTS, body).await.expect(201);
        assert_eq!(started.json(), json!({ "expiresIn": 600 }));
        let cookie = started.cookie("latchkey.attempt").unwrap();
        assert!(cookie.has("httponly") && cookie.has("samesite=lax") && cookie.has("path=/") && !cookie.has("secure"), "{cookie:?}");
        assert_eq!((cookie.value.len(), cookie.max_age()), (64, Some(30 * MINUTE)));
        let pending = app.poll(&anna, pin_id).await;
        assert_eq!(pending["state"], "pending");
        assert!(pending["retryAfter"].as_u64().is_some_and(|ms| (100..=5_000).contains(&ms)), "{pending}");
        app.plex.approve(&code, "anna").unwrap();
        assert_eq!(app.poll(&anna, pin_id).await, json!({ "state": "signedIn", "to": "/profile?tab=devices" }));
        anna.get("/api/v1/auth/me").await.expect(200);
        // A browser that lost the answer asks again, a while.
        assert_eq!(app.poll(&anna, pin_id).await["state"], "signedIn");
        app.clock.advance(2 * MINUTE + 1);
        assert_eq!(app.poll(&anna, pin_id).await, json!({ "state": "expired" }));
        anna.get("/api/v1/auth/me").await.expect(200);
    }

    async fn another_browser_gets_nothing_of_it(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let (anna, thief, (pin_id, code)) = (app.anon(), app.anon(), app.pin());
        app.start_attempt(&anna, pin_id, &code).await.expect(201);
        app.plex.approve(&code, "anna").unwrap();
        for body in [json!({ "pinId": pin_id }), json!({})] {
            assert_eq!(thief.post_json(POLL, body).await.expect(200).json(), json!({ "state": "expired" }));
        }
        // With an attempt cookie of its own neither, even though it knows number and code.
        let own = app.pin();
        app.start_attempt(&thief, own.0, &own.1).await.expect(201);
        app.start_attempt(&thief, pin_id, &code).await.problem(409);
        assert_eq!(app.poll(&thief, pin_id).await, json!({ "state": "expired" }));
        thief.delete_json(ATTEMPTS, json!({ "pinId": pin_id })).await.expect(204);
        for damaged in ["", "x", &"g".repeat(64), &"a".repeat(63)] {
            let other = app.anon();
            other.plant("latchkey.attempt", damaged);
            assert_eq!(app.poll(&other, pin_id).await, json!({ "state": "expired" }));
        }
        assert_eq!(app.poll(&anna, pin_id).await["state"], "signedIn");
    }

    async fn two_tabs_and_the_newest(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let (anna, first, second) = (app.anon(), app.pin(), app.pin());
        app.start_attempt(&anna, first.0, &first.1).await.expect(201);
        app.clock.advance(1);
        let cookie = anna.cookie("latchkey.attempt");
        app.start_attempt(&anna, second.0, &second.1).await.expect(201);
        assert_eq!(anna.cookie("latchkey.attempt"), cookie, "one browser, one cookie");
        app.plex.approve(&first.1, "anna").unwrap();
        assert_eq!(app.poll(&anna, second.0).await["state"], "pending");
        // Without a number, whichever was approved.
        assert_eq!(anna.post_json(POLL, json!({})).await.expect(200).json()["state"], "signedIn");
        assert_eq!(app.poll(&anna, first.0).await["state"], "signedIn");
    }

    async fn a_cancelled_attempt_is_not_redeemed(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let (anna, (pin_id, code)) = (app.anon(), app.pin());
        anna.delete_json(ATTEMPTS, json!({})).await.expect(204);
        app.start_attempt(&anna, pin_id, &code).await.expect(201);
        anna.delete_json(ATTEMPTS, json!({ "pinId": pin_id })).await.expect(204);
        app.plex.approve(&code, "anna").unwrap();
        assert_eq!(app.poll(&anna, pin_id).await, json!({ "state": "expired" }));
        assert_eq!(app.plex.pin(&code).unwrap().claimed_reads, 0);
        anna.get("/api/v1/auth/me").await.problem(401);
    }

    async fn an_attempt_lives_ten_minutes(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let (anna, (pin_id, code)) = (app.anon(), app.pin());
        app.start_attempt(&anna, pin_id, &code).await.expect(201);
        app.clock.advance(10 * MINUTE - 1);
        assert_eq!(app.poll(&anna, pin_id).await["state"], "pending");
        app.clock.advance(1);
        app.plex.approve(&code, "anna").unwrap();
        assert_eq!(app.poll(&anna, pin_id).await, json!({ "state": "expired" }));
        assert_eq!(app.plex.pin(&code).unwrap().claimed_reads, 0);
    }

    async fn refusals_say_who_and_why(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        for (account, name, reason) in [
            ("rita", "rita", "no-access"), ("paul", "paul", "invitation-pending"), ("mallory", "mallory", "no-access"),
            ("kid", "Kim", "managed-profile-not-allowed"),
        ] {
            let (browser, (pin_id, code)) = (app.anon(), app.pin());
            app.start_attempt(&browser, pin_id, &code).await.expect(201);
            app.plex.approve(&code, account).unwrap();
            let refused = json!({ "state": "refused", "reason": reason, "account": name, "mediaServer": "Attic" });
            assert_eq!(app.poll(&browser, pin_id).await, refused);
            // The same when asked again; Plex is not.
            let calls = app.plex.log().len();
            assert_eq!(app.poll(&browser, pin_id).await, refused);
            assert_eq!(app.plex.log().len(), calls);
            browser.get("/api/v1/auth/me").await.problem(401);
        }
        assert_eq!(latchkey::storage::user::find(&app.db, OWNER_ID + 1).await.unwrap(), None, "nobody refused became a member");
    }

    async fn many_polls_at_once_redeem_once(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let second = app.second_instance().await;
        let (anna, (pin_id, code)) = (app.anon(), app.pin());
        app.start_attempt(&anna, pin_id, &code).await.expect(201);
        app.plex.approve(&code, "anna").unwrap();
        let mut polls = tokio::task::JoinSet::new();
        for number in 0..20 {
            let tab = anna.at(if number % 2 == 0 { &app } else { &second });
            polls.spawn(async move { tab.post_json(POLL, json!({ "pinId": pin_id })).await.expect(200).json()["state"].clone() });
        }
        let states = polls.join_all().await;
        assert!(states.iter().all(|state| state == "signedIn" || state == "pending"), "{states:?}");
        assert!(states.iter().any(|state| state == "signedIn"), "{states:?}");
        assert_eq!(app.poll(&anna, pin_id).await["state"], "signedIn");
        assert_eq!(app.plex.pin(&code).unwrap().claimed_reads, 1);
    }

    async fn plexs_trouble_passes_and_the_attempt_goes_on(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let (anna, (pin_id, code)) = (app.anon(), app.pin());
        app.start_attempt(&anna, pin_id, &code).await.expect(201);
        app.plex.approve(&code, "anna").unwrap();
        for path in ["/api/v2/pins", "/api/v2/user", "/api/v2/resources"] {
            app.plex.switch(|switches| switches.faults = vec![Fault::new(path, Spoiled::Status(502))]);
            let trouble = app.poll(&anna, pin_id).await;
            assert_eq!(trouble["state"], "plexUnreachable", "{path}");
            assert!(trouble["retryAfter"].is_u64());
        }
        // Meanwhile the claimed PIN has died.
        app.plex.advance(std::time::Duration::from_secs(60));
        app.plex.switch(|switches| switches.faults.clear());
        assert_eq!(app.poll(&anna, pin_id).await["state"], "signedIn");
    }

    async fn hostile_return_targets_lead_home(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        for target in ["https://evil.test", "//evil.test", "/\\evil.test", "/login", "/a\r\nSet-Cookie: x=1", "javascript:alert(1)", ""] {
            let (anna, (pin_id, code)) = (app.anon(), app.pin());
            let body = json!({ "pinId": pin_id, "code": code, "returnTo": target });
            anna.post_json(ATTEMPTS, body).await.expect(201);
            app.plex.approve(&code, "anna").unwrap();
            assert_eq!(app.poll(&anna, pin_id).await, json!({ "state": "signedIn", "to": "/" }), "{target:?}");
        }
    }

    async fn sixty_attempts_an_address_then_a_rest(engine) {
        let app = TestApp::start(engine).await;
        app.set_up_local().await;
        let anon = app.anon();
        for number in 0..60 {
            app.start_attempt(&anon, 1000 + number, "abcdefabcdef").await.expect(201);
        }
        let limited = app.start_attempt(&anon, 2000, "abcdefabcdef").await;
        limited.problem(429);
        assert_eq!(limited.header("retry-after"), (10 * MINUTE).to_string());
        app.start_attempt(&app.anon().from("198.51.100.7"), 2001, "abcdefabcdef").await.expect(201);
        app.clock.advance(10 * MINUTE);
        app.start_attempt(&anon, 2002, "abcdefabcdef").await.expect(201);
    }
}

#[tokio::test]
async fn on_https_the_cookie_is_bound_to_this_host() {
    let app = TestApp::build(Engine::Sqlite)
        .with("LATCHKEY_PUBLIC_URL", "https://home.test")
        .start()
        .await;
    app.set_up().await;
    let (anna, (pin_id, code)) = (app.anon(), app.pin());
    let started = app.start_attempt(&anna, pin_id, &code).await.expect(201);
    let cookie = started.cookie("__Host-latchkey.attempt").unwrap();
    assert!(
        cookie.has("secure")
            && cookie.has("httponly")
            && cookie.has("path=/")
            && !cookie.rest.iter().any(|a| a.starts_with("domain"))
    );
    app.plex.approve(&code, "anna").unwrap();
    assert_eq!(app.poll(&anna, pin_id).await["state"], "signedIn");
}

#[tokio::test]
async fn bodies_that_are_no_pin_are_told_why() {
    let app = TestApp::start(Engine::Sqlite).await;
    app.set_up().await;
    let anon = app.anon();
    for (body, field) in [
        (json!({}), "pinId"),
        (json!({ "pinId": 1 }), "code"),
        (json!({ "pinId": 0, "code": "abcdabcd" }), "pinId"),
        (json!({ "pinId": 1, "code": "a-b" }), "code"),
        (json!({ "pinId": 1, "code": "abcdabcd", "returnTo": 5 }), "returnTo"),
    ] {
        let answer = anon.post_json(ATTEMPTS, body.clone()).await;
        answer.problem(400);
        // serde names a missing field in its sentence, not in its path.
        let named = answer.fields() == [field] || answer.text().contains(&format!("missing field `{field}`"));
        assert!(named, "{body}: {}", answer.text());
    }
    assert_eq!(anon.cookies().len(), 0);
}
