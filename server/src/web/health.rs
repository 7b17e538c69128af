//! `/healthz`: the process answers. `/readyz`: the database answers too.

use axum::{extract::State, http::StatusCode};

use super::state::AppState;

pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

pub(super) async fn readyz(State(state): State<AppState>) -> (StatusCode, &'static str) {
    match state.health.check().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::error!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database is not answering\n")
        }
    }
}
