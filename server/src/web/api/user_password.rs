//! `/user/:id/settings/password`: whether there is one, and choosing a new one.

use app::{api::error::ErrorBody, msg};
use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use tower_sessions::Session;
use utoipa::ToSchema;

use crate::{
    services::ServiceError,
    web::{
        error::Problem,
        extract::{ChangesSecrets, Client, JsonBody, SeesSecrets},
        openapi::{said, said_of},
        session,
        state::AppState,
    },
};

#[derive(Serialize, ToSchema)]
#[schema(as = HasPassword)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct Has {
    has_password: bool,
}

#[derive(Deserialize, ToSchema)]
#[schema(as = PasswordChange)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct Change {
    #[schema(write_only, examples("brass key, blue door"))]
    current_password: Option<String>,
    #[schema(write_only, min_length = 8, max_length = 1000, examples("green lamp, stone step"))]
    new_password: String,
}

/// Whether there is a password.
#[utoipa::path(
    get,
    path = "/user/{id}/settings/password",
    tag = "Passwords, Plex accounts, signed-in devices",
    params(crate::web::wire::MemberPath),
    responses(
        (status = 200, description = "Whether there is one", body = Has),
    )
)]
pub(in crate::web) async fn read(SeesSecrets(leave): SeesSecrets) -> Json<Has> {
    Json(Has {
        has_password: leave.user().has_password,
    })
}

/// Chooses a password. All other sessions of the member end; login tokens stay.
///
/// `currentPassword` is needed for one's own.
#[utoipa::path(
    post,
    path = "/user/{id}/settings/password",
    tag = "Passwords, Plex accounts, signed-in devices",
    params(crate::web::wire::MemberPath),
    request_body = Change,
    responses(
        (status = 204, description = "It is the new one"),
        (
            status = 400,
            description = "Under 8 characters, over 1,000 bytes, or easily guessed",
            body = ErrorBody,
            example = json!(said_of("newPassword", msg!("passwords-easy"))),
        ),
        (
            status = 403,
            description = "Not allowed, or the current one is wrong",
            body = ErrorBody,
            example = json!(said(msg!("passwords-present-wrong"))),
        ),
        (
            status = 409,
            description = "There is no e-mail to sign in with, or somebody else signs in with it",
            body = ErrorBody,
            example = json!(said(msg!("passwords-no-email"))),
        ),
        (status = 429, description = "Too many tries"),
    )
)]
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
