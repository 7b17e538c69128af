//! `PUT /user`: the permissions of many at once.

use std::collections::BTreeSet;

use app::api::user::User;
use axum::{Json, extract::State};
use serde::Deserialize;

use super::user_permissions::permissions;
use crate::web::{
    error::Problem,
    extract::{Caller, Client, JsonBody, SeesPeople},
    state::AppState,
    wire,
};

#[derive(Deserialize)]
pub(in crate::web) struct Body {
    ids: BTreeSet<i64>,
    permissions: i64,
}

/// 200 those of them that there are; 400; 403 one of them is not the caller's to change, and nobody is changed.
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
