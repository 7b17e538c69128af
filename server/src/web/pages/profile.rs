//! `/profile`: the member's own account.

use app::{
    msg,
    pages::{Page, ProfilePage},
    paths,
};
use axum::{http::StatusCode, response::Response};

use super::{
    looking::Looking,
    sign_in_first,
    user::{self, Filled, Saved},
};
use crate::{
    domain::{clock::rfc3339, people_rules},
    services::ServiceError,
    web::{
        error::Problem,
        extract::{MaybeCaller, QueryOf},
        render::View,
        wire,
    },
};

pub(super) async fn show(
    MaybeCaller(caller): MaybeCaller,
    QueryOf(query): QueryOf<Saved>,
    looking: Result<Looking, Problem>,
    view: View,
) -> Result<Response, Problem> {
    if caller.is_none() {
        return Ok(sign_in_first(paths::PROFILE));
    }
    let filled = Filled {
        said: query.saved.as_ref().map(|_| msg!("people-saved")),
        credentials: query.credentials(),
        ..Filled::default()
    };
    render(&looking?, view, StatusCode::OK, filled).await
}

/// The page, with what its forms held.
pub(super) async fn render(
    looking: &Looking,
    view: View,
    status: StatusCode,
    filled: Filled,
) -> Result<Response, Problem> {
    let Looking { state, caller, .. } = looking;
    let user = &caller.user;
    let tokens = match state.login_tokens.may_see(caller.actor(), user.id).await {
        Ok(Some(leave)) => Some(looking.tokens(&leave, filled.tokens).await?),
        Ok(None) | Err(ServiceError::Forbidden(_)) => None,
        Err(error) => return Err(error.into()),
    };
    let leave = people_rules::may_edit(caller.actor(), user)?;
    let page = ProfilePage {
        credentials: looking.credentials(user, &filled.credentials).await?,
        said: filled.said,
        account: filled.account.unwrap_or_else(|| user::account(&leave)),
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
    let response = view.render(status, Page::Profile(Box::new(page))).await;
    Ok(looking.finish(response))
}
