//! `/user/:id`: one member.

use app::{
    api::{error::ErrorBody, user::User},
    msg,
};
use axum::{Json, extract::State};
use serde::Deserialize;
use utoipa::ToSchema;

use super::user_permissions::permissions;
use crate::{
    domain::people_rules::{may_manage, may_read},
    services::members::Change,
    web::{
        error::Problem,
        extract::{Caller, Client, Deletes, Edits, JsonBody, PathOf, SeesPeople},
        openapi::{said, said_of},
        state::AppState,
        wire::{self, AnyUser},
    },
};

/// One member: for others than themselves and managers only name and picture.
#[utoipa::path(
    get,
    path = "/user/{id}",
    tag = "Members",
    params(wire::MemberPath),
    responses(
        (status = 200, description = "The member", body = AnyUser),
    )
)]
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

#[derive(Deserialize, ToSchema)]
#[schema(as = UserChange)]
pub(in crate::web) struct Body {
    #[serde(default, deserialize_with = "wire::present")]
    #[schema(value_type = Option<String>, max_length = 100, examples("Anna"))]
    username: Option<Option<String>>,
    #[schema(minimum = 0, examples(32))]
    permissions: Option<i64>,
}

/// Changes name and permissions of a member.
#[utoipa::path(
    put,
    path = "/user/{id}",
    tag = "Members",
    params(wire::MemberPath),
    request_body = Body,
    responses(
        (status = 200, description = "The member now", body = User),
        (
            status = 400,
            description = "A name or permissions that can't be",
            body = ErrorBody,
            example = json!(said_of("username", msg!("people-wrong-name-long", most = 100))),
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

/// Deletes a member, with sessions and login tokens.
#[utoipa::path(
    delete,
    path = "/user/{id}",
    tag = "Members",
    params(wire::MemberPath),
    responses(
        (status = 200, description = "Who it was", body = User),
        (
            status = 405,
            description = "The owner, or an administrator for all but the owner: they are not deleted",
            body = ErrorBody,
            example = json!(said(msg!("people-denied-owner"))),
        ),
        (
            status = 409,
            description = "Somebody changed them meanwhile",
            body = ErrorBody,
            example = json!(said(msg!("people-changed-meanwhile"))),
        ),
    )
)]
pub(in crate::web) async fn delete(
    State(state): State<AppState>,
    Deletes(leave): Deletes,
    client: Client,
) -> Result<Json<User>, Problem> {
    let user = state.members.delete(&leave, client.address).await?;
    Ok(Json(wire::user(&user)))
}
