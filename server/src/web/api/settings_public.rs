//! `GET /settings/public`: what anyone may know.

use app::api::settings::PublicSettings;
use axum::{Json, extract::State};

use crate::web::state::AppState;

/// What anyone may know.
#[utoipa::path(
    get,
    path = "/settings/public",
    tag = "Public",
    security(()),
    responses(
        (status = 200, description = "The settings", body = PublicSettings),
    )
)]
pub(in crate::web) async fn handle(State(state): State<AppState>) -> Json<PublicSettings> {
    Json(state.site.public_settings())
}
