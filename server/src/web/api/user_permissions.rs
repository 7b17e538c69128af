//! `/user/:id/settings/permissions`: what somebody may do.

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};

use crate::{
    domain::permission::Permissions,
    web::{
        error::Problem,
        extract::{Caller, Client, JsonBody, Manages, Reads, SeesPeople},
        state::AppState,
    },
};

/// Seerr's bits.
#[derive(Serialize, Deserialize)]
pub(in crate::web) struct Body {
    permissions: i64,
}

/// `GET`: 200; 403; 404.
pub(in crate::web) async fn read(_: SeesPeople, Reads(leave): Reads) -> Json<Body> {
    Json(Body {
        permissions: leave.user().permissions.0,
    })
}

/// `POST`: 200 as they are now; 400; 403 oneself, the owner, or what the caller can't give; 404.
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
