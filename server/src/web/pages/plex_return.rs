//! `/login/plex/return`: where Plex sends the tab after approval. The attempt is this browser's by its cookie; nothing
//! about it is in the address, so nobody can send a link that signs somebody else in.

use app::{
    api::sign_in::AttemptAnswer,
    pages::{Page, PlexReturnPage},
    paths,
};
use axum::{
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header::HeaderName},
    response::Response,
};
use serde::Deserialize;
use tower_sessions::Session;

use super::see_other;
use crate::{
    services::site::SetupStage,
    web::{api::attempts, cookies, error::Problem, extract::Client, render::View, state::AppState},
};

/// `?window=plex`: this is the Plex window, and another tab waits for it.
#[derive(Debug, Default, Deserialize)]
pub(super) struct ReturnQuery {
    window: Option<String>,
}

pub(super) async fn show(
    State(state): State<AppState>,
    Query(query): Query<ReturnQuery>,
    client: Client,
    headers: HeaderMap,
    browser_session: Session,
    view: View,
) -> Result<Response, Problem> {
    let answer = match cookies::browser(&headers, state.secure_cookies()) {
        Some(browser) => {
            let progress = state.sign_in.poll_browser(&browser, None).await?;
            attempts::answer(&state, &browser_session, &client, progress).await?
        }
        None => AttemptAnswer::Expired,
    };
    let in_plex_window = query.window.as_deref() == Some("plex");
    if let AttemptAnswer::SignedIn { to } = &answer
        && !in_plex_window
    {
        return Ok(see_other(to));
    }
    let start_again = if state.site.now().stage() == SetupStage::NoOwner {
        paths::SETUP_OWNER
    } else {
        paths::LOGIN
    };
    let page = PlexReturnPage {
        answer,
        start_again: start_again.to_owned(),
    };
    let mut response = view.render(StatusCode::OK, Page::PlexReturn(page)).await;
    if in_plex_window {
        // With a policy of its own, after a Plex page that has none, the window would be torn off the tab that opened
        // it: neither could close it then, and it would stay behind.
        response.headers_mut().insert(
            HeaderName::from_static("cross-origin-opener-policy"),
            HeaderValue::from_static("unsafe-none"),
        );
    }
    Ok(response)
}
