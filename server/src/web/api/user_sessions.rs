//! `/user/:id/sessions`: on which devices a member is signed in, and ending that. Ours; Seerr has no such thing.

use app::{api::error::ErrorBody, msg};
use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;
use tower_sessions::Session;
use utoipa::ToSchema;

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
        openapi::said,
        session,
        state::AppState,
    },
};

#[derive(Serialize, ToSchema)]
#[schema(as = SignedInDevice)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct Listed {
    #[schema(examples("0011223344556677"))]
    id: String,
    /// Null: unknown.
    #[schema(examples("Firefox"))]
    browser: Option<&'static str>,
    /// Null: unknown.
    #[schema(examples("Linux"))]
    system: Option<&'static str>,
    #[schema(examples("192.168.1.20"))]
    address: String,
    method: Method,
    #[schema(examples(json!(null)))]
    token_name: Option<String>,
    #[schema(format = DateTime, examples("2026-09-14T18:00:00Z"))]
    created_at: String,
    #[schema(format = DateTime, examples("2026-09-14T18:00:00Z"))]
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

/// On which devices a member is signed in, the one seen last first.
#[utoipa::path(
    get,
    path = "/user/{id}/sessions",
    tag = "Passwords, Plex accounts, signed-in devices",
    params(crate::web::wire::MemberPath),
    responses(
        (status = 200, description = "All of them", body = Vec<Listed>),
    )
)]
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

/// Signs a device out.
#[utoipa::path(
    delete,
    path = "/user/{id}/sessions/{session_id}",
    tag = "Passwords, Plex accounts, signed-in devices",
    params(crate::web::wire::MemberPath, ("session_id" = String, Path, description = "As the list names it", example = "0011223344556677")),
    responses(
        (status = 204, description = "Its session has ended"),
        (
            status = 404,
            description = "There is none of that number",
            body = ErrorBody,
            example = json!(said(msg!("sessions-none-such"))),
        ),
    )
)]
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

/// Signs all devices out but the caller's own.
#[utoipa::path(
    delete,
    path = "/user/{id}/sessions",
    tag = "Passwords, Plex accounts, signed-in devices",
    params(crate::web::wire::MemberPath),
    responses(
        (status = 204, description = "They have ended"),
    )
)]
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
