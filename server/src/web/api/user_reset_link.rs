//! `/user/:id/reset-link`: a link with which somebody chooses a password, to hand over by other ways than mail.

use app::{api::error::ErrorBody, msg, paths};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::clock::rfc3339,
    web::{
        error::Problem,
        extract::{Client, Manages},
        openapi::said,
        origin::shown_origin,
        state::AppState,
    },
};

/// The only time that the link is shown.
#[derive(Serialize, ToSchema)]
#[schema(as = ResetLink)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct Made {
    #[schema(examples("https://door.home.example/login/reset/9f1c0e5a7b3d4c2e8a6f0b1d2c3e4f50"))]
    url: String,
    #[schema(format = DateTime, examples("2026-09-14T18:00:00Z"))]
    expires_at: String,
}

/// Makes a link with which a member chooses a password. It works once, for an hour; an older one stops working.
///
/// With MANAGE_USERS; never for oneself or the owner.
#[utoipa::path(
    post,
    path = "/user/{id}/reset-link",
    tag = "Passwords, Plex accounts, signed-in devices",
    params(crate::web::wire::MemberPath),
    responses(
        (status = 201, description = "The link, the only time that it is shown", body = Made),
        (
            status = 409,
            description = "No e-mail, or switched off",
            body = ErrorBody,
            example = json!(said(msg!("passwords-no-email"))),
        ),
    )
)]
pub(in crate::web) async fn make(
    State(state): State<AppState>,
    Manages(leave): Manages,
    client: Client,
    headers: HeaderMap,
) -> Result<(StatusCode, Json<Made>), Problem> {
    let made = state.credentials.resets.make_link(&leave, client.address).await?;
    let made = Made {
        url: format!(
            "{}{}",
            shown_origin(&state, &client, &headers),
            paths::login_reset(&made.value.expose())
        ),
        expires_at: rfc3339(made.expires_at),
    };
    Ok((StatusCode::CREATED, Json(made)))
}
