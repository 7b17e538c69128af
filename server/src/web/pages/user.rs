//! `/users/:id`: one member, for those who look after others, and the forms in it. The form of the account is on
//! `/profile`, too.
//!
//! To add a section: its data in `app::pages::UserPage`, loaded in [`render`]; what its form held after a mistake in
//! [`Filled`].

use app::{
    messages::{Language, Message},
    msg,
    pages::{AccountForm, Page, PermissionsForm, Right, RightRow, TokenForm, UserPage},
    paths,
};
use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;

use super::{
    avatars,
    credentials::Said,
    looking::Looking,
    see_other,
    users::{bit, unless_manager},
};
use crate::{
    domain::{
        clock::rfc3339,
        people_rules::{self, Actor, MayEdit, MayManage, may_grant},
        permission::Permissions,
        user::User,
    },
    services::{ServiceError, members::Change},
    web::{
        error::Problem,
        extract::{Client, Deletes, Edits, FormBody, Manages, MaybeCaller, PathOf, QueryOf},
        render::View,
        state::AppState,
        wire,
    },
};

/// What forms held, and what was wrong with it.
#[derive(Default)]
pub(super) struct Filled {
    /// The form for a new login token.
    pub(super) tokens: TokenForm,
    /// The form of the account.
    pub(super) account: Option<AccountForm>,
    /// What was wrong with the permissions.
    pub(super) permissions: Option<Message>,
    /// What was wrong, where it is about no form.
    pub(super) error: Option<Message>,
    /// What was just done.
    pub(super) said: Option<Message>,
    /// What was just done, or wrong, about password, Plex account and signed-in devices.
    pub(super) credentials: Said,
}

#[derive(Default, Deserialize)]
pub(super) struct Saved {
    pub(super) saved: Option<String>,
    #[serde(default)]
    done: String,
    #[serde(default)]
    plex: String,
}

impl Saved {
    /// What the page says was just done about password, Plex account and signed-in devices.
    pub(super) fn credentials(&self) -> Said {
        Said::done(&self.done, &self.plex)
    }
}

pub(super) async fn show(
    State(state): State<AppState>,
    MaybeCaller(caller): MaybeCaller,
    PathOf(id): PathOf<String>,
    QueryOf(query): QueryOf<Saved>,
    looking: Result<Looking, Problem>,
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
    let user = user.ok_or_else(Problem::no_member)?;
    let looking = looking?;
    let filled = Filled {
        said: query.saved.as_deref().and_then(|saved| said(saved, &user)),
        credentials: query.credentials(),
        ..Filled::default()
    };
    render(&looking, &user, view, StatusCode::OK, filled).await
}

/// What `?saved=` speaks of.
fn said(saved: &str, user: &User) -> Option<Message> {
    let name = user.display_name();
    match saved {
        "made" if user.has_password => Some(msg!("people-was-made", name = name)),
        "made" => Some(msg!("people-was-made-without-password", name = name)),
        "off" if user.disabled_at.is_some() => Some(msg!("people-was-switched-off", name = name)),
        "on" if user.disabled_at.is_none() => Some(msg!("people-was-switched-on", name = name)),
        "account" | "permissions" => Some(msg!("people-saved")),
        _ => None,
    }
}

/// The page of one person, with what its forms held.
pub(super) async fn render(
    looking: &Looking,
    user: &User,
    view: View,
    status: StatusCode,
    filled: Filled,
) -> Result<Response, Problem> {
    let Looking { state, caller, .. } = looking;
    let actor = caller.actor();
    let tokens = match state.login_tokens.may_see(actor, user.id).await {
        Ok(Some(leave)) => Ok(looking.tokens(&leave, filled.tokens).await?),
        Ok(None) => return Err(Problem::no_member()),
        Err(ServiceError::Forbidden(why)) => Err(why),
        Err(error) => return Err(error.into()),
    };
    let credentials = looking.credentials(user, &filled.credentials).await?;
    let manages = people_rules::may_manage(actor, user);
    let account = people_rules::may_edit(actor, user).map(|leave| filled.account.unwrap_or_else(|| account(&leave)));
    let page = UserPage {
        id: user.id,
        name: user.display_name().to_owned(),
        avatar: avatars::of_member(user),
        email: user.email.clone(),
        plex_username: user.plex_username.clone(),
        tier: wire::tier(user.tier),
        since: rfc3339(user.created_at),
        disabled: user.disabled_at.is_some(),
        said: filled.said,
        error: filled.error,
        account: account.map_err(people_rules::Denied::message),
        permissions: manages
            .as_ref()
            .map(|leave| permissions(actor, leave, filled.permissions))
            .map_err(|denied| denied.message()),
        credentials,
        tokens,
        switch: manages.map(|_| ()).map_err(people_rules::Denied::message),
        delete: people_rules::may_delete(actor, user)
            .map(|_| ())
            .map_err(people_rules::Denied::message),
    };
    let response = view.render(status, Page::User(Box::new(page))).await;
    Ok(looking.finish(response))
}

