//! `GET /settings/proxy`: the configuration of a reverse proxy for an app. Ours.

use app::{api::error::ErrorBody, msg};
use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::web::{
    error::Problem,
    extract::{Admin, AskedFor},
    gateway::{Wanted, lines},
    openapi::{said, said_of},
    state::AppState,
};

#[derive(Serialize, ToSchema)]
#[schema(as = ProxyFiles)]
pub(in crate::web) struct Written {
    #[schema(examples("caddy"))]
    proxy: &'static str,
    #[schema(examples(3))]
    app: i64,
    parts: Vec<WrittenPart>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ProxyFile)]
struct WrittenPart {
    #[schema(examples("Caddyfile"))]
    file: String,
    #[schema(examples("sonarr.home.example {\n}"))]
    text: String,
}

/// The configuration of a reverse proxy for an app, file by file.
#[utoipa::path(
    get,
    path = "/settings/proxy",
    tag = "Gateway",
    params(Wanted),
    responses(
        (status = 200, description = "The files", body = Written),
        (
            status = 400,
            description = "No such proxy, or no such address",
            body = ErrorBody,
            example = json!(said_of("upstream", msg!("proxy-wrong-upstream"))),
        ),
        (
            status = 404,
            description = "There is no such app",
            body = ErrorBody,
            example = json!(said(msg!("apps-none-such"))),
        ),
        (
            status = 409,
            description = "`LATCHKEY_PUBLIC_URL` is not set, the app is at Latchkey's own host, or the path of an app of the host can't stand in such lines",
            body = ErrorBody,
            example = json!(said(msg!("gateway-no-public-url"))),
        ),
    )
)]
pub(in crate::web) async fn handle(
    State(state): State<AppState>,
    _: Admin,
    AskedFor(wanted): AskedFor<Wanted>,
) -> Result<Json<Written>, Problem> {
    let (proxy, parts) = lines(&state, &wanted)?;
    let parts = parts
        .into_iter()
        .map(|part| WrittenPart {
            file: part.file,
            text: part.text,
        })
        .collect();
    Ok(Json(Written {
        proxy: proxy.name(),
        // It was found by it.
        app: wanted.app.parse().unwrap_or_default(),
        parts,
    }))
}
