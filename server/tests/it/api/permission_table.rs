//! Who may do what to whom: every route of the REST API, for everybody. A route without a row fails the test.
//!
//! To add a route: a row for an ordinary member; where owner and administrators are protected, or a login token may less,
//! one for each of them, too.

use std::collections::BTreeSet;

use axum::http::Method;
use latchkey::web::REST_ROUTES;
use plex_stub::ATTIC;
use serde_json::{Value, json};

use super::token_people::{make_value, members_may, program};
use crate::support::{Actor, TestApp, on_both};

const MANAGER: i64 = 8 | 32;
const ADMIN: i64 = 2 | 32;
const MEMBER: i64 = 32;

/// Whom the route is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whom {
    /// Somebody without rights.
    Member,
    /// Another administrator.
    Admin,
    /// User 1.
    Owner,
}
use Whom::{Admin, Member, Owner};

/// After these somebody may have to sign in anew.
const ENDS_SESSIONS: [&str; 2] = ["/auth/logout", "/settings/security/rotate-session-secret"];

/// Columns of the table. Oneself and one's token: of the person the route is about.
const WHO: [&str; 8] = [
    "anonymous",
    "stranger",
    "self",
    "manager",
    "admin",
    "owner",
    "own token",
    "manager's token",
];

/// Method, path, whom it is about, body, and what each of [`WHO`] is answered. In a body, `ID` is the person's number and
/// `NEW` something that nobody has.
type Row = (&'static str, &'static str, Whom, Value, [u16; 8]);

