//! What the page and the REST endpoint of a device that wants in have in common.

use axum::http::HeaderValue;
use tower_sessions::Session;

use super::{error::Problem, extract::Client, middleware::device_cookie, session, state::AppState};
use crate::domain::token::TokenValue;

/// Opens the session of an approved device; answers the `Set-Cookie` value with which it keeps its token. `None`: the
/// token was revoked meanwhile. Its pairing cookie stays a while: with it a device that loses this answer can ask again.
pub(super) async fn enter(
    state: &AppState,
    browser_session: &Session,
    client: &Client,
    value: &TokenValue,
) -> Result<Option<HeaderValue>, Problem> {
    let Some(bearer) = state.login_tokens.find_alive(value, client.address).await? else {
        return Ok(None);
    };
    session::open_by_pairing(state, browser_session, client, &bearer.user, bearer.opens).await?;
    Ok(Some(device_cookie(state, value)?))
}
