//! `/user/:id/settings/password`: whether there is one, and choosing a new one.

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

use crate::{
    services::ServiceError,
    web::{
        error::Problem,
        extract::{ChangesSecrets, Client, JsonBody, SeesSecrets},
        session,
        state::AppState,
    },
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct Has {
    has_password: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct Change {
    current_password: Option<String>,
    new_password: String,
}

/// `GET`: 200.
pub(in crate::web) async fn read(SeesSecrets(leave): SeesSecrets) -> Json<Has> {
    Json(Has {
        has_password: leave.user().has_password,
    })
}

/// `POST`: 204, and all other sessions of the member end; login tokens stay. 400 not good enough; 403 the current one is
/// wrong (whoever looks after somebody needs none); 409 there is no e-mail address to sign in with, or somebody else signs in
/// with it; 429.
pub(in crate::web) async fn change(
    State(state): State<AppState>,
    ChangesSecrets(leave): ChangesSecrets,
    client: Client,
    browser_session: Session,
    JsonBody(body): JsonBody<Change>,
) -> Result<StatusCode, Problem> {
    let keep = session::stored_id(&browser_session);
    state
        .credentials
        .changes
        .change(
            &leave,
            body.current_password.as_deref(),
            &body.new_password,
            keep.as_ref(),
            client.address,
        )
        .await
        .map_err(|error| match error {
            ServiceError::Invalid { message, .. } => ServiceError::invalid("newPassword", message),
            error => error,
        })?;
    Ok(StatusCode::NO_CONTENT)
}
