//! `/setup/server`: which media server the household shares. `/setup/done`: what comes next.

use app::{
    msg,
    pages::{OwnedServer, Page, ServerChoice, SetupDonePage, SetupServerPage},
    paths,
};
use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;

use super::{see_other, unless_owner};
use crate::{
    domain::user::OWNER_ID,
    services::{
        ServiceError,
        setup::OwnedServers,
        site::{SaveError, SetupStage},
    },
    web::{
        error::Problem,
        extract::{Client, FormBody, MaybeCaller},
        render::View,
        state::AppState,
    },
};

#[derive(Deserialize)]
pub(super) struct Form {
    #[serde(rename = "machineId", default)]
    machine_id: String,
}

/// Where somebody belongs who should not see these steps.
fn elsewhere(state: &AppState, MaybeCaller(caller): &MaybeCaller) -> Option<Response> {
    match state.site.now().stage() {
        SetupStage::NoOwner => Some(see_other(paths::SETUP)),
        SetupStage::Unfinished => unless_owner(caller.as_ref(), paths::HOME),
        SetupStage::Finished => Some(see_other(paths::HOME)),
    }
}

pub(super) async fn choice(state: &AppState) -> Result<ServerChoice, Problem> {
    Ok(match state.setup.owned_servers().await {
        Ok(OwnedServers::Found(servers)) => ServerChoice::Owned(
            servers
                .into_iter()
                .map(|server| OwnedServer {
                    machine_id: server.machine_id,
                    name: server.name,
                    platform: server.platform.unwrap_or_default(),
                })
                .collect(),
        ),
        Ok(OwnedServers::NoPlexAccount) => ServerChoice::NoPlexAccount,
        Err(ServiceError::Plex(error)) => {
            tracing::warn!(%error, "the owner's servers can't be listed");
            ServerChoice::PlexUnreachable
        }
        Err(error) => return Err(error.into()),
    })
}

pub(super) async fn show(State(state): State<AppState>, caller: MaybeCaller, view: View) -> Result<Response, Problem> {
    if let Some(elsewhere) = elsewhere(&state, &caller) {
        return Ok(elsewhere);
    }
    let servers = choice(&state).await?;
    Ok(view
        .render(
            StatusCode::OK,
            Page::SetupServer(SetupServerPage { servers, error: None }),
        )
        .await)
}

pub(super) async fn submit(
    State(state): State<AppState>,
    caller: MaybeCaller,
    client: Client,
    view: View,
    FormBody(form): FormBody<Form>,
) -> Result<Response, Problem> {
    if let Some(elsewhere) = elsewhere(&state, &caller) {
        return Ok(elsewhere);
    }
    if !form.machine_id.is_empty() {
        // Nobody else comes this far.
        let by = state.activity.by(OWNER_ID, client.address);
        let (status, error) = match state.setup.choose_server(&by, &form.machine_id).await {
            Ok(_) => (StatusCode::OK, None),
            Err(SaveError::Service(ServiceError::Invalid { message, .. } | ServiceError::Conflict(message))) => {
                (StatusCode::BAD_REQUEST, Some(message))
            }
            Err(SaveError::Service(ServiceError::Plex(_))) => {
                (StatusCode::BAD_GATEWAY, Some(msg!("setup-plex-not-answering")))
            }
            Err(error) => return Err(error.into()),
        };
        if error.is_some() {
            let servers = choice(&state).await?;
            return Ok(view
                .render(status, Page::SetupServer(SetupServerPage { servers, error }))
                .await);
        }
    }
    state.setup.initialize().await?;
    Ok(see_other(paths::SETUP_DONE))
}

/// For the owner, from the end of the set-up on.
pub(super) async fn done(State(state): State<AppState>, MaybeCaller(caller): MaybeCaller, view: View) -> Response {
    if state.site.now().stage() != SetupStage::Finished {
        return see_other(paths::SETUP);
    }
    if let Some(elsewhere) = unless_owner(caller.as_ref(), paths::HOME) {
        return elsewhere;
    }
    let media_server = state
        .site
        .now()
        .settings
        .media_server
        .as_ref()
        .map(|server| server.name.clone());
    let page = SetupDonePage {
        media_server,
        has_public_url: state.public_url.is_some(),
    };
    view.render(StatusCode::OK, Page::SetupDone(page)).await
}
