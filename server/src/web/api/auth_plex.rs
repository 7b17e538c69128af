//! `POST /auth/plex`: a program that made a PIN signs in with it. Seerr's `authToken` is told why it is not taken.

use app::{
    api::{error::ErrorBody, user::User},
    flow::outcome::refusal,
    msg,
};
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use tower_sessions::Session;
use utoipa::ToSchema;

use super::attempts;
use crate::{
    domain::{hash::sha256, redirect::ReturnTarget, session::Method},
    services::sign_in::{Progress, Purpose, Start},
    web::{
        error::Problem,
        extract::{Client, JsonBody},
        openapi::said,
        session,
        state::AppState,
        wire::{self, Pending},
    },
};

#[derive(Deserialize, ToSchema)]
#[schema(as = PlexSignIn)]
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

/// Signs a program in with a PIN that it made at plex.tv.
///
/// Ask every two seconds until it is approved; the attempt ends after ten minutes. After success the same PIN can be sent
/// again for two minutes, for a caller that lost the answer.
#[utoipa::path(
    post,
    path = "/auth/plex",
    tag = "Signing in",
    security(()),
    request_body = Body,
    responses(
        (
            status = 200,
            description = "Signed in",
            body = User,
            headers(("Set-Cookie" = String, description = "The session")),
        ),
        (status = 202, description = "The PIN is not approved yet: ask again", body = Pending),
        (
            status = 401,
            description = "The PIN ran out, was used, or is another client identifier's",
            body = ErrorBody,
            example = json!(said(msg!("errors-pin-over"))),
        ),
        (
            status = 403,
            description = "No access, the sentence says why; or a bare `authToken`, unless `acceptPlexTokens` is on",
            body = ErrorBody,
            example = json!(said(msg!("flow-no-access", account = "anna.k", server = "Attic"))),
        ),
        (status = 429, description = "Too many tries"),
        (status = 502, description = "Plex is not answering"),
        (status = 504, description = "Plex takes too long"),
    )
)]
pub(in crate::web) async fn handle(
    State(state): State<AppState>,
    client: Client,
    browser_session: Session,
    JsonBody(body): JsonBody<Body>,
) -> Result<Response, Problem> {
    let (pin_id, code) = match (body.pin_id, &body.code, &body.auth_token) {
        (Some(pin_id), Some(code), _) => (pin_id, code),
        (_, _, Some(token)) => {
            let progress = state.sign_in.with_token(token, client.address).await?;
            return answer(&state, &browser_session, &client, progress).await;
        }
        (pin_id, _, None) => {
            let missing = if pin_id.is_none() { "pinId" } else { "code" };
            return Err(Problem::field(
                StatusCode::BAD_REQUEST,
                missing,
                msg!("errors-send-pin"),
            ));
        }
    };
    let start = Start {
        pin_id: attempts::pin_id(pin_id)?,
        code_hash: sha256(attempts::code(code)?.as_bytes()),
        browser: None,
        purpose: Purpose::SignIn,
        return_to: ReturnTarget::home(),
        address: client.address,
    };
    let progress = state.sign_in.poll_program(&start).await?;
    answer(&state, &browser_session, &client, progress).await
}

async fn answer(
    state: &AppState,
    browser_session: &Session,
    client: &Client,
    progress: Progress,
) -> Result<Response, Problem> {
    match progress {
        Progress::In { user, .. } => {
            session::open(state, browser_session, client, &user, Method::Plex).await?;
            let user: User = wire::user(&user);
            Ok(Json(user).into_response())
        }
        Progress::Pending { .. } => Ok((StatusCode::ACCEPTED, Json(Pending::answer())).into_response()),
        other => Err(problem(state, other)),
    }
}

/// The answer for an attempt that did not lead in.
pub(super) fn problem(state: &AppState, progress: Progress) -> Problem {
    match progress {
        Progress::PlexTrouble { slow, .. } => {
            let status = if slow {
                StatusCode::GATEWAY_TIMEOUT
            } else {
                StatusCode::BAD_GATEWAY
            };
            Problem::new(status, msg!("errors-plex-not-answering"))
        }
        Progress::Refused { reason, account } => {
            let server = &state.site.now().settings.media_server;
            let media_server = server.as_ref().map(|server| server.name.clone());
            Problem::forbidden(refusal(reason, Some(&account), media_server.as_deref()).message())
        }
        Progress::Pending { .. } | Progress::In { .. } | Progress::Linked(_) | Progress::Expired => {
            Problem::new(StatusCode::UNAUTHORIZED, msg!("errors-pin-over"))
        }
    }
}
