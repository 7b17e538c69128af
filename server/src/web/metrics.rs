//! `/metrics`, on a listener of its own: whoever reaches the front door must not read how busy the house is.

use std::time::Duration;

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::get,
};

use super::state::AppState;

/// How long the database may take: Prometheus itself waits for ten seconds.
const PATIENCE: Duration = Duration::from_secs(4);

/// What is served there.
pub fn metrics_router(state: AppState) -> Router {
    Router::new().route("/metrics", get(text)).with_state(state)
}

async fn text(State(state): State<AppState>) -> Response {
    match state.metrics.text(&state.health, PATIENCE).await {
        Ok(text) => {
            let format = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            ([(CONTENT_TYPE, format)], text).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "the metrics can't be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
