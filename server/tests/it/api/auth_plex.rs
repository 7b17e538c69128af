//! `POST /auth/plex`.

use std::time::Duration;

use latchkey::{plex::PlexLimits, storage};
use plex_stub::{ATTIC, Answer as Spoiled, Fault, ShareState};
use serde_json::json;

use crate::support::{Actor, Answer, Engine, MINUTE, START, TestApp, on_both};

const URL: &str = "/api/v1/auth/plex";

async fn try_it(actor: &Actor, pin: &(i64, String)) -> Answer {
    actor.post_json(URL, json!({ "pinId": pin.0, "code": pin.1 })).await
}

/// Signs in as a program with a PIN approved by this account.
async fn as_account(app: &TestApp, account: &str) -> Answer {
    let pin = app.pin();
    app.plex.approve(&pin.1, account).unwrap();
    try_it(&app.anon(), &pin).await
}

on_both! {
    async fn an_approved_pin_opens_a_session(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let (program, pin) = (app.anon(), app.pin());
        let pending = try_it(&program, &pin).await.expect(202);
        assert_eq!(pending.json(), json!({ "status": "pending" }));
        assert_eq!(program.cookies().len(), 0);
        app.plex.approve(&pin.1, "anna").unwrap();
        let answer = try_it(&program, &pin).await.expect(200);
        assert_eq!(answer.json()["email"], "anna@example.test");
        assert_eq!(program.get("/api/v1/auth/me").await.expect(200).json(), answer.json());
    }

    async fn pending_means_not_approved_yet_however_soon_it_is_asked_again(engine) {
        let app = TestApp::build(engine).plex_limits(PlexLimits::default()).start().await;
        app.set_up().await;
        let (program, pin) = (app.anon(), app.pin());
        try_it(&program, &pin).await.expect(202);
        app.plex.approve(&pin.1, "anna").unwrap();
        try_it(&program, &pin).await.expect(200);
    }

    async fn the_whole_household_comes_in_and_nobody_else(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        for account in ["attic-owner", "marlow", "anna", "bea"] {
            as_account(&app, account).await.expect(200);
        }
        let refused = [
            ("paul", "invitation"), ("rita", "no access"), ("twin-owner", "no access"), ("otto", "no access"), ("stranger", "no access"),
            ("pia", "no access"), ("mallory", "no access"), ("victor", "no access"),
        ];
        for (account, reason) in refused {
            let answer = as_account(&app, account).await;
            let said = answer.problem(403);
            assert!(said.contains(reason) && said.contains("Attic"), "{account}: {said}");
            assert_eq!(answer.cookie("latchkey.sid"), None);
        }
        as_account(&app, "kid").await.problem(403);
        app.state.site.update(|settings| settings.household_children = true).await.unwrap();
        let kid = as_account(&app, "kid").await.expect(200).json();
        assert_eq!((&kid["email"], &kid["displayName"]), (&json!(""), &json!("Kim")));
    }

    async fn new_people_and_disabled_ones_are_refused_by_the_owners_rules(engine) {
        let app = TestApp::start(engine).await;
        app.member("anna").await;
        app.state.site.update(|settings| settings.new_plex_members = false).await.unwrap();
        as_account(&app, "anna").await.expect(200);
        let said = as_account(&app, "marlow").await.problem(403);
        assert!(said.contains("taking new members"), "{said}");
        storage::user::set_disabled(&app.db, 2, Some(START), START).await.unwrap();
        as_account(&app, "anna").await.problem(403);
        app.state.site.update(|settings| settings.plex_sign_in = false).await.unwrap();
        as_account(&app, "marlow").await.problem(403);
        as_account(&app, "attic-owner").await.expect(200);
    }

    async fn a_share_taken_away_keeps_the_member_out(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        as_account(&app, "anna").await.expect(200);
        app.plex.share("anna", ATTIC, ShareState::None).unwrap();
        as_account(&app, "anna").await.problem(403);
    }

    async fn a_pin_that_is_over_used_or_foreign_is_401(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let foreign = app.plex.create_pin("another-app", None);
        app.plex.approve(&foreign.1, "anna").unwrap();
        try_it(&app.anon(), &foreign).await.problem(401);
        let expired = app.pin();
        app.plex.expire(&expired.1).unwrap();
        try_it(&app.anon(), &expired).await.problem(401);
        try_it(&app.anon(), &(999, "unknownunknown".into())).await.problem(401);
        let (mine, other) = (app.pin(), app.pin());
        // By two people: a second token of one person would end the first.
        app.plex.approve(&mine.1, "anna").unwrap();
        app.plex.approve(&other.1, "marlow").unwrap();
        try_it(&app.anon(), &(mine.0, other.1.clone())).await.problem(401);
        // Trying a wrong code did not spoil the right one.
        try_it(&app.anon(), &mine).await.expect(200);
        app.clock.advance(2 * MINUTE + 1);
        try_it(&app.anon(), &mine).await.problem(401);
    }

    async fn an_attempt_is_worth_nothing_after_ten_minutes(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let (program, pin) = (app.anon(), app.pin());
        try_it(&program, &pin).await.expect(202);
        app.clock.advance(10 * MINUTE);
        app.plex.approve(&pin.1, "anna").unwrap();
        try_it(&program, &pin).await.problem(401);
        assert_eq!(program.cookies().len(), 0);
    }

    async fn plexs_trouble_is_502_and_the_same_pin_works_afterwards(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let (program, pin) = (app.anon(), app.pin());
        app.plex.approve(&pin.1, "anna").unwrap();
        for path in ["/api/v2/pins", "/api/v2/user", "/api/v2/resources"] {
            for spoiled in [Spoiled::Status(503), Spoiled::Html, Spoiled::CutOff, Spoiled::Malformed, Spoiled::WrongShape] {
                app.plex.switch(|switches| switches.faults = vec![Fault::new(path, spoiled)]);
                let answer = try_it(&program, &pin).await;
                assert_eq!(answer.status(), 502, "{path} {spoiled:?}: {}", answer.text());
                answer.problem(502);
            }
        }
        app.plex.switch(|switches| switches.faults.clear());
        app.plex.go_away().await;
        try_it(&program, &pin).await.problem(502);
        app.plex.come_back().await.unwrap();
        try_it(&program, &pin).await.expect(200);
    }

    async fn an_attempt_that_a_browser_began_stays_that_browsers(engine) {
        let app = TestApp::start(engine).await;
        app.set_up().await;
        let (browser, pin) = (app.anon(), app.pin());
        app.start_attempt(&browser, pin.0, &pin.1).await.expect(201);
        app.plex.approve(&pin.1, "anna").unwrap();
        try_it(&app.anon(), &pin).await.problem(401);
        try_it(&browser, &pin).await.problem(401);
        assert_eq!(app.poll(&browser, pin.0).await["state"], "signedIn");
    }
}

