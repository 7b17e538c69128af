//! `POST /logout`: ends the session.

use app::paths;
use axum::response::Response;
use tower_sessions::Session;

use super::see_other;
use crate::web::{error::Problem, session};

pub(super) async fn submit(browser_session: Session) -> Result<Response, Problem> {
    session::end(&browser_session).await?;
    Ok(see_other(&format!("{}?reason=signed-out", paths::LOGIN)))
}
