//! `POST /settings/initialize`: the owner has finished the set-up.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::web::{error::Problem, extract::Admin, state::AppState};

/// Always true.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct Initialized {
    #[schema(examples(true))]
    initialized: bool,
}

/// Finishes the set-up.
#[utoipa::path(
    post,
    path = "/settings/initialize",
    tag = "Set-up",
    responses(
        (status = 200, description = "Finished, also when it was before", body = Initialized),
    )
)]
pub(in crate::web) async fn handle(State(state): State<AppState>, _: Admin) -> Result<Json<Initialized>, Problem> {
    state.setup.initialize().await?;
    Ok(Json(Initialized { initialized: true }))
}