#[rustfmt::skip]
fn table() -> Vec<Row> {
    let nothing = || Value::Null;
    let name = || json!({ "username": "Somebody" });
    // Whoever comes in gets the same answer.
    let all = |status: u16| [status; 8];
    vec![
        ("get", "/status", Member, nothing(), all(200)),
        ("get", "/settings/public", Member, nothing(), all(200)),
        ("get", "/openapi.json", Member, nothing(), all(200)),
        // As if it were not there, without the proof of the command line.
        ("get", "/doctor", Member, nothing(), all(404)),
        ("post", "/setup/owner", Member, json!({ "setupCode": "AAAA-BBBB-CCCC" }), all(409)),
        // A body that says nothing is 400 for everybody.
        ("post", "/auth/local", Member, json!({}), all(400)),
        ("post", "/auth/token", Member, json!({}), all(400)),
        ("post", "/auth/plex", Member, json!({}), all(400)),
        ("post", "/auth/reset-password", Member, json!({}), all(400)),
        ("post", "/auth/reset-password/{value}", Member, json!({}), all(400)),
        ("post", "/auth/plex/attempts", Member, json!({}), all(400)),
        // Of this browser, which began none.
        ("post", "/auth/plex/attempts/poll", Member, json!({}), all(200)),
        ("delete", "/auth/plex/attempts", Member, json!({}), all(204)),
        ("post", "/pair/poll", Member, nothing(), all(200)),
        ("get", "/auth/me", Member, nothing(), [401, 200, 200, 200, 200, 200, 200, 200]),
        ("post", "/auth/logout", Member, nothing(), all(200)),

        ("get", "/settings/main", Member, nothing(), [401, 403, 403, 403, 200, 200, 403, 403]),
        ("get", "/settings/main", Owner, nothing(), [401, 403, 200, 403, 200, 200, 200, 403]),
        ("post", "/settings/main", Member, json!({ "newPlexLogin": true }), [401, 403, 403, 403, 200, 200, 403, 403]),
        ("post", "/settings/main", Owner, json!({ "newPlexLogin": true }), [401, 403, 200, 403, 200, 200, 200, 403]),
        // The key acts as the owner: an administrator who could make one would be the owner.
        ("post", "/settings/main/regenerate", Member, nothing(), [401, 403, 403, 403, 403, 200, 403, 403]),
        ("post", "/settings/main/regenerate", Owner, nothing(), [401, 403, 200, 403, 403, 200, 403, 403]),
        ("post", "/settings/security/rotate-session-secret", Member, nothing(), [401, 403, 403, 403, 204, 204, 403, 403]),
        ("post", "/settings/security/rotate-session-secret", Owner, nothing(), [401, 403, 204, 403, 204, 204, 403, 403]),
        ("get", "/settings/plex", Member, nothing(), [401, 403, 403, 403, 200, 200, 403, 403]),
        ("post", "/settings/plex", Member, json!({ "machineId": ATTIC }), [401, 403, 403, 403, 200, 200, 403, 403]),
        ("get", "/settings/plex/devices/servers", Member, nothing(), [401, 403, 403, 403, 200, 200, 403, 403]),
        ("get", "/settings/plex/users", Member, nothing(), [401, 403, 403, 403, 200, 200, 403, 403]),
        ("get", "/settings/plex/check", Member, nothing(), [401, 403, 403, 403, 200, 200, 403, 403]),
        ("post", "/settings/plex/check", Member, nothing(), [401, 403, 403, 403, 200, 200, 403, 403]),
        ("get", "/settings/notifications/email", Member, nothing(), [401, 403, 403, 403, 200, 200, 403, 403]),
        // Links for the owner's new password go through that server.
        ("post", "/settings/notifications/email", Member, json!({}), [401, 403, 403, 403, 403, 200, 403, 403]),
        // Mail is not set up.
        ("post", "/settings/notifications/email/test", Member, nothing(), [401, 403, 403, 403, 409, 409, 403, 403]),
        ("get", "/settings/apps", Member, nothing(), [401, 403, 403, 403, 200, 200, 403, 403]),
        ("post", "/settings/apps", Member, json!({}), [401, 403, 403, 403, 400, 400, 403, 403]),
        ("get", "/settings/apps/answer", Member, nothing(), [401, 403, 403, 403, 400, 400, 403, 403]),
        // There is no such app, which others than administrators don't learn.
        ("get", "/settings/apps/{id}", Member, nothing(), [401, 403, 403, 403, 404, 404, 403, 403]),
        ("put", "/settings/apps/{id}", Member, json!({ "name": "Tv", "host": "tv.test" }), [401, 403, 403, 403, 404, 404, 403, 403]),
        ("delete", "/settings/apps/{id}", Member, nothing(), [401, 403, 403, 403, 404, 404, 403, 403]),
        ("get", "/settings/proxy", Member, nothing(), [401, 403, 403, 403, 400, 400, 403, 403]),
        ("post", "/settings/proxy/test", Member, json!({ "app": 9 }), [401, 403, 403, 403, 404, 404, 403, 403]),
        ("post", "/settings/initialize", Member, nothing(), [401, 403, 403, 403, 200, 200, 403, 403]),
        ("get", "/activity", Member, nothing(), [401, 403, 403, 200, 200, 200, 403, 200]),

        ("get", "/user", Member, nothing(), [401, 200, 200, 200, 200, 200, 200, 200]),
        ("post", "/user", Member, json!({ "email": "NEW@home.test" }), [401, 403, 403, 201, 201, 201, 403, 403]),
        ("post", "/user", Member, json!({ "email": "NEW@home.test", "permissions": 2 }), [401, 403, 403, 403, 403, 201, 403, 403]),
        ("post", "/user", Member, json!({ "email": "NEW@home.test", "permissions": 4 }), [401, 403, 403, 403, 201, 201, 403, 403]),
        ("put", "/user", Member, json!({ "ids": ["ID"], "permissions": MANAGER }), [401, 403, 403, 200, 200, 200, 403, 403]),
        ("put", "/user", Member, json!({ "ids": ["ID"], "permissions": ADMIN }), [401, 403, 403, 403, 403, 200, 403, 403]),
        ("put", "/user", Admin, json!({ "ids": ["ID"], "permissions": 0 }), [401, 403, 403, 403, 403, 200, 403, 403]),
        ("put", "/user", Owner, json!({ "ids": ["ID"], "permissions": 0 }), [401, 403, 403, 403, 403, 403, 403, 403]),

        ("get", "/user/{id}", Member, nothing(), [401, 200, 200, 200, 200, 200, 200, 200]),
        ("get", "/user/{id}", Owner, nothing(), [401, 200, 200, 200, 200, 200, 200, 200]),
        ("put", "/user/{id}", Member, name(), [401, 403, 403, 200, 200, 200, 403, 403]),
        ("put", "/user/{id}", Member, json!({ "permissions": MANAGER }), [401, 403, 403, 200, 200, 200, 403, 403]),
        ("put", "/user/{id}", Member, json!({ "permissions": ADMIN }), [401, 403, 403, 403, 403, 200, 403, 403]),
        ("put", "/user/{id}", Admin, name(), [401, 403, 200, 403, 200, 200, 200, 403]),
        ("put", "/user/{id}", Admin, json!({ "permissions": 0 }), [401, 403, 403, 403, 403, 200, 403, 403]),
        ("put", "/user/{id}", Owner, name(), [401, 403, 200, 403, 403, 200, 200, 403]),
        ("put", "/user/{id}", Owner, json!({ "permissions": 0 }), [401, 403, 403, 403, 403, 403, 403, 403]),
        ("delete", "/user/{id}", Member, nothing(), [401, 403, 403, 200, 200, 200, 403, 403]),
        ("delete", "/user/{id}", Admin, nothing(), [401, 403, 403, 405, 405, 200, 403, 405]),
        ("delete", "/user/{id}", Owner, nothing(), [401, 403, 405, 405, 405, 405, 405, 405]),

        ("get", "/user/{id}/settings/main", Member, nothing(), [401, 403, 200, 200, 200, 200, 200, 200]),
        ("get", "/user/{id}/settings/main", Owner, nothing(), [401, 403, 200, 200, 200, 200, 200, 200]),
        ("post", "/user/{id}/settings/main", Member, name(), [401, 403, 200, 200, 200, 200, 200, 403]),
        ("post", "/user/{id}/settings/main", Member, json!({ "email": "NEW@home.test" }), [401, 403, 200, 200, 200, 200, 403, 403]),
        ("post", "/user/{id}/settings/main", Admin, name(), [401, 403, 200, 403, 200, 200, 200, 403]),
        ("post", "/user/{id}/settings/main", Owner, name(), [401, 403, 200, 403, 403, 200, 200, 403]),
        ("post", "/user/{id}/settings/main", Owner, json!({ "email": "NEW@home.test" }), [401, 403, 200, 403, 403, 200, 403, 403]),

        ("get", "/user/{id}/settings/permissions", Member, nothing(), [401, 403, 403, 200, 200, 200, 403, 200]),
        ("get", "/user/{id}/settings/permissions", Owner, nothing(), [401, 403, 200, 200, 200, 200, 200, 200]),
        ("post", "/user/{id}/settings/permissions", Member, json!({ "permissions": MANAGER }), [401, 403, 403, 200, 200, 200, 403, 403]),
        ("post", "/user/{id}/settings/permissions", Member, json!({ "permissions": 4 }), [401, 403, 403, 403, 200, 200, 403, 403]),
        ("post", "/user/{id}/settings/permissions", Member, json!({ "permissions": ADMIN }), [401, 403, 403, 403, 403, 200, 403, 403]),
        ("post", "/user/{id}/settings/permissions", Admin, json!({ "permissions": MEMBER }), [401, 403, 403, 403, 403, 200, 403, 403]),
        ("post", "/user/{id}/settings/permissions", Owner, json!({ "permissions": MEMBER }), [401, 403, 403, 403, 403, 403, 403, 403]),

        ("post", "/user/{id}/settings/disabled", Member, json!({ "disabled": true }), [401, 403, 403, 204, 204, 204, 403, 403]),
        ("post", "/user/{id}/settings/disabled", Admin, json!({ "disabled": true }), [401, 403, 403, 403, 204, 204, 403, 403]),
        ("post", "/user/{id}/settings/disabled", Owner, json!({ "disabled": true }), [401, 403, 403, 403, 403, 403, 403, 403]),

        ("get", "/user/{id}/settings/token", Member, nothing(), [401, 403, 200, 200, 200, 200, 200, 200]),
        ("get", "/user/{id}/settings/token", Owner, nothing(), [401, 403, 200, 403, 403, 200, 200, 403]),
        // Where there is none to revoke the answer is 404, for those who may.
        ("delete", "/user/{id}/settings/token", Member, nothing(), [401, 403, 404, 404, 404, 404, 403, 403]),
        ("post", "/user/{id}/settings/token", Member, nothing(), [401, 403, 200, 200, 200, 200, 403, 403]),
        ("post", "/user/{id}/settings/token", Admin, nothing(), [401, 403, 200, 403, 200, 200, 403, 403]),
        ("post", "/user/{id}/settings/token", Owner, nothing(), [401, 403, 200, 403, 403, 200, 403, 403]),
        ("get", "/user/{id}/settings/tokens", Member, nothing(), [401, 403, 200, 200, 200, 200, 200, 200]),
        ("get", "/user/{id}/settings/tokens", Owner, nothing(), [401, 403, 200, 403, 403, 200, 200, 403]),
        ("post", "/user/{id}/settings/tokens", Member, json!({ "name": "NEW" }), [401, 403, 201, 201, 201, 201, 403, 403]),
        ("post", "/user/{id}/settings/tokens", Owner, json!({ "name": "NEW" }), [401, 403, 201, 403, 403, 201, 403, 403]),
        ("delete", "/user/{id}/settings/tokens/{token_id}", Member, nothing(), [401, 403, 404, 404, 404, 404, 403, 403]),
        ("delete", "/user/{id}/settings/tokens/{token_id}", Owner, nothing(), [401, 403, 404, 403, 403, 404, 403, 403]),

        // A body that says nothing is 400 for those who may.
        ("get", "/user/{id}/settings/password", Member, nothing(), [401, 403, 200, 200, 200, 200, 200, 200]),
        ("get", "/user/{id}/settings/password", Owner, nothing(), [401, 403, 200, 403, 403, 200, 200, 403]),
        ("post", "/user/{id}/settings/password", Member, json!({}), [401, 403, 400, 400, 400, 400, 403, 403]),
        ("post", "/user/{id}/settings/password", Admin, json!({}), [401, 403, 400, 403, 400, 400, 403, 403]),
        ("post", "/user/{id}/settings/password", Owner, json!({}), [401, 403, 400, 403, 403, 400, 403, 403]),
        ("post", "/user/{id}/settings/linked-accounts/plex", Member, json!({}), [401, 403, 400, 403, 403, 403, 403, 403]),
        ("post", "/user/{id}/settings/linked-accounts/plex", Owner, json!({}), [401, 403, 400, 403, 403, 400, 403, 403]),
        ("delete", "/user/{id}/settings/linked-accounts/plex", Member, nothing(), [401, 403, 404, 404, 404, 404, 403, 403]),
        ("delete", "/user/{id}/settings/linked-accounts/plex", Owner, nothing(), [401, 403, 400, 403, 403, 400, 403, 403]),
        ("post", "/user/{id}/reset-link", Member, nothing(), [401, 403, 403, 201, 201, 201, 403, 403]),
        ("post", "/user/{id}/reset-link", Admin, nothing(), [401, 403, 403, 403, 201, 201, 403, 403]),
        ("post", "/user/{id}/reset-link", Owner, nothing(), [401, 403, 403, 403, 403, 403, 403, 403]),
        ("get", "/user/{id}/sessions", Member, nothing(), [401, 403, 200, 200, 200, 200, 200, 200]),
        ("get", "/user/{id}/sessions", Owner, nothing(), [401, 403, 200, 403, 403, 200, 200, 403]),
        ("delete", "/user/{id}/sessions", Member, nothing(), [401, 403, 204, 204, 204, 204, 403, 403]),
        ("delete", "/user/{id}/sessions", Admin, nothing(), [401, 403, 204, 403, 204, 204, 403, 403]),
        ("delete", "/user/{id}/sessions", Owner, nothing(), [401, 403, 204, 403, 403, 204, 403, 403]),
        ("delete", "/user/{id}/sessions/{session_id}", Member, nothing(), [401, 403, 404, 404, 404, 404, 403, 403]),
        ("delete", "/user/{id}/sessions/{session_id}", Owner, nothing(), [401, 403, 404, 403, 403, 404, 403, 403]),

        ("post", "/user/import-from-plex", Member, nothing(), [401, 403, 403, 201, 201, 201, 403, 403]),
        ("get", "/user/{id}/explain", Member, nothing(), [401, 403, 403, 200, 200, 200, 403, 200]),
        ("get", "/user/{id}/explain", Owner, nothing(), [401, 403, 200, 200, 200, 200, 200, 200]),
    ]
}

