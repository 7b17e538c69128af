//! `/settings` and below: what the owner and administrators can change, a form a page.

mod app;
mod apps;
mod email;
mod general;
mod plex;
mod proxy;
mod renew;
mod security;
mod users;

use ::app::{
    msg,
    pages::{ChangedSetting, Page, SettingValue, SettingsPage, SettingsPart},
};
use axum::{
    Router,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;
use serde_json::Value;

use super::{see_other, sign_in_first};
use crate::{
    domain::{
        settings::{Difference, Settings},
        settings_rules,
    },
    services::{
        ServiceError,
        activity::By,
        site::{SaveError, Since},
    },
    web::{error::Problem, extract::Caller, render::View, state::AppState},
};
use ::app::paths;

/// The pages, for the map of all pages.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route(paths::SETTINGS, get(general::show).post(general::submit))
        .route(paths::SETTINGS_USERS, get(users::show).post(users::submit))
        .route(paths::SETTINGS_PLEX, get(plex::show).post(plex::submit))
        .route(paths::SETTINGS_EMAIL, get(email::show).post(email::submit))
        .route(paths::SETTINGS_EMAIL_TEST, get(email::form_only).post(email::test))
        .route(paths::SETTINGS_EMAIL_OFF, get(email::form_only).post(email::off))
        .route(paths::SETTINGS_SECURITY, get(security::show).post(security::submit))
        .route(paths::SETTINGS_APPS, get(apps::show).post(apps::submit))
        .route(paths::SETTINGS_APPS_NEW, get(app::new).post(app::add))
        .route("/settings/apps/{id}", get(app::show).post(app::change))
        .route("/settings/apps/{id}/delete", get(app::question).post(app::remove))
        .route(paths::SETTINGS_PROXY, get(proxy::show))
        .route(
            paths::SETTINGS_PROXY_TEST,
            get(proxy::elsewhere_from_test).post(proxy::test),
        )
        .route(
            paths::SETTINGS_API_KEY,
            get(renew::ask_api_key).post(renew::make_api_key),
        )
        .route(
            paths::SETTINGS_SESSION_SECRET,
            get(renew::ask_session_secret).post(renew::rotate_session_secret),
        )
}

#[derive(Default, Deserialize)]
pub(super) struct Saved {
    saved: Option<String>,
}

/// Where somebody belongs who may not see these pages; `None`: they may.
fn elsewhere(caller: Option<&Caller>, path: &str) -> Option<Response> {
    match caller {
        None => Some(sign_in_first(path)),
        Some(caller) => match settings_rules::may_change_settings(caller.actor()) {
            Ok(_) => None,
            Err(_) => Some(Problem::forbidden(msg!("errors-only-administrators-page")).into_response()),
        },
    }
}

/// A page as it is opened.
async fn opened(state: &AppState, view: View, query: &Saved, part: SettingsPart) -> Response {
    let page = SettingsPage {
        saved: query.saved.is_some(),
        ..SettingsPage::new(part, state.site.now().version)
    };
    view.render(StatusCode::OK, Page::Settings(Box::new(page))).await
}

/// A form that was sent: which page, and from which version.
struct Sent<'a> {
    by: &'a By,
    /// As the form sent it; anything but a number: not known.
    version: &'a str,
    /// The settings in it.
    names: &'static [&'static str],
    path: &'static str,
}

impl Sent<'_> {
    /// Saves it. `part`: the page with what was typed, made only if it is needed.
    async fn save(
        self,
        state: &AppState,
        view: View,
        change: impl Fn(&mut Settings),
        part: impl AsyncFnOnce() -> Result<SettingsPart, Problem>,
    ) -> Result<Response, Problem> {
        let version = self.version.trim().parse().ok();
        let since = version.map(|version| Since {
            version,
            names: self.names,
        });
        let error = match state.site.save(self.by, since, change).await {
            Ok(()) => return Ok(see_other(&format!("{}?saved=1", self.path))),
            Err(error) => error,
        };
        let page = SettingsPage::new(part().await?, version.unwrap_or_default());
        let (status, page) = not_saved(page, error)?;
        Ok(view.render(status, Page::Settings(Box::new(page))).await)
    }
}

/// The page after a try that was not saved.
fn not_saved(page: SettingsPage, error: SaveError) -> Result<(StatusCode, SettingsPage), Problem> {
    Ok(match error {
        SaveError::Mistakes(mistakes) => {
            let mistakes = mistakes.into_iter().map(|mistake| (mistake.name, mistake.message));
            let page = SettingsPage {
                mistakes: mistakes.collect(),
                ..page
            };
            (StatusCode::BAD_REQUEST, page)
        }
        SaveError::Changed { differences, version } => {
            let page = SettingsPage {
                changed: Some(differences.into_iter().map(changed).collect()),
                // Sent once more, it is saved over what was read just now.
                version,
                ..page
            };
            (StatusCode::CONFLICT, page)
        }
        SaveError::Service(ServiceError::Invalid { message, .. }) => {
            // Only a media server is asked about elsewhere.
            let mistakes = vec![("machineId", message)];
            (StatusCode::BAD_REQUEST, SettingsPage { mistakes, ..page })
        }
        SaveError::Service(ServiceError::Conflict(message)) => {
            let error = Some(message);
            (StatusCode::CONFLICT, SettingsPage { error, ..page })
        }
        SaveError::Service(ServiceError::Plex(_)) => {
            let error = Some(msg!("settings-plex-not-saved"));
            (StatusCode::BAD_GATEWAY, SettingsPage { error, ..page })
        }
        error @ SaveError::Service(_) => return Err(error.into()),
    })
}

fn changed(difference: Difference) -> ChangedSetting {
    let from = value(&difference.from);
    let now = match value(&difference.now) {
        // Of mail, what is not shown.
        now if now == from => SettingValue::AnotherPassword,
        now => now,
    };
    ChangedSetting {
        name: difference.name,
        from,
        now,
    }
}

fn value(value: &Value) -> SettingValue {
    match value {
        Value::Bool(on) => SettingValue::Switch(*on),
        Value::Null => SettingValue::Nothing,
        Value::String(text) => SettingValue::Text(text.clone()),
        Value::Object(fields) => {
            // A media server, by its name; or a mail server, without its password.
            let shown = ["name", "host", "port", "security", "user", "from", "fromName"];
            let shown = shown.into_iter().filter_map(|name| fields.get(name));
            let shown: Vec<String> = shown
                .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
                .filter(|text| !text.is_empty())
                .collect();
            if shown.is_empty() {
                SettingValue::Nothing
            } else {
                SettingValue::Text(shown.join(", "))
            }
        }
        other => SettingValue::Text(other.to_string()),
    }
}
