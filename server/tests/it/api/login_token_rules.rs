//! Who may see, make, regenerate and revoke whose login tokens, by which credential.

use axum::http::Method;
use latchkey::{
    domain::{
        permission::Permissions,
        user::{Tier, User},
    },
    storage::{self, Db, user::PlexProfile},
};
use plex_stub::{ATTIC, ShareState};
use serde_json::json;

use super::token_people::{
    ADMIN, MANAGE_USERS, ME, household, id_of, make_value, members_may, permit, program, signed_in_by, token_url,
    tokens_url, wrong_token,
};
use crate::support::{Actor, Answer, TestApp, on_both};

/// Somebody with the three ways in which they can call.
struct Person {
    who: &'static str,
    id: i64,
    browser: Actor,
    by_session_of_token: Actor,
    by_header: Actor,
}

/// Everybody there is in a household, with one token each.
struct Household {
    people: Vec<Person>,
    /// Names and numbers of those whose tokens are asked for.
    targets: Vec<(&'static str, i64)>,
}

/// A member who never calls.
async fn bystander(app: &TestApp, plex_id: i64, permissions: i64) -> User {
    let profile = PlexProfile {
        plex_id,
        username: Some(format!("p{plex_id}")),
        name: "x".into(),
        email: None,
        avatar: None,
    };
    storage::user::upsert_plex(&app.db, &profile, Tier::Friend, Permissions(permissions), 1)
        .await
        .unwrap()
}

async fn everybody(app: &TestApp) -> Household {
    let owner = app.set_up().await;
    app.plex.share("pia", ATTIC, ShareState::Accepted).unwrap();
    let mut people = vec![("owner", owner)];
    for (who, account, permissions) in [
        ("admin", "marlow", ADMIN),
        // Every bit but the two that matter.
        ("stranger", "pia", !(ADMIN | MANAGE_USERS) & i64::from(i32::MAX)),
        ("manager", "bea", MANAGE_USERS),
        ("anna", "anna", 32),
    ] {
        let actor = app.member(account).await;
        permit(app, id_of(&actor).await, permissions).await;
        people.push((who, actor));
    }
    let mut all = Household {
        people: Vec::new(),
        targets: Vec::new(),
    };
    for (who, plex_id, permissions) in [
        ("other admin", 900, ADMIN | 32),
        ("other manager", 901, MANAGE_USERS | 4),
    ] {
        all.targets.push((who, bystander(app, plex_id, permissions).await.id));
    }
    let people_ids = {
        let mut ids = Vec::new();
        for (_, actor) in &people {
            ids.push(id_of(actor).await);
        }
        ids
    };
    all.targets
        .extend(people.iter().map(|(who, _)| *who).zip(people_ids.iter().copied()));
    let mut values = Vec::new();
    for (_, id) in &all.targets {
        values.push((*id, make_value(&people[0].1, *id, "own").await));
        people[0].1.post(&token_url(*id)).await.expect(200);
    }
    for ((who, browser), id) in people.into_iter().zip(people_ids) {
        let value = &values.iter().find(|(of, _)| *of == id).unwrap().1;
        all.people.push(Person {
            who,
            id,
            browser,
            by_session_of_token: signed_in_by(app, value).await,
            by_header: program(app, value),
        });
    }
    all
}

/// All tokens as they are stored: a change of any is seen.
async fn stored(app: &TestApp) -> Vec<(i64, String, Vec<u8>, i64)> {
    let sql = "SELECT user_id, name, token_hash, created_at FROM login_tokens ORDER BY id";
    match &app.db {
        Db::Sqlite(pool) => sqlx::query_as(sql).fetch_all(pool).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(sql).fetch_all(pool).await.unwrap(),
    }
}

/// The table of `seerr-api.md`: whether who may see the tokens of whom, and change them if their credential is strong.
fn may(who: &str, of: &str, members: bool) -> bool {
    match (who, of) {
        ("admin" | "manager", "owner") | ("manager", "admin" | "other admin") => false,
        ("owner" | "admin" | "manager", _) => true,
        ("anna", "anna") | ("stranger", "stranger") => members,
        _ => false,
    }
}

async fn changes(actor: &Actor, id: i64) -> Vec<Answer> {
    let mut answers = vec![
        actor.post(&token_url(id)).await,
        actor
            .post_json(&token_url(id), json!({ "name": "own", "expiresInDays": 7 }))
            .await,
        actor.post_json(&tokens_url(id), json!({ "name": "new" })).await,
    ];
    let made = answers[2].json()["id"].as_i64().unwrap_or(1);
    let made = format!("{}/{made}", tokens_url(id));
    for url in [&made, &token_url(id)] {
        answers.push(actor.ask(Method::DELETE, url).send().await);
    }
    answers
}

async fn the_whole_table(app: &TestApp, allowed: bool) {
    let all = everybody(app).await;
    members_may(app, allowed).await;
    let before = stored(app).await;
    for person in &all.people {
        for (of, id) in &all.targets {
            let granted = may(person.who, of, allowed);
            let place = format!("{} on {of}'s, members may: {allowed}", person.who);
            for (actor, how) in [
                (&person.browser, "browser"),
                (&person.by_session_of_token, "session of a token"),
                (&person.by_header, "header"),
            ] {
                for url in [token_url(*id), tokens_url(*id)] {
                    let seen = actor.get(&url).await;
                    assert_eq!(
                        seen.status(),
                        if granted { 200 } else { 403 },
                        "{place} by {how}: {url}"
                    );
                }
                if how == "browser" && granted {
                    continue;
                }
                for refused in changes(actor, *id).await {
                    let said = refused.problem(403);
                    assert_eq!(
                        said.contains("signed in with a login token"),
                        granted,
                        "{place} by {how}: {said}"
                    );
                    assert_eq!(refused.cookies(), [], "{place} by {how}");
                }
            }
        }
    }
    assert_eq!(stored(app).await, before, "what was refused changed nothing");
    // Those who may, last: it ends the sessions of tokens.
    for person in &all.people {
        for (of, id) in &all.targets {
            if may(person.who, of, allowed) {
                let done: Vec<_> = changes(&person.browser, *id).await.iter().map(Answer::status).collect();
                assert_eq!(done, [200, 200, 201, 204, 204], "{} on {of}'s", person.who);
            }
        }
        assert_eq!(id_of(&person.browser).await, person.id);
    }
}

on_both! {
    async fn the_whole_table_while_members_may_not(engine) {
        the_whole_table(&TestApp::start(engine).await, false).await;
    }

    async fn the_whole_table_while_members_may(engine) {
        the_whole_table(&TestApp::start(engine).await, true).await;
    }

    async fn nothing_sent_is_401_and_something_worthless_403(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, anna_id) = household(&app).await;
        members_may(&app, true).await;
        make_value(&owner, anna_id, "own").await;
        let before = stored(&app).await;
        let old_cookie = app.anon();
        old_cookie.plant("latchkey.sid", "garbage");
        let callers = [(app.anon(), 401), (old_cookie, 403), (program(&app, &wrong_token(1)), 403), (program(&app, ""), 403)];
        for (caller, status) in callers {
            for id in [1, anna_id, 999, -1] {
                for url in [token_url(id), tokens_url(id)] {
                    caller.get(&url).await.problem(status);
                }
                for refused in changes(&caller, id).await {
                    refused.problem(status);
                }
            }
            // Who is nobody learns nothing of the body, nor of numbers.
            caller.post_json(&tokens_url(anna_id), json!({ "name": 7 })).await.problem(status);
            caller.get("/api/v1/user/me/settings/tokens").await.problem(status);
        }
        assert_eq!(stored(&app).await, before);
    }

