//! `POST /auth/token`: a program signs in with a login token, and has a session from then on.

use app::{api::user::User, msg};
use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use tower_sessions::Session;

use crate::web::{
    error::Problem,
    extract::{Client, JsonBody},
    session,
    state::AppState,
    wire,
};

#[derive(Deserialize)]
pub(in crate::web) struct Body {
    #[serde(default)]
    token: Option<String>,
}

/// 200 User and the cookie; 400 missing; 403 wrong, expired or revoked, without saying which; 429 with Retry-After.
pub(in crate::web) async fn handle(
    State(state): State<AppState>,
    client: Client,
    browser_session: Session,
    JsonBody(body): JsonBody<Body>,
) -> Result<Json<User>, Problem> {
    let token = body.token.unwrap_or_default();
    if token.trim().is_empty() {
        return Err(Problem::field(StatusCode::BAD_REQUEST, "token", msg!("tokens-send")));
    }
    let bearer = state.login_tokens.authenticate(&token, client.address).await?;
    let bearer = bearer.ok_or_else(Problem::token_refused)?;
    session::open_by_token(&state, &browser_session, &client, &bearer.user, bearer.opens).await?;
    Ok(Json(wire::user(&bearer.user)))
}
