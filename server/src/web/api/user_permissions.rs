//! `/user/:id/settings/permissions`: what somebody may do.

use app::api::error::ErrorBody;
use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    domain::permission::Permissions,
    web::{
        error::Problem,
        extract::{Caller, Client, JsonBody, Manages, Reads, SeesPeople},
        openapi::{said, said_of},
        state::AppState,
    },
};

/// Seerr's bits.
#[derive(Serialize, Deserialize, ToSchema)]
#[schema(as = UserPermissions)]
pub(in crate::web) struct Body {
    #[schema(minimum = 0, examples(32))]
    permissions: i64,
}

/// What a member may do: MANAGE_USERS.
#[utoipa::path(
    get,
    path = "/user/{id}/settings/permissions",
    tag = "Members",
    params(crate::web::wire::MemberPath),
    responses(
        (status = 200, description = "Seerr's bits", body = Body),
    )
)]
pub(in crate::web) async fn read(_: SeesPeople, Reads(leave): Reads) -> Json<Body> {
    Json(Body {
        permissions: leave.user().permissions.0,
    })
}

/// Changes what a member may do.
#[utoipa::path(
    post,
    path = "/user/{id}/settings/permissions",
    tag = "Members",
    params(crate::web::wire::MemberPath),
    request_body = Body,
    responses(
        (status = 200, description = "As they are now", body = Body),
        (
            status = 400,
            description = "Permissions that can't be",
            body = ErrorBody,
            example = json!(said_of("permissions", app::msg!("people-wrong-permissions"))),
        ),
        (
            status = 403,
            description = "Oneself, the owner, or what the caller can't give",
            body = ErrorBody,
            example = json!(said(app::msg!("people-denied-lacks-permission"))),
        ),
        (
            status = 409,
            description = "Somebody changed them meanwhile",
            body = ErrorBody,
            example = json!(said(app::msg!("people-changed-meanwhile"))),
        ),
    )
)]
pub(in crate::web) async fn update(
    State(state): State<AppState>,
    caller: Caller,
    Manages(leave): Manages,
    client: Client,
    JsonBody(body): JsonBody<Body>,
) -> Result<Json<Body>, Problem> {
    let wanted = permissions(body.permissions)?;
    let user = state
        .members
        .permit(caller.actor(), &leave, wanted, None, client.address)
        .await?;
    Ok(Json(Body {
        permissions: user.permissions.0,
    }))
}

/// Permissions from a body: bits that nothing here knows are kept, but no sign.
pub(super) fn permissions(bits: i64) -> Result<Permissions, Problem> {
    if bits < 0 {
        let message = app::msg!("people-wrong-permissions");
        return Err(Problem::field(StatusCode::BAD_REQUEST, "permissions", message));
    }
    Ok(Permissions(bits))
}
