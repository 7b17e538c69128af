//! `POST /setup/owner`.

use latchkey::storage;
use plex_stub::{Answer as Spoiled, Fault};
use serde_json::{Value, json};

use crate::support::{Actor, Answer, Engine, MINUTE, TestApp, on_both};

const URL: &str = "/api/v1/setup/owner";

async fn local(app: &TestApp, actor: &Actor, change: Value) -> Answer {
    let mut body =
        json!({ "setupCode": app.setup_code().await, "email": "robin@home.test", "password": "long enough" });
    for (key, value) in change.as_object().unwrap() {
        body[key] = value.clone();
    }
    actor.post_json(URL, body).await
}

on_both! {
    async fn a_local_owner_is_made_once(engine) {
        let app = TestApp::start(engine).await;
        let code = app.setup_code().await;
        let owner = app.anon();
        let made = local(&app, &owner, json!({ "username": " Robin 🔑 " })).await.expect(201);
        assert_eq!((&made.json()["id"], &made.json()["username"], &made.json()["permissions"]), (&json!(1), &json!("Robin 🔑"), &json!(2)));
        assert!(made.cookie("latchkey.sid").is_some());
        assert_eq!(owner.get("/api/v1/auth/me").await.expect(200).json(), made.json());
        // The code is forgotten with that, by everyone.
        assert_eq!(storage::install::find(&app.db, "setup_code").await.unwrap(), None);
        let late = json!({ "setupCode": code, "email": "late@home.test", "password": "long enough" });
        let answer = app.anon().post_json(URL, late.clone()).await;
        answer.problem(409);
        assert_eq!(answer.cookie("latchkey.sid"), None);
        app.second_instance().await.anon().post_json(URL, late).await.problem(409);
    }

    async fn an_owner_by_plex_waits_for_the_approval(engine) {
        let app = TestApp::start(engine).await;
        let (program, (pin_id, code)) = (app.anon(), app.pin());
        let body = json!({ "setupCode": app.setup_code().await, "pinId": pin_id, "code": code });
        assert_eq!(program.post_json(URL, body.clone()).await.expect(202).json(), json!({ "status": "pending" }));
        app.plex.approve(&code, "attic-owner").unwrap();
        let made = program.post_json(URL, body).await.expect(201);
        assert_eq!((&made.json()["id"], &made.json()["plexUsername"]), (&json!(1), &json!("attic-owner")));
        program.get("/api/v1/auth/me").await.expect(200);
    }

    async fn a_childs_profile_does_not_become_the_owner(engine) {
        let app = TestApp::start(engine).await;
        let setup_code = app.setup_code().await;
        let as_account = async |account: &str| {
            let (pin_id, code) = app.pin();
            app.plex.approve(&code, account).unwrap();
            app.anon().post_json(URL, json!({ "setupCode": setup_code, "pinId": pin_id, "code": code })).await
        };
        as_account("kid").await.problem(403);
        assert!(!storage::user::owner_exists(&app.db).await.unwrap());
        as_account("attic-owner").await.expect(201);
    }

    async fn a_wrong_code_makes_nobody(engine) {
        let app = TestApp::start(engine).await;
        let (pin_id, code) = app.pin();
        app.plex.approve(&code, "attic-owner").unwrap();
        for wrong in ["", "wrong", "00000000"] {
            let program = app.anon();
            program.post_json(URL, json!({ "setupCode": wrong, "pinId": pin_id, "code": code })).await.problem(403);
            local(&app, &program, json!({ "setupCode": wrong })).await.problem(403);
            assert_eq!(program.cookies().len(), 0);
        }
        assert!(!storage::user::owner_exists(&app.db).await.unwrap());
        assert_eq!(app.plex.pin(&code).unwrap().claimed_reads, 0);
    }

    async fn ten_wrong_codes_an_address_then_a_rest(engine) {
        let app = TestApp::start(engine).await;
        let anon = app.anon();
        for _ in 0..10 {
            local(&app, &anon, json!({ "setupCode": "wrong" })).await.problem(403);
        }
        let limited = local(&app, &anon, json!({})).await;
        limited.problem(429);
        assert_eq!(limited.header("retry-after"), (10 * MINUTE).to_string());
        app.clock.advance(10 * MINUTE - 1);
        local(&app, &anon, json!({})).await.problem(429);
        app.clock.advance(1);
        local(&app, &anon, json!({})).await.expect(201);
    }

    async fn of_many_at_once_one_is_owner(engine) {
        let app = TestApp::start(engine).await;
        let second = app.second_instance().await;
        let code = app.setup_code().await;
        let mut running = tokio::task::JoinSet::new();
        for number in 0..8 {
            let actor = if number % 2 == 0 { app.anon() } else { second.anon() };
            let body = json!({ "setupCode": code, "email": format!("{number}@home.test"), "password": "long enough" });
            running.spawn(async move { (number, actor.post_json(URL, body).await) });
        }
        let answers = running.join_all().await;
        let made: Vec<_> = answers.iter().filter(|(_, answer)| answer.status() == 201).collect();
        assert_eq!(made.len(), 1);
        for (_, answer) in answers.iter().filter(|(_, answer)| answer.status() != 201) {
            answer.problem(409);
            assert_eq!(answer.cookie("latchkey.sid"), None);
        }
        let owner = latchkey::storage::user::find(&app.db, 1).await.unwrap().unwrap();
        assert_eq!(owner.email, Some(format!("{}@home.test", made[0].0)));
    }

    async fn a_pin_that_is_over_or_foreign_is_401(engine) {
        let app = TestApp::start(engine).await;
        let expired = app.pin();
        app.plex.expire(&expired.1).unwrap();
        let foreign = app.plex.create_pin("another-app", None);
        app.plex.approve(&foreign.1, "attic-owner").unwrap();
        for (pin_id, code) in [expired, foreign] {
            let body = json!({ "setupCode": app.setup_code().await, "pinId": pin_id, "code": code });
            app.anon().post_json(URL, body).await.problem(401);
        }
        assert!(!storage::user::owner_exists(&app.db).await.unwrap());
    }

    async fn plexs_trouble_is_502_and_makes_nobody(engine) {
        let app = TestApp::start(engine).await;
        let (program, (pin_id, code)) = (app.anon(), app.pin());
        app.plex.approve(&code, "attic-owner").unwrap();
        let body = json!({ "setupCode": app.setup_code().await, "pinId": pin_id, "code": code });
        app.plex.switch(|switches| switches.faults.push(Fault::new("/api/v2", Spoiled::Status(500))));
        program.post_json(URL, body.clone()).await.problem(502);
        assert!(!storage::user::owner_exists(&app.db).await.unwrap());
        app.plex.switch(|switches| switches.faults.clear());
        program.post_json(URL, body).await.expect(201);
    }
}

