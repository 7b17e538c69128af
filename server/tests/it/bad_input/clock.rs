//! A clock that was set back: it locks nobody out for long and lets nobody in.

use serde_json::json;

use crate::support::{Actor, DAY, HOUR, MINUTE, OWNER_EMAIL, OWNER_PASSWORD, TestApp, on_both};

async fn wrong_password(actor: &Actor) -> u16 {
    let body = json!({ "email": OWNER_EMAIL, "password": "wrong-but-long" });
    actor.post_json("/api/v1/auth/local", body).await.status()
}

on_both! {
    async fn sessions_stay_and_new_ones_work(engine) {
        let app = TestApp::start(engine).await;
        let anna = app.member("anna").await;
        for back in [MINUTE, DAY, 3000 * DAY] {
            app.clock.advance(-back);
            anna.get("/api/v1/auth/me").await.expect(200);
            app.state.sessions.flush().await.unwrap();
            app.state.sessions.clean().await.unwrap();
            anna.get("/api/v1/auth/me").await.expect(200);
            let marlow = app.member("marlow").await;
            app.clock.advance(back);
            // Set right again: who signed in meanwhile is in as long as the limits say.
            let answer = marlow.get("/api/v1/auth/me").await;
            assert_eq!(answer.status(), if back <= DAY { 200 } else { 403 }, "{back}");
            anna.get("/api/v1/auth/me").await.expect(200);
        }
    }

    async fn an_attempt_under_way_goes_on(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        for back in [MINUTE, HOUR, 400 * DAY] {
            let browser = app.anon();
            let (pin, code) = app.pin();
            app.start_attempt(&browser, pin, &code).await.expect(201);
            assert_eq!(app.poll(&browser, pin).await["state"], "pending");
            app.clock.advance(-back);
            assert_eq!(app.poll(&browser, pin).await["state"], "pending");
            app.plex.approve(&code, "anna").unwrap();
            assert_eq!(app.poll(&browser, pin).await["state"], "signedIn", "{back}");
        }
        // Two attempts of one browser, the older one from a time that has not come yet: the newest is the one last begun.
        let browser = app.anon();
        let (first, first_code) = app.pin();
        app.start_attempt(&browser, first, &first_code).await.expect(201);
        app.clock.advance(-DAY);
        let (second, second_code) = app.pin();
        app.start_attempt(&browser, second, &second_code).await.expect(201);
        app.plex.approve(&second_code, "anna").unwrap();
        assert_eq!(app.poll(&browser, second).await["state"], "signedIn");
    }

    /// A lease from before the clock was set back is not held for a day.
    async fn a_lease_does_not_outlive_its_poll_by_a_day(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let browser = app.anon();
        let (pin, code) = app.pin();
        app.start_attempt(&browser, pin, &code).await.expect(201);
        app.plex.approve(&code, "anna").unwrap();
        // An instance that died with the lease in its hand.
        let key = latchkey::storage::attempt::AttemptKey {
            pin_id: pin,
            code_hash: latchkey::domain::hash::sha256(code.as_bytes()),
        };
        let now_ms = latchkey::domain::clock::Clock::now_ms(&*app.clock);
        assert!(latchkey::storage::attempt::lease(&app.db, &key, now_ms, now_ms + 45_000).await.unwrap());
        assert_eq!(app.poll(&browser, pin).await["state"], "pending");
        app.clock.advance(-DAY);
        assert_eq!(app.poll(&browser, pin).await["state"], "signedIn");
    }

    /// How a sign-in ended can be heard again for two minutes; not for a day and two minutes.
    async fn a_second_answer_is_not_to_be_had_for_a_day(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let browser = app.anon();
        let (pin, code) = app.pin();
        app.start_attempt(&browser, pin, &code).await.expect(201);
        app.plex.approve(&code, "anna").unwrap();
        assert_eq!(app.poll(&browser, pin).await["state"], "signedIn");
        app.clock.advance(-DAY);
        assert_eq!(app.poll(&browser, pin).await, json!({ "state": "expired" }));
        let program = app.anon();
        program.post_json("/api/v1/auth/plex", json!({ "pinId": pin, "code": code })).await.problem(401);
    }

    /// Failures written under a later time count when that time comes, not from now until then.
    async fn limits_do_not_lock_out_until_the_clock_has_caught_up(engine) {
        let app = TestApp::start(engine).await;
        app.set_up_local().await;
        let actor = app.anon();
        for _ in 0..10 {
            assert_eq!(wrong_password(&actor).await, 403);
        }
        assert_eq!(wrong_password(&actor).await, 429);
        for back in [HOUR, 30 * DAY] {
            app.clock.advance(-back);
            let body = json!({ "email": OWNER_EMAIL, "password": OWNER_PASSWORD });
            actor.post_json("/api/v1/auth/local", body).await.expect(200);
            // And they still count: ten more wrong ones are enough.
            let mut tries = 0;
            while wrong_password(&actor).await == 403 {
                tries += 1;
                assert!(tries <= 10, "{tries} tries let through");
            }
            assert_eq!(tries, 10, "set back by {back} s");
            app.clock.advance(back);
        }
    }

    /// A small step, as time servers make it, changes no count: else it would be a way around the limits.
    async fn a_small_step_back_forgives_nothing(engine) {
        let app = TestApp::start(engine).await;
        app.set_up_local().await;
        let actor = app.anon();
        for _ in 0..10 {
            assert_eq!(wrong_password(&actor).await, 403);
        }
        app.clock.advance(-5);
        let answer = actor
            .post_json("/api/v1/auth/local", json!({ "email": OWNER_EMAIL, "password": OWNER_PASSWORD }))
            .await;
        answer.problem(429);
        let wait: i64 = answer.header("retry-after").parse().unwrap();
        assert!((1..=15 * MINUTE + 5).contains(&wait), "{wait}");
    }

    /// The set-up code, attempts and chores at a time before everything, even before 1970.
    async fn nothing_minds_a_clock_before_1970(engine) {
        let app = TestApp::start(engine).await;
        app.clock.advance(-60 * 366 * DAY);
        let owner = app.set_up().await;
        owner.get("/api/v1/auth/me").await.expect(200);
        let anna = app.member("anna").await;
        anna.page("/profile").await.expect(200);
        app.state.sessions.clean().await.unwrap();
        app.state.sign_in.clean().await.unwrap();
        app.state.limits.clean().await.unwrap();
        anna.get("/api/v1/auth/me").await.expect(200);
        app.clock.advance(60 * 366 * DAY);
        anna.get("/api/v1/auth/me").await.expect(403);
        app.member("anna").await;
    }
}
