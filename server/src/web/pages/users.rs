//! `/users`: everybody, for those who look after others; and the permissions of many at once.

use std::collections::BTreeSet;

use app::{
    messages::Message,
    msg,
    pages::{Page, PeopleSort, PersonRow, Right, UsersPage},
    paths,
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

pub(super) use crate::web::wire::bit;

use super::{avatars, see_other, sign_in_first};
use crate::{
    domain::{
        people_rules::{Actor, may_grant, may_manage, may_see_people},
        permission::Permissions,
        user::User,
    },
    services::{
        ServiceError,
        members::{Sort, Wanted},
    },
    web::{
        error::Problem,
        extract::{Caller, Client, FormBody, MaybeCaller, QueryOf, SeesPeople},
        render::View,
        state::AppState,
        wire,
    },
};

/// How many people stand on one page.
const A_PAGE: i64 = 50;
/// Most letters of a search.
const LONGEST_SEARCH: usize = 200;

#[derive(Default, Deserialize)]
pub(super) struct Part {
    #[serde(default)]
    page: String,
    #[serde(default)]
    q: String,
    #[serde(default)]
    sort: String,
    saved: Option<String>,
}

impl Part {
    /// This part again, to say that something was done.
    fn address(&self, saved: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value, usual) in [("page", &self.page, "1"), ("q", &self.q, ""), ("sort", &self.sort, "")] {
            if !value.is_empty() && value != usual {
                query.append_pair(name, value);
            }
        }
        format!("{}?{}", paths::USERS, query.append_pair("saved", saved).finish())
    }
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
    let caller = caller.ok_or_else(Problem::not_signed_in)?;
    let said = part.saved.as_deref().and_then(said);
    let page = UsersPage {
        said,
        ..load(&state, &caller, &part, &BTreeSet::new()).await?
    };
    Ok(view.render(StatusCode::OK, Page::Users(page)).await)
}

/// What `?saved=` speaks of: `deleted`, or how many were changed.
fn said(saved: &str) -> Option<Message> {
    if saved == "deleted" {
        return Some(msg!("people-was-deleted"));
    }
    let count: u32 = saved.parse().ok()?;
    Some(msg!("people-bulk-done", count = count))
}

async fn load(state: &AppState, caller: &Caller, part: &Part, ticked: &BTreeSet<i64>) -> Result<UsersPage, Problem> {
    let leave = may_see_people(caller.actor())?;
    let sort = PeopleSort::from_name(&part.sort);
    let search: String = part.q.trim().chars().take(LONGEST_SEARCH).collect();
    let wanted = |page: u32| Wanted {
        sort: match sort {
            PeopleSort::Name => Sort::Name,
            PeopleSort::Created => Sort::Created,
            PeopleSort::Updated => Sort::Updated,
        },
        search: &search,
        from: i64::from(page - 1) * A_PAGE,
        most: A_PAGE,
    };
    // What is no number is the first page; one that is too high shows the last.
    let mut page = part.page.parse::<u32>().unwrap_or(1).max(1);
    let mut found = state.members.list(leave, &wanted(page)).await?;
    let pages = u32::try_from((found.total + A_PAGE - 1) / A_PAGE)
        .unwrap_or(u32::MAX)
        .max(1);
    if page > pages {
        page = pages;
        found = state.members.list(leave, &wanted(page)).await?;
    }
    let people = found
        .members
        .iter()
        .map(|(user, tokens)| person(caller.actor(), user, *tokens, ticked))
        .collect();
    Ok(UsersPage {
        people,
        page,
        pages,
        total: u32::try_from(found.total).unwrap_or(u32::MAX),
        search,
        sort,
        grantable: grantable(caller),
        picked: None,
        said: None,
        error: None,
    })
}

