//! `/user/:id/reset-link`: a link with which somebody chooses a password, to hand over by other ways than mail.

use app::paths;
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use serde::Serialize;

use crate::{
    domain::clock::rfc3339,
    web::{
        error::Problem,
        extract::{Client, Manages},
        origin::shown_origin,
        state::AppState,
    },
};

/// The only time that the link is shown.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct Made {
    url: String,
    expires_at: String,
}

/// `POST`: 201. An older link of the member stops working. 409 there is no e-mail address to sign in with, or they are
/// switched off.
pub(in crate::web) async fn make(
    State(state): State<AppState>,
    Manages(leave): Manages,
    client: Client,
    headers: HeaderMap,
) -> Result<(StatusCode, Json<Made>), Problem> {
    let made = state.credentials.resets.make_link(&leave, client.address).await?;
    let made = Made {
        url: format!(
            "{}{}",
            shown_origin(&state, &client, &headers),
            paths::login_reset(&made.value.expose())
        ),
        expires_at: rfc3339(made.expires_at),
    };
    Ok((StatusCode::CREATED, Json(made)))
}
