//! `POST /settings/initialize`: the owner has finished the set-up.

use axum::{Json, extract::State};
use serde_json::{Value, json};

use crate::web::{error::Problem, extract::Admin, state::AppState};

/// 200 `{"initialized":true}`, also when it was finished before; 401, 403 for others.
pub(in crate::web) async fn handle(State(state): State<AppState>, _: Admin) -> Result<Json<Value>, Problem> {
    state.setup.initialize().await?;
    Ok(Json(json!({ "initialized": true })))
}
