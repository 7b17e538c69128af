//! `/user/:id/sessions`: on which devices a member is signed in, and ending that. Ours; Seerr has no such thing.

use app::msg;
use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;
use tower_sessions::Session;

use crate::{
    domain::{
        agent,
        clock::rfc3339,
        hash::Hash,
        session::{Device, Method},
    },
    web::{
        error::Problem,
        extract::{ChangesSecrets, Client, PathOf, SeesSecrets},
        session,
        state::AppState,
    },
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct Listed {
    id: String,
    /// Null: unknown.
    browser: Option<&'static str>,
    /// Null: unknown.
    system: Option<&'static str>,
    address: String,
    method: Method,
    token_name: Option<String>,
    created_at: String,
    last_seen_at: String,
    /// Whether it is the caller's own.
    current: bool,
}

fn listed(device: Device, own: Option<&Hash>) -> Listed {
    Listed {
        id: device.public_id(),
        browser: agent::browser(&device.agent),
        system: agent::system(&device.agent),
        current: own == Some(&device.id_hash),
        address: device.address,
        method: device.method,
        token_name: device.token_name,
        created_at: rfc3339(device.created_at),
        last_seen_at: rfc3339(device.last_seen_at),
    }
}

/// `GET`: 200, the one seen last first.
pub(in crate::web) async fn list(
    State(state): State<AppState>,
    SeesSecrets(leave): SeesSecrets,
    browser_session: Session,
) -> Result<Json<Vec<Listed>>, Problem> {
    let own = session::stored_id(&browser_session);
    let devices = state.credentials.devices.list(&leave).await?;
    Ok(Json(
        devices.into_iter().map(|device| listed(device, own.as_ref())).collect(),
    ))
}

/// `DELETE …/:sessionId`: 204; 404 there is none.
pub(in crate::web) async fn end(
    State(state): State<AppState>,
    ChangesSecrets(leave): ChangesSecrets,
    client: Client,
    PathOf((_, session_id)): PathOf<(String, String)>,
) -> Result<StatusCode, Problem> {
    if state
        .credentials
        .devices
        .end(&leave, &session_id, client.address)
        .await?
    {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::new(StatusCode::NOT_FOUND, msg!("sessions-none-such")))
    }
}

/// `DELETE`: 204; the caller's own goes on.
pub(in crate::web) async fn end_others(
    State(state): State<AppState>,
    ChangesSecrets(leave): ChangesSecrets,
    client: Client,
    browser_session: Session,
) -> Result<StatusCode, Problem> {
    let own = session::stored_id(&browser_session);
    state
        .credentials
        .devices
        .end_others(&leave, own.as_ref(), client.address)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
