//! `/settings/plex`: the media server.

use app::{
    pages::{Page, PlexSettings, SettingsPage, SettingsPart},
    paths,
};
use axum::{extract::State, response::Response};
use serde::Deserialize;

use super::{super::setup_server::choice, Saved, Sent, elsewhere, not_saved, opened};
use crate::{
    domain::settings::Settings,
    web::{
        error::Problem,
        extract::{ChangesSettings, FormBody, MaybeCaller, QueryOf},
        render::View,
        state::AppState,
    },
};

const NAMES: &[&str] = &[
    "mediaServer",
    "acceptPlexTokens",
    "membershipCheckMinutes",
    "membershipConfirmMinutes",
];

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Form {
    version: String,
    /// Absent where there is nothing to choose from.
    machine_id: String,
    accept_plex_tokens: Option<String>,
    /// Absent: it stays.
    membership_check_minutes: Option<String>,
    /// Absent: it stays.
    membership_confirm_minutes: Option<String>,
}

async fn part(state: &AppState, settings: &Settings) -> Result<PlexSettings, Problem> {
    let chosen = settings.media_server.as_ref();
    Ok(PlexSettings {
        servers: choice(state).await?,
        chosen: chosen.map(|server| (server.machine_id.clone(), server.name.clone())),
        accept_plex_tokens: settings.accept_plex_tokens,
        membership_check_minutes: settings.membership_check_minutes.to_string(),
        membership_confirm_minutes: settings.membership_confirm_minutes.to_string(),
        client_identifier: state.site.now().client_identifier.to_string(),
    })
}

pub(super) async fn show(
    State(state): State<AppState>,
    MaybeCaller(caller): MaybeCaller,
    QueryOf(query): QueryOf<Saved>,
    view: View,
) -> Result<Response, Problem> {
    if let Some(elsewhere) = elsewhere(caller.as_ref(), paths::SETTINGS_PLEX) {
        return Ok(elsewhere);
    }
    let part = part(&state, &state.site.now().settings).await?;
    Ok(opened(&state, view, &query, SettingsPart::Plex(part)).await)
}

pub(super) async fn submit(
    State(state): State<AppState>,
    ChangesSettings(by): ChangesSettings,
    view: View,
    FormBody(form): FormBody<Form>,
) -> Result<Response, Problem> {
    let kept = state.site.now().settings.media_server.clone();
    let another = !form.machine_id.is_empty() && kept.as_ref().is_none_or(|kept| kept.machine_id != form.machine_id);
    let typed = async || {
        let site = state.site.now();
        let part = part(&state, &site.settings).await?;
        Ok(SettingsPart::Plex(PlexSettings {
            accept_plex_tokens: form.accept_plex_tokens.is_some(),
            membership_check_minutes: form
                .membership_check_minutes
                .clone()
                .unwrap_or(part.membership_check_minutes),
            membership_confirm_minutes: form
                .membership_confirm_minutes
                .clone()
                .unwrap_or(part.membership_confirm_minutes),
            ..part
        }))
    };
    // Nothing is saved unless Plex confirms it.
    let server = if another {
        match state.setup.owned_server(&form.machine_id).await {
            Ok(server) => Some(server),
            Err(error) => {
                let version = form.version.trim().parse().unwrap_or_default();
                let page = SettingsPage::new(typed().await?, version);
                let (status, page) = not_saved(page, error.into())?;
                return Ok(view.render(status, Page::Settings(Box::new(page))).await);
            }
        }
    } else {
        None
    };
    let sent = Sent {
        by: &by,
        version: &form.version,
        names: NAMES,
        path: paths::SETTINGS_PLEX,
    };
    // What is no number is none that fits, and is told like one.
    let minutes = |typed: &Option<String>, kept: u16| match typed {
        Some(typed) => typed.trim().parse().unwrap_or(u16::MAX),
        None => kept,
    };
    let change = |settings: &mut Settings| {
        if let Some(server) = &server {
            settings.media_server = Some(server.clone());
        }
        settings.accept_plex_tokens = form.accept_plex_tokens.is_some();
        settings.membership_check_minutes = minutes(&form.membership_check_minutes, settings.membership_check_minutes);
        settings.membership_confirm_minutes =
            minutes(&form.membership_confirm_minutes, settings.membership_confirm_minutes);
    };
    sent.save(&state, view, change, typed).await
}
