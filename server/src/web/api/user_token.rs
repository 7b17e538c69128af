//! `/user/:id/settings/token`: Seerr's one token a user. Here it is the one named `default`, among others.

use app::{
    api::{
        error::ErrorBody,
        tokens::{MadeToken, NewToken, TokenStatus},
    },
    msg,
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};

use super::user_tokens::{life, name};
use crate::{
    domain::{clock::rfc3339, token::DEFAULT_NAME},
    web::{
        error::Problem,
        extract::{ChangesTokens, Client, JsonOrNothing, SeesTokens},
        openapi::{said, said_of},
        state::AppState,
        wire,
    },
};

/// Whether there is a login token named `default`, Seerr's one token a user.
#[utoipa::path(
    get,
    path = "/user/{id}/settings/token",
    tag = "Login tokens",
    params(wire::MemberPath),
    responses(
        (status = 200, description = "Whether, and since when", body = TokenStatus),
    )
)]
pub(in crate::web) async fn read(
    State(state): State<AppState>,
    SeesTokens(leave): SeesTokens,
) -> Result<Json<TokenStatus>, Problem> {
    let found = state.login_tokens.find_by_name(&leave, DEFAULT_NAME).await?;
    Ok(Json(found.map_or_else(TokenStatus::default, |token| TokenStatus {
        exists: true,
        created_at: Some(rfc3339(token.created_at)),
        expires_at: token.expires_at.map(rfc3339),
        last_used_at: token.last_used_at.map(rfc3339),
    })))
}

/// Makes a login token. An older one of that name stops working at once, and the sessions that it opened end.
#[utoipa::path(
    post,
    path = "/user/{id}/settings/token",
    tag = "Login tokens",
    params(wire::MemberPath),
    request_body = Option<NewToken>,
    responses(
        (status = 200, description = "The token, the only time that it is shown", body = MadeToken),
        (
            status = 400,
            description = "The name, the days or the apps can't be",
            body = ErrorBody,
            example = json!(said_of("expiresInDays", msg!("tokens-life"))),
        ),
        (
            status = 409,
            description = "There are 100",
            body = ErrorBody,
            example = json!(said(msg!("tokens-too-many", count = 100))),
        ),
    )
)]
pub(in crate::web) async fn make(
    State(state): State<AppState>,
    ChangesTokens(leave): ChangesTokens,
    client: Client,
    headers: HeaderMap,
    JsonOrNothing(body): JsonOrNothing<NewToken>,
) -> Result<Json<MadeToken>, Problem> {
    let name = name(body.name.as_deref().unwrap_or(DEFAULT_NAME))?;
    let life = life(body.expires_in_days)?;
    let made = state
        .login_tokens
        .make_or_regenerate(&leave, &name, life, client.address)
        .await?;
    Ok(Json(wire::made_token(&state, &client, &headers, &made)))
}

/// Revokes the login token named `default`.
#[utoipa::path(
    delete,
    path = "/user/{id}/settings/token",
    tag = "Login tokens",
    params(wire::MemberPath),
    responses(
        (status = 204, description = "Revoked"),
        (
            status = 404,
            description = "There is none, or no such member",
            body = ErrorBody,
            example = json!(said(msg!("tokens-none-such"))),
        ),
    )
)]
pub(in crate::web) async fn revoke(
    State(state): State<AppState>,
    ChangesTokens(leave): ChangesTokens,
    client: Client,
) -> Result<StatusCode, Problem> {
    let revoked = state
        .login_tokens
        .revoke_by_name(&leave, DEFAULT_NAME, client.address)
        .await?;
    revoked.map(|_| StatusCode::NO_CONTENT).ok_or_else(Problem::no_token)
}