/// Somebody with a password, signed in, and a program with their login token.
struct Person {
    id: i64,
    email: String,
    browser: Actor,
    program: Actor,
}

const PASSWORD: &str = "brass key, blue door";

impl Person {
    /// Signs in anew where a request before ended the session.
    async fn stay(&self) {
        if self.browser.get("/api/v1/auth/me").await.status() != 200 {
            let sign_in = json!({ "email": self.email, "password": PASSWORD });
            self.browser.post_json("/api/v1/auth/local", sign_in).await.expect(200);
        }
    }
}

async fn person(app: &TestApp, owner: &Actor, name: &str, permissions: i64) -> Person {
    let email = format!("{name}@home.test");
    let body = json!({ "email": email, "username": name, "password": PASSWORD, "permissions": permissions });
    let made = owner.post_json("/api/v1/user", body).await.expect(201).json();
    let id = made["id"].as_i64().unwrap();
    let person = Person {
        id,
        email,
        browser: app.anon(),
        program: program(app, &make_value(owner, id, "Wall").await),
    };
    person.stay().await;
    person
}

/// Somebody who is only there to be changed.
async fn fresh(owner: &Actor, number: usize, whom: Whom) -> i64 {
    let permissions = if whom == Admin { ADMIN } else { MEMBER };
    let body = json!({ "email": format!("fresh-{number}@home.test"), "permissions": permissions });
    owner.post_json("/api/v1/user", body).await.expect(201).json()["id"]
        .as_i64()
        .unwrap()
}

