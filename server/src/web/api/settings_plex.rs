//! `/settings/plex`: the media server that membership is checked against.

use app::msg;
use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};

use crate::{
    services::setup::OwnedServers,
    web::{
        error::Problem,
        extract::{Admin, ChangesSettings, JsonBody},
        state::AppState,
    },
};

/// The chosen server; nulls while none is.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct MediaServer {
    machine_id: Option<String>,
    name: Option<String>,
}

/// One of the owner's own servers.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct Device {
    name: String,
    client_identifier: String,
    platform: Option<String>,
    owned: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct Body {
    machine_id: String,
}

/// `GET`: 200.
pub(in crate::web) async fn read(State(state): State<AppState>, _: Admin) -> Json<MediaServer> {
    let site = state.site.now();
    let (machine_id, name) = site
        .settings
        .media_server
        .as_ref()
        .map(|server| (server.machine_id.clone(), server.name.clone()))
        .unzip();
    Json(MediaServer { machine_id, name })
}

/// `POST`: 200; 400 not one of the owner's servers; 409 the owner has no Plex account here; 502 and 504 Plex's trouble,
/// settings untouched.
pub(in crate::web) async fn update(
    State(state): State<AppState>,
    ChangesSettings(by): ChangesSettings,
    JsonBody(body): JsonBody<Body>,
) -> Result<Json<MediaServer>, Problem> {
    let chosen = state.setup.choose_server(&by, &body.machine_id).await?;
    Ok(Json(MediaServer {
        machine_id: Some(chosen.machine_id),
        name: Some(chosen.name),
    }))
}

/// `GET …/devices/servers`: 200 the owner's own servers; 409 without a Plex account; 502 and 504 Plex's trouble.
pub(in crate::web) async fn servers(State(state): State<AppState>, _: Admin) -> Result<Json<Vec<Device>>, Problem> {
    match state.setup.owned_servers().await? {
        OwnedServers::Found(servers) => Ok(Json(
            servers
                .into_iter()
                .map(|server| Device {
                    name: server.name,
                    client_identifier: server.machine_id,
                    platform: server.platform,
                    owned: server.owned,
                })
                .collect(),
        )),
        OwnedServers::NoPlexAccount => Err(Problem::new(axum::http::StatusCode::CONFLICT, msg!("setup-no-servers"))),
    }
}
