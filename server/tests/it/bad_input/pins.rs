//! PINs that are wrong, over, somebody else's, or used before.

use std::time::Duration;

use serde_json::json;

use crate::support::{MINUTE, TestApp, on_both};

const SIGN_IN: &str = "/api/v1/auth/plex";

on_both! {
    async fn a_pin_nobody_made(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let browser = app.anon();
        app.start_attempt(&browser, 999_999_999, "abcdefghijklmnopqrstuvwxy").await.expect(201);
        assert_eq!(app.poll(&browser, 999_999_999).await, json!({ "state": "expired" }));
        let program = app.anon();
        let body = json!({ "pinId": 999_999_998, "code": "abcdefghijklmnopqrstuvwxy" });
        let said = program.post_json(SIGN_IN, body).await.problem(401);
        assert!(said.contains("Start again"), "{said}");
        for actor in [browser, program] {
            assert!(actor.cookie("latchkey.sid").is_none());
            actor.get("/api/v1/auth/me").await.expect(401);
        }
    }

    async fn the_code_of_another_pin(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let (anna_pin, anna_code) = app.pin();
        let (other_pin, other_code) = app.pin();
        app.plex.approve(&anna_code, "anna").unwrap();
        app.plex.approve(&other_code, "marlow").unwrap();
        // Somebody who guessed anna's number, while hers is approved and nobody has read it yet.
        let guesser = app.anon().from("198.51.100.66");
        app.start_attempt(&guesser, anna_pin, &other_code).await.expect(201);
        assert_eq!(app.poll(&guesser, anna_pin).await, json!({ "state": "expired" }));
        let body = json!({ "pinId": anna_pin, "code": "abcdefghijklmnopqrstuvwxy" });
        app.anon().post_json(SIGN_IN, body).await.problem(401);
        assert!(guesser.cookie("latchkey.sid").is_none());
        // Neither of the two is worse off.
        for (pin, code, plex_id) in [(anna_pin, &anna_code, 52_990_041), (other_pin, &other_code, 48_210_377)] {
            let browser = app.anon();
            app.start_attempt(&browser, pin, code).await.expect(201);
            assert_eq!(app.poll(&browser, pin).await["state"], "signedIn");
            assert_eq!(browser.get("/api/v1/auth/me").await.expect(200).json()["plexId"], plex_id);
        }
    }

    async fn a_pin_of_another_client_identifier(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        // Made for another app: a token of it must not open this door.
        let (pin, code) = app.plex.create_pin("another-install", Some("http://evil.test"));
        app.plex.approve(&code, "attic-owner").unwrap();
        let browser = app.anon();
        app.start_attempt(&browser, pin, &code).await.expect(201);
        assert_eq!(app.poll(&browser, pin).await, json!({ "state": "expired" }));
        let body = json!({ "pinId": pin, "code": code });
        app.anon().post_json(SIGN_IN, body).await.problem(401);
        assert_eq!(app.plex.pin(&code).unwrap().claimed_reads, 0);
    }

    async fn a_pin_that_ran_out_before_anybody_approved(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let browser = app.anon();
        let (pin, code) = app.pin();
        app.start_attempt(&browser, pin, &code).await.expect(201);
        assert_eq!(app.poll(&browser, pin).await["state"], "pending");
        app.plex.expire(&code).unwrap();
        assert_eq!(app.poll(&browser, pin).await, json!({ "state": "expired" }));
        app.plex.clear_log();
        assert_eq!(app.poll(&browser, pin).await, json!({ "state": "expired" }));
        assert!(app.plex.log().is_empty(), "a dead PIN is not asked for again");
        // The same browser starts again and comes in.
        assert_eq!(app.sign_in(&browser, "anna").await["state"], "signedIn");
    }

    async fn an_attempt_that_ran_out_before_its_pin(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let browser = app.anon();
        let (pin, code) = app.pin();
        app.start_attempt(&browser, pin, &code).await.expect(201);
        app.clock.advance(10 * MINUTE);
        app.plex.approve(&code, "anna").unwrap();
        app.plex.clear_log();
        // An approval link that was sent around is stale by now, though the PIN itself lives half an hour.
        assert_eq!(app.poll(&browser, pin).await, json!({ "state": "expired" }));
        assert!(app.plex.log().is_empty());
        assert!(browser.cookie("latchkey.sid").is_none());
    }

    async fn a_claimed_pin_that_ran_out(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let browser = app.anon();
        let (pin, code) = app.pin();
        app.start_attempt(&browser, pin, &code).await.expect(201);
        app.plex.approve(&code, "anna").unwrap();
        app.plex.advance(Duration::from_secs(1801));
        assert_eq!(app.poll(&browser, pin).await, json!({ "state": "expired" }));
    }

    async fn a_pin_somebody_signed_in_with_already(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let anna = app.anon();
        let (pin, code) = app.pin();
        app.start_attempt(&anna, pin, &code).await.expect(201);
        app.plex.approve(&code, "anna").unwrap();
        assert_eq!(app.poll(&anna, pin).await["state"], "signedIn");
        // Another browser that learnt number and code (from a proxy's log, say).
        let thief = app.anon().from("198.51.100.66");
        app.start_attempt(&thief, pin, &code).await.problem(409);
        assert_eq!(app.poll(&thief, pin).await, json!({ "state": "expired" }));
        // The same browser, once the time for a lost answer is over; and the REST way, which knows no browser.
        app.clock.advance(3 * MINUTE);
        assert_eq!(app.poll(&anna, pin).await, json!({ "state": "expired" }));
        let again = app.anon().post_json(SIGN_IN, json!({ "pinId": pin, "code": code })).await;
        again.problem(401);
        assert_eq!(app.plex.pin(&code).unwrap().claimed_reads, 1);
        anna.get("/api/v1/auth/me").await.expect(200);
    }

    /// What one browser began is not another's, however much it knows of it: least of all by REST, where no cookie binds.
    async fn a_browsers_attempt_is_not_a_programs(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let anna = app.anon();
        let (pin, code) = app.pin();
        app.start_attempt(&anna, pin, &code).await.expect(201);
        app.plex.approve(&code, "anna").unwrap();
        let thief = app.anon().from("198.51.100.66");
        thief.post_json(SIGN_IN, json!({ "pinId": pin, "code": code })).await.problem(401);
        assert!(thief.cookie("latchkey.sid").is_none());
        assert_eq!(app.poll(&anna, pin).await["state"], "signedIn");
        thief.post_json(SIGN_IN, json!({ "pinId": pin, "code": code })).await.problem(401);
    }

    async fn a_bare_plex_token(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let token = app.plex.issue_token("attic-owner", "another-app");
        app.plex.clear_log();
        let said = app.anon().post_json(SIGN_IN, json!({ "authToken": token })).await.problem(403);
        assert!(said.contains("another app") && !said.contains(&token), "{said}");
        assert!(app.plex.log().is_empty());
    }

    /// A number is not enough, and neither is a number with a code in another case.
    async fn the_code_is_compared_whole(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let (pin, code) = app.pin();
        app.plex.approve(&code, "anna").unwrap();
        let wrong = [code.to_uppercase(), code[..24].to_owned(), format!("{code}a"), code.chars().rev().collect()];
        for wrong in wrong.iter().filter(|wrong| **wrong != code) {
            let browser = app.anon();
            app.start_attempt(&browser, pin, wrong).await.expect(201);
            assert_eq!(app.poll(&browser, pin).await, json!({ "state": "expired" }), "{wrong}");
            assert!(browser.cookie("latchkey.sid").is_none());
        }
    }
}
