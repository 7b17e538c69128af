//! Too many login tokens that open nothing: what counts, for whom, and who is never kept out.

use latchkey::storage;
use serde_json::json;

use super::token_people::{
    ME, household, id_of, lines, make, make_value, number, program, signed_in_by, text, token_url, tokens_url, warm,
    wrong_token,
};
use crate::support::{Actor, Answer, DAY, HOUR, MINUTE, START, TestApp, on_both};

const WINDOW: i64 = 15 * MINUTE;

async fn try_it(actor: &Actor, token: &str) -> Answer {
    actor.post_json("/api/v1/auth/token", json!({ "token": token })).await
}

/// How many failures of addresses are written down.
async fn counted(app: &TestApp) -> i64 {
    number(app, "SELECT COUNT(*) FROM failures WHERE kind = 'token_from_address'").await
}

/// Uses the tries of an address up, with one token after the other.
async fn use_up(actor: &Actor) {
    for number in 0..40 {
        try_it(actor, &wrong_token(number)).await.problem(403);
    }
}

on_both! {
    async fn forty_wrong_tokens_from_one_address_are_enough(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        let token = make_value(&owner, id, "Kitchen").await;
        let home = app.anon();
        for number in 0..40 {
            try_it(&home, &wrong_token(number)).await.problem(403);
            app.clock.advance(1);
        }
        let limited = try_it(&home, &wrong_token(99)).await;
        limited.problem(429);
        assert_eq!(limited.header("retry-after"), (WINDOW - 40).to_string());
        assert_eq!(limited.cookies(), []);
        // By header too, at every instance, and also for one that was counted before, or is none at all.
        let second = app.second_instance().await;
        for token in [&wrong_token(98), &wrong_token(0), "x", ""] {
            program(&second, token).get(ME).await.problem(429);
        }
        program(&app, &wrong_token(97)).post(&token_url(id)).await.problem(429);
        // A good one comes in from there, by each way, and so do other addresses.
        assert_eq!(id_of(&program(&second, &token)).await, id);
        assert_eq!(id_of(&signed_in_by(&app, &token).await).await, id);
        try_it(&home.at(&app).from("192.0.2.11"), &wrong_token(99)).await.problem(403);
        // Trying meanwhile does not make it longer.
        app.clock.advance(WINDOW - 41);
        try_it(&home, &wrong_token(96)).await.problem(429);
        app.clock.advance(1);
        try_it(&home, &wrong_token(95)).await.problem(403);
        try_it(&home, &wrong_token(94)).await.problem(429);
    }

    async fn the_ways_in_count_together(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, _) = household(&app).await;
        let home = app.anon();
        for count in 0..40 {
            let token = wrong_token(count);
            match count % 4 {
                0 => drop(try_it(&home, &token).await.problem(403)),
                1 => drop(program(&app, &token).get(ME).await.problem(403)),
                2 => drop(owner.ask(axum::http::Method::GET, ME).header("authorization", &format!("Bearer {token}")).send().await.problem(403)),
                _ => assert_eq!(home.page(&format!("/profile?token={token}")).await.status(), 307),
            }
            assert_eq!(counted(&app).await, i64::from(count) + 1);
        }
        try_it(&home, &wrong_token(99)).await.problem(429);
        // A link says nothing of it.
        let link = home.page(&format!("/profile?token={}", wrong_token(98))).await.expect(307);
        assert!(link.header("location").starts_with("/login?reason=link"), "{}", link.header("location"));
        assert_eq!(counted(&app).await, 40);
    }

    async fn an_ipv6_household_is_one_address(engine) {
        let app = TestApp::start(engine).await;
        household(&app).await;
        for number in 0..40 {
            let device = app.anon().from(&format!("2001:db8:1:2::{number:x}"));
            try_it(&device, &wrong_token(number)).await.problem(403);
        }
        try_it(&app.anon().from("2001:db8:1:2:ffff::1"), &wrong_token(99)).await.problem(429);
        try_it(&app.anon().from("2001:db8:1:3::1"), &wrong_token(99)).await.problem(403);
        // IPv4 in IPv6's clothes is IPv4.
        use_up(&app.anon().from("198.51.100.7")).await;
        try_it(&app.anon().from("::ffff:198.51.100.7"), &wrong_token(99)).await.problem(429);
    }

    async fn what_works_is_never_counted(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        let token = make_value(&owner, id, "script").await;
        let script = program(&app, &token);
        for _ in 0..60 {
            script.get(ME).await.expect(200);
        }
        for _ in 0..5 {
            signed_in_by(&app, &token).await;
        }
        // A 403 for another reason is none of a wrong token.
        script.get("/api/v1/settings/main").await.problem(403);
        script.post(&token_url(id)).await.problem(403);
        app.anon().get(ME).await.problem(401);
        assert_eq!(number(&app, "SELECT COUNT(*) FROM failures WHERE kind LIKE 'token%'").await, 0);
    }

    async fn the_same_dead_token_counts_once_a_minute(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        let revoked = make(&owner, id, json!({ "name": "revoked" })).await;
        let url = format!("{}/{}", tokens_url(id), revoked["id"]);
        owner.ask(axum::http::Method::DELETE, &url).send().await.expect(204);
        let second = app.second_instance().await;
        let token = text(&revoked["token"]);
        for (advance, total) in [(0, 1), (0, 1), (59, 1), (1, 2), (30, 2), (29, 2), (1, 3)] {
            app.clock.advance(advance);
            try_it(&app.anon(), &token).await.problem(403);
            try_it(&second.anon(), &token.to_uppercase()).await.problem(403);
            program(&second, &token).get(ME).await.problem(403);
            assert_eq!(counted(&app).await, total);
        }
        // From elsewhere it is another broken device.
        try_it(&app.anon().from("198.51.100.7"), &token).await.problem(403);
        assert_eq!(counted(&app).await, 4);
        // What is no token at all as well.
        for total in [5, 5] {
            try_it(&app.anon(), "no token").await.problem(403);
            assert_eq!(counted(&app).await, total);
        }
    }

    /// Every ten seconds, for an hour, at two instances by turns.
    async fn one_broken_tablet_locks_nobody_out(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        let second = app.second_instance().await;
        let good = make_value(&owner, id, "script").await;
        let expired = text(&make(&owner, id, json!({ "name": "tablet", "expiresInDays": 1 })).await["token"]);
        app.clock.advance(DAY);
        for turn in 0..HOUR / 10 {
            app.clock.advance(10);
            let tablet = if turn % 2 == 0 { &app } else { &second };
            let answer = match turn % 3 {
                0 => program(tablet, &expired).get(ME).await,
                _ => try_it(&tablet.anon(), &expired).await,
            };
            answer.problem(403);
        }
        let home = app.anon();
        try_it(&home, &wrong_token(1)).await.problem(403);
        program(&app, &wrong_token(2)).get(ME).await.problem(403);
        assert_eq!(id_of(&program(&app, &good)).await, id);
        home.post_json("/api/v1/auth/local", json!({ "email": "anna@example.test", "password": "wrong wrong" })).await.problem(403);
        let bea = app.anon();
        assert_eq!(app.sign_in(&bea, "bea").await["state"], "signedIn");
        // Other expired tokens of the member say no in the same way.
        let other = text(&make(&owner, id, json!({ "name": "other", "expiresInDays": 1 })).await["token"]);
        app.clock.advance(DAY);
        try_it(&home, &other).await.problem(403);
    }

    async fn a_used_up_address_may_try_everything_else(engine) {
        let app = TestApp::start(engine).await;
        household(&app).await;
        let home = app.anon();
        use_up(&home).await;
        try_it(&home, &wrong_token(99)).await.problem(429);
        home.post_json("/api/v1/auth/local", json!({ "email": "anna@example.test", "password": "wrong wrong" })).await.problem(403);
        let anna = app.anon();
        assert_eq!(app.sign_in(&anna, "anna").await["state"], "signedIn");
        anna.get(ME).await.expect(200);
        app.anon().get("/api/v1/settings/public").await.expect(200);
    }

    async fn a_flood_beyond_the_limit_writes_nothing(engine) {
        let app = TestApp::start(engine).await;
        household(&app).await;
        let home = app.anon();
        use_up(&home).await;
        let rows = async || number(&app, "SELECT COUNT(*) FROM failures").await;
        let told = lines(&app).await.len();
        let before = rows().await;
        for number in 100..200 {
            try_it(&home, &wrong_token(number)).await.problem(429);
        }
        assert_eq!((rows().await, lines(&app).await.len()), (before, told));
    }

    async fn of_many_at_once_exactly_as_many_as_may_are_tried(engine) {
        let app = TestApp::start(engine).await;
        household(&app).await;
        let second = app.second_instance().await;
        warm([&app, &second]).await;
        let mut tries = tokio::task::JoinSet::new();
        for number in 0..60 {
            let device = if number % 2 == 0 { app.anon() } else { second.anon() };
            tries.spawn(async move { try_it(&device, &wrong_token(number)).await.status() });
        }
        let answers = tries.join_all().await;
        let tried = answers.iter().filter(|status| **status == 403).count();
        let limited = answers.iter().filter(|status| **status == 429).count();
        assert_eq!((tried, limited), (40, 20), "{answers:?}");
    }

    async fn the_same_dead_token_at_once_counts_once(engine) {
        let app = TestApp::start(engine).await;
        household(&app).await;
        let second = app.second_instance().await;
        warm([&app, &second]).await;
        let mut tries = tokio::task::JoinSet::new();
        for number in 0..60 {
            let device = if number % 2 == 0 { app.anon() } else { second.anon() };
            tries.spawn(async move { try_it(&device, &wrong_token(1)).await.status() });
        }
        assert!(tries.join_all().await.iter().all(|status| *status == 403));
        assert_eq!(counted(&app).await, 1);
        let mut refused = 0;
        for app in [&app, &second] {
            app.state.activity.flush().await.unwrap();
            refused = app.happened(100).await.iter().filter(|line| line.kind == "token-refused").count();
        }
        assert_eq!(refused, 1, "of both instances together");
    }

    async fn a_members_expired_tokens_count_from_wherever_they_come(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        let bea = id_of(&app.member("bea").await).await;
        let second = app.second_instance().await;
        let expiring = async |id: i64, name: &str| text(&make(&owner, id, json!({ "name": name, "expiresInDays": 1 })).await["token"]);
        let (one, two, beas) = (expiring(id, "one").await, expiring(id, "two").await, expiring(bea, "bea's").await);
        let good = make_value(&owner, id, "good").await;
        app.clock.advance(DAY);
        let from = |number: u32| format!("198.51.{}.{}", number / 200, number % 200 + 1);
        for number in 0..40 {
            let app = if number % 2 == 0 { &app } else { &second };
            try_it(&app.anon().from(&from(number)), if number % 3 == 0 { &one } else { &two }).await.problem(403);
            app.clock.advance(1);
        }
        for (number, token) in [(40, &one), (41, &two), (0, &one)] {
            let limited = try_it(&second.anon().from(&from(number)), token).await;
            limited.problem(429);
            assert_eq!(limited.header("retry-after"), (WINDOW - 40).to_string());
        }
        // It is about that member's dead ones only.
        for (token, status) in [(&beas, 403), (&wrong_token(1), 403), (&good, 200)] {
            assert_eq!(try_it(&app.anon().from(&from(50)), token).await.status(), status);
            assert_eq!(program(&app, token).from(&from(51)).get(ME).await.status(), status);
        }
        app.clock.advance(WINDOW - 40);
        try_it(&app.anon().from(&from(52)), &one).await.problem(403);
    }

    async fn a_disabled_members_tokens_count_like_expired_ones(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        let token = make_value(&owner, id, "Kitchen").await;
        storage::user::set_disabled(&app.db, id, Some(START), START).await.unwrap();
        for number in 0..40 {
            try_it(&app.anon().from(&format!("198.51.100.{number}")), &token).await.problem(403);
        }
        try_it(&app.anon().from("198.51.100.99"), &token).await.problem(429);
        // Enabled again, the token is a good one, and those are never kept out.
        storage::user::set_disabled(&app.db, id, None, START).await.unwrap();
        assert_eq!(id_of(&signed_in_by(&app, &token).await).await, id);
    }

    async fn failures_are_forgotten_in_the_end(engine) {
        let app = TestApp::start(engine).await;
        household(&app).await;
        use_up(&app.anon()).await;
        app.clock.advance(HOUR);
        app.state.limits.clean().await.unwrap();
        assert!(counted(&app).await > 0, "not a moment too soon");
        // The clocks of instances differ a little.
        app.clock.advance(10 * MINUTE);
        app.state.limits.clean().await.unwrap();
        assert_eq!(number(&app, "SELECT COUNT(*) FROM failures").await, 0);
    }
}
