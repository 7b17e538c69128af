//! For the tests of these pages: people with permissions, their login tokens, and what answers are looked through for.

use axum::http::Method;
use latchkey::storage::{self, Db};
use serde_json::json;

use crate::support::{Actor, Answer, TestApp};

/// Seerr's numbers.
const ADMIN: i64 = 2;
const MANAGE_USERS: i64 = 8;

/// A login token, and what its maker was shown.
pub(super) struct Made {
    pub(super) id: i64,
    pub(super) value: String,
    pub(super) url: String,
}

/// A login token that never ends, made over REST.
pub(super) async fn make(maker: &Actor, user: i64, name: &str) -> Made {
    make_with(maker, user, json!({ "name": name })).await
}

/// The same for so many days.
pub(super) async fn make_for_days(maker: &Actor, user: i64, name: &str, days: i64) -> Made {
    make_with(maker, user, json!({ "name": name, "expiresInDays": days })).await
}

async fn make_with(maker: &Actor, user: i64, body: serde_json::Value) -> Made {
    let answer = maker
        .post_json(&format!("/api/v1/user/{user}/settings/tokens"), body)
        .await;
    let made = answer.expect(201).json();
    Made {
        id: made["id"].as_i64().unwrap(),
        value: made["token"].as_str().unwrap().to_owned(),
        url: made["url"].as_str().unwrap().to_owned(),
    }
}

/// Revokes one over REST.
pub(super) async fn revoke(actor: &Actor, user: i64, id: i64) {
    let path = format!("/api/v1/user/{user}/settings/tokens/{id}");
    actor.ask(Method::DELETE, &path).send().await.expect(204);
}

/// Whose browser this is.
pub(super) async fn number(actor: &Actor) -> i64 {
    actor.get("/api/v1/auth/me").await.expect(200).json()["id"]
        .as_i64()
        .unwrap()
}

/// The setting *members may make login tokens*.
pub(super) async fn members_may(app: &TestApp, may: bool) {
    let edited = app.state.site.update(|settings| settings.members_may_make_tokens = may);
    edited.await.unwrap();
}

/// Gives somebody these permission bits.
pub(super) async fn permit(app: &TestApp, user: i64, bits: i64) {
    execute(app, format!("UPDATE users SET permissions = {bits} WHERE id = {user}")).await;
}

/// Somebody of the household who looks after others.
pub(super) async fn manager(app: &TestApp, account: &str) -> Actor {
    let actor = app.member(account).await;
    permit(app, number(&actor).await, MANAGE_USERS).await;
    actor
}

/// The same as administrator.
pub(super) async fn administrator(app: &TestApp, account: &str) -> Actor {
    let actor = app.member(account).await;
    permit(app, number(&actor).await, ADMIN).await;
    actor
}

/// Switches somebody off.
pub(super) async fn disable(app: &TestApp, user: i64) {
    let now = app.state.clock.now();
    assert!(
        storage::user::set_disabled(&app.db, user, Some(now), now)
            .await
            .unwrap()
    );
}

pub(super) async fn execute(app: &TestApp, sql: String) {
    let sql = sqlx::AssertSqlSafe(sql);
    match &app.db {
        Db::Sqlite(pool) => drop(sqlx::query(sql).execute(pool).await.unwrap()),
        Db::Postgres(pool) => drop(sqlx::query(sql).execute(pool).await.unwrap()),
    }
}

/// The one number that this asks for.
pub(super) async fn count(app: &TestApp, sql: &'static str) -> i64 {
    match &app.db {
        Db::Sqlite(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
    }
}

/// Nothing of the answer, neither body nor any header, holds this.
#[track_caller]
pub(super) fn silent_about(answer: &Answer, secret: &str) {
    let secret = secret.to_lowercase();
    assert!(
        !answer.text().to_lowercase().contains(&secret),
        "{secret} is in the body of {}: {}",
        answer.asked,
        answer.text()
    );
    for (name, value) in &answer.headers {
        let value = String::from_utf8_lossy(value.as_bytes()).to_lowercase();
        assert!(
            !value.contains(&secret),
            "{secret} is in {name} of {}: {value}",
            answer.asked
        );
    }
}

/// What a QR code of this text looks like on our pages: the shape of its dark parts.
pub(super) fn qr_shape(text: &str) -> String {
    let owner = leptos::prelude::Owner::new();
    let html = owner.with(|| {
        use leptos::prelude::RenderHtml;
        app::components::qr::qr(text, "QR code").to_html()
    });
    shape(&html).unwrap_or_else(|| panic!("no QR code of {text:?}: {html}"))
}

/// The shape of the QR code on a page.
pub(super) fn shape(html: &str) -> Option<String> {
    let mut drawings = html.split("<svg").skip(1);
    // Buttons have drawings, too.
    let code = drawings.find(|svg| svg.split('>').next().unwrap().contains("class=\"qr\""))?;
    let (_, rest) = code.split_once(" d=\"M")?;
    Some(rest.split('"').next()?.to_owned())
}

/// The text between two others.
#[track_caller]
pub(super) fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text
        .split_once(before)
        .unwrap_or_else(|| panic!("no {before:?} in {text}"));
    rest.split_once(after)
        .unwrap_or_else(|| panic!("no {after:?} in {rest}"))
        .0
}

/// Where the link with these words leads.
#[track_caller]
pub(super) fn link_of(text: &str, words: &str) -> String {
    let mut links = text.split("<a ").skip(1);
    let link = links.find(|link| link.split("</a>").next().unwrap().contains(words));
    let link = link.unwrap_or_else(|| panic!("no link {words:?} in {text}"));
    between(link, "href=\"", "\"").replace("&amp;", "&")
}

/// Looks at the question and says yes to it, as its form does; without a question the form goes off empty.
pub(super) async fn switch(actor: &Actor) -> Answer {
    let page = actor.page("/switch").await.text();
    let link = if page.contains("name=\"link\"") {
        between(&page, "name=\"link\" value=\"", "\"")
    } else {
        ""
    };
    actor.post_form("/switch", &[("link", link)]).await
}
