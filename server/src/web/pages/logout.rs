//! `POST /logout`: ends the session.

use app::paths;
use axum::{extract::State, http::HeaderMap, response::Response};
use tower_sessions::Session;

use super::see_other;
use crate::web::{error::Problem, session, state::AppState};

pub(super) async fn submit(
    State(state): State<AppState>,
    headers: HeaderMap,
    browser_session: Session,
) -> Result<Response, Problem> {
    session::end(&state, &headers, &browser_session).await?;
    Ok(see_other(&format!("{}?reason=signed-out", paths::LOGIN)))
}
