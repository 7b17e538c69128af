//! `/auth/reset-password`: asking for a mail with a link, and choosing a password with one.

use app::msg;
use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::web::{
    error::Problem,
    extract::{Client, JsonBody, PathOf},
    state::AppState,
};

#[derive(Deserialize)]
pub(in crate::web) struct Asking {
    email: String,
}

#[derive(Deserialize)]
pub(in crate::web) struct Choice {
    password: String,
}

/// `POST`: 200 whether or not there is such an account, and whether or not mail is set up; 429 from an address that asks
/// too often.
pub(in crate::web) async fn ask(
    State(state): State<AppState>,
    client: Client,
    JsonBody(body): JsonBody<Asking>,
) -> Result<Json<Value>, Problem> {
    state.credentials.resets.ask(&body.email, client.address).await?;
    Ok(Json(json!({ "status": "ok" })))
}

/// `POST …/:guid`: 200, and every session of the member has ended; 400 not good enough, and the link stays; 404 unknown,
/// used, replaced, or older than an hour; 409 somebody else signs in with the same e-mail address; 429.
pub(in crate::web) async fn complete(
    State(state): State<AppState>,
    client: Client,
    PathOf(value): PathOf<String>,
    JsonBody(body): JsonBody<Choice>,
) -> Result<Json<Value>, Problem> {
    let user = state
        .credentials
        .resets
        .complete(&value, &body.password, client.address)
        .await?;
    match user {
        Some(_) => Ok(Json(json!({ "status": "ok" }))),
        None => Err(Problem::new(StatusCode::NOT_FOUND, msg!("passwords-link-dead"))),
    }
}
