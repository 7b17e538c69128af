//! `/user/:id/settings/disabled`: switching somebody off and on. Not in Seerr.

use axum::{extract::State, http::StatusCode};
use serde::Deserialize;

use crate::web::{
    error::Problem,
    extract::{Client, JsonBody, Manages},
    state::AppState,
};

#[derive(Deserialize)]
pub(in crate::web) struct Body {
    disabled: bool,
}

/// `POST`: 204, also when it was so already; 403 oneself, the owner, an administrator by somebody who is none; 404.
pub(in crate::web) async fn update(
    State(state): State<AppState>,
    Manages(leave): Manages,
    client: Client,
    JsonBody(body): JsonBody<Body>,
) -> Result<StatusCode, Problem> {
    state.members.switch(&leave, body.disabled, client.address).await?;
    Ok(StatusCode::NO_CONTENT)
}
