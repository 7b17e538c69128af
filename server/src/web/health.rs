//! `/healthz`: the process answers. `/readyz`: the database answers too.

use std::time::Duration;

use axum::{extract::State, http::StatusCode};

use super::state::AppState;

/// How long the database may take to answer: whoever asks has no time either.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

pub(super) async fn readyz(State(state): State<AppState>) -> (StatusCode, &'static str) {
    let not_ready = (StatusCode::SERVICE_UNAVAILABLE, "the database is not answering\n");
    match tokio::time::timeout(PATIENCE, state.health.check()).await {
        Ok(Ok(())) => (StatusCode::OK, "ready\n"),
        Ok(Err(error)) => {
            tracing::error!(%error, "not ready");
            not_ready
        }
        Err(_) => {
            tracing::error!("not ready: the database has not answered for {} s", PATIENCE.as_secs());
            not_ready
        }
    }
}
