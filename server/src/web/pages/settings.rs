//! `/settings`: what the owner and administrators can change.

use app::{
    msg,
    pages::{Page, SettingsPage},
    paths,
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{see_other, sign_in_first};
use crate::{
    domain::permission::Permissions,
    services::ServiceError,
    web::{
        error::Problem,
        extract::{Admin, Caller, FormBody, MaybeCaller, QueryOf},
        render::View,
        state::AppState,
    },
};

#[derive(Default, Deserialize)]
pub(super) struct Saved {
    saved: Option<String>,
}

pub(super) async fn show(
    State(state): State<AppState>,
    MaybeCaller(caller): MaybeCaller,
    QueryOf(query): QueryOf<Saved>,
    view: View,
) -> Response {
    if let Some(elsewhere) = unless_administrator(caller.as_ref()) {
        return elsewhere;
    }
    let settings = &state.site.now().settings;
    let page = SettingsPage {
        members_may_make_tokens: settings.members_may_make_tokens,
        login_token_parameter: settings.login_token_parameter.clone(),
        saved: query.saved.is_some(),
        error: None,
    };
    view.render(StatusCode::OK, Page::Settings(page)).await
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Form {
    /// A checkbox: present when it is on.
    members_may_make_tokens: Option<String>,
    #[serde(default)]
    login_token_parameter: String,
}

pub(super) async fn submit(
    State(state): State<AppState>,
    _: Admin,
    view: View,
    FormBody(form): FormBody<Form>,
) -> Result<Response, Problem> {
    let members_may = form.members_may_make_tokens.is_some();
    let parameter = form.login_token_parameter.trim();
    let saved = state
        .site
        .edit(|settings| {
            settings.members_may_make_tokens = members_may;
            settings.login_token_parameter = parameter.to_owned();
        })
        .await;
    let (status, error) = match saved {
        Ok(()) => return Ok(see_other(&format!("{}?saved=1", paths::SETTINGS))),
        Err(ServiceError::Invalid { message, .. }) => (
            StatusCode::BAD_REQUEST,
            format!("The name of the parameter {message}.").into(),
        ),
        Err(ServiceError::Conflict(message)) => (StatusCode::CONFLICT, message),
        Err(error) => return Err(error.into()),
    };
    let page = SettingsPage {
        members_may_make_tokens: members_may,
        login_token_parameter: form.login_token_parameter,
        saved: false,
        error: Some(error),
    };
    Ok(view.render(status, Page::Settings(page)).await)
}

fn unless_administrator(caller: Option<&Caller>) -> Option<Response> {
    match caller {
        Some(caller) if caller.user.permissions.allows(Permissions::ADMIN) => None,
        Some(_) => Some(Problem::forbidden(msg!("errors-only-administrators-page")).into_response()),
        None => Some(sign_in_first(paths::SETTINGS)),
    }
}
