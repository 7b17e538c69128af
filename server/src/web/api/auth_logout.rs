//! `POST /auth/logout`: ends the session, if there is one.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, header::SET_COOKIE},
    response::AppendHeaders,
};
use serde_json::{Value, json};
use tower_sessions::Session;

use crate::web::{error::Problem, extract::Client, session, state::AppState};

/// 200 `{"status":"ok"}` and the cookie cleared, signed in or not.
pub(in crate::web) async fn handle(
    State(state): State<AppState>,
    client: Client,
    headers: HeaderMap,
    browser_session: Session,
) -> Result<(AppendHeaders<[(HeaderName, HeaderValue); 3]>, Json<Value>), Problem> {
    let cookies = session::end(&state, &client, &headers, &browser_session).await?;
    Ok((
        AppendHeaders(cookies.map(|cookie| (SET_COOKIE, cookie))),
        Json(json!({ "status": "ok" })),
    ))
}
