//! `/settings/plex`: the media server that membership is checked against.

use app::{api::error::ErrorBody, msg};
use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    plex::PlexServer,
    services::setup::OwnedServers,
    web::{
        error::Problem,
        extract::{Admin, ChangesSettings, JsonBody},
        openapi::{said, said_of},
        state::AppState,
    },
};

/// The chosen server; empty while none is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct MediaServer {
    #[schema(examples("5f3a9c1e7b2d4806a1c3e5f79b0d2468ace01357"))]
    machine_id: String,
    #[schema(examples("Attic"))]
    name: String,
    /// Always empty, and the port 0: nothing here talks to the media server. Programs made from Seerr's description want
    /// the two.
    #[schema(max_length = 0, examples(""))]
    ip: &'static str,
    #[schema(maximum = 0, examples(0))]
    port: u16,
}

impl MediaServer {
    fn of(machine_id: String, name: String) -> Self {
        Self {
            machine_id,
            name,
            ip: "",
            port: 0,
        }
    }
}

/// One of the owner's own servers, as plex.tv lists it; empty where it says nothing. Never its addresses or tokens.
#[derive(Serialize, ToSchema)]
#[schema(as = MediaServerDevice)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct Device {
    #[schema(examples("Attic"))]
    name: String,
    #[schema(examples("5f3a9c1e7b2d4806a1c3e5f79b0d2468ace01357"))]
    client_identifier: String,
    #[schema(examples("Plex Media Server"))]
    product: String,
    #[schema(examples("1.43.0"))]
    product_version: String,
    #[schema(examples("Linux"))]
    platform: String,
    #[schema(examples("Docker Container"))]
    device: String,
    #[schema(examples("2026-09-14T18:00:00Z"))]
    created_at: String,
    #[schema(examples("2026-09-14T18:00:00Z"))]
    last_seen_at: String,
    #[schema(examples("server"))]
    provides: Vec<String>,
    owned: bool,
    #[schema(value_type = Vec<String>, max_items = 0, examples(""))]
    connection: [String; 0],
}

impl From<PlexServer> for Device {
    fn from(server: PlexServer) -> Self {
        let about = server.about;
        Self {
            name: server.name,
            client_identifier: server.machine_id,
            product: about.product.unwrap_or_default(),
            product_version: about.product_version.unwrap_or_default(),
            platform: server.platform.unwrap_or_default(),
            device: about.device.unwrap_or_default(),
            created_at: about.created_at.unwrap_or_default(),
            last_seen_at: about.last_seen_at.unwrap_or_default(),
            provides: about.provides,
            owned: server.owned,
            connection: [],
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[schema(as = MediaServerChoice)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct Body {
    #[schema(examples("5f3a9c1e7b2d4806a1c3e5f79b0d2468ace01357"))]
    machine_id: String,
}

/// The media server that membership is checked against.
#[utoipa::path(
    get,
    path = "/settings/plex",
    tag = "Settings",
    responses(
        (status = 200, description = "The chosen one; empty while none is", body = MediaServer),
    )
)]
pub(in crate::web) async fn read(State(state): State<AppState>, _: Admin) -> Json<MediaServer> {
    let site = state.site.now();
    let chosen = site.settings.media_server.as_ref();
    let (machine_id, name) = chosen
        .map(|server| (server.machine_id.clone(), server.name.clone()))
        .unwrap_or_default();
    Json(MediaServer::of(machine_id, name))
}

/// Chooses the media server.
#[utoipa::path(
    post,
    path = "/settings/plex",
    tag = "Settings",
    request_body = Body,
    responses(
        (status = 200, description = "The chosen one", body = MediaServer),
        (
            status = 400,
            description = "It is not one of the owner's servers",
            body = ErrorBody,
            example = json!(said_of("machineId", msg!("setup-not-owned"))),
        ),
        (
            status = 409,
            description = "The owner has no Plex account here",
            body = ErrorBody,
            example = json!(said(msg!("setup-no-servers"))),
        ),
        (status = 502, description = "Plex is not answering"),
        (status = 504, description = "Plex takes too long"),
    )
)]
pub(in crate::web) async fn update(
    State(state): State<AppState>,
    ChangesSettings(by): ChangesSettings,
    JsonBody(body): JsonBody<Body>,
) -> Result<Json<MediaServer>, Problem> {
    let chosen = state.setup.choose_server(&by, &body.machine_id).await?;
    Ok(Json(MediaServer::of(chosen.machine_id, chosen.name)))
}

/// The owner's own media servers, in Plex's words.
#[utoipa::path(
    get,
    path = "/settings/plex/devices/servers",
    tag = "Settings",
    responses(
        (status = 200, description = "All of them", body = Vec<Device>),
        (
            status = 409,
            description = "The owner has no Plex account here",
            body = ErrorBody,
            example = json!(said(msg!("setup-no-servers"))),
        ),
        (status = 502, description = "Plex is not answering"),
        (status = 504, description = "Plex takes too long"),
    )
)]
pub(in crate::web) async fn servers(State(state): State<AppState>, _: Admin) -> Result<Json<Vec<Device>>, Problem> {
    match state.setup.owned_servers().await? {
        OwnedServers::Found(servers) => Ok(Json(servers.into_iter().map(Device::from).collect())),
        OwnedServers::NoPlexAccount => Err(Problem::new(axum::http::StatusCode::CONFLICT, msg!("setup-no-servers"))),
    }
}