/// The body, about this person, with something new.
fn filled(body: &Value, id: i64, number: usize) -> Option<Value> {
    let text = body.to_string();
    let text = text
        .replace("\"ID\"", &id.to_string())
        .replace("NEW", &format!("new-{number}"));
    (!body.is_null()).then(|| serde_json::from_str(&text).unwrap())
}

on_both! {
    async fn everybody_on_everybody(engine) {
        let app = TestApp::start(engine).await;
        let owner = app.set_up().await;
        members_may(&app, true).await;
        let owners_program = program(&app, &make_value(&owner, 1, "Wall").await);
        let stranger = person(&app, &owner, "stranger", MEMBER).await;
        let member = person(&app, &owner, "member", MEMBER).await;
        let other_admin = person(&app, &owner, "other-admin", ADMIN).await;
        let manager = person(&app, &owner, "manager", MANAGER).await;
        let admin = person(&app, &owner, "admin", ADMIN).await;
        let nobody = app.anon();
        let mut wrong = Vec::new();
        let mut number = 0;
        for (method, path, whom, body, expected) in table() {
            let (own, own_program, own_id) = match whom {
                Member => (&member.browser, &member.program, member.id),
                Admin => (&other_admin.browser, &other_admin.program, other_admin.id),
                Owner => (&owner, &owners_program, 1),
            };
            let callers = [
                &nobody, &stranger.browser, own, &manager.browser, &admin.browser, &owner, own_program, &manager.program,
            ];
            for (column, caller) in callers.into_iter().enumerate() {
                number += 1;
                let is_self = whom == Owner || matches!(WHO[column], "self" | "own token");
                let about_somebody = path.contains("{id}") || body.to_string().contains("\"ID\"");
                let id = if is_self || !about_somebody { own_id } else { fresh(&owner, number, whom).await };
                let address = format!("/api/v1{path}").replace("{id}", &id.to_string()).replace("{token_id}", "4711").replace("{session_id}", "0011223344556677").replace("{value}", "nobodys-link");
                let asked = caller.ask(method.to_uppercase().parse::<Method>().unwrap(), &address);
                let answer = match filled(&body, id, number) {
                    Some(body) => asked.json(&body).send().await,
                    None => asked.send().await,
                };
                if answer.status() != expected[column] {
                    wrong.push(format!("{method} {path} {body} by {}: {} instead of {}: {}", WHO[column], answer.status(), expected[column], answer.text()));
                }
                if ENDS_SESSIONS.contains(&path) {
                    for person in [&stranger, &member, &other_admin, &manager, &admin] {
                        person.stay().await;
                    }
                    if owner.get("/api/v1/auth/me").await.status() != 200 {
                        app.sign_in(&owner, "attic-owner").await;
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

#[test]
fn every_route_has_a_row() {
    let rows: BTreeSet<_> = table()
        .into_iter()
        .filter(|row| row.2 == Member)
        .map(|row| (row.1, row.0))
        .collect();
    let routes = REST_ROUTES
        .iter()
        .flat_map(|(path, methods)| methods.iter().map(move |method| (*path, *method)));
    let routes: BTreeSet<_> = routes.collect();
    let without: Vec<_> = routes.difference(&rows).collect();
    assert!(without.is_empty(), "no row in the table of permissions: {without:?}");
    let gone: Vec<_> = rows.difference(&routes).collect();
    assert!(gone.is_empty(), "no such route: {gone:?}");
}