    async fn what_is_wrong_is_said_in_words(engine) {
        let app = TestApp::start(engine).await;
        let (owner, anna, anna_id) = household(&app).await;
        let manager = app.member("bea").await;
        permit(&app, id_of(&manager).await, MANAGE_USERS).await;
        let admin = app.member("marlow").await;
        let admin_id = id_of(&admin).await;
        permit(&app, admin_id, ADMIN).await;
        let by_token = program(&app, &make_value(&owner, 1, "own").await);
        for (actor, id, says) in [
            (&anna, anna_id, "Members don't make login tokens here"),
            (&anna, 1, "only see and change your own"),
            (&manager, 1, "Only the owner"),
            (&admin, 1, "Only the owner"),
            (&manager, admin_id, "Only an administrator"),
            (&by_token, anna_id, "signed in with a login token, which can't make, change or revoke"),
        ] {
            for refused in changes(actor, id).await {
                let said = refused.problem(403);
                assert!(said.contains(says), "{said}");
            }
        }
    }

    async fn an_unknown_member_is_404_to_those_who_may_know_and_403_to_others(engine) {
        let app = TestApp::start(engine).await;
        let (owner, anna, anna_id) = household(&app).await;
        let manager = app.member("bea").await;
        let manager_id = id_of(&manager).await;
        permit(&app, manager_id, MANAGE_USERS).await;
        members_may(&app, true).await;
        let managers_header = program(&app, &make_value(&owner, manager_id, "own").await);
        let annas_header = program(&app, &make_value(&anna, anna_id, "own").await);
        for id in ["999", "0", "-1", "9223372036854775807", "9223372036854775808", "99999999999999999999999", "me", "x", "1.0", "1e0", "%00", "%F0%9F%94%91", "2%2F..", "null"] {
            for (one, many) in [("token", "tokens")] {
                let (one, many) = (format!("/api/v1/user/{id}/settings/{one}"), format!("/api/v1/user/{id}/settings/{many}"));
                let single = format!("{many}/1");
                for (method, url) in [(Method::GET, &one), (Method::GET, &many), (Method::POST, &one), (Method::POST, &many), (Method::DELETE, &one), (Method::DELETE, &single)] {
                    for (actor, status) in [(&owner, 404), (&manager, 404), (&anna, 403), (&managers_header, 404), (&annas_header, 403)] {
                        actor.ask(method.clone(), url).send().await.problem(status);
                    }
                }
            }
        }
        // The same words as for somebody who is there.
        let nobodys = anna.get(&tokens_url(999)).await.problem(403);
        assert_eq!(anna.get(&tokens_url(1)).await.problem(403), nobodys);
        assert_eq!(anna.get("/api/v1/user/me/settings/tokens").await.problem(403), nobodys);
    }

