//! `/profile`: the member's own account.

use app::{
    pages::{Page, ProfilePage},
    paths,
};
use axum::{extract::State, http::StatusCode, response::Response};

use super::sign_in_first;
use crate::{
    domain::clock::rfc3339,
    web::{extract::MaybeCaller, render::View, state::AppState, wire},
};

pub(super) async fn show(State(state): State<AppState>, MaybeCaller(caller): MaybeCaller, view: View) -> Response {
    let Some(caller) = caller else {
        return sign_in_first(paths::PROFILE);
    };
    let user = caller.user;
    let page = ProfilePage {
        name: user.display_name().to_owned(),
        avatar: None,
        email: user.email.clone(),
        plex_username: user.plex_username.clone(),
        tier: wire::tier(user.tier),
        media_server: state
            .site
            .now()
            .settings
            .media_server
            .as_ref()
            .map(|server| server.name.clone()),
        since: rfc3339(user.created_at),
    };
    view.render(StatusCode::OK, Page::Profile(page)).await
}
