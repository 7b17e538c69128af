//! What the tests of login tokens share: people with permissions, their tokens, and who carries one.

use latchkey::storage::{Db, activity::Line};
use serde_json::{Value, json};

use crate::support::{Actor, TestApp};

/// Who am I?
pub(super) const ME: &str = "/api/v1/auth/me";
/// Seerr's permission bits.
pub(super) const ADMIN: i64 = 2;
/// As above.
pub(super) const MANAGE_USERS: i64 = 8;

/// The one token of this member.
pub(super) fn token_url(id: i64) -> String {
    format!("/api/v1/user/{id}/settings/token")
}

/// All tokens of this member.
pub(super) fn tokens_url(id: i64) -> String {
    format!("/api/v1/user/{id}/settings/tokens")
}

/// A token that nobody has: the form is right.
pub(super) fn wrong_token(number: u32) -> String {
    format!("{number:08x}-1111-4222-8333-944455556666")
}

/// The member's number.
pub(super) async fn id_of(actor: &Actor) -> i64 {
    actor.get(ME).await.expect(200).json()["id"].as_i64().unwrap()
}

/// Sets the household up, with a member `anna`. Owner, anna, and anna's number.
pub(super) async fn household(app: &TestApp) -> (Actor, Actor, i64) {
    let owner = app.set_up().await;
    let anna = app.member("anna").await;
    let id = id_of(&anna).await;
    (owner, anna, id)
}

/// Gives a member these permissions and no others.
pub(super) async fn permit(app: &TestApp, user_id: i64, permissions: i64) {
    let sql = "UPDATE users SET permissions = $2 WHERE id = $1";
    match &app.db {
        Db::Sqlite(pool) => drop(
            sqlx::query(sql)
                .bind(user_id)
                .bind(permissions)
                .execute(pool)
                .await
                .unwrap(),
        ),
        Db::Postgres(pool) => drop(
            sqlx::query(sql)
                .bind(user_id)
                .bind(permissions)
                .execute(pool)
                .await
                .unwrap(),
        ),
    }
}

/// The one number that this query answers.
pub(super) async fn number(app: &TestApp, sql: &'static str) -> i64 {
    crate::storage::sql::number(&app.db, sql).await
}

/// Lets members make login tokens, or not.
pub(super) async fn members_may(app: &TestApp, may: bool) {
    app.state
        .site
        .update(|settings| settings.members_may_make_tokens = may)
        .await
        .unwrap();
}

/// Makes a token for a device: the whole answer.
pub(super) async fn make(maker: &Actor, user_id: i64, body: Value) -> Value {
    maker.post_json(&tokens_url(user_id), body).await.expect(201).json()
}

/// Makes a token for a device of this name: the value.
pub(super) async fn make_value(maker: &Actor, user_id: i64, name: &str) -> String {
    text(&make(maker, user_id, json!({ "name": name })).await["token"])
}

/// A program that brings this token in `X-Login-Token`.
pub(super) fn program(app: &TestApp, token: &str) -> Actor {
    app.anon().with("x-login-token", token)
}

/// A browser or program that signed in with this token.
pub(super) async fn signed_in_by(app: &TestApp, token: &str) -> Actor {
    let actor = app.anon();
    actor
        .post_json("/api/v1/auth/token", json!({ "token": token }))
        .await
        .expect(200);
    actor
}

/// Everything that was noted and used, written down: the lines of activity, oldest first.
pub(super) async fn lines(app: &TestApp) -> Vec<Line> {
    app.state.activity.flush().await.unwrap();
    app.state.login_tokens.flush().await.unwrap();
    let mut lines = app.happened(10_000).await;
    lines.reverse();
    lines
}

/// The text of a JSON string.
#[track_caller]
pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

/// Opens all connections of these instances, so that what is asked at once is done at once.
pub(super) async fn warm(apps: [&TestApp; 2]) {
    for app in apps {
        crate::storage::sql::warm(&app.db).await;
    }
}
