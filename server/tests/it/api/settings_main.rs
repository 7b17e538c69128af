//! `/settings/main`.

use axum::http::Method;
use serde_json::{Value, json};

use super::token_people::{ADMIN, MANAGE_USERS, household, id_of, make_value, permit, program, token_url};
use crate::support::{Answer, Engine, TestApp, on_both};

const URL: &str = "/api/v1/settings/main";

/// What a new install answers, but for the version.
fn fresh() -> Value {
    json!({
        "apiKey": "", "applicationTitle": "Latchkey", "applicationUrl": "", "mediaServerType": 1, "localLogin": true,
        "mediaServerLogin": true, "newPlexLogin": true, "allowSelfLoginToken": false, "loginTokenParameter": "token",
        "defaultPermissions": 32, "locale": "en", "householdChildren": false, "acceptPlexTokens": false,
        "sessionIdleDays": 30, "sessionAbsoluteDays": 180, "seerrCookieName": false, "activityDays": 180,
        "cookieDomain": "", "gatewayTokenParameter": "latchkey_token",
    })
}

/// Without the version, which counts.
#[track_caller]
fn all(answer: &Answer) -> Value {
    let mut all = answer.json();
    let version = all.as_object_mut().unwrap().remove("version");
    assert!(version.is_some_and(|version| version.as_i64().unwrap() > 0));
    all
}

/// The same with these instead.
fn with(changes: &Value) -> Value {
    let mut all = fresh();
    for (name, value) in changes.as_object().unwrap() {
        all[name] = value.clone();
    }
    all
}

