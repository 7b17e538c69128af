//! `/user/:id/settings/tokens`: login tokens by device.

use app::api::tokens::{LoginToken, MadeToken, NewToken};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};

use crate::{
    domain::token::{DEFAULT_NAME, TokenLife, TokenLimits, TokenName},
    web::{
        error::Problem,
        extract::{ChangesTokens, Client, JsonOrNothing, PathOf, SeesTokens},
        state::AppState,
        wire,
    },
};

/// `GET`: 200 all of them, by name; 403; 404 no such member.
pub(in crate::web) async fn list(
    State(state): State<AppState>,
    SeesTokens(leave): SeesTokens,
) -> Result<Json<Vec<LoginToken>>, Problem> {
    let tokens = state.login_tokens.list(&leave).await?;
    Ok(Json(tokens.iter().map(wire::login_token).collect()))
}

/// `POST`: 201 with the token, the only time that it is shown; 400 the name or the days; 403; 404; 409 there is one of
/// that name, or there are too many.
pub(in crate::web) async fn make(
    State(state): State<AppState>,
    ChangesTokens(leave): ChangesTokens,
    client: Client,
    headers: HeaderMap,
    JsonOrNothing(body): JsonOrNothing<NewToken>,
) -> Result<(StatusCode, Json<MadeToken>), Problem> {
    let name = name(body.name.as_deref().unwrap_or(DEFAULT_NAME))?;
    let life = life(body.expires_in_days)?;
    let limits = TokenLimits {
        apps: body.apps,
        reading_only: body.reading_only,
    };
    let made = state
        .login_tokens
        .make(&leave, &name, life, &limits, client.address)
        .await?;
    Ok((
        StatusCode::CREATED,
        Json(wire::made_token(&state, &client, &headers, &made)),
    ))
}

/// `DELETE …/:tokenId`: 204; 404 no such token; 403.
pub(in crate::web) async fn revoke(
    State(state): State<AppState>,
    ChangesTokens(leave): ChangesTokens,
    PathOf((_, token_id)): PathOf<(String, String)>,
    client: Client,
) -> Result<StatusCode, Problem> {
    let token_id = token_id.parse().map_err(|_| Problem::no_token())?;
    let revoked = state.login_tokens.revoke(&leave, token_id, client.address).await?;
    revoked.map(|_| StatusCode::NO_CONTENT).ok_or_else(Problem::no_token)
}

/// A device's name from a body.
pub(super) fn name(name: &str) -> Result<TokenName, Problem> {
    TokenName::parse(name).map_err(|error| Problem::field(StatusCode::BAD_REQUEST, "name", error.message()))
}

/// A life from a body.
pub(super) fn life(days: Option<i64>) -> Result<TokenLife, Problem> {
    TokenLife::days(days).map_err(|error| Problem::field(StatusCode::BAD_REQUEST, "expiresInDays", error.message()))
}
