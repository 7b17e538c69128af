//! `X-Api-Key`: made once, shown once, and what it opens.

use serde_json::json;

use super::token_people::{ADMIN, household, make_value, permit, program};
use crate::support::{Actor, MINUTE, TestApp, on_both};

const MAIN: &str = "/api/v1/settings/main";
const REGENERATE: &str = "/api/v1/settings/main/regenerate";
const ME: &str = "/api/v1/auth/me";

async fn make(owner: &Actor) -> String {
    let all = owner.post(REGENERATE).await.expect(200).json();
    all["apiKey"].as_str().unwrap().to_owned()
}

fn with_key(app: &TestApp, key: &str) -> Actor {
    app.anon().with("x-api-key", key)
}

on_both! {
    async fn it_is_shown_once_and_acts_as_the_owner_or_who_is_named(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _anna, id) = household(&app).await;
        assert_eq!(owner.get(MAIN).await.json()["apiKey"], "");
        let key = make(&owner).await;
        assert_eq!(key.len(), 64);
        let masked = owner.get(MAIN).await.json()["apiKey"].as_str().unwrap().to_owned();
        assert_eq!(masked, format!("{}{}", "*".repeat(60), &key[60..]));

        let answer = with_key(&app, &key).get(ME).await.expect(200);
        assert_eq!(answer.json()["id"], 1);
        assert!(answer.cookies().is_empty(), "it opens no session");
        with_key(&app, &format!(" {} ", key.to_uppercase())).get(ME).await.expect(200);
        for (user, expected) in [(id.to_string(), Some(id)), ("1".into(), Some(1)), (String::new(), Some(1)), ("999".into(), None),
            ("anna".into(), None), ("-1".into(), None), ("2 OR 1=1".into(), None)]
        {
            let answer = with_key(&app, &key).with("x-api-user", &user).get(ME).await;
            match expected {
                Some(id) => assert_eq!(answer.expect(200).json()["id"], id, "{user:?}"),
                None => drop(answer.problem(403)),
            }
        }
        // As a member it may what the member may.
        with_key(&app, &key).with("x-api-user", &id.to_string()).get(MAIN).await.problem(403);
        with_key(&app, &key).get(MAIN).await.expect(200);
        // It is no weaker than the owner's own sign-in: it makes login tokens, too.
        make_value(&with_key(&app, &key), id, "by a program").await;
        // Whoever is switched off stays out.
        crate::storage::sql::execute(&app.db, "UPDATE users SET disabled_at = 1 WHERE id <> 1").await;
        with_key(&app, &key).with("x-api-user", &id.to_string()).get(ME).await.problem(403);
        // Pages don't take it.
        assert_eq!(with_key(&app, &key).page("/profile").await.see_other(), "/login?returnTo=%2Fprofile");
        let all = app.seen();
        let shown = all.iter().filter(|answer| answer.text().contains(&key)).count();
        assert_eq!(shown, 1, "in one answer only");
    }

    async fn a_new_one_ends_the_old_one_on_every_instance_at_once(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let second = app.second_instance().await;
        let old = make(&owner).await;
        // Nobody has told the other instance.
        with_key(&app, &old).at(&second).get(ME).await.expect(200);
        let new = make(&owner).await;
        assert_ne!(old, new);
        with_key(&app, &old).at(&second).get(ME).await.problem(403);
        with_key(&app, &old).get(ME).await.problem(403);
        with_key(&app, &new).at(&second).get(ME).await.expect(200);
        with_key(&app, &new).get(ME).await.expect(200);
        let made = app.happened(10).await.iter().filter(|line| line.kind == "api-key-made").count();
        assert_eq!(made, 2);
    }

    async fn only_the_owner_makes_it(engine) {
        let app = TestApp::start(engine).await;
        let (owner, anna, id) = household(&app).await;
        app.anon().post(REGENERATE).await.problem(401);
        anna.post(REGENERATE).await.problem(403);
        permit(&app, id, ADMIN).await;
        // It acts as the owner: an administrator who makes one would be the owner.
        anna.post(REGENERATE).await.problem(403);
        program(&app, &make_value(&owner, 1, "script").await).post(REGENERATE).await.problem(403);
        assert_eq!(owner.get(MAIN).await.json()["apiKey"], "");
        let key = make(&owner).await;
        with_key(&app, &key).with("x-api-user", &id.to_string()).post(REGENERATE).await.problem(403);
        let again = make(&with_key(&app, &key)).await;
        with_key(&app, &key).get(ME).await.problem(403);
        with_key(&app, &again).get(ME).await.expect(200);
    }

    async fn wrong_ones_are_limited_and_good_ones_never(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _anna, id) = household(&app).await;
        let key = make(&owner).await;
        let token = make_value(&owner, id, "script").await;
        let mut refused = 0;
        for number in 0..60 {
            let wrong = format!("{number:064x}");
            let wrong = if number % 2 == 0 { wrong.as_str() } else { "no key at all" };
            let answer = with_key(&app, wrong).get(ME).await;
            match answer.status() {
                403 => refused += 1,
                429 => assert!(!answer.header("retry-after").is_empty()),
                other => panic!("{other}"),
            }
        }
        assert_eq!(refused, 40);
        // From the same address: what is right, however it is brought.
        with_key(&app, &key).get(ME).await.expect(200);
        program(&app, &token).get(ME).await.expect(200);
        owner.get(ME).await.expect(200);
        with_key(&app, &"f".repeat(64)).from("198.51.100.9").get(ME).await.problem(403);
        app.clock.advance(16 * MINUTE);
        with_key(&app, "wrong").get(ME).await.problem(403);
        // Of a flood there is a line that counts.
        app.state.activity.flush().await.unwrap();
        let lines = app.happened(100).await;
        let told: Vec<_> = lines.iter().filter(|line| line.kind == "api-key-refused").map(|line| line.times).collect();
        assert_eq!((told.len(), told.iter().sum::<i64>()), (3, 42));
    }

    async fn two_at_once_are_refused(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _anna, id) = household(&app).await;
        let key = make(&owner).await;
        let token = make_value(&owner, id, "script").await;
        with_key(&app, &key).with("x-login-token", &token).get(ME).await.problem(403);
        with_key(&app, &key).with("x-api-key", &"0".repeat(64)).get(ME).await.problem(403);
        with_key(&app, "").get(ME).await.problem(403);
        // What is sent wrongly is not made good by a cookie.
        let browser = app.member("anna").await.with("x-api-key", "wrong");
        browser.get(ME).await.problem(403);
        // Setting it up anew needs the key in the body of nothing.
        owner.post_json(MAIN, json!({ "apiKey": "mine" })).await.expect(200);
        with_key(&app, &key).get(ME).await.expect(200);
    }
}
