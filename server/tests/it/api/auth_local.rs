//! `POST /auth/local`.

use latchkey::storage;
use serde_json::json;

use crate::support::{Actor, Answer, MINUTE, OWNER_EMAIL, OWNER_PASSWORD, START, TestApp, on_both};

async fn try_it(actor: &Actor, email: &str, password: &str) -> Answer {
    let body = json!({ "email": email, "password": password });
    actor.post_json("/api/v1/auth/local", body).await
}

on_both! {
    async fn the_right_password_opens_a_session(engine) {
        let app = TestApp::start(engine).await;
        app.set_up_local().await;
        for spelt in [OWNER_EMAIL, "owner@home.test", " OWNER@HOME.TEST "] {
            let owner = app.anon();
            let answer = try_it(&owner, spelt, OWNER_PASSWORD).await.expect(200);
            assert_eq!(answer.json()["id"], 1);
            assert!(answer.cookie("latchkey.sid").is_some());
            assert_eq!(owner.get("/api/v1/auth/me").await.expect(200).json(), answer.json());
        }
    }

    async fn a_wrong_password_and_an_unknown_account_sound_the_same(engine) {
        let app = TestApp::start(engine).await;
        app.set_up_local().await;
        let anon = app.anon();
        let wrong = try_it(&anon, OWNER_EMAIL, "brass key, blue doors").await;
        wrong.problem(403);
        let unknown = try_it(&anon, "nobody@home.test", OWNER_PASSWORD).await;
        assert_eq!(unknown.expect(403).json(), wrong.json());
        for (email, password) in [(OWNER_EMAIL, ""), ("", ""), (OWNER_EMAIL, &*"x".repeat(5000)), (OWNER_EMAIL, &*format!("{OWNER_PASSWORD} "))] {
            assert_eq!(try_it(&anon, email, password).await.expect(403).json(), wrong.json());
        }
        assert_eq!(wrong.cookie("latchkey.sid"), None);
        assert_eq!(anon.cookies().len(), 0);
    }

    async fn a_hash_of_an_older_kind_is_good_once_and_then_replaced(engine) {
        let app = TestApp::start(engine).await;
        app.set_up_local().await;
        let ours = storage::credential::find_hash(&app.db, 1).await.unwrap().unwrap();
        // As node's bcrypt writes it, which Seerr uses; and as PHP's does.
        let bcrypt = bcrypt::hash(OWNER_PASSWORD, 4).unwrap();
        for older in [bcrypt.clone(), bcrypt.replacen("$2b$", "$2y$", 1)] {
            assert_eq!(storage::credential::find_older(&app.db).await.unwrap(), None);
            let now = storage::credential::find_hash(&app.db, 1).await.unwrap().unwrap();
            assert!(storage::credential::replace_hash(&app.db, 1, &now, &older).await.unwrap());
            assert_eq!(storage::credential::find_older(&app.db).await.unwrap(), Some(older.clone()));
            try_it(&app.anon(), OWNER_EMAIL, "wrong wrong").await.problem(403);
            try_it(&app.anon(), "nobody@home.test", OWNER_PASSWORD).await.problem(403);
            assert_eq!(storage::credential::find_hash(&app.db, 1).await.unwrap(), Some(older));
            try_it(&app.anon(), OWNER_EMAIL, OWNER_PASSWORD).await.expect(200);
            let new = storage::credential::find_hash(&app.db, 1).await.unwrap().unwrap();
            assert!(new.starts_with("$argon2id$v=19$m=19456,t=2,p=1$") && new != ours, "{new}");
            try_it(&app.anon(), OWNER_EMAIL, OWNER_PASSWORD).await.expect(200);
        }
        // A password that was changed while an older hash was being replaced stays changed.
        assert!(!storage::credential::replace_hash(&app.db, 1, &bcrypt, "x").await.unwrap());
    }

    async fn a_plex_member_has_no_password(engine) {
        let app = TestApp::start(engine).await;
        app.member("anna").await;
        for password in ["", "anna", "null"] {
            try_it(&app.anon(), "anna@example.test", password).await.problem(403);
        }
    }

    async fn a_disabled_account_stays_out(engine) {
        let app = TestApp::start(engine).await;
        app.set_up_local().await;
        storage::user::set_disabled(&app.db, 1, Some(START), START).await.unwrap();
        try_it(&app.anon(), OWNER_EMAIL, OWNER_PASSWORD).await.problem(403);
    }

    async fn switched_off_it_says_so(engine) {
        let app = TestApp::start(engine).await;
        app.set_up_local().await;
        app.state.site.update(|settings| settings.local_sign_in = false).await.unwrap();
        let said = try_it(&app.anon(), OWNER_EMAIL, OWNER_PASSWORD).await.problem(403);
        assert!(said.contains("switched off"), "{said}");
    }

    async fn a_stranger_does_not_lock_out_a_browser_that_was_in_before(engine) {
        let app = TestApp::start(engine).await;
        app.set_up_local().await;
        let owner = app.anon().from("203.0.113.5");
        try_it(&owner, OWNER_EMAIL, OWNER_PASSWORD).await.expect(200);
        let mark = owner.cookie("latchkey.known").unwrap();
        let stranger = app.anon().from("198.51.100.7");
        for _ in 0..10 {
            try_it(&stranger, OWNER_EMAIL, "wrong wrong").await.problem(403);
        }
        try_it(&stranger, OWNER_EMAIL, OWNER_PASSWORD).await.problem(429);
        try_it(&owner, OWNER_EMAIL, OWNER_PASSWORD).await.expect(200);
        // The mark is counted by itself, and one that was made up, or made for another account, is none.
        for _ in 0..10 {
            owner.plant("latchkey.known", &mark);
            try_it(&owner, OWNER_EMAIL, "wrong wrong").await.problem(403);
        }
        try_it(&owner, OWNER_EMAIL, OWNER_PASSWORD).await.problem(429);
        let (browser, seal) = mark.split_once('.').unwrap();
        let forged = format!("{}.{seal}", "0".repeat(browser.len()));
        for made_up in [forged.as_str(), browser, ".", ""] {
            stranger.plant("latchkey.known", made_up);
            try_it(&stranger, OWNER_EMAIL, OWNER_PASSWORD).await.problem(429);
        }
    }

    async fn a_locked_account_does_not_lock_the_address(engine) {
        let app = TestApp::start(engine).await;
        app.set_up_local().await;
        let home = app.anon();
        for _ in 0..10 {
            try_it(&home, OWNER_EMAIL, "wrong wrong").await.problem(403);
        }
        // A device that goes on for ever with a locked account.
        for _ in 0..60 {
            try_it(&home, OWNER_EMAIL, "wrong wrong").await.problem(429);
        }
        try_it(&home, "other@home.test", "wrong wrong").await.problem(403);
    }

    async fn after_ten_wrong_passwords_the_account_rests_a_while(engine) {
        let app = TestApp::start(engine).await;
        app.set_up_local().await;
        let anon = app.anon();
        // Right ones don't count.
        for _ in 0..3 {
            try_it(&app.anon(), OWNER_EMAIL, OWNER_PASSWORD).await.expect(200);
        }
        for _ in 0..10 {
            try_it(&anon, OWNER_EMAIL, "wrong wrong").await.problem(403);
            app.clock.advance(1);
        }
        let limited = try_it(&anon, OWNER_EMAIL, OWNER_PASSWORD).await;
        limited.problem(429);
        let wait: i64 = limited.header("retry-after").parse().unwrap();
        assert_eq!(wait, 15 * MINUTE - 10);
        // From elsewhere and spelt otherwise too, at every instance; not for others.
        let elsewhere = app.anon().from("198.51.100.7");
        try_it(&elsewhere, "OWNER@home.test", OWNER_PASSWORD).await.problem(429);
        let second = app.second_instance().await;
        try_it(&second.anon(), OWNER_EMAIL, OWNER_PASSWORD).await.problem(429);
        try_it(&anon, "other@home.test", "wrong wrong").await.problem(403);
        // Trying meanwhile does not make it longer.
        app.clock.advance(wait - 1);
        try_it(&anon, OWNER_EMAIL, OWNER_PASSWORD).await.problem(429);
        app.clock.advance(1);
        try_it(&anon, OWNER_EMAIL, OWNER_PASSWORD).await.expect(200);
    }

    async fn an_unknown_account_is_limited_like_a_known_one(engine) {
        let app = TestApp::start(engine).await;
        app.set_up_local().await;
        let anon = app.anon();
        for _ in 0..10 {
            try_it(&anon, "nobody@home.test", "wrong wrong").await.problem(403);
        }
        try_it(&anon, "nobody@home.test", "wrong wrong").await.problem(429);
    }

    async fn an_address_tries_fifty_times_whatever_the_account(engine) {
        let app = TestApp::start(engine).await;
        app.set_up_local().await;
        // One household of IPv6 is one address. A password too long to be one costs no hashing.
        let password = "x".repeat(2000);
        for number in 0..50 {
            let anon = app.anon().from(&format!("2001:db8:1:2::{number:x}"));
            try_it(&anon, &format!("{number}@home.test"), &password).await.problem(403);
        }
        let anon = app.anon().from("2001:db8:1:2:ffff::1");
        let limited = try_it(&anon, OWNER_EMAIL, OWNER_PASSWORD).await;
        limited.problem(429);
        assert_eq!(limited.header("retry-after"), (15 * MINUTE).to_string());
        try_it(&app.anon().from("2001:db8:1:3::1"), OWNER_EMAIL, OWNER_PASSWORD).await.expect(200);
        app.clock.advance(15 * MINUTE);
        try_it(&anon, OWNER_EMAIL, OWNER_PASSWORD).await.expect(200);
    }

    async fn many_tries_at_once_are_not_more_than_the_limit(engine) {
        let app = TestApp::start(engine).await;
        app.set_up_local().await;
        let anon = app.anon();
        let password = "x".repeat(2000);
        let mut tries = tokio::task::JoinSet::new();
        for _ in 0..24 {
            let actor = anon.at(&app);
            let password = password.clone();
            tries.spawn(async move { try_it(&actor, OWNER_EMAIL, &password).await.status() });
        }
        let answers = tries.join_all().await;
        let tried = answers.iter().filter(|status| **status == 403).count();
        assert!(tried <= 10 && answers.iter().all(|status| matches!(status, 403 | 429)), "{answers:?}");
    }
}
