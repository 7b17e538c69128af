//! `/settings/main`: the general settings, under the names that Seerr's programs know.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};

use crate::{
    domain::settings::Settings,
    services::ServiceError,
    web::{
        error::Problem,
        extract::{Admin, JsonBody},
        state::AppState,
    },
};

/// All of them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct MainSettings {
    application_title: String,
    /// From the configuration; not changed here.
    application_url: String,
    local_login: bool,
    media_server_login: bool,
    new_plex_login: bool,
    allow_self_login_token: bool,
    login_token_parameter: String,
    default_permissions: i64,
    locale: String,
}

/// Those to change; what is absent stays.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct Change {
    application_title: Option<String>,
    local_login: Option<bool>,
    media_server_login: Option<bool>,
    new_plex_login: Option<bool>,
    allow_self_login_token: Option<bool>,
    login_token_parameter: Option<String>,
}

fn all(state: &AppState) -> MainSettings {
    let settings = &state.site.now().settings;
    MainSettings {
        application_title: settings.application_title.clone(),
        application_url: state.site.public_url().to_owned(),
        local_login: settings.local_sign_in,
        media_server_login: settings.plex_sign_in,
        new_plex_login: settings.new_plex_members,
        allow_self_login_token: settings.members_may_make_tokens,
        login_token_parameter: settings.login_token_parameter.clone(),
        default_permissions: settings.default_permissions.0,
        locale: settings.locale.clone(),
    }
}

/// `GET`: 200.
pub(in crate::web) async fn read(State(state): State<AppState>, _: Admin) -> Json<MainSettings> {
    Json(all(&state))
}

/// `POST`: 200 all of them; 400 a value does not fit, and nothing is changed.
pub(in crate::web) async fn update(
    State(state): State<AppState>,
    _: Admin,
    JsonBody(change): JsonBody<Change>,
) -> Result<Json<MainSettings>, Problem> {
    let saved = state.site.edit(|settings| apply(&change, settings)).await;
    saved.map_err(|error| match error {
        // The two ways to sign in have other names here.
        ServiceError::Invalid { field, message } if field.contains("SignIn") => {
            ServiceError::invalid("localLogin", message)
        }
        error => error,
    })?;
    Ok(Json(all(&state)))
}

fn apply(change: &Change, settings: &mut Settings) {
    fn set<T: Clone>(from: Option<&T>, to: &mut T) {
        if let Some(value) = from {
            *to = value.clone();
        }
    }
    let title = change.application_title.as_ref().map(|title| title.trim().to_owned());
    set(title.as_ref(), &mut settings.application_title);
    set(change.local_login.as_ref(), &mut settings.local_sign_in);
    set(change.media_server_login.as_ref(), &mut settings.plex_sign_in);
    set(change.new_plex_login.as_ref(), &mut settings.new_plex_members);
    set(
        change.allow_self_login_token.as_ref(),
        &mut settings.members_may_make_tokens,
    );
    set(
        change.login_token_parameter.as_ref(),
        &mut settings.login_token_parameter,
    );
}
