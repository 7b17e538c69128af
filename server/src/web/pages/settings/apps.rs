//! `/settings/apps`: what stands behind the gateway, and which app answers where.

use std::collections::BTreeMap;

use app::{
    messages::Message,
    msg,
    pages::{AppAnswer, AppAnswerWho, AppQuestion, AppRow, AppsSettings, Right, SettingsPart},
    paths,
};
use axum::{extract::State, response::Response};
use serde::Deserialize;

use super::{super::users::bit, Saved, Sent, elsewhere, opened};
use crate::{
    config::PublicUrl,
    domain::{
        gateway::{App, Needs, PathRule, Who, covers},
        settings::Settings,
        user::Tier,
    },
    web::{
        error::Problem,
        extract::{ChangesSettings, FormBody, MaybeCaller, QueryOf},
        render::View,
        state::AppState,
        wire,
    },
};

const NAMES: &[&str] = &["cookieDomain", "gatewayTokenParameter"];

#[derive(Default, Deserialize)]
pub(super) struct Query {
    saved: Option<String>,
    /// What was done to which app.
    #[serde(default)]
    done: String,
    #[serde(default)]
    app: String,
    #[serde(default)]
    url: String,
    #[serde(default)]
    method: String,
}

pub(super) async fn show(
    State(state): State<AppState>,
    MaybeCaller(caller): MaybeCaller,
    QueryOf(query): QueryOf<Query>,
    view: View,
) -> Result<Response, Problem> {
    if let Some(elsewhere) = elsewhere(caller.as_ref(), paths::SETTINGS_APPS) {
        return Ok(elsewhere);
    }
    let settings = state.site.now().settings.clone();
    let page = AppsSettings {
        said: said(&state, &query),
        question: question(&state, query.url, query.method).await?,
        ..page(&state, &settings).await?
    };
    let saved = Saved { saved: query.saved };
    Ok(opened(&state, view, &saved, SettingsPart::Apps(page)).await)
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Form {
    version: String,
    cookie_domain: String,
    gateway_token_parameter: String,
}

pub(super) async fn submit(
    State(state): State<AppState>,
    ChangesSettings(by): ChangesSettings,
    view: View,
    FormBody(form): FormBody<Form>,
) -> Result<Response, Problem> {
    let sent = Sent {
        by: &by,
        version: &form.version,
        names: NAMES,
        path: paths::SETTINGS_APPS,
    };
    let change = |settings: &mut Settings| {
        form.cookie_domain.trim().clone_into(&mut settings.cookie_domain);
        form.gateway_token_parameter
            .trim()
            .clone_into(&mut settings.gateway_token_parameter);
    };
    let typed = async || {
        Ok(SettingsPart::Apps(AppsSettings {
            cookie_domain: form.cookie_domain.clone(),
            gateway_token_parameter: form.gateway_token_parameter.clone(),
            outside_domain: None,
            ..page(&state, &state.site.now().settings).await?
        }))
    };
    sent.save(&state, view, change, typed).await
}

fn said(state: &AppState, query: &Query) -> Option<Message> {
    let name = || {
        let app = state.apps.find(query.app.parse().ok()?)?;
        Some(app.name)
    };
    match query.done.as_str() {
        "added" => Some(msg!("apps-added", name = name()?)),
        "saved" => Some(msg!("apps-saved", name = name()?)),
        "removed" => Some(msg!("apps-removed")),
        _ => None,
    }
}

async fn page(state: &AppState, settings: &Settings) -> Result<AppsSettings, Problem> {
    let apps = state.apps.list();
    let names = names(state, &apps).await?;
    let host = state.public_url.as_ref().map_or("", PublicUrl::host);
    let domain = settings.cookie_domain.as_str();
    let outside = !domain.is_empty() && !host.is_empty() && !covers(domain, host);
    Ok(AppsSettings {
        apps: apps.iter().map(|app| row(state, app, &names)).collect(),
        cookie_domain: settings.cookie_domain.clone(),
        gateway_token_parameter: settings.gateway_token_parameter.clone(),
        outside_domain: outside.then(|| host.to_owned()),
        ..AppsSettings::default()
    })
}

/// The names of everybody whom an app names.
pub(super) async fn names(state: &AppState, apps: &[App]) -> Result<BTreeMap<i64, String>, Problem> {
    let ids = apps.iter().flat_map(|app| app.who.people.iter().copied());
    Ok(state.members.names(ids).await?)
}

fn row(state: &AppState, app: &App, names: &BTreeMap<i64, String>) -> AppRow {
    AppRow {
        id: app.id,
        name: app.name.clone(),
        icon: app.icon.clone(),
        address: address(app),
        url: wire::app_url(state, app),
        who: who(&app.who, names),
        exceptions: app.rules.len(),
    }
}

/// Host and path, as people say them.
pub(super) fn address(app: &App) -> String {
    if app.path == "/" {
        app.host.clone()
    } else {
        format!("{}{}", app.host, app.path)
    }
}

/// Who may open it besides the owner, in words.
pub(super) fn who(who: &Who, names: &BTreeMap<i64, String>) -> Vec<Message> {
    if who.everyone {
        return vec![msg!("apps-who-everyone")];
    }
    let tiers = who.tiers.iter().filter_map(|tier| match tier {
        Tier::Owner => None,
        Tier::Home => Some(msg!("apps-who-home")),
        Tier::Friend => Some(msg!("apps-who-friends")),
        Tier::Local => Some(msg!("apps-who-local")),
    });
    let rights = Right::ALL
        .into_iter()
        .filter(|right| who.permissions & bit(*right) != 0)
        .map(Right::label);
    let others = who.permissions & !known_bits();
    let others = (others != 0).then(|| msg!("apps-who-bits", bits = others.to_string()));
    let people = who
        .people
        .iter()
        .filter_map(|id| names.get(id).cloned().map(Message::from));
    tiers.chain(rights).chain(others).chain(people).collect()
}

/// The bits that have a box.
pub(super) fn known_bits() -> i64 {
    Right::ALL.into_iter().fold(0, |bits, right| bits | bit(right))
}

async fn question(state: &AppState, url: String, method: String) -> Result<AppQuestion, Problem> {
    let method = if method.is_empty() { "GET".to_owned() } else { method };
    let answer = if url.trim().is_empty() {
        None
    } else {
        Some(answer(state, &method, &url).await?)
    };
    Ok(AppQuestion { url, method, answer })
}

async fn answer(state: &AppState, method: &str, url: &str) -> Result<AppAnswer, Problem> {
    let Ok(answering) = state.apps.answering(method, url) else {
        return Ok(AppAnswer::Unreadable);
    };
    let Some(needs) = answering.needs else {
        let host = answering.request.host.into_owned();
        return Ok(AppAnswer::Nobody { host });
    };
    let who = match needs {
        Needs::Nothing => AppAnswerWho::Everybody,
        Needs::Owner => AppAnswerWho::Owner,
        Needs::Member => match answering.apps.as_slice() {
            [app] => AppAnswerWho::Members(who(&app.who, &names(state, std::slice::from_ref(app)).await?)),
            // Each of them has its own.
            _ => AppAnswerWho::MembersOfAll,
        },
    };
    Ok(AppAnswer::Apps {
        apps: answering.apps.into_iter().map(|app| (app.id, app.name)).collect(),
        who,
        rule: answering.rule.as_ref().map(rule_text),
    })
}

/// `POST /hook`.
pub(super) fn rule_text(rule: &PathRule) -> String {
    if rule.methods.is_empty() {
        rule.path.clone()
    } else {
        format!("{} {}", rule.methods.join(", "), rule.path)
    }
}
