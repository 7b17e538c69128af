//! `GET /settings/plex/users`: people with access at Plex who are no members yet.

use app::{api::error::ErrorBody, msg};
use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::following::Share,
    web::{error::Problem, extract::Admin, openapi::said, state::AppState},
};

/// One of them, as Seerr writes them.
#[derive(Serialize, ToSchema)]
#[schema(as = PlexPerson)]
pub(in crate::web) struct Person {
    /// The Plex account's number, as text.
    #[schema(examples("52990041"))]
    id: String,
    #[schema(examples("Anna"))]
    title: String,
    #[schema(examples("anna.k"))]
    username: String,
    #[schema(examples("anna@example.com"))]
    email: String,
    #[schema(examples("https://plex.tv/users/0a1b2c/avatar"))]
    thumb: String,
}

/// People with access at Plex who are no members yet. Invitations that wait are not in it.
#[utoipa::path(
    get,
    path = "/settings/plex/users",
    tag = "Settings",
    responses(
        (status = 200, description = "All of them", body = Vec<Person>),
        (
            status = 409,
            description = "No media server, or no Plex sign-in of the owner",
            body = ErrorBody,
            example = json!(said(msg!("membership-no-server"))),
        ),
        (status = 502, description = "Plex is not answering"),
        (status = 504, description = "Plex takes too long"),
    )
)]
pub(in crate::web) async fn handle(State(state): State<AppState>, _: Admin) -> Result<Json<Vec<Person>>, Problem> {
    let found = state.import.candidates().await?;
    let people = found
        .into_iter()
        .map(|one| one.person)
        .filter(|person| person.share == Some(Share::Accepted))
        .map(|person| Person {
            id: person.plex_id.to_string(),
            title: person.title.or_else(|| person.username.clone()).unwrap_or_default(),
            username: person.username.unwrap_or_default(),
            email: person.email.unwrap_or_default(),
            thumb: person.avatar.unwrap_or_default(),
        })
        .collect();
    Ok(Json(people))
}
