//! `/settings/security`: renewing the session secret.

use app::{api::error::ErrorBody, msg};
use axum::{
    extract::State,
    http::{StatusCode, header::SET_COOKIE},
    response::{IntoResponse, Response},
};

use crate::web::{
    error::Problem,
    extract::{Caller, Client, RotatesSecret},
    openapi::said,
    session,
    state::AppState,
};

/// Renews the session secret: everybody is signed out but the browser that asked. Not by a login token.
#[utoipa::path(
    post,
    path = "/settings/security/rotate-session-secret",
    tag = "Settings",
    responses(
        (
            status = 204,
            description = "Renewed",
            headers(("Set-Cookie" = String, description = "The caller's new session")),
        ),
        (
            status = 409,
            description = "The configuration fixes the secret",
            body = ErrorBody,
            example = json!(said(msg!("settings-secret-is-configured"))),
        ),
    )
)]
pub(in crate::web) async fn rotate(
    State(state): State<AppState>,
    RotatesSecret(by): RotatesSecret,
    caller: Caller,
    client: Client,
) -> Result<Response, Problem> {
    state.site.rotate_session_secret(&by).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    if let Some(before) = caller.session() {
        let cookie = session::open_again(&state, &client, &caller.user, before).await?;
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}
