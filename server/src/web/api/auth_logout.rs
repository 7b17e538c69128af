//! `POST /auth/logout`: ends the session, if there is one.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, header::SET_COOKIE},
    response::AppendHeaders,
};
use tower_sessions::Session;

use crate::web::{error::Problem, extract::Client, session, state::AppState, wire::Done};

/// Signs out: the session ends in the database.
#[utoipa::path(
    post,
    path = "/auth/logout",
    tag = "Signing in",
    security(()),
    responses(
        (
            status = 200,
            description = "Signed out, also where nobody was signed in",
            body = Done,
            headers((
                "Set-Cookie" = String,
                description = "Takes away the session, and what a device keeps to come back with"
            )),
        ),
    )
)]
pub(in crate::web) async fn handle(
    State(state): State<AppState>,
    client: Client,
    headers: HeaderMap,
    browser_session: Session,
) -> Result<(AppendHeaders<[(HeaderName, HeaderValue); 3]>, Json<Done>), Problem> {
    let cookies = session::end(&state, &client, &headers, &browser_session).await?;
    Ok((
        AppendHeaders(cookies.map(|cookie| (SET_COOKIE, cookie))),
        Json(Done::answer()),
    ))
}
