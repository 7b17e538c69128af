//! `POST /setup/owner`: makes the owner, once, for whoever knows the set-up code.

use app::{
    api::{error::ErrorBody, user::User},
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
    services::{
        sign_in::{Progress, Purpose, Start},
        site::SetupStage,
    },
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
#[schema(as = OwnerSetUp)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct Body {
    #[schema(examples("XXXX-XXXX-XXXX"))]
    setup_code: String,
    #[schema(examples(json!(null)))]
    pin_id: Option<i64>,
    #[schema(examples(json!(null)))]
    code: Option<String>,
    #[schema(examples("anna@example.com"))]
    email: Option<String>,
    #[schema(min_length = 8, max_length = 1000, examples("brass key, blue door"))]
    password: Option<String>,
    #[schema(examples("Anna"))]
    username: Option<String>,
}

/// Makes the owner, once, for whoever knows the set-up code: with a PIN, or with e-mail and password.
#[utoipa::path(
    post,
    path = "/setup/owner",
    tag = "Set-up",
    security(()),
    request_body = Body,
    responses(
        (
            status = 201,
            description = "The owner, signed in",
            body = User,
            headers(("Set-Cookie" = String, description = "The session")),
        ),
        (status = 202, description = "The PIN is not approved yet: ask again", body = Pending),
        (
            status = 401,
            description = "The PIN ran out or was used",
            body = ErrorBody,
            example = json!(said(msg!("errors-pin-over"))),
        ),
        (
            status = 403,
            description = "The set-up code is wrong",
            body = ErrorBody,
            example = json!(said(msg!("setup-wrong-code-api"))),
        ),
        (
            status = 409,
            description = "There is an owner already",
            body = ErrorBody,
            example = json!(said(msg!("setup-has-owner"))),
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
    if state.site.now().stage() != SetupStage::NoOwner {
        return Err(Problem::new(StatusCode::CONFLICT, msg!("setup-has-owner")));
    }
    if !state.setup.check_code(&body.setup_code, client.address).await? {
        return Err(Problem::forbidden(msg!("setup-wrong-code-api")));
    }
    let (user, method) = match (body.pin_id, &body.code, &body.email, &body.password) {
        (Some(pin_id), Some(code), _, _) => {
            let start = Start {
                pin_id: attempts::pin_id(pin_id)?,
                code_hash: sha256(attempts::code(code)?.as_bytes()),
                browser: None,
                purpose: Purpose::SetUp,
                return_to: ReturnTarget::home(),
                address: client.address,
            };
            match state.sign_in.poll_program(&start).await? {
                Progress::In { user, .. } => (*user, Method::Plex),
                Progress::Pending { .. } => {
                    return Ok((StatusCode::ACCEPTED, Json(Pending::answer())).into_response());
                }
                other => return Err(super::auth_plex::problem(&state, other)),
            }
        }
        (_, _, Some(email), Some(password)) => (
            state
                .setup
                .create_local_owner(email, password, body.username.as_deref())
                .await?,
            Method::Password,
        ),
        _ => {
            return Err(Problem::bad_request(msg!("setup-send")));
        }
    };
    session::open(&state, &browser_session, &client, &user, method).await?;
    Ok((StatusCode::CREATED, Json(wire::user(&user))).into_response())
}
