//! `/login/plex/return`: where Plex sends the tab after approval. The attempt is this browser's by its cookie; nothing
//! about it is in the address, so nobody can send a link that signs somebody else in.

use app::{
    api::sign_in::AttemptAnswer,
    pages::{Page, PlexReturnPage},
    paths,
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use tower_sessions::Session;

use super::see_other;
use crate::{
    services::site::SetupStage,
    web::{
        api::attempts,
        cookies,
        error::Problem,
        extract::{Client, MaybeCaller},
        render::View,
        state::AppState,
    },
};

pub(super) async fn show(
    State(state): State<AppState>,
    MaybeCaller(caller): MaybeCaller,
    client: Client,
    headers: HeaderMap,
    browser_session: Session,
    view: View,
) -> Result<Response, Problem> {
    let answer = match cookies::browser(&headers, state.secure_cookies()) {
        Some(browser) => {
            let progress = state.sign_in.poll_browser(&browser, None, client.address).await?;
            attempts::answer(&state, &browser_session, &client, progress).await?
        }
        None => AttemptAnswer::Expired,
    };
    if let AttemptAnswer::SignedIn { to } = &answer {
        return Ok(see_other(to));
    }
    let start_again = if state.site.now().stage() == SetupStage::NoOwner {
        paths::SETUP_OWNER
    } else if caller.is_some() {
        // They wanted to link an account.
        paths::PROFILE
    } else {
        paths::LOGIN
    };
    let page = PlexReturnPage {
        answer,
        app_url: state.plex_urls.app_url.clone(),
        start_again: start_again.to_owned(),
    };
    Ok(view.render(StatusCode::OK, Page::PlexReturn(page)).await)
}
