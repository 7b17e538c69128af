//! What the page and the REST endpoint of a device that wants in have in common.

use axum::http::HeaderValue;
use tower_sessions::Session;

use super::{error::Problem, extract::Client, middleware::device_cookie, session, state::AppState};
use crate::domain::{redirect::ReturnTarget, session::SessionToken, user::User};

/// Where an approved device goes, and what it keeps.
pub(super) struct Entered {
    /// A path on this origin.
    pub(super) to: String,
    /// `Set-Cookie` values.
    pub(super) cookies: Vec<HeaderValue>,
}

/// Opens the session of an approved device. Its pairing cookie stays a while: with it a device that loses this answer
/// can ask again.
pub(super) async fn enter(
    state: &AppState,
    browser_session: &Session,
    client: &Client,
    user: &User,
    token: SessionToken,
    return_to: &ReturnTarget,
) -> Result<Entered, Problem> {
    let cookies = vec![device_cookie(state, &token.hash)?];
    session::open_by_token(state, browser_session, client, user, token).await?;
    Ok(Entered {
        to: return_to.as_str().to_owned(),
        cookies,
    })
}
