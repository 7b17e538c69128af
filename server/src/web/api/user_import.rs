//! `POST /user/import-from-plex`: members of people with access at Plex.

use app::{
    api::{error::ErrorBody, user::User},
    msg,
};
use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::web::{
    error::Problem,
    extract::{AddsPeople, Client, JsonOrNothing},
    openapi::said,
    state::AppState,
    wire,
};

#[derive(Default, Deserialize, ToSchema)]
#[schema(as = PlexImport)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct Body {
    /// Absent: everybody who has access and could sign in.
    plex_ids: Option<Vec<PlexId>>,
}

/// Seerr's programs send texts.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
#[schema(examples("52990041"))]
enum PlexId {
    Number(i64),
    Text(String),
}

impl PlexId {
    /// `None`: nobody's.
    fn number(&self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => text.trim().parse().ok(),
        }
    }
}

/// Makes members of people with access at Plex. Whoever is a member already is passed over.
#[utoipa::path(
    post,
    path = "/user/import-from-plex",
    tag = "Members",
    request_body = Option<Body>,
    responses(
        (status = 201, description = "The new ones", body = Vec<User>),
        (
            status = 409,
            description = "No media server, or no Plex sign-in of the owner",
            body = ErrorBody,
            example = json!(said(msg!("membership-no-token"))),
        ),
        (status = 502, description = "Plex is not answering"),
        (status = 504, description = "Plex takes too long"),
    )
)]
pub(in crate::web) async fn handle(
    State(state): State<AppState>,
    AddsPeople(leave): AddsPeople,
    client: Client,
    JsonOrNothing(body): JsonOrNothing<Body>,
) -> Result<(StatusCode, Json<Vec<User>>), Problem> {
    let ids: Option<Vec<i64>> = body.plex_ids.map(|ids| ids.iter().filter_map(PlexId::number).collect());
    let new = state.import.import(leave, ids.as_deref(), client.address).await?;
    Ok((StatusCode::CREATED, Json(new.iter().map(wire::user).collect())))
}
