//! `POST /user`: a new member, who signs in without Plex.

use app::api::user::User;
use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;

use super::user_permissions::permissions;
use crate::{
    services::{ServiceError, members::NewMember},
    web::{
        error::Problem,
        extract::{AddsPeople, Client, JsonBody},
        state::AppState,
        wire,
    },
};

#[derive(Deserialize)]
pub(in crate::web) struct Body {
    email: String,
    username: Option<String>,
    /// Absent: they choose one with a link.
    password: Option<String>,
    /// Absent: what everybody new may do.
    permissions: Option<i64>,
}

/// 201 the member; 400; 403, also for permissions that the caller can't give; 409 `USER_EXISTS`.
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
