//! `/user/:id/settings/token`: Seerr's one token a user. Here it is the one named `default`, among others.

use app::api::tokens::{MadeToken, NewToken, TokenStatus};
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
        state::AppState,
        wire,
    },
};

/// `GET`: 200 whether there is one, and since when; 403; 404 no such member.
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

/// `POST`: 200 with the token, the only time that it is shown. An older one of that name stops working at once. 400 the
/// name or the days; 403; 404; 409 too many.
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

/// `DELETE`: 204; 404 none; 403.
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
