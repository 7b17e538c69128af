//! `/user/:id`: one member.

use app::api::user::User;
use axum::{Json, extract::State};
use serde::Deserialize;

use super::user_permissions::permissions;
use crate::{
    domain::people_rules::{may_manage, may_read},
    services::members::Change,
    web::{
        error::Problem,
        extract::{Caller, Client, Deletes, Edits, JsonBody, PathOf, SeesPeople},
        state::AppState,
        wire::{self, AnyUser},
    },
};

/// `GET`: 200, for others than themselves and managers only name and picture; 404.
pub(in crate::web) async fn read(
    State(state): State<AppState>,
    caller: Caller,
    PathOf(id): PathOf<String>,
) -> Result<Json<AnyUser>, Problem> {
    let id = id.parse().map_err(|_| Problem::no_member())?;
    let user = state.members.find(id).await?.ok_or_else(Problem::no_member)?;
    Ok(Json(match may_read(caller.actor(), &user) {
        Ok(leave) => AnyUser::full(leave.user()),
        Err(_) => wire::brief(&user),
    }))
}

#[derive(Deserialize)]
pub(in crate::web) struct Body {
    #[serde(default, deserialize_with = "wire::present")]
    username: Option<Option<String>>,
    permissions: Option<i64>,
}

/// `PUT`: 200; 400; 403 the owner by others, or what the caller can't give; 404.
pub(in crate::web) async fn update(
    State(state): State<AppState>,
    _: SeesPeople,
    caller: Caller,
    Edits(leave): Edits,
    client: Client,
    JsonBody(body): JsonBody<Body>,
) -> Result<Json<User>, Problem> {
    let change = Change {
        username: body.username.as_ref().map(|name| name.as_deref().unwrap_or_default()),
        ..Change::default()
    };
    let wanted = body.permissions.map(permissions).transpose()?;
    let user = match wanted.filter(|wanted| *wanted != leave.user().permissions) {
        None => state.members.edit(&leave, &change, client.address).await?,
        Some(wanted) => {
            let manages = may_manage(caller.actor(), leave.user())?;
            let also = Some((&leave, &change));
            state
                .members
                .permit(caller.actor(), &manages, wanted, also, client.address)
                .await?
        }
    };
    Ok(Json(wire::user(&user)))
}

/// `DELETE`: 200 who it was; 403; 404; 405 the owner, or an administrator for all but the owner.
pub(in crate::web) async fn delete(
    State(state): State<AppState>,
    Deletes(leave): Deletes,
    client: Client,
) -> Result<Json<User>, Problem> {
    let user = state.members.delete(&leave, client.address).await?;
    Ok(Json(wire::user(&user)))
}
