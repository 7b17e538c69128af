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
        extract::{Client, MaybeCaller},
        openapi::{NotAllowed, TooManyTries},
        pairing,
        state::AppState,
    },
};

/// Milliseconds between two polls.
const POLL_MS: u32 = 1000;

/// How this device's pairing is doing. The page `/pair` began it, and its cookie says which device it is.
///
/// Where it is `signedIn`, the answer carries the session cookie.
#[utoipa::path(
    post,
    path = "/pair/poll",
    tag = "Login tokens",
    security(()),
    responses(
        (
            status = 200,
            description = "Its state",
            body = PairAnswer,
            headers((
                "Set-Cookie" = String,
                description = "Where it is `signedIn`: the session, and what the device comes back with when that has ended"
            )),
        ),
        (status = 403, response = NotAllowed),
        (status = 429, response = TooManyTries),
    )
)]
pub(in crate::web) async fn poll(
    State(state): State<AppState>,
    MaybeCaller(caller): MaybeCaller,
    client: Client,
    headers: HeaderMap,
    browser_session: Session,
) -> Result<Response, Problem> {
    let secret = cookies::PAIR.find(&headers, state.secure_cookies());
    let progress = match (secret, caller) {
        // Somebody signed in here meanwhile: nobody takes their place without being asked.
        (Some(secret), Some(_)) => {
            state.pairings.forget(secret).await?;
            Progress::Expired
        }
        (Some(secret), None) => state.pairings.poll(secret, client.address).await?,
        (None, _) => Progress::Expired,
    };
    Ok(match progress {
        Progress::Waiting(_) => Json(PairAnswer::Waiting { retry_after: POLL_MS }).into_response(),
        Progress::Declined => Json(PairAnswer::Declined).into_response(),
        Progress::Expired => Json(PairAnswer::Expired).into_response(),
        Progress::In { value, return_to } => match pairing::enter(&state, &browser_session, &client, &value).await? {
            None => Json(PairAnswer::Expired).into_response(),
            Some(cookie) => {
                let to = return_to.as_str().to_owned();
                let mut response = Json(PairAnswer::SignedIn { to }).into_response();
                response.headers_mut().append(SET_COOKIE, cookie);
                response
            }
        },
    })
}