#[tokio::test]
async fn a_slow_plex_is_504() {
    let limits = PlexLimits {
        request: Duration::from_millis(300),
        ..PlexLimits::default()
    };
    let app = TestApp::build(Engine::Sqlite).plex_limits(limits).start().await;
    app.set_up_local().await;
    app.plex
        .switch(|switches| switches.faults.push(Fault::slow("/api/v2/pins", 5_000)));
    try_it(&app.anon(), &app.pin()).await.problem(504);
}

#[tokio::test]
async fn bodies_that_are_no_pin_are_told_why() {
    let app = TestApp::start(Engine::Sqlite).await;
    app.set_up_local().await;
    let anon = app.anon();
    let cases = [
        (json!({}), "pinId"),
        (json!({ "pinId": null, "code": null }), "pinId"),
        (json!({ "pinId": 7 }), "code"),
        (json!({ "pinId": "7", "code": "abcdabcd" }), "pinId"),
        (json!({ "pinId": 7.5, "code": "abcdabcd" }), "pinId"),
        (json!({ "pinId": 7, "code": 7 }), "code"),
        (json!({ "pinId": 0, "code": "abcdabcd" }), "pinId"),
        (json!({ "pinId": -7, "code": "abcdabcd" }), "pinId"),
        (json!({ "pinId": 7, "code": "" }), "code"),
        (json!({ "pinId": 7, "code": "ab cd\u{0}" }), "code"),
        (json!({ "pinId": 7, "code": "a".repeat(65) }), "code"),
    ];
    for (body, field) in cases {
        let answer = anon.post_json(URL, body.clone()).await;
        answer.problem(400);
        assert_eq!(answer.fields(), [field], "{body}");
    }
    assert!(app.plex.log().is_empty());
}

#[tokio::test]
async fn a_bare_token_is_not_taken() {
    let app = TestApp::start(Engine::Sqlite).await;
    app.set_up().await;
    let token = app.plex.issue_token("anna", "another-app");
    app.plex.clear_log();
    let answer = app.anon().post_json(URL, json!({ "authToken": token })).await;
    assert!(answer.problem(403).contains("issued to another app"));
    assert!(app.plex.log().is_empty());
}

#[tokio::test]
async fn a_bare_plex_token_where_the_owner_allows_it() {
    let app = TestApp::start(Engine::Sqlite).await;
    app.set_up().await;
    let of = |account: &str| app.plex.issue_token(account, "some-other-app");
    let program = app.anon();
    program
        .post_json(URL, json!({ "authToken": of("anna") }))
        .await
        .problem(403);
    app.state
        .site
        .change(&app.by(), "acceptPlexTokens", "true")
        .await
        .unwrap();
    let anna = program
        .post_json(URL, json!({ "authToken": of("anna") }))
        .await
        .expect(200);
    assert_eq!(anna.json()["plexUsername"], "anna.k");
    program.get("/api/v1/auth/me").await.expect(200);
    app.anon()
        .post_json(URL, json!({ "authToken": of("stranger") }))
        .await
        .problem(403);
    for bad in ["", "nobody-has-this", "a\nb"] {
        app.anon()
            .post_json(URL, json!({ "authToken": bad }))
            .await
            .problem(401);
    }
    app.plex.go_away().await;
    app.anon()
        .post_json(URL, json!({ "authToken": "whatever" }))
        .await
        .problem(502);
}
