//! `/auth/reset-password`: asking for a mail with a link, and choosing a password with one.

use app::{api::error::ErrorBody, msg};
use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::web::{
    error::Problem,
    extract::{Client, JsonBody, PathOf},
    openapi::{said, said_of},
    state::AppState,
    wire::Done,
};

#[derive(Deserialize, ToSchema)]
#[schema(as = ResetAsking)]
pub(in crate::web) struct Asking {
    #[schema(examples("anna@example.com"))]
    email: String,
}

#[derive(Deserialize, ToSchema)]
#[schema(as = ResetChoice)]
pub(in crate::web) struct Choice {
    #[schema(min_length = 8, max_length = 1000, examples("brass key, blue door"))]
    password: String,
}

/// Asks for a mail with a link to choose a password.
///
/// With mail set up and a public URL configured, it comes within a second or so, at most three an hour.
#[utoipa::path(
    post,
    path = "/auth/reset-password",
    tag = "Signing in",
    security(()),
    request_body = Asking,
    responses(
        (status = 200, description = "Asked for, whether or not there is such an account", body = Done),
        (status = 429, description = "Too many tries"),
    )
)]
pub(in crate::web) async fn ask(
    State(state): State<AppState>,
    client: Client,
    JsonBody(body): JsonBody<Asking>,
) -> Result<Json<Done>, Problem> {
    state.credentials.resets.ask(&body.email, client.address).await?;
    Ok(Json(Done::answer()))
}

/// Chooses a password with such a link. Every session of the member ends.
#[utoipa::path(
    post,
    path = "/auth/reset-password/{value}",
    tag = "Signing in",
    security(()),
    params(("value" = String, Path, description = "What the link ends with", example = "9f1c0e5a7b3d4c2e8a6f0b1d2c3e4f50")),
    request_body = Choice,
    responses(
        (status = 200, description = "The password is the new one", body = Done),
        (
            status = 400,
            description = "The password is not good enough, and the link stays",
            body = ErrorBody,
            example = json!(said_of("password", msg!("passwords-short", shortest = 8))),
        ),
        (
            status = 404,
            description = "The link is unknown, used, replaced, or older than an hour",
            body = ErrorBody,
            example = json!(said(msg!("passwords-link-dead"))),
        ),
        (
            status = 409,
            description = "Somebody else signs in with that e-mail",
            body = ErrorBody,
            example = json!(said_of("email", msg!("passwords-email-taken"))),
        ),
        (status = 429, description = "Too many tries"),
    )
)]
pub(in crate::web) async fn complete(
    State(state): State<AppState>,
    client: Client,
    PathOf(value): PathOf<String>,
    JsonBody(body): JsonBody<Choice>,
) -> Result<Json<Done>, Problem> {
    let user = state
        .credentials
        .resets
        .complete(&value, &body.password, client.address)
        .await?;
    match user {
        Some(_) => Ok(Json(Done::answer())),
        None => Err(Problem::new(StatusCode::NOT_FOUND, msg!("passwords-link-dead"))),
    }
}