#[tokio::test]
async fn fields_are_checked() {
    let app = TestApp::start(Engine::Sqlite).await;
    let anon = app.anon();
    for (change, field) in [
        (json!({ "email": "robin" }), "email"),
        (json!({ "email": "" }), "email"),
        (json!({ "email": "a\u{0}b@c" }), "email"),
        (json!({ "password": "seven77" }), "password"),
        (json!({ "password": "x".repeat(1001) }), "password"),
        (json!({ "password": "password123" }), "password"),
        (json!({ "username": "a\u{0}b" }), "username"),
        (json!({ "username": "a".repeat(101) }), "username"),
        (json!({ "email": 5 }), "email"),
        (json!({ "setupCode": 5 }), "setupCode"),
        (json!({ "pinId": 0, "code": "abcdabcd" }), "pinId"),
        (json!({ "pinId": 1, "code": "?" }), "code"),
    ] {
        let answer = local(&app, &anon, change.clone()).await;
        answer.problem(400);
        assert_eq!(answer.fields(), [field], "{change}");
    }
    let nothing = json!({ "setupCode": app.setup_code().await });
    anon.post_json(URL, nothing).await.problem(400);
    assert_eq!(anon.cookies().len(), 0);
    local(&app, &anon, json!({})).await.expect(201);
}

#[tokio::test]
async fn a_code_from_the_configuration_is_the_code() {
    let app = TestApp::build(Engine::Sqlite)
        .with("LATCHKEY_SETUP_CODE", "a-phrase-of-your-own")
        .start()
        .await;
    let anon = app.anon();
    local(&app, &anon, json!({ "setupCode": "a-phrase-of-your-owm" }))
        .await
        .problem(403);
    local(&app, &anon, json!({ "setupCode": "a-phrase-of-your-own" }))
        .await
        .expect(201);
}
