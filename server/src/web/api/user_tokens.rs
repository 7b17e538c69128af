//! `/user/:id/settings/tokens`: login tokens by device.

use app::{
    api::{
        error::ErrorBody,
        tokens::{LoginToken, MadeToken, NewToken},
    },
    msg,
};
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
        openapi::{said, said_of},
        state::AppState,
        wire,
    },
};

/// A member's login tokens, by name.
#[utoipa::path(
    get,
    path = "/user/{id}/settings/tokens",
    tag = "Login tokens",
    params(wire::MemberPath),
    responses(
        (status = 200, description = "All of them, without their values", body = Vec<LoginToken>),
    )
)]
pub(in crate::web) async fn list(
    State(state): State<AppState>,
    SeesTokens(leave): SeesTokens,
) -> Result<Json<Vec<LoginToken>>, Problem> {
    let tokens = state.login_tokens.list(&leave).await?;
    Ok(Json(tokens.iter().map(wire::login_token).collect()))
}

/// Makes a login token for a device.
#[utoipa::path(
    post,
    path = "/user/{id}/settings/tokens",
    tag = "Login tokens",
    params(wire::MemberPath),
    request_body = Option<NewToken>,
    responses(
        (status = 201, description = "The token, the only time that it is shown", body = MadeToken),
        (
            status = 400,
            description = "The name, the days or the apps can't be",
            body = ErrorBody,
            example = json!(said_of("name", msg!("tokens-name-length", most = 64))),
        ),
        (
            status = 409,
            description = "There is one of that name, or there are 100",
            body = ErrorBody,
            example = json!(said_of("name", msg!("tokens-name-taken", name = "Kitchen tablet"))),
        ),
    )
)]
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

/// Revokes a login token.
#[utoipa::path(
    delete,
    path = "/user/{id}/settings/tokens/{token_id}",
    tag = "Login tokens",
    params(wire::MemberPath, ("token_id" = i64, Path, description = "The token's number", example = 7)),
    responses(
        (status = 204, description = "Revoked"),
        (
            status = 404,
            description = "There is no such token, or no such member",
            body = ErrorBody,
            example = json!(said(msg!("tokens-none-such"))),
        ),
    )
)]
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
