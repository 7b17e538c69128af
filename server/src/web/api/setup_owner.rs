//! `POST /setup/owner`: makes the owner, once, for whoever knows the set-up code.

use app::msg;
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use tower_sessions::Session;

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
        session,
        state::AppState,
        wire,
    },
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct Body {
    setup_code: String,
    pin_id: Option<i64>,
    code: Option<String>,
    email: Option<String>,
    password: Option<String>,
    username: Option<String>,
}

/// 201 User and the cookie; 202 while the PIN is not approved yet; 400; 401 a PIN that is over; 403 wrong code; 409
/// there is an owner already; 429; 502 and 504 Plex's trouble.
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
                    return Ok((StatusCode::ACCEPTED, Json(serde_json::json!({ "status": "pending" }))).into_response());
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
