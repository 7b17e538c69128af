//! `POST /auth/token`: a program signs in with a login token, and has a session from then on.

use app::{
    api::{error::ErrorBody, user::User},
    msg,
};
use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use tower_sessions::Session;
use utoipa::ToSchema;

use crate::web::{
    error::Problem,
    extract::{Client, JsonBody},
    openapi::{said, said_of},
    session,
    state::AppState,
    wire,
};

#[derive(Deserialize, ToSchema)]
#[schema(as = TokenSignIn)]
pub(in crate::web) struct Body {
    #[serde(default)]
    #[schema(value_type = String, required = true, min_length = 1, examples("0b7c1f62-1111-4222-8333-944455556666"))]
    token: Option<String>,
}

/// Signs in with a login token, and has a session from then on.
#[utoipa::path(
    post,
    path = "/auth/token",
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
        (
            status = 400,
            description = "No token",
            body = ErrorBody,
            example = json!(said_of("token", msg!("tokens-send"))),
        ),
        (
            status = 403,
            description = "Wrong, malformed, expired, revoked, or a disabled member's, without saying which",
            body = ErrorBody,
            example = json!(said(msg!("tokens-refused"))),
        ),
        (status = 429, description = "Too many tries"),
    )
)]
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
