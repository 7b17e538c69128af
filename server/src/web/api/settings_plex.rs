//! `/settings/plex`: the media server that membership is checked against.

use app::msg;
use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};

use crate::{
    plex::PlexServer,
    services::setup::OwnedServers,
    web::{
        error::Problem,
        extract::{Admin, ChangesSettings, JsonBody},
        state::AppState,
    },
};

/// The chosen server; empty while none is.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct MediaServer {
    machine_id: String,
    name: String,
    /// Always empty, and the port 0: nothing here talks to the media server. Programs made from Seerr's description want
    /// the two.
    ip: &'static str,
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
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct Device {
    name: String,
    client_identifier: String,
    product: String,
    product_version: String,
    platform: String,
    device: String,
    created_at: String,
    last_seen_at: String,
    provides: Vec<String>,
    owned: bool,
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

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct Body {
    machine_id: String,
}

/// `GET`: 200.
pub(in crate::web) async fn read(State(state): State<AppState>, _: Admin) -> Json<MediaServer> {
    let site = state.site.now();
    let chosen = site.settings.media_server.as_ref();
    let (machine_id, name) = chosen
        .map(|server| (server.machine_id.clone(), server.name.clone()))
        .unwrap_or_default();
    Json(MediaServer::of(machine_id, name))
}

/// `POST`: 200; 400 not one of the owner's servers; 409 the owner has no Plex account here; 502 and 504 Plex's trouble,
/// settings untouched.
pub(in crate::web) async fn update(
    State(state): State<AppState>,
    ChangesSettings(by): ChangesSettings,
    JsonBody(body): JsonBody<Body>,
) -> Result<Json<MediaServer>, Problem> {
    let chosen = state.setup.choose_server(&by, &body.machine_id).await?;
    Ok(Json(MediaServer::of(chosen.machine_id, chosen.name)))
}

/// `GET …/devices/servers`: 200 the owner's own servers; 409 without a Plex account; 502 and 504 Plex's trouble.
pub(in crate::web) async fn servers(State(state): State<AppState>, _: Admin) -> Result<Json<Vec<Device>>, Problem> {
    match state.setup.owned_servers().await? {
        OwnedServers::Found(servers) => Ok(Json(servers.into_iter().map(Device::from).collect())),
        OwnedServers::NoPlexAccount => Err(Problem::new(axum::http::StatusCode::CONFLICT, msg!("setup-no-servers"))),
    }
}
