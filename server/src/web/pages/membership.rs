//! `/settings/membership`: who still has access at Plex. `/users/import`: people with access who are no members yet.

use app::{
    messages::Message,
    msg,
    pages::{ImportPage, ImportRow, MembershipPage, Page},
    paths,
};
use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;

use super::{avatars, see_other, sign_in_first};
use crate::{
    domain::{
        clock::rfc3339,
        following::{Problem as Trouble, Share},
        people_rules::may_add_people,
        permission::Permissions,
        user::User,
    },
    services::{ServiceError, import::Candidate},
    web::{
        error::Problem,
        extract::{AddsPeople, Admin, Client, FormBody, MaybeCaller, QueryOf},
        render::View,
        state::AppState,
    },
};

/// Why the last check changed nothing, in words.
pub(super) fn trouble(problem: Trouble) -> Message {
    match problem {
        Trouble::PlexTrouble => msg!("membership-problem-plex-trouble"),
        Trouble::TokenRefused => msg!("membership-problem-token-refused"),
        Trouble::NoToken => msg!("membership-problem-no-token"),
        Trouble::Empty => msg!("membership-problem-empty"),
        Trouble::Partial => msg!("membership-problem-partial"),
        Trouble::ServerMissing => msg!("membership-problem-server-missing"),
        Trouble::TooManyGone => msg!("membership-problem-too-many-gone"),
    }
}

#[derive(Default, Deserialize)]
pub(super) struct Query {
    checked: Option<String>,
    #[serde(default)]
    ticked: String,
    #[serde(default)]
    added: String,
}

pub(super) async fn show(
    State(state): State<AppState>,
    MaybeCaller(caller): MaybeCaller,
    QueryOf(query): QueryOf<Query>,
    view: View,
) -> Result<Response, Problem> {
    let Some(caller) = caller else {
        return Ok(sign_in_first(paths::SETTINGS_MEMBERSHIP));
    };
    if !caller.user.permissions.allows(Permissions::ADMIN) {
        return Err(Problem::forbidden(msg!("membership-only-administrators")));
    }
    let page = standing(&state).await?;
    let page = MembershipPage {
        checked_now: query.checked.is_some(),
        ..page
    };
    Ok(view.render(StatusCode::OK, Page::Membership(page)).await)
}

pub(super) async fn check(State(state): State<AppState>, _: Admin, view: View) -> Result<Response, Problem> {
    match state.membership_check.run_now().await {
        Ok(_) => Ok(see_other(&format!("{}?checked=1", paths::SETTINGS_MEMBERSHIP))),
        Err(ServiceError::Conflict(why)) => {
            let page = MembershipPage {
                error: Some(why),
                ..standing(&state).await?
            };
            Ok(view.render(StatusCode::CONFLICT, Page::Membership(page)).await)
        }
        Err(error) => Err(error.into()),
    }
}

async fn standing(state: &AppState) -> Result<MembershipPage, Problem> {
    let standing = state.membership_check.standing().await?;
    let site = state.site.now();
    let named = |users: Vec<User>| {
        users
            .into_iter()
            .map(|user| (user.id, user.display_name().to_owned()))
            .collect()
    };
    Ok(MembershipPage {
        media_server: site.settings.media_server.as_ref().map(|server| server.name.clone()),
        minutes: site.settings.membership_check_minutes,
        checked_at: standing.checked_at.map(rfc3339),
        good_at: standing.good_at.map(rfc3339),
        problem: standing.problem.map(trouble),
        missing: named(standing.missing),
        out: named(standing.out),
        ..MembershipPage::default()
    })
}

pub(super) async fn candidates(
    State(state): State<AppState>,
    MaybeCaller(caller): MaybeCaller,
    QueryOf(query): QueryOf<Query>,
    view: View,
) -> Result<Response, Problem> {
    let Some(caller) = caller else {
        return Ok(sign_in_first(paths::USERS_IMPORT));
    };
    may_add_people(caller.actor())?;
    let ticked = |one: &Candidate| match query.ticked.as_str() {
        "all" => true,
        "none" => false,
        _ => one.by_default,
    };
    let (status, page) = list(&state, ticked).await?;
    let page = ImportPage {
        added: query.added.parse().ok(),
        ..page
    };
    Ok(view.render(status, Page::Import(page)).await)
}

/// The form: `person`, as often as there are ticks.
pub(super) async fn import(
    State(state): State<AppState>,
    AddsPeople(leave): AddsPeople,
    client: Client,
    view: View,
    FormBody(form): FormBody<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let ids: Vec<i64> = form
        .iter()
        .filter(|(name, _)| name == "person")
        .filter_map(|(_, id)| id.parse().ok())
        .collect();
    let (status, error) = if ids.is_empty() {
        (StatusCode::BAD_REQUEST, msg!("membership-import-nothing"))
    } else {
        match state.import.import(leave, Some(&ids), client.address).await {
            Ok(new) => return Ok(see_other(&format!("{}?added={}", paths::USERS_IMPORT, new.len()))),
            Err(ServiceError::Conflict(why)) => (StatusCode::CONFLICT, why),
            Err(ServiceError::Plex(_)) => (StatusCode::BAD_GATEWAY, msg!("membership-problem-plex-trouble")),
            Err(error) => return Err(error.into()),
        }
    };
    let (_, page) = list(&state, |one| ids.contains(&one.person.plex_id)).await?;
    let page = ImportPage {
        error: Some(error),
        ..page
    };
    Ok(view.render(status, Page::Import(page)).await)
}

async fn list(state: &AppState, ticked: impl Fn(&Candidate) -> bool) -> Result<(StatusCode, ImportPage), Problem> {
    let (status, why) = match state.import.candidates().await {
        Ok(found) => {
            let people = found.iter().map(|one| row(state, one, ticked(one))).collect();
            let page = ImportPage {
                people,
                ..ImportPage::default()
            };
            return Ok((StatusCode::OK, page));
        }
        Err(ServiceError::Conflict(why)) => (StatusCode::CONFLICT, why),
        Err(ServiceError::Plex(_)) => (StatusCode::BAD_GATEWAY, msg!("membership-problem-plex-trouble")),
        Err(error) => return Err(error.into()),
    };
    let page = ImportPage {
        error: Some(why),
        ..ImportPage::default()
    };
    Ok((status, page))
}

fn row(state: &AppState, one: &Candidate, ticked: bool) -> ImportRow {
    let person = &one.person;
    let name = person.title.as_ref().or(person.username.as_ref());
    ImportRow {
        plex_id: person.plex_id,
        name: name.cloned().unwrap_or_else(|| person.plex_id.to_string()),
        detail: person.email.clone().unwrap_or_default(),
        picture: avatars::of_stranger(state, person.avatar.as_deref()),
        pending: person.share != Some(Share::Accepted),
        child: person.restricted,
        ticked,
    }
}
