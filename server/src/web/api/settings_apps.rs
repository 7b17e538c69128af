//! `/settings/apps`: what stands behind the gateway.

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};

use app::msg;

use crate::{
    domain::gateway::{App, Needs, PathRule, Who},
    web::{
        error::Problem,
        extract::{Admin, ChangesSettings, JsonBody, PathOf, QueryOf},
        state::AppState,
        wire,
    },
};

/// An app on the wire.
#[derive(Serialize)]
pub(in crate::web) struct ShownApp {
    #[serde(flatten)]
    app: App,
    /// Where it opens; null for a wildcard.
    url: Option<String>,
    /// Tells this state of it from others; sent back with a change, it is not made if somebody else was faster.
    version: String,
}

/// What is sent for a new one, and instead of one that there is.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct SentApp {
    name: String,
    #[serde(default)]
    icon: String,
    host: String,
    #[serde(default)]
    path: String,
    #[serde(default)]
    who: Who,
    #[serde(default)]
    rules: Vec<PathRule>,
    #[serde(default)]
    order: i32,
    version: Option<String>,
}

impl SentApp {
    fn into_app(self, id: i64) -> App {
        App {
            id,
            name: self.name,
            icon: self.icon,
            host: self.host,
            path: self.path,
            who: self.who,
            rules: self.rules,
            order: self.order,
        }
    }
}

fn shown(state: &AppState, app: App) -> Json<ShownApp> {
    Json(ShownApp {
        url: wire::app_url(state, &app),
        version: app.state(),
        app,
    })
}

fn number(id: &str) -> Result<i64, Problem> {
    id.parse().map_err(|_| Problem::no_app())
}

/// `GET`: 200 all of them, in the order of their tiles.
pub(in crate::web) async fn list(State(state): State<AppState>, _: Admin) -> Json<Vec<ShownApp>> {
    let apps = state.apps.list().into_iter();
    Json(apps.map(|app| shown(&state, app).0).collect())
}

/// `POST`: 201 the app; 400 values that don't fit, all of them told.
pub(in crate::web) async fn add(
    State(state): State<AppState>,
    ChangesSettings(by): ChangesSettings,
    JsonBody(sent): JsonBody<SentApp>,
) -> Result<(StatusCode, Json<ShownApp>), Problem> {
    let app = state.apps.add(&by, sent.into_app(0)).await?;
    Ok((StatusCode::CREATED, shown(&state, app)))
}

/// `GET …/:id`: 200; 404.
pub(in crate::web) async fn read(
    State(state): State<AppState>,
    _: Admin,
    PathOf(id): PathOf<String>,
) -> Result<Json<ShownApp>, Problem> {
    let app = state.apps.find(number(&id)?).ok_or_else(Problem::no_app)?;
    Ok(shown(&state, app))
}

/// `PUT …/:id`: 200 the app; 400; 404; 409 with a `version`, when somebody else changed this app meanwhile.
pub(in crate::web) async fn change(
    State(state): State<AppState>,
    ChangesSettings(by): ChangesSettings,
    PathOf(id): PathOf<String>,
    JsonBody(mut sent): JsonBody<SentApp>,
) -> Result<Json<ShownApp>, Problem> {
    let seen = sent.version.take();
    let app = sent.into_app(number(&id)?);
    let app = state.apps.change(&by, app, seen.as_deref()).await?;
    Ok(shown(&state, app))
}

/// `DELETE …/:id`: 204; 404.
pub(in crate::web) async fn remove(
    State(state): State<AppState>,
    ChangesSettings(by): ChangesSettings,
    PathOf(id): PathOf<String>,
) -> Result<StatusCode, Problem> {
    state.apps.remove(&by, number(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Default, Deserialize)]
pub(in crate::web) struct Question {
    #[serde(default)]
    url: String,
    method: Option<String>,
}

#[derive(Serialize)]
pub(in crate::web) struct Answering {
    apps: Vec<NamedApp>,
    rule: Option<PathRule>,
    /// `nothing`, `member` (whom the app lets in) or `owner`; null: nothing answers there, and everybody is refused.
    needs: Option<&'static str>,
}

#[derive(Serialize)]
struct NamedApp {
    id: i64,
    name: String,
}

/// `GET …/answer?url=…&method=…`: 200 which app and rule answer at an address, and what they need; 400.
pub(in crate::web) async fn answering(
    State(state): State<AppState>,
    _: Admin,
    QueryOf(question): QueryOf<Question>,
) -> Result<Json<Answering>, Problem> {
    let method = question.method.as_deref().unwrap_or("GET");
    let answering = state.apps.answering(method, &question.url).map_err(|bad| {
        let field = if bad.header.ends_with("Method") {
            "method"
        } else {
            "url"
        };
        Problem::field(StatusCode::BAD_REQUEST, field, msg!("apps-ask-unreadable"))
    })?;
    Ok(Json(Answering {
        apps: answering
            .apps
            .into_iter()
            .map(|app| NamedApp {
                id: app.id,
                name: app.name,
            })
            .collect(),
        rule: answering.rule,
        needs: answering.needs.map(|needs| match needs {
            Needs::Nothing => "nothing",
            Needs::Member => "member",
            Needs::Owner => "owner",
        }),
    }))
}