on_both! {
    async fn only_administrators_read_and_change_them(engine) {
        let app = TestApp::start(engine).await;
        let (owner, anna, id) = household(&app).await;
        let header = program(&app, &make_value(&owner, id, "script").await);
        let body = json!({ "applicationTitle": "Attic" });
        for permissions in [0, 32, MANAGE_USERS, 4, !ADMIN & i64::from(i32::MAX)] {
            permit(&app, id, permissions).await;
            for actor in [&anna, &header] {
                actor.get(URL).await.problem(403);
                actor.post_json(URL, body.clone()).await.problem(403);
                // Nor do they learn what would fit.
                actor.post_json(URL, json!({ "applicationTitle": 7 })).await.problem(403);
            }
        }
        app.anon().get(URL).await.problem(401);
        app.anon().post_json(URL, body.clone()).await.problem(401);
        assert_eq!(all(&owner.get(URL).await.expect(200)), fresh());
        permit(&app, id, ADMIN).await;
        for actor in [&anna, &header] {
            assert_eq!(actor.get(URL).await.expect(200).json(), owner.get(URL).await.json());
            actor.post_json(URL, body.clone()).await.expect(200);
        }
        assert_eq!(all(&owner.get(URL).await), with(&body));
    }

    async fn what_is_sent_changes_and_the_rest_stays(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let second = app.second_instance().await;
        let mut so_far = json!({});
        for change in [
            json!({ "applicationTitle": "Großmutters 🔑" }), json!({ "localLogin": false }), json!({ "newPlexLogin": false }),
            json!({ "allowSelfLoginToken": true, "loginTokenParameter": "t" }), json!({ "localLogin": true, "mediaServerLogin": false }),
        ] {
            for (name, value) in change.as_object().unwrap() {
                so_far[name] = value.clone();
            }
            assert_eq!(all(&owner.post_json(URL, change).await.expect(200)), with(&so_far));
            assert_eq!(all(&owner.get(URL).await), with(&so_far));
        }
        second.state.site.refresh().await.unwrap();
        assert_eq!(all(&owner.at(&second).get(URL).await), with(&so_far));
        let settings = second.state.site.now().settings.clone();
        assert!(settings.initialized && settings.media_server.is_some(), "what is not in the list stays too");
        // Nothing, what is there already, and what nobody knows change nothing.
        let read = owner.get(URL).await.json();
        for change in [json!({}), json!({ "applicationTitle": null, "localLogin": null }), read, json!({ "unknown": [1], "initialized": false, "apiKey": "x" })] {
            assert_eq!(all(&owner.post_json(URL, change).await.expect(200)), with(&so_far));
        }
        assert_eq!(second.state.site.now().settings, settings);
        let public = app.anon().get("/api/v1/settings/public").await.json();
        assert_eq!((&public["allowSelfLoginToken"], &public["mediaServerLogin"]), (&json!(true), &json!(false)));
    }

    async fn a_value_that_does_not_fit_changes_nothing(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let version = app.state.site.now().version;
        let long = "x".repeat(61);
        for (name, value) in [
            ("applicationTitle", json!("")), ("applicationTitle", json!("  ")), ("applicationTitle", json!(long)), ("applicationTitle", json!("a\0b")),
            ("applicationTitle", json!("a\nb")), ("applicationTitle", json!(7)), ("applicationTitle", json!({})), ("localLogin", json!("true")),
            ("localLogin", json!(1)), ("mediaServerLogin", json!([])), ("newPlexLogin", json!("")), ("allowSelfLoginToken", json!("yes")),
            ("allowSelfLoginToken", json!(0)), ("loginTokenParameter", json!("")), ("loginTokenParameter", json!("a b")),
            ("loginTokenParameter", json!(" token ")), ("loginTokenParameter", json!("tökén")), ("loginTokenParameter", json!("a&b")),
            ("loginTokenParameter", json!("a=b")), ("loginTokenParameter", json!("%74oken")), ("loginTokenParameter", json!("x".repeat(33))),
            ("loginTokenParameter", json!("returnTo")), ("loginTokenParameter", json!("RETURNTO")), ("loginTokenParameter", json!("code")),
            ("loginTokenParameter", json!(7)),
        ] {
            // Beside one that would fit, before and after it.
            for beside in ["applicationTitle", "newPlexLogin"] {
                let mut body = json!({});
                body[beside] = if beside == "newPlexLogin" { json!(false) } else { json!("Attic") };
                body[name] = value.clone();
                let answer = owner.post_json(URL, body).await;
                answer.problem(400);
                assert_eq!(answer.fields(), [name], "{name}: {value}");
            }
        }
        for body in ["[]", "null", "7", "{", "", "{\"localLogin\":false"] {
            owner.ask(Method::POST, URL).header("content-type", "application/json").body(body).send().await.problem(400);
        }
        owner.post(URL).await.problem(415);
        assert_eq!(all(&owner.get(URL).await), fresh());
        app.state.site.refresh().await.unwrap();
        assert_eq!(app.state.site.now().version, version);
    }

    /// The names are the wire's, which the program that sent them knows.
    async fn one_way_to_sign_in_must_stay(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        for before in [json!({}), json!({ "localLogin": false })] {
            owner.post_json(URL, before.clone()).await.expect(200);
            let answer = owner.post_json(URL, json!({ "localLogin": false, "mediaServerLogin": false })).await;
            answer.problem(400);
            assert_eq!(all(&owner.get(URL).await), with(&before), "nothing was changed");
            let fields = answer.fields();
            assert!(!fields.is_empty() && fields.iter().all(|field| ["localLogin", "mediaServerLogin"].contains(&field.as_str())), "{fields:?}");
        }
    }

    async fn titles_lose_the_space_around_them_and_may_have_60_characters(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        for title in [" Attic \n".to_owned(), "é".repeat(60), "<b>".into(), "🔑".into()] {
            let all = owner.post_json(URL, json!({ "applicationTitle": title })).await.expect(200).json();
            assert_eq!(all["applicationTitle"], title.trim());
        }
    }

    async fn the_setting_opens_and_closes_the_door_for_members(engine) {
        let app = TestApp::start(engine).await;
        let (owner, anna, id) = household(&app).await;
        let url = token_url(id);
        for (may, status) in [(false, 403), (true, 200), (false, 403)] {
            owner.post_json(URL, json!({ "allowSelfLoginToken": may })).await.expect(200);
            assert_eq!((anna.get(&url).await.status(), anna.post(&url).await.status()), (status, status));
        }
        assert_eq!(id_of(&anna).await, id);
    }

    async fn all_mistakes_are_told_at_once(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let body = json!({
            "applicationTitle": "", "locale": "tlh", "loginTokenParameter": "a b", "sessionIdleDays": 0, "activityDays": 9999,
            "localLogin": false, "mediaServerLogin": false, "defaultPermissions": ADMIN,
        });
        let answer = owner.post_json(URL, body).await;
        answer.problem(400);
        let mut fields = answer.fields();
        fields.sort_unstable();
        assert_eq!(
            fields,
            ["activityDays", "applicationTitle", "defaultPermissions", "localLogin", "locale", "loginTokenParameter", "sessionIdleDays"]
        );
        assert_eq!(all(&owner.get(URL).await), fresh());
    }

    /// With the version that was read, what others changed meanwhile is not overwritten; what they left alone is merged.
    async fn a_version_protects_what_others_changed(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let second = app.second_instance().await;
        let version = owner.get(URL).await.json()["version"].clone();
        let there = owner.at(&second);
        there.post_json(URL, json!({ "applicationTitle": "Theirs", "version": version })).await.expect(200);
        let mine = json!({ "applicationTitle": "Mine", "locale": "de", "version": version });
        let answer = owner.post_json(URL, mine.clone()).await;
        answer.problem(409);
        assert_eq!(answer.fields(), ["applicationTitle"]);
        let told = answer.json()["errors"][0]["message"].as_str().unwrap().to_owned();
        assert!(told.contains("\"Latchkey\"") && told.contains("\"Theirs\""), "{told}");
        app.state.site.refresh().await.unwrap();
        assert_eq!(all(&owner.get(URL).await), with(&json!({ "applicationTitle": "Theirs" })), "nothing of it was saved");
        // Another field: both are kept. A rotated secret raises the version, too, and changes no setting.
        app.state.site.make_api_key(&app.by()).await.unwrap();
        owner.post_json(URL, json!({ "locale": "de", "version": version })).await.expect(200);
        let now = owner.get(URL).await.json();
        assert_eq!((&now["applicationTitle"], &now["locale"]), (&json!("Theirs"), &json!("de")));
        // From the version of now it goes through; one that is not known is as good as changed.
        owner.post_json(URL, json!({ "applicationTitle": "Mine", "version": now["version"] })).await.expect(200);
        owner.post_json(URL, json!({ "applicationTitle": "x", "version": 7_000_000 })).await.problem(409);
        owner.post_json(URL, json!({ "applicationTitle": "x", "version": -1 })).await.problem(409);
        let lines = app.happened(20).await;
        let changed: Vec<_> = lines.iter().filter(|line| line.kind == "setting-changed").map(|line| line.subject.as_str()).collect();
        assert_eq!(changed, ["applicationTitle", "locale", "applicationTitle"]);
        assert!(lines.iter().all(|line| line.actor_id == Some(1) && !line.subject.contains("Theirs")));
    }

    async fn changes_at_once_are_all_kept(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        let second = app.second_instance().await;
        let there = owner.at(&second);
        for round in 0..4 {
            let on = round % 2 == 0;
            let (here, there) = tokio::join!(
                owner.post_json(URL, json!({ "allowSelfLoginToken": on })),
                there.post_json(URL, json!({ "newPlexLogin": !on })),
            );
            here.expect(200);
            there.expect(200);
            app.state.site.refresh().await.unwrap();
            assert_eq!(all(&owner.get(URL).await), with(&json!({ "allowSelfLoginToken": on, "newPlexLogin": !on })));
        }
    }
}

#[tokio::test]
async fn the_public_url_is_shown() {
    let app = TestApp::build(Engine::Sqlite)
        .with("LATCHKEY_PUBLIC_URL", "https://home.test")
        .start()
        .await;
    let owner = app.set_up().await;
    assert_eq!(
        all(&owner.get(URL).await.expect(200)),
        with(&json!({ "applicationUrl": "https://home.test" }))
    );
    app.anon()
        .with("origin", "https://evil.test")
        .post(URL)
        .await
        .problem(403);
}
