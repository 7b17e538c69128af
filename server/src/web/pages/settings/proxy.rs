//! `/settings/proxy`: whether the reverse proxy does what it should.

use app::{
    messages::Message,
    pages::{Page, ProxySettings, SettingsPage, SettingsPart},
    paths,
};
use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;

use super::{super::see_other, Saved, apps::address, elsewhere, opened};
use crate::web::{
    error::Problem,
    extract::{ChangesSettings, FormBody, MaybeCaller},
    gateway,
    render::View,
    state::AppState,
};

pub(super) async fn show(State(state): State<AppState>, MaybeCaller(caller): MaybeCaller, view: View) -> Response {
    if let Some(elsewhere) = elsewhere(caller.as_ref(), paths::SETTINGS_PROXY) {
        return elsewhere;
    }
    let page = page(&state, None);
    opened(&state, view, &Saved::default(), SettingsPart::Proxy(page)).await
}

#[derive(Deserialize)]
pub(super) struct Form {
    #[serde(default)]
    app: String,
}

/// `POST /settings/proxy/test`: changes nothing, so the answer is the page itself. Asking again tests again.
pub(super) async fn test(
    State(state): State<AppState>,
    ChangesSettings(_): ChangesSettings,
    view: View,
    FormBody(form): FormBody<Form>,
) -> Result<Response, Problem> {
    let app = form.app.parse().ok().and_then(|id| state.apps.find(id));
    let app = app.ok_or_else(Problem::no_app)?;
    let findings = gateway::probe(&state, &app).await?;
    let page = ProxySettings {
        findings: Some(shown(findings)),
        ..page(&state, Some(app.id))
    };
    let page = SettingsPage::new(SettingsPart::Proxy(page), 0);
    Ok(view.render(StatusCode::OK, Page::Settings(Box::new(page))).await)
}

fn shown(findings: gateway::Findings) -> Vec<(bool, Message)> {
    let shown = findings.into_iter().map(|finding| (finding.good, finding.message));
    shown.collect()
}

/// The form's address opened by hand.
pub(super) async fn elsewhere_from_test() -> Response {
    see_other(paths::SETTINGS_PROXY)
}

fn page(state: &AppState, chosen: Option<i64>) -> ProxySettings {
    // A wildcard has no host to ask for.
    let apps = state.apps.list().into_iter().filter(|app| !app.host.starts_with('*'));
    ProxySettings {
        apps: apps
            .map(|app| (app.id, format!("{} · {}", app.name, address(&app))))
            .collect(),
        chosen,
        findings: None,
    }
}
