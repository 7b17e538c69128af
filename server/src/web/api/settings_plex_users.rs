//! `GET /settings/plex/users`: people with access at Plex who are no members yet.

use axum::{Json, extract::State};
use serde::Serialize;

use crate::{
    domain::following::Share,
    web::{error::Problem, extract::Admin, state::AppState},
};

/// One of them, as Seerr writes them.
#[derive(Serialize)]
pub(in crate::web) struct Person {
    /// The Plex account's number, as text.
    id: String,
    title: String,
    username: String,
    email: String,
    thumb: String,
}

/// 200; 409 without a media server or a Plex sign-in of the owner; 502 and 504 Plex's trouble. Invitations that wait are
/// not in it.
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
