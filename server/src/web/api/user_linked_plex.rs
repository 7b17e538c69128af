//! `/user/:id/settings/linked-accounts/plex`: the Plex account of a member.

use app::{api::error::ErrorBody, msg};
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use tower_sessions::Session;
use utoipa::ToSchema;

use super::{attempts, auth_plex};
use crate::{
    domain::{hash::sha256, redirect::ReturnTarget},
    services::sign_in::{Linked, Progress, Purpose, Start},
    web::{
        error::Problem,
        extract::{ChangesOwn, ChangesSecrets, Client, JsonBody},
        openapi::{said, said_of},
        session,
        state::AppState,
        wire::Pending,
    },
};

#[derive(Deserialize, ToSchema)]
#[schema(as = PlexLink)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct Body {
    #[schema(minimum = 1, examples(1234567890))]
    pin_id: Option<i64>,
    #[schema(
        min_length = 4,
        max_length = 64,
        pattern = "^[0-9A-Za-z]+$",
        examples("a1b2c3d4e5f6g7h8i9j0k1l2m")
    )]
    code: Option<String>,
    #[schema(examples(json!(null)))]
    auth_token: Option<String>,
}

/// Links one's own Plex account, with a PIN as in `POST /auth/plex`.
#[utoipa::path(
    post,
    path = "/user/{id}/settings/linked-accounts/plex",
    tag = "Passwords, Plex accounts, signed-in devices",
    params(crate::web::wire::MemberPath),
    request_body = Body,
    responses(
        (status = 204, description = "Linked, or it was already"),
        (status = 202, description = "The PIN is not approved yet: ask again", body = Pending),
        (status = 401, description = "Nobody is signed in; or the PIN ran out or was used"),
        (
            status = 403,
            description = "Not oneself; or a bare `authToken`, unless `acceptPlexTokens` is on",
            body = ErrorBody,
            example = json!(said(msg!("people-denied-only-themselves"))),
        ),
        (
            status = 422,
            description = "The account is somebody else's, or another one is linked",
            body = ErrorBody,
            example = json!(said(msg!("linked-taken"))),
        ),
        (status = 502, description = "Plex is not answering"),
        (status = 504, description = "Plex takes too long"),
    )
)]
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
        Progress::Pending { .. } => Ok((StatusCode::ACCEPTED, Json(Pending::answer())).into_response()),
        other => Err(auth_plex::problem(&state, other)),
    }
}

/// Unlinks the Plex account. Sessions that were opened with it end, but the caller's own.
#[utoipa::path(
    delete,
    path = "/user/{id}/settings/linked-accounts/plex",
    tag = "Passwords, Plex accounts, signed-in devices",
    params(crate::web::wire::MemberPath),
    responses(
        (status = 204, description = "Unlinked"),
        (
            status = 400,
            description = "It is the owner's, or nothing to sign in with would be left",
            body = ErrorBody,
            example = json!(said_of("plex", msg!("linked-last-way"))),
        ),
        (
            status = 404,
            description = "There is none, or no such member",
            body = ErrorBody,
            example = json!(said(msg!("linked-none"))),
        ),
    )
)]
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
