//! `/profile`: the member's own account.

use app::{
    pages::{Page, ProfilePage, TokenForm},
    paths,
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};

use super::{sign_in_first, tokens::Looking};
use crate::{
    domain::clock::rfc3339,
    services::ServiceError,
    web::{
        error::Problem,
        extract::{Client, MaybeCaller},
        render::View,
        state::AppState,
        wire,
    },
};

pub(super) async fn show(
    State(state): State<AppState>,
    MaybeCaller(caller): MaybeCaller,
    client: Client,
    headers: HeaderMap,
    view: View,
) -> Result<Response, Problem> {
    let Some(caller) = caller else {
        return Ok(sign_in_first(paths::PROFILE));
    };
    let looking = Looking {
        state: &state,
        caller: &caller,
        client: &client,
        headers: &headers,
    };
    render(looking, view, StatusCode::OK, TokenForm::default()).await
}

/// The page, with what the form for a new login token held.
pub(super) async fn render(
    looking: Looking<'_>,
    view: View,
    status: StatusCode,
    form: TokenForm,
) -> Result<Response, Problem> {
    let Looking { state, caller, .. } = looking;
    let user = &caller.user;
    let tokens = match state.login_tokens.may_see(caller.actor(), user.id).await {
        Ok(Some(leave)) => Some(looking.tokens(&leave, form).await?),
        Ok(None) | Err(ServiceError::Forbidden(_)) => None,
        Err(error) => return Err(error.into()),
    };
    let page = ProfilePage {
        name: user.display_name().to_owned(),
        avatar: super::avatars::of_member(user),
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
        tokens,
    };
    let response = view.render(status, Page::Profile(page)).await;
    Ok(looking.finish(response))
}
