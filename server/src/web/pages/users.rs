//! `/users` and `/users/:id`: everybody, for those who look after others.

use app::{
    msg,
    pages::{Page, PersonRow, TokenForm, UserPage, UsersPage},
    paths,
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{sign_in_first, tokens::Looking};
use crate::{
    domain::{clock::rfc3339, people_rules::may_see_people, permission::Permissions, user::User},
    services::{ServiceError, members::Wanted},
    web::{
        error::Problem,
        extract::{Caller, Client, MaybeCaller, PathOf, QueryOf},
        render::View,
        state::AppState,
        wire,
    },
};

/// How many people stand on one page.
const A_PAGE: i64 = 50;

#[derive(Default, Deserialize)]
pub(super) struct Part {
    #[serde(default)]
    page: String,
}

pub(super) async fn list(
    State(state): State<AppState>,
    MaybeCaller(caller): MaybeCaller,
    QueryOf(part): QueryOf<Part>,
    view: View,
) -> Result<Response, Problem> {
    if let Some(elsewhere) = unless_manager(caller.as_ref(), paths::USERS) {
        return Ok(elsewhere);
    }
    // What is no number is the first page; one that is too high shows the last.
    let wanted = part.page.parse::<u32>().unwrap_or(1).max(1);
    let Some(caller) = caller else {
        return Err(Problem::not_signed_in());
    };
    let leave = may_see_people(caller.actor())?;
    let wanting = |page: u32| Wanted {
        from: i64::from(page - 1) * A_PAGE,
        most: A_PAGE,
        ..Wanted::default()
    };
    let mut page = wanted;
    let mut found = state.members.list(leave, &wanting(page)).await?;
    let pages = u32::try_from((found.total + A_PAGE - 1) / A_PAGE)
        .unwrap_or(u32::MAX)
        .max(1);
    if page > pages {
        page = pages;
        found = state.members.list(leave, &wanting(page)).await?;
    }
    let people = found
        .members
        .iter()
        .map(|(user, tokens)| PersonRow {
            id: user.id,
            name: user.display_name().to_owned(),
            detail: user
                .plex_username
                .clone()
                .or_else(|| user.email.clone())
                .unwrap_or_default(),
            tier: wire::tier(user.tier),
            disabled: user.disabled_at.is_some(),
            tokens: u32::try_from(*tokens).unwrap_or(u32::MAX),
        })
        .collect();
    let page = UsersPage { people, page, pages };
    Ok(view.render(StatusCode::OK, Page::Users(page)).await)
}

pub(super) async fn show(
    State(state): State<AppState>,
    MaybeCaller(caller): MaybeCaller,
    PathOf(id): PathOf<String>,
    client: Client,
    headers: HeaderMap,
    view: View,
) -> Result<Response, Problem> {
    let id: Option<i64> = id.parse().ok();
    let path = id.map_or_else(|| paths::USERS.to_owned(), paths::user);
    if let Some(elsewhere) = unless_manager(caller.as_ref(), &path) {
        return Ok(elsewhere);
    }
    let user = match id {
        Some(id) => state.members.find(id).await?,
        None => None,
    };
    let (Some(caller), Some(user)) = (caller, user) else {
        return Err(Problem::no_member());
    };
    let looking = Looking {
        state: &state,
        caller: &caller,
        client: &client,
        headers: &headers,
    };
    render(looking, &user, view, StatusCode::OK, TokenForm::default()).await
}

/// The page of one person, with what the form for a new login token held.
pub(super) async fn render(
    looking: Looking<'_>,
    user: &User,
    view: View,
    status: StatusCode,
    form: TokenForm,
) -> Result<Response, Problem> {
    let Looking { state, caller, .. } = looking;
    let tokens = match state.login_tokens.may_see(caller.actor(), user.id).await {
        Ok(Some(leave)) => Ok(looking.tokens(&leave, form).await?),
        Ok(None) => return Err(Problem::no_member()),
        Err(ServiceError::Forbidden(why)) => Err(why),
        Err(error) => return Err(error.into()),
    };
    let page = UserPage {
        name: user.display_name().to_owned(),
        email: user.email.clone(),
        plex_username: user.plex_username.clone(),
        tier: wire::tier(user.tier),
        since: rfc3339(user.created_at),
        disabled: user.disabled_at.is_some(),
        tokens,
    };
    let response = view.render(status, Page::User(page)).await;
    Ok(looking.finish(response))
}

fn unless_manager(caller: Option<&Caller>, path: &str) -> Option<Response> {
    match caller {
        Some(caller) if caller.user.permissions.allows(Permissions::MANAGE_USERS) => None,
        Some(_) => Some(Problem::forbidden(msg!("errors-only-managers-page")).into_response()),
        None => Some(sign_in_first(path)),
    }
}
