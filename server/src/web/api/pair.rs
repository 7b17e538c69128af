//! `POST /pair/poll`: how this device's pairing is doing. The page `/pair` began it.

use app::api::tokens::PairAnswer;
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, header::SET_COOKIE},
    response::{IntoResponse, Response},
};
use tower_sessions::Session;

use crate::{
    services::pairing::Progress,
    web::{
        cookies,
        error::Problem,
        extract::Client,
        pairing::{self, Entered},
        state::AppState,
    },
};

/// Milliseconds between two polls.
const POLL_MS: u32 = 1000;

/// Always 200; the answer says which state.
pub(in crate::web) async fn poll(
    State(state): State<AppState>,
    client: Client,
    headers: HeaderMap,
    browser_session: Session,
) -> Result<Response, Problem> {
    let progress = match cookies::find(&headers, cookies::PAIR) {
        Some(secret) => state.pairings.poll(secret, client.address).await?,
        None => Progress::Expired,
    };
    Ok(match progress {
        Progress::Waiting(_) => Json(PairAnswer::Waiting { retry_after: POLL_MS }).into_response(),
        Progress::Declined => Json(PairAnswer::Declined).into_response(),
        Progress::Expired => Json(PairAnswer::Expired).into_response(),
        Progress::In { user, token, return_to } => {
            let Entered { to, cookies } =
                pairing::enter(&state, &browser_session, &client, &user, token, &return_to).await?;
            let mut response = Json(PairAnswer::SignedIn { to }).into_response();
            for cookie in cookies {
                response.headers_mut().append(SET_COOKIE, cookie);
            }
            response
        }
    })
}
