//! `/settings/security`: how long sessions live, and the site's secrets.

use app::{
    msg,
    pages::{Page, SecuritySettings, SettingsPage, SettingsPart, ShownKey},
    paths,
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header::SET_COOKIE},
    response::Response,
};
use serde::Deserialize;

use super::{Sent, elsewhere, renew::Travelling};
use crate::{
    domain::{
        api_key::ApiKey,
        clock::rfc3339,
        settings::Settings,
        settings_rules::{self, Denied},
    },
    web::{
        cookies,
        error::Problem,
        extract::{Caller, ChangesSettings, FormBody, MaybeCaller, QueryOf},
        render::View,
        state::AppState,
    },
};

const NAMES: &[&str] = &[
    "sessionIdleDays",
    "sessionAbsoluteDays",
    "activityDays",
    "seerrCookieName",
];

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Form {
    version: String,
    session_idle_days: String,
    session_absolute_days: String,
    activity_days: String,
    seerr_cookie_name: Option<String>,
}

#[derive(Default, Deserialize)]
pub(super) struct Query {
    saved: Option<String>,
    rotated: Option<String>,
}

fn part(state: &AppState, caller: &Caller, settings: &Settings) -> SecuritySettings {
    let site = state.site.now();
    let actor = caller.actor();
    let secret_locked = match settings_rules::may_rotate(actor) {
        Err(denied) => Some(denied.message()),
        Ok(_) => state
            .site
            .secret_is_configured()
            .then(|| msg!("settings-secret-is-configured")),
    };
    SecuritySettings {
        session_idle_days: settings.session_idle_days.to_string(),
        session_absolute_days: settings.session_absolute_days.to_string(),
        activity_days: settings.activity_days.to_string(),
        seerr_cookie_name: settings.seerr_cookie_name,
        api_key: site.api_key.as_ref().map(|key| ShownKey {
            masked: key.masked(),
            made_at: rfc3339(key.made_at),
            value: None,
        }),
        api_key_locked: settings_rules::may_make_api_key(actor).err().map(Denied::message),
        secret_locked,
        rotated: false,
    }
}

pub(super) async fn show(
    State(state): State<AppState>,
    MaybeCaller(caller): MaybeCaller,
    QueryOf(query): QueryOf<Query>,
    headers: HeaderMap,
    view: View,
) -> Response {
    if let Some(elsewhere) = elsewhere(caller.as_ref(), paths::SETTINGS_SECURITY) {
        return elsewhere;
    }
    let Some(caller) = caller else {
        return super::super::sign_in_first(paths::SETTINGS_SECURITY);
    };
    let site = state.site.now();
    let mut part = part(&state, &caller, &site.settings);
    part.rotated = query.rotated.is_some();
    let secure = state.secure_cookies();
    let travelling = cookies::MADE_KEY.find(&headers, secure);
    if let Some(key) = part.api_key.as_mut() {
        key.value = travelling
            .and_then(|sealed| Travelling::open(&state, sealed, caller.user.id))
            // One that was replaced meanwhile is worth nothing any more.
            .filter(|key| site.api_key.as_ref().is_some_and(|kept| kept.is(key)))
            .map(|key: ApiKey| key.expose());
    }
    let page = SettingsPage {
        saved: query.saved.is_some(),
        ..SettingsPage::new(SettingsPart::Security(part), site.version)
    };
    let mut response = view.render(StatusCode::OK, Page::Settings(Box::new(page))).await;
    if travelling.is_some() {
        response
            .headers_mut()
            .append(SET_COOKIE, cookies::MADE_KEY.clear(secure));
    }
    response
}

pub(super) async fn submit(
    State(state): State<AppState>,
    ChangesSettings(by): ChangesSettings,
    caller: Caller,
    view: View,
    FormBody(form): FormBody<Form>,
) -> Result<Response, Problem> {
    let sent = Sent {
        by: &by,
        version: &form.version,
        names: NAMES,
        path: paths::SETTINGS_SECURITY,
    };
    // What is no number is none that fits, and is told like one.
    let days = |typed: &str| typed.trim().parse().unwrap_or(0);
    let change = |settings: &mut Settings| {
        settings.session_idle_days = days(&form.session_idle_days);
        settings.session_absolute_days = days(&form.session_absolute_days);
        settings.activity_days = days(&form.activity_days);
        settings.seerr_cookie_name = form.seerr_cookie_name.is_some();
    };
    let typed = async || {
        Ok(SettingsPart::Security(SecuritySettings {
            session_idle_days: form.session_idle_days.clone(),
            session_absolute_days: form.session_absolute_days.clone(),
            activity_days: form.activity_days.clone(),
            seerr_cookie_name: form.seerr_cookie_name.is_some(),
            ..part(&state, &caller, &state.site.now().settings)
        }))
    };
    sent.save(&state, view, change, typed).await
}
