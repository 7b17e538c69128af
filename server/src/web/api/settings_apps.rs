//! `/settings/apps`: what stands behind the gateway.

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};

use app::{api::error::ErrorBody, msg};
use utoipa::{IntoParams, ToSchema};

use crate::{
    domain::gateway::{App, Needs, PathRule, Who},
    web::{
        error::Problem,
        extract::{Admin, AskedFor, ChangesSettings, JsonBody, PathOf},
        openapi::{said, said_of},
        state::AppState,
        wire,
    },
};

/// An app on the wire.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct ShownApp {
    #[serde(flatten)]
    app: App,
    /// Where it opens; null for a wildcard.
    #[schema(examples("https://sonarr.home.example/"))]
    url: Option<String>,
    /// Tells this state of it from others; sent back with a change, it is not made if somebody else was faster.
    #[schema(examples("9b1c0e5a7b3d4c2e"))]
    version: String,
}

/// What is sent for a new one, and instead of one that there is.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct SentApp {
    #[schema(min_length = 1, max_length = 60, examples("Sonarr"))]
    name: String,
    #[serde(default)]
    #[schema(examples("📺"))]
    icon: String,
    #[schema(examples("sonarr.home.example"))]
    host: String,
    #[serde(default)]
    #[schema(examples("/"))]
    path: String,
    #[serde(default)]
    who: Who,
    #[serde(default)]
    rules: Vec<PathRule>,
    #[serde(default)]
    #[schema(examples(0))]
    order: i32,
    #[schema(examples(json!(null)))]
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

/// The apps behind the gateway, in the order of their tiles.
#[utoipa::path(
    get,
    path = "/settings/apps",
    tag = "Gateway",
    responses(
        (status = 200, description = "All of them", body = Vec<ShownApp>),
    )
)]
pub(in crate::web) async fn list(State(state): State<AppState>, _: Admin) -> Json<Vec<ShownApp>> {
    let apps = state.apps.list().into_iter();
    Json(apps.map(|app| shown(&state, app).0).collect())
}

/// Adds an app.
#[utoipa::path(
    post,
    path = "/settings/apps",
    tag = "Gateway",
    request_body = SentApp,
    responses(
        (status = 201, description = "The app", body = ShownApp),
        (
            status = 400,
            description = "Values don't fit; `errors` names all of them",
            body = ErrorBody,
            example = json!(said_of("host", msg!("apps-wrong-host"))),
        ),
        (
            status = 409,
            description = "Somebody else changed the settings at this very moment; nothing is changed",
            body = ErrorBody,
            example = json!(said(msg!("settings-busy"))),
        ),
    )
)]
pub(in crate::web) async fn add(
    State(state): State<AppState>,
    ChangesSettings(by): ChangesSettings,
    JsonBody(sent): JsonBody<SentApp>,
) -> Result<(StatusCode, Json<ShownApp>), Problem> {
    let app = state.apps.add(&by, sent.into_app(0)).await?;
    Ok((StatusCode::CREATED, shown(&state, app)))
}

/// One app, by its number.
#[utoipa::path(
    get,
    path = "/settings/apps/{id}",
    tag = "Gateway",
    params(wire::AppPath),
    responses(
        (status = 200, description = "The app", body = ShownApp),
        (
            status = 404,
            description = "There is no such app",
            body = ErrorBody,
            example = json!(said(msg!("apps-none-such"))),
        ),
    )
)]
pub(in crate::web) async fn read(
    State(state): State<AppState>,
    _: Admin,
    PathOf(id): PathOf<String>,
) -> Result<Json<ShownApp>, Problem> {
    let app = state.apps.find(number(&id)?).ok_or_else(Problem::no_app)?;
    Ok(shown(&state, app))
}

/// Changes an app: the whole of it is sent.
#[utoipa::path(
    put,
    path = "/settings/apps/{id}",
    tag = "Gateway",
    params(wire::AppPath),
    request_body = SentApp,
    responses(
        (status = 200, description = "The app", body = ShownApp),
        (
            status = 400,
            description = "Values don't fit; `errors` names all of them",
            body = ErrorBody,
            example = json!(said_of("host", msg!("apps-wrong-taken", name = "Wiki"))),
        ),
        (
            status = 404,
            description = "There is no such app",
            body = ErrorBody,
            example = json!(said(msg!("apps-none-such"))),
        ),
        (
            status = 409,
            description = "Somebody else changed it since that `version`; nothing is changed",
            body = ErrorBody,
            example = json!(said(msg!("apps-changed"))),
        ),
    )
)]
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

/// Takes an app away.
#[utoipa::path(
    delete,
    path = "/settings/apps/{id}",
    tag = "Gateway",
    params(wire::AppPath),
    responses(
        (status = 204, description = "It is gone"),
        (
            status = 404,
            description = "There is no such app",
            body = ErrorBody,
            example = json!(said(msg!("apps-none-such"))),
        ),
        (
            status = 409,
            description = "Somebody else changed the settings at this very moment; nothing is changed",
            body = ErrorBody,
            example = json!(said(msg!("settings-busy"))),
        ),
    )
)]
pub(in crate::web) async fn remove(
    State(state): State<AppState>,
    ChangesSettings(by): ChangesSettings,
    PathOf(id): PathOf<String>,
) -> Result<StatusCode, Problem> {
    state.apps.remove(&by, number(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::web) struct Question {
    #[serde(default)]
    #[param(value_type = String, required = true, example = "https://sonarr.home.example/feed")]
    url: String,
    #[param(example = "GET")]
    method: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(in crate::web) struct Answering {
    apps: Vec<NamedApp>,
    rule: Option<PathRule>,
    /// `nothing`, `member` (whom the app lets in) or `owner`; null: nothing answers there, and everybody is refused.
    #[schema(value_type = Option<String>, pattern = "^(nothing|member|owner)$", examples("member"))]
    needs: Option<&'static str>,
}

#[derive(Serialize, ToSchema)]
struct NamedApp {
    #[schema(examples(3))]
    id: i64,
    #[schema(examples("Sonarr"))]
    name: String,
}

/// Which app and which of its rules answer at an address.
#[utoipa::path(
    get,
    path = "/settings/apps/answer",
    tag = "Gateway",
    params(Question),
    responses(
        (status = 200, description = "Who answers there", body = Answering),
        (
            status = 400,
            description = "The address or the method can't be read",
            body = ErrorBody,
            example = json!(said_of("url", msg!("apps-ask-unreadable"))),
        ),
    )
)]
pub(in crate::web) async fn answering(
    State(state): State<AppState>,
    _: Admin,
    AskedFor(question): AskedFor<Question>,
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