/// The form of an account as it is.
pub(super) fn account(leave: &MayEdit) -> AccountForm {
    let user = leave.user();
    let email_locked = leave.email().is_err();
    let email_note = if email_locked {
        Some(msg!("people-email-by-token"))
    } else if user.plex_id.is_some() && !user.has_password {
        Some(msg!("people-email-from-plex"))
    } else {
        None
    };
    AccountForm {
        user_id: user.id,
        username: user.username.clone().unwrap_or_default(),
        email: user.email.clone().unwrap_or_default(),
        locale: user.locale.as_deref().and_then(Language::from_tag),
        email_note,
        email_locked,
        error: None,
    }
}

fn permissions(actor: Actor<'_>, leave: &MayManage, error: Option<Message>) -> PermissionsForm {
    let now = leave.user().permissions;
    let rights = Right::ALL.into_iter().map(|right| RightRow {
        right,
        on: now.0 & bit(right) != 0,
        may: may_grant(actor, leave, Permissions(now.0 ^ bit(right))).is_ok(),
    });
    let known: i64 = Right::ALL.into_iter().map(bit).sum();
    PermissionsForm {
        rights: rights.collect(),
        others: now.0 & !known,
        error,
    }
}

#[derive(Deserialize)]
pub(super) struct AccountFields {
    #[serde(default)]
    username: String,
    /// Absent where it can't be changed.
    email: Option<String>,
    #[serde(default)]
    locale: String,
}

/// `POST /users/:id/account`.
pub(super) async fn edit(
    Edits(leave): Edits,
    looking: Looking,
    view: View,
    FormBody(fields): FormBody<AccountFields>,
) -> Result<Response, Problem> {
    let user = leave.user();
    let change = Change {
        username: Some(&fields.username),
        email: fields.email.as_deref(),
        locale: Some(&fields.locale),
    };
    let members = &looking.state.members;
    let (status, error) = match members.edit(&leave, &change, looking.client.address).await {
        Ok(_) => return Ok(see_other(&format!("{}?saved=account", looking.page(user)))),
        Err(ServiceError::Invalid { message, .. }) => (StatusCode::BAD_REQUEST, message),
        Err(ServiceError::Taken { message, .. } | ServiceError::Conflict(message)) => (StatusCode::CONFLICT, message),
        Err(error) => return Err(error.into()),
    };
    let form = account(&leave);
    let filled = Filled {
        account: Some(AccountForm {
            username: fields.username,
            email: fields.email.unwrap_or(form.email),
            locale: Language::from_tag(&fields.locale),
            error: Some(error),
            ..form
        }),
        ..Filled::default()
    };
    looking.show(user, view, status, filled).await
}

/// `POST /users/:id/permissions`: those that mean something here and that the caller can change; the others stay.
pub(super) async fn permit(
    Manages(leave): Manages,
    looking: Looking,
    view: View,
    FormBody(fields): FormBody<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let ticked = |right: Right| {
        fields
            .iter()
            .any(|(name, value)| name == "right" && value == right.name())
    };
    let mut wanted = leave.user().permissions;
    // A switch that can't be changed is not sent, which means nothing.
    let actor = looking.caller.actor();
    for row in permissions(actor, &leave, None).rights {
        if row.may && ticked(row.right) != row.on {
            wanted.0 ^= bit(row.right);
        }
    }
    let members = &looking.state.members;
    let permitted = members.permit(actor, &leave, wanted, None, looking.client.address);
    match permitted.await {
        Ok(user) => Ok(see_other(&format!("{}?saved=permissions", paths::user(user.id)))),
        Err(ServiceError::Conflict(message)) => {
            let filled = Filled {
                permissions: Some(message),
                ..Filled::default()
            };
            looking.show(leave.user(), view, StatusCode::CONFLICT, filled).await
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Deserialize)]
pub(super) struct SwitchFields {
    #[serde(default)]
    off: String,
}

/// `POST /users/:id/switch`.
pub(super) async fn switch(
    State(state): State<AppState>,
    Manages(leave): Manages,
    client: Client,
    FormBody(fields): FormBody<SwitchFields>,
) -> Result<Response, Problem> {
    let off = match fields.off.as_str() {
        "true" => true,
        "false" => false,
        _ => return Err(Problem::bad_request(msg!("errors-form-incomplete"))),
    };
    let user = state.members.switch(&leave, off, client.address).await?;
    let word = if off { "off" } else { "on" };
    Ok(see_other(&format!("{}?saved={word}", paths::user(user.id))))
}

/// `POST /users/:id/delete`.
pub(super) async fn delete(
    State(state): State<AppState>,
    Deletes(leave): Deletes,
    client: Client,
) -> Result<Response, Problem> {
    state.members.delete(&leave, client.address).await?;
    Ok(see_other(&format!("{}?saved=deleted", paths::USERS)))
}

/// Forms that somebody opens as an address.
pub(super) async fn elsewhere(PathOf(id): PathOf<String>) -> Response {
    match id.parse() {
        Ok(id) => see_other(&paths::user(id)),
        Err(_) => see_other(paths::USERS),
    }
}
