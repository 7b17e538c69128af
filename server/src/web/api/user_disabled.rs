//! `/user/:id/settings/disabled`: switching somebody off and on. Not in Seerr.

use app::{api::error::ErrorBody, msg};
use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::web::{
    error::Problem,
    extract::{Client, JsonBody, Manages},
    openapi::said,
    state::AppState,
};

#[derive(Deserialize, ToSchema)]
#[schema(as = UserDisabled)]
pub(in crate::web) struct Body {
    #[schema(examples(true))]
    disabled: bool,
}

/// Switches a member off or on.
///
/// Off: their sessions end at once, and login tokens count for nothing until they are on again.
#[utoipa::path(
    post,
    path = "/user/{id}/settings/disabled",
    tag = "Members",
    params(crate::web::wire::MemberPath),
    request_body = Body,
    responses(
        (status = 204, description = "It is so, also when it was before"),
        (
            status = 403,
            description = "Oneself, the owner, or an administrator for somebody who is none",
            body = ErrorBody,
            example = json!(said(msg!("people-denied-oneself"))),
        ),
        (
            status = 409,
            description = "Somebody changed them meanwhile",
            body = ErrorBody,
            example = json!(said(msg!("people-changed-meanwhile"))),
        ),
    )
)]
pub(in crate::web) async fn update(
    State(state): State<AppState>,
    Manages(leave): Manages,
    client: Client,
    JsonBody(body): JsonBody<Body>,
) -> Result<StatusCode, Problem> {
    state.members.switch(&leave, body.disabled, client.address).await?;
    Ok(StatusCode::NO_CONTENT)
}