    async fn a_permission_that_is_taken_is_taken_at_once(engine) {
        let app = TestApp::start(engine).await;
        let (owner, anna, anna_id) = household(&app).await;
        let manager = app.member("bea").await;
        let manager_id = id_of(&manager).await;
        permit(&app, manager_id, MANAGE_USERS).await;
        let second = app.second_instance().await;
        make_value(&manager, anna_id, "made by bea").await;
        permit(&app, manager_id, 32).await;
        for manager in [manager.at(&app), manager.at(&second)] {
            manager.get(&tokens_url(anna_id)).await.problem(403);
            manager.post(&token_url(anna_id)).await.problem(403);
        }
        // What a member made for themselves works on while members may not any more; they just can't change it.
        members_may(&app, true).await;
        let value = make_value(&anna, anna_id, "own").await;
        members_may(&app, false).await;
        anna.get(&tokens_url(anna_id)).await.problem(403);
        program(&app, &value).get(ME).await.expect(200);
        program(&app, &value).get(&tokens_url(anna_id)).await.problem(403);
        assert_eq!(owner.get(&tokens_url(anna_id)).await.expect(200).json().as_array().unwrap().len(), 2);
    }

    async fn a_disabled_manager_manages_nothing(engine) {
        let app = TestApp::start(engine).await;
        let (owner, _, anna_id) = household(&app).await;
        let manager = app.member("bea").await;
        let manager_id = id_of(&manager).await;
        permit(&app, manager_id, ADMIN).await;
        let header = program(&app, &make_value(&owner, manager_id, "own").await);
        header.get(&tokens_url(anna_id)).await.expect(200);
        storage::user::set_disabled(&app.db, manager_id, Some(1), 1).await.unwrap();
        for actor in [&manager, &header] {
            actor.at(&app).get(&tokens_url(anna_id)).await.problem(403);
            actor.at(&app).post(&token_url(anna_id)).await.problem(403);
        }
        // A disabled member's tokens can be looked through and revoked all the same.
        let list = owner.get(&tokens_url(manager_id)).await.expect(200).json();
        let url = format!("{}/{}", tokens_url(manager_id), list[0]["id"]);
        owner.ask(Method::DELETE, &url).send().await.expect(204);
    }
}
