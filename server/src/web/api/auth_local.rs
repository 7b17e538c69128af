//! `POST /auth/local`: signing in with e-mail and password.

use app::{
    api::{error::ErrorBody, user::User},
    msg,
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, header::SET_COOKIE},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use tower_sessions::Session;
use utoipa::ToSchema;

use crate::{
    domain::session::Method,
    web::{
        cookies,
        error::Problem,
        extract::{Client, JsonBody},
        openapi::said,
        session,
        state::AppState,
        wire,
    },
};

#[derive(Deserialize, ToSchema)]
#[schema(as = PasswordSignIn)]
pub(in crate::web) struct Body {
    #[schema(examples("anna@example.com"))]
    email: String,
    #[schema(examples("brass key, blue door"))]
    password: String,
}

/// Signs in with e-mail and password.
#[utoipa::path(
    post,
    path = "/auth/local",
    tag = "Signing in",
    security(()),
    request_body = Body,
    responses(
        (
            status = 200,
            description = "Signed in",
            body = User,
            headers((
                "Set-Cookie" = String,
                description = "The session; and `latchkey.known` for a year, with which others' wrong passwords don't lock this browser out"
            )),
        ),
        (
            status = 403,
            description = "Wrong, whether or not the account exists; or password sign-in is off",
            body = ErrorBody,
            example = json!(said(msg!("login-wrong-password"))),
        ),
        (status = 429, description = "Too many tries"),
    )
)]
pub(in crate::web) async fn handle(
    State(state): State<AppState>,
    client: Client,
    headers: HeaderMap,
    browser_session: Session,
    JsonBody(body): JsonBody<Body>,
) -> Result<Response, Problem> {
    let user = state
        .local_sign_in
        .sign_in(
            &body.email,
            &body.password,
            client.address,
            cookies::find(&headers, cookies::KNOWN),
        )
        .await?;
    let user = user.ok_or_else(|| Problem::forbidden(msg!("login-wrong-password")))?;
    session::open(&state, &browser_session, &client, &user, Method::Password).await?;
    let mut response = Json(wire::user(&user)).into_response();
    response
        .headers_mut()
        .append(SET_COOKIE, cookies::known(&state, &body.email)?);
    Ok(response)
}
