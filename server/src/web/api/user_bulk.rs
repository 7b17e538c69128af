//! `PUT /user`: the permissions of many at once.

use std::collections::BTreeSet;

use app::{
    api::{error::ErrorBody, user::User},
    msg,
};
use axum::{Json, extract::State};
use serde::Deserialize;
use utoipa::ToSchema;

use super::user_permissions::permissions;
use crate::web::{
    error::Problem,
    extract::{Caller, Client, JsonBody, SeesPeople},
    openapi::{said, said_of},
    state::AppState,
    wire,
};

#[derive(Deserialize, ToSchema)]
#[schema(as = UsersChange)]
pub(in crate::web) struct Body {
    #[schema(value_type = Vec<i64>, max_items = 500, examples(4))]
    ids: BTreeSet<i64>,
    #[schema(minimum = 0, examples(32))]
    permissions: i64,
}

/// Gives many members the same permissions: all, or nobody is changed.
#[utoipa::path(
    put,
    path = "/user",
    tag = "Members",
    request_body = Body,
    responses(
        (status = 200, description = "Those of them that there are", body = Vec<User>),
        (
            status = 400,
            description = "Permissions that can't be, or too many",
            body = ErrorBody,
            example = json!(said_of("ids", msg!("people-too-many-at-once", most = 500))),
        ),
        (
            status = 403,
            description = "One of them is not the caller's to change, or the caller can't give that",
            body = ErrorBody,
            example = json!(said(msg!("people-denied-lacks-permission"))),
        ),
        (
            status = 409,
            description = "Somebody changed them meanwhile",
            body = ErrorBody,
            example = json!(said(msg!("people-changed-meanwhile"))),
        ),
    )
)]
pub(in crate::web) async fn handle(
    State(state): State<AppState>,
    _: SeesPeople,
    caller: Caller,
    client: Client,
    JsonBody(body): JsonBody<Body>,
) -> Result<Json<Vec<User>>, Problem> {
    let wanted = permissions(body.permissions)?;
    let (users, _) = state
        .members
        .permit_many(caller.actor(), &body.ids, |_| wanted, client.address)
        .await?;
    Ok(Json(users.iter().map(wire::user).collect()))
}