fn person(actor: Actor<'_>, user: &User, tokens: i64, ticked: &BTreeSet<i64>) -> PersonRow {
    let detail = user.plex_username.as_ref().or(user.email.as_ref());
    // The name itself tells nothing apart.
    let detail = detail.filter(|detail| *detail != user.display_name());
    PersonRow {
        id: user.id,
        name: user.display_name().to_owned(),
        avatar: avatars::of_member(user),
        detail: detail.cloned().unwrap_or_default(),
        tier: wire::tier(user.tier),
        disabled: user.disabled_at.is_some(),
        plex: user.plex_id.is_some(),
        password: user.has_password,
        tokens: u32::try_from(tokens).unwrap_or(u32::MAX),
        rights: Right::ALL
            .into_iter()
            .filter(|right| user.permissions.0 & bit(*right) != 0)
            .collect(),
        ticked: may_manage(actor, user).is_ok().then(|| ticked.contains(&user.id)),
    }
}

/// What the caller could give to somebody who has nothing.
fn grantable(caller: &Caller) -> Vec<Right> {
    let nobody = User {
        permissions: Permissions(0),
        id: i64::MAX,
        ..caller.user.clone()
    };
    let Ok(leave) = may_manage(caller.actor(), &nobody) else {
        return Vec::new();
    };
    Right::ALL
        .into_iter()
        .filter(|right| may_grant(caller.actor(), &leave, Permissions(bit(*right))).is_ok())
        .collect()
}

/// `POST /users/permissions`: gives or takes one permission of everybody who is ticked, and goes back to the part of the
/// list on which they stand.
pub(super) async fn permit(
    State(state): State<AppState>,
    _: SeesPeople,
    caller: Caller,
    client: Client,
    view: View,
    FormBody(fields): FormBody<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let last = |name: &str| fields.iter().rfind(|(field, _)| field == name).map(|(_, value)| value);
    let text = |name: &str| last(name).cloned().unwrap_or_default();
    let part = Part {
        page: text("page"),
        q: text("q"),
        sort: text("sort"),
        saved: None,
    };
    let ids: BTreeSet<i64> = fields
        .iter()
        .filter(|(field, _)| field == "id")
        .filter_map(|(_, id)| id.parse().ok())
        .collect();
    let right = last("right").and_then(|right| Right::from_name(right));
    let right = right.ok_or_else(|| Problem::bad_request(msg!("errors-form-incomplete")))?;
    let give = last("give").is_some_and(|give| give == "true");
    let wanted = |now: Permissions| Permissions(if give { now.0 | bit(right) } else { now.0 & !bit(right) });
    let done = if ids.is_empty() {
        Err(ServiceError::invalid("ids", msg!("people-bulk-nobody")))
    } else {
        let changed = state.members.permit_many(caller.actor(), &ids, wanted, client.address);
        changed.await
    };
    let (status, error) = match done {
        Ok((_, changed)) => return Ok(see_other(&part.address(&changed.to_string()))),
        Err(ServiceError::Invalid { message, .. }) => (StatusCode::BAD_REQUEST, message),
        Err(ServiceError::Forbidden(message)) => (StatusCode::FORBIDDEN, message),
        Err(ServiceError::Conflict(message)) => (StatusCode::CONFLICT, message),
        Err(error) => return Err(error.into()),
    };
    let page = UsersPage {
        picked: Some(right),
        error: Some(error),
        ..load(&state, &caller, &part, &ids).await?
    };
    Ok(view.render(status, Page::Users(page)).await)
}

/// Forms that somebody opens as an address.
pub(super) async fn elsewhere() -> Response {
    see_other(paths::USERS)
}

/// Where somebody belongs who does not look after others; `None`: they do.
pub(super) fn unless_manager(caller: Option<&Caller>, path: &str) -> Option<Response> {
    match caller {
        Some(caller) if may_see_people(caller.actor()).is_ok() => None,
        Some(_) => Some(Problem::forbidden(msg!("errors-only-managers-page")).into_response()),
        None => Some(sign_in_first(path)),
    }
}
