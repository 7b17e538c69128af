//! `X-Login-Token` and `Authorization: Bearer`: a program that brings its login token with each request.

use axum::http::Method;
use serde_json::json;

use super::token_people::{
    ADMIN, ME, household, id_of, make, make_value, members_may, number, permit, program, signed_in_by, text, token_url,
    tokens_url, wrong_token,
};
use crate::support::{Actor, DAY, TestApp, on_both};

const X_LOGIN_TOKEN: &str = "x-login-token";
const AUTHORIZATION: &str = "authorization";

/// Whom these headers make of somebody with this browser's cookies: a status, and the member's number where it is 200.
async fn asked(actor: &Actor, headers: &[(&'static str, &str)]) -> (u16, Option<i64>) {
    let mut asked = actor.ask(Method::GET, ME);
    for (name, value) in headers {
        asked = asked.header(name, value);
    }
    let answer = asked.send().await;
    assert_eq!(answer.cookies(), [], "{headers:?} set a cookie");
    if answer.status() != 200 {
        answer.problem(answer.status());
        return (answer.status(), None);
    }
    (200, answer.json()["id"].as_i64())
}

on_both! {
    async fn a_good_token_is_its_member_however_it_is_written(engine) {
        let app = TestApp::start(engine).await;
        let (owner, anna, id) = household(&app).await;
        let token = make_value(&owner, id, "script").await;
        let (upper, spaced) = (token.to_uppercase(), format!(" {token} "));
        let bearer = |token: &str| format!("Bearer {token}");
        for (name, value) in [
            (X_LOGIN_TOKEN, token.clone()), (X_LOGIN_TOKEN, upper.clone()), (X_LOGIN_TOKEN, spaced),
            (AUTHORIZATION, bearer(&token)), (AUTHORIZATION, bearer(&upper)), (AUTHORIZATION, format!("bearer {token}")),
            (AUTHORIZATION, format!("BEARER   {token} ")),
        ] {
            assert_eq!(asked(&app.anon(), &[(name, &value)]).await, (200, Some(id)), "{name}: {value}");
        }
        let all = anna.get(ME).await.json();
        assert_eq!(program(&app, &token).get(ME).await.expect(200).json(), all);
        // Nor does it open a session anywhere.
        let sql = "SELECT COUNT(*) FROM sessions WHERE method = 'token'";
        assert_eq!(number(&app, sql).await, 0);
    }

    async fn both_may_come_if_they_are_the_same(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        let (one, two) = (make_value(&owner, id, "one").await, make_value(&owner, id, "two").await);
        let bearer = |token: &str| format!("Bearer {token}");
        let anon = app.anon();
        assert_eq!(asked(&anon, &[(X_LOGIN_TOKEN, &one), (AUTHORIZATION, &bearer(&one))]).await, (200, Some(id)));
        assert_eq!(asked(&anon, &[(X_LOGIN_TOKEN, &one), (X_LOGIN_TOKEN, &one)]).await, (200, Some(id)));
        let (wrong, none) = (wrong_token(1), String::new());
        for (first, second) in [(&one, &two), (&two, &one), (&one, &wrong), (&wrong, &one), (&none, &one), (&one, &none)] {
            for headers in [
                [(X_LOGIN_TOKEN, first.as_str()), (AUTHORIZATION, &*bearer(second))],
                [(AUTHORIZATION, &*bearer(second)), (X_LOGIN_TOKEN, first)],
                [(X_LOGIN_TOKEN, first), (X_LOGIN_TOKEN, second)],
                [(AUTHORIZATION, &*bearer(first)), (AUTHORIZATION, &*bearer(second))],
            ] {
                for actor in [&anon, &owner] {
                    assert_eq!(asked(actor, &headers).await, (403, None), "{headers:?}");
                }
            }
        }
    }

    async fn a_bad_one_is_403_even_beside_a_good_session(engine) {
        let app = TestApp::start(engine).await;
        let (owner, anna, id) = household(&app).await;
        let expired = text(&make(&owner, id, json!({ "name": "expired", "expiresInDays": 1 })).await["token"]);
        app.clock.advance(DAY);
        let bad = [wrong_token(1), expired, "x".into(), "null".into(), "ü".into(), String::new()];
        for token in &bad {
            for actor in [&app.anon(), &anna, &owner] {
                assert_eq!(asked(actor, &[(X_LOGIN_TOKEN, token)]).await, (403, None), "{token:?}");
                assert_eq!(asked(actor, &[(AUTHORIZATION, &format!("Bearer {token}"))]).await, (403, None), "Bearer {token:?}");
            }
        }
        // The sessions have not suffered.
        anna.get(ME).await.expect(200);
        owner.get(ME).await.expect(200);
    }

    /// An HTTP library takes the space at the end away: a script whose variable is empty sends just this.
    async fn a_bearer_without_a_token_is_a_bad_one(engine) {
        let app = TestApp::start(engine).await;
        let (_, anna, _) = household(&app).await;
        for value in ["Bearer", "bearer"] {
            for actor in [&app.anon(), &anna] {
                assert_eq!(asked(actor, &[(AUTHORIZATION, value)]).await, (403, None), "{value:?}");
            }
        }
    }

    async fn the_token_goes_before_the_session(engine) {
        let app = TestApp::start(engine).await;
        let (owner, anna, id) = household(&app).await;
        let owners = make_value(&owner, 1, "script").await;
        assert_eq!(asked(&anna, &[(X_LOGIN_TOKEN, &owners)]).await, (200, Some(1)));
        assert_eq!(id_of(&anna).await, id, "for that one request");
        // Its weakness too: whoever is signed in by Plex and sends a token makes no tokens.
        let answer = owner.ask(Method::POST, &token_url(1)).header(X_LOGIN_TOKEN, &owners).send().await;
        assert!(answer.problem(403).contains("signed in with a login token"));
        let by_token = signed_in_by(&app, &owners).await;
        assert_eq!(asked(&by_token, &[(X_LOGIN_TOKEN, &make_value(&owner, id, "anna's").await)]).await, (200, Some(id)));
    }

    async fn other_schemes_are_nothing_to_us(engine) {
        let app = TestApp::start(engine).await;
        let (owner, anna, id) = household(&app).await;
        let token = make_value(&owner, id, "script").await;
        for value in ["Basic YW5uYTpodW50ZXIy", "Basic", "Digest username=\"anna\"", &format!("Token {token}"), &format!("Basic {token}"), &token, "", "Bearerx y"] {
            assert_eq!(asked(&app.anon(), &[(AUTHORIZATION, value)]).await, (401, None), "{value:?}");
            assert_eq!(asked(&anna, &[(AUTHORIZATION, value)]).await, (200, Some(id)), "{value:?}");
            // A proxy's own password beside a token of ours.
            assert_eq!(asked(&app.anon(), &[(AUTHORIZATION, value), (X_LOGIN_TOKEN, &token)]).await, (200, Some(id)), "{value:?}");
        }
    }

    async fn every_route_of_the_api_takes_it(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        members_may(&app, true).await;
        permit(&app, id, ADMIN).await;
        let token = make_value(&owner, id, "script").await;
        let bearer = app.anon().with(AUTHORIZATION, &format!("Bearer {token}"));
        let header = program(&app, &token);
        for url in [ME, "/API/V1/Auth/Me/", &tokens_url(id), &token_url(id), "/api/v1/settings/main", "/api/v1/settings/plex"] {
            for (actor, status) in [(&header, 200), (&bearer, 200), (&program(&app, &wrong_token(1)), 403), (&app.anon(), 401)] {
                let answer = actor.get(url).await;
                assert_eq!((answer.status(), answer.cookies()), (status, vec![]), "{url}");
            }
        }
        header.post_json("/api/v1/settings/main", json!({ "applicationTitle": "Attic" })).await.expect(200);
        // What is open to anyone stays open, and what is not there is not there.
        for actor in [&header, &bearer] {
            actor.get("/api/v1/settings/public").await.expect(200);
            actor.get("/api/v1/nothing").await.problem(404);
            actor.post("/api/v1/auth/logout").await.expect(200);
        }
        header.get(ME).await.expect(200);
    }

    async fn pages_do_not_take_it(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        let token = make_value(&owner, id, "script").await;
        let bearer = app.anon().with(AUTHORIZATION, &format!("Bearer {token}"));
        for actor in [program(&app, &token), bearer, program(&app, &wrong_token(1))] {
            for path in ["/", "/profile", "/settings", "/apix", "/%61pi/v1/auth/me"] {
                let page = actor.page(path).await;
                assert!(matches!(page.status(), 303 | 404), "{path}: {}", page.status());
                assert!(!page.text().contains("Anna Kowalska"), "{path}");
                assert_eq!(page.cookies(), [], "{path}");
            }
            assert_eq!(actor.page("/login").await.status(), 200);
            actor.get("/healthz").await.expect(200);
        }
    }

    async fn it_ends_when_its_token_does(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, id) = household(&app).await;
        let second = app.second_instance().await;
        let made = make(&owner, id, json!({ "name": "script", "expiresInDays": 1 })).await;
        let other = make(&owner, id, json!({ "name": "other" })).await;
        let everywhere = |made: &serde_json::Value| [program(&app, &text(&made["token"])), program(&second, &text(&made["token"]))];
        app.clock.advance(DAY - 1);
        for program in everywhere(&made).iter().chain(&everywhere(&other)) {
            program.get(ME).await.expect(200);
        }
        app.clock.advance(1);
        owner.ask(Method::DELETE, &format!("{}/{}", tokens_url(id), other["id"])).send().await.expect(204);
        for program in everywhere(&made).iter().chain(&everywhere(&other)) {
            program.get(ME).await.problem(403);
        }
    }

    async fn another_site_does_nothing_with_it(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, _) = household(&app).await;
        let token = make_value(&owner, 1, "script").await;
        let page = program(&app, &token).with("sec-fetch-site", "cross-site");
        page.post_json("/api/v1/settings/main", json!({ "applicationTitle": "x" })).await.problem(403);
        assert_eq!(app.state.site.now().settings.application_title, "Latchkey");
    }
}
