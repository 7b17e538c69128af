//! `POST /user`: a new member, who signs in without Plex.

use app::{
    api::{error::ErrorBody, user::User},
    msg,
};
use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;

use super::user_permissions::permissions;
use crate::{
    services::{ServiceError, members::NewMember},
    web::{
        error::Problem,
        extract::{AddsPeople, Client, JsonBody},
        openapi::{said, said_of, said_with},
        state::AppState,
        wire,
    },
};

#[derive(Deserialize, ToSchema)]
#[schema(as = NewUser)]
pub(in crate::web) struct Body {
    #[schema(format = Email, examples("ben@example.com"))]
    email: String,
    #[schema(max_length = 100, examples("Ben"))]
    username: Option<String>,
    /// Absent: they choose one with a link.
    #[schema(examples(json!(null)))]
    password: Option<String>,
    /// Absent: what everybody new may do.
    #[schema(minimum = 0, examples(32))]
    permissions: Option<i64>,
}

/// Makes a member who signs in without Plex. Without a password they choose one with a link.
#[utoipa::path(
    post,
    path = "/user",
    tag = "Members",
    request_body = Body,
    responses(
        (status = 201, description = "The member", body = User),
        (
            status = 400,
            description = "An e-mail, name or password that can't be",
            body = ErrorBody,
            example = json!(said_of("email", msg!("people-wrong-email"))),
        ),
        (
            status = 403,
            description = "Not allowed, or permissions that the caller can't give",
            body = ErrorBody,
            example = json!(said(msg!("people-denied-lacks-permission"))),
        ),
        (
            status = 409,
            description = "There is one with that e-mail; `errors[0].message` is `USER_EXISTS`",
            body = ErrorBody,
            example = json!(said_with(msg!("people-email-taken"), "email", "USER_EXISTS")),
        ),
    )
)]
pub(in crate::web) async fn handle(
    State(state): State<AppState>,
    AddsPeople(leave): AddsPeople,
    client: Client,
    JsonBody(body): JsonBody<Body>,
) -> Result<(StatusCode, Json<User>), Problem> {
    let new = NewMember {
        email: &body.email,
        username: body.username.as_deref().unwrap_or_default(),
        // Programs send an empty one for none.
        password: body.password.as_deref().filter(|password| !password.is_empty()),
        permissions: body.permissions.map(permissions).transpose()?,
    };
    match state.members.create(leave, &new, client.address).await {
        Ok(user) => Ok((StatusCode::CREATED, Json(wire::user(&user)))),
        Err(error) => {
            let exists = matches!(error, ServiceError::Taken { .. });
            let mut problem = Problem::from(error);
            // The word that Seerr's programs look for.
            if exists && let Some(field) = problem.errors.first_mut() {
                field.1 = "USER_EXISTS".into();
            }
            Err(problem)
        }
    }
}
