//! `/settings/proxy`: the lines for a reverse proxy, and whether it does what it should.

use app::{
    messages::Message,
    pages::{Page, ProxyLines, ProxySettings, SettingsPage, SettingsPart},
    paths,
};
use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;

use super::{super::see_other, Saved, apps::address, elsewhere, opened};
use crate::{
    domain::gateway::{App, ReverseProxy},
    web::{
        error::Problem,
        extract::{ChangesSettings, FormBody, MaybeCaller, QueryOf},
        gateway::{self, Wanted},
        render::View,
        state::AppState,
    },
};

/// With `?proxy=&app=&upstream=` it shows the lines for these.
pub(super) async fn show(
    State(state): State<AppState>,
    MaybeCaller(caller): MaybeCaller,
    QueryOf(wanted): QueryOf<Wanted>,
    view: View,
) -> Response {
    if let Some(elsewhere) = elsewhere(caller.as_ref(), paths::SETTINGS_PROXY) {
        return elsewhere;
    }
    let mut page = page(&state, None);
    if wanted.proxy.is_empty() {
        return opened(&state, view, &Saved::default(), SettingsPart::Proxy(page)).await;
    }
    let written = gateway::lines(&state, &wanted);
    let status = written.as_ref().err().map_or(StatusCode::OK, |problem| problem.status);
    page.lines.written = Some(match written {
        Ok((_, parts)) => Ok(parts.into_iter().map(|part| (part.file, part.text)).collect()),
        Err(problem) => Err(problem.message),
    });
    page.lines.proxy = wanted.proxy;
    page.lines.app = wanted.app;
    page.lines.upstream = wanted.upstream;
    let page = SettingsPage::new(SettingsPart::Proxy(page), 0);
    view.render(status, Page::Settings(Box::new(page))).await
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
    let apps = state.apps.list();
    let shown = |app: &App| (app.id, format!("{} · {}", app.name, address(app)));
    ProxySettings {
        // A wildcard has no host to ask for.
        apps: apps
            .iter()
            .filter(|app| !app.host.starts_with('*'))
            .map(shown)
            .collect(),
        chosen,
        findings: None,
        lines: ProxyLines {
            proxies: ReverseProxy::ALL.map(|proxy| (proxy.name(), proxy.title())).to_vec(),
            apps: apps.iter().map(shown).collect(),
            without_url: state.public_url.is_none(),
            ..ProxyLines::default()
        },
    }
}
