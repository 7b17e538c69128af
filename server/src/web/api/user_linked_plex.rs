//! `/user/:id/settings/linked-accounts/plex`: the Plex account of a member.

use app::msg;
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;
use tower_sessions::Session;

use super::{attempts, auth_plex};
use crate::{
    domain::{hash::sha256, redirect::ReturnTarget},
    services::sign_in::{Linked, Progress, Purpose, Start},
    web::{
        error::Problem,
        extract::{ChangesOwn, ChangesSecrets, Client, JsonBody},
        session,
        state::AppState,
    },
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct Body {
    pin_id: Option<i64>,
    code: Option<String>,
    auth_token: Option<String>,
}

/// `POST`: 204 linked (or it was already); 202 while the PIN is not approved yet; 400; 401 a PIN that is over; 403 a bare
/// token while those are not accepted; 422 the account is somebody else's, or the member has another; 502 and 504 Plex's
/// trouble.
pub(in crate::web) async fn link(
    State(state): State<AppState>,
    ChangesOwn(leave): ChangesOwn,
    client: Client,
    JsonBody(body): JsonBody<Body>,
) -> Result<Response, Problem> {
    let user_id = leave.user().id;
    let progress = match (body.pin_id, &body.code, &body.auth_token) {
        (Some(pin_id), Some(code), _) => {
            let start = Start {
                pin_id: attempts::pin_id(pin_id)?,
                code_hash: sha256(attempts::code(code)?.as_bytes()),
                browser: None,
                purpose: Purpose::Link(user_id),
                return_to: ReturnTarget::home(),
                address: client.address,
            };
            state.sign_in.poll_program(&start).await?
        }
        (_, _, Some(token)) => Progress::Linked(state.sign_in.link_with_token(token, user_id, client.address).await?),
        (pin_id, _, None) => {
            let missing = if pin_id.is_none() { "pinId" } else { "code" };
            return Err(Problem::field(
                StatusCode::BAD_REQUEST,
                missing,
                msg!("linked-send-pin"),
            ));
        }
    };
    let no = |message| Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, message));
    match progress {
        Progress::Linked(Linked::Yes) => Ok(StatusCode::NO_CONTENT.into_response()),
        Progress::Linked(Linked::OtherMembers) => no(msg!("linked-taken")),
        Progress::Linked(Linked::HasAnother) => no(msg!("linked-has-another")),
        Progress::Pending { .. } => Ok((StatusCode::ACCEPTED, Json(json!({ "status": "pending" }))).into_response()),
        other => Err(auth_plex::problem(&state, other)),
    }
}

/// `DELETE`: 204, and sessions that were opened with it end, but the caller's own; 400 the owner's, or nothing to sign in
/// with would be left; 404 there is none.
pub(in crate::web) async fn unlink(
    State(state): State<AppState>,
    ChangesSecrets(leave): ChangesSecrets,
    client: Client,
    browser_session: Session,
) -> Result<StatusCode, Problem> {
    let keep = session::stored_id(&browser_session);
    if state
        .credentials
        .linked
        .unlink(&leave, keep.as_ref(), client.address)
        .await?
    {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::new(StatusCode::NOT_FOUND, msg!("linked-none")))
    }
}
