//! Limits as they are configured: `[limits]`.

use axum::http::Method;
use serde_json::json;

use crate::support::{OWNER_EMAIL, OWNER_PASSWORD, TestApp, on_both};

/// How many tries there are in these tests, in an hour.
const FEW: usize = 2;

on_both! {
    async fn each_kind_of_tries_is_counted_as_configured(engine) {
        let mut app = TestApp::build(engine);
        for name in ["SETUP_CODE", "PASSWORD_OF_ACCOUNT", "TOKEN_FROM_ADDRESS", "API_KEY_FROM_ADDRESS", "PAIRING_FROM_ADDRESS", "RESET_LINK"] {
            app = app.with(&format!("LATCHKEY_LIMIT_{name}"), &format!("{FEW}/1h"));
        }
        let app = app.start().await;
        let stranger = app.anon();
        let setup = json!({ "setupCode": "wrong", "email": OWNER_EMAIL, "password": OWNER_PASSWORD });
        for _ in 0..FEW {
            stranger.post_json("/api/v1/setup/owner", setup.clone()).await.problem(403);
        }
        stranger.post_json("/api/v1/setup/owner", setup.clone()).await.problem(429);
        app.clock.advance(3601);
        stranger.post_json("/api/v1/setup/owner", setup).await.problem(403);
        app.set_up_local().await;

        let wrong = json!({ "email": OWNER_EMAIL, "password": "wrong wrong" });
        for _ in 0..FEW {
            stranger.post_json("/api/v1/auth/local", wrong.clone()).await.problem(403);
        }
        let refused = stranger.post_json("/api/v1/auth/local", wrong).await;
        refused.problem(429);
        let wait: i64 = refused.header("retry-after").parse().unwrap();
        assert!((3500..=3600).contains(&wait), "{wait}");

        for (header, value) in [("x-login-token", "00000000-0000-4000-8000-00000000000"), ("x-api-key", "wrong-key-")] {
            for number in 0..FEW {
                let asked = stranger.ask(Method::GET, "/api/v1/auth/me").header(header, &format!("{value}{number}"));
                assert_ne!(asked.send().await.status(), 429, "{header}");
            }
            let asked = stranger.ask(Method::GET, "/api/v1/auth/me").header(header, &format!("{value}9"));
            asked.send().await.problem(429);
        }
        let link = |number: usize| format!("/api/v1/auth/reset-password/{number:064}");
        let chosen = json!({ "password": "brass key, blue door" });
        for number in 0..FEW {
            let answer = stranger.post_json(&link(number), chosen.clone()).await;
            assert_ne!(answer.status(), 429);
        }
        stranger.post_json(&link(9), chosen).await.problem(429);
    }

    async fn a_body_is_as_large_as_configured(engine) {
        let app = TestApp::build(engine).with("LATCHKEY_LIMIT_BODY_SIZE", "16k").start().await;
        let owner = app.set_up_local().await;
        let sent = async |size: usize| {
            let asked = owner.ask(Method::POST, "/api/v1/auth/local").header("content-type", "application/json");
            asked.body(vec![b' '; size]).send().await
        };
        sent(16 * 1024).await.problem(400);
        let answer = sent(16 * 1024 + 1).await;
        answer.problem(413);
        assert_eq!(answer.json()["message"], "The body is too large: at most 16 KiB.");
    }
}
