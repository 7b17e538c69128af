//! `POST /logout`: ends the session.

use app::paths;
use axum::{
    extract::State,
    http::{HeaderMap, header::SET_COOKIE},
    response::Response,
};
use tower_sessions::Session;

use super::see_other;
use crate::web::{error::Problem, extract::Client, session, state::AppState};

pub(super) async fn submit(
    State(state): State<AppState>,
    client: Client,
    headers: HeaderMap,
    browser_session: Session,
) -> Result<Response, Problem> {
    let cookies = session::end(&state, &client, &headers, &browser_session).await?;
    let mut response = see_other(&format!("{}?reason=signed-out", paths::LOGIN));
    for cookie in cookies {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}
