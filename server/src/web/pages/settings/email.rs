//! `/settings/email`: how mail is sent, a test, and sending none any more.

use app::{
    messages::Language,
    msg,
    pages::{EmailSettings, Page, SettingsPage, SettingsPart},
    paths,
};
use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;

use super::{elsewhere, not_saved, opened};
use crate::{
    domain::{
        secret::Secret,
        smtp::{Smtp, SmtpSecurity},
    },
    services::{ServiceError, mail::SmtpChange, site::SaveError},
    web::{
        error::Problem,
        extract::{Caller, ChangesMail, ChangesSettings, FormBody, MaybeCaller, QueryOf},
        pages::see_other,
        render::View,
        state::AppState,
    },
};

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Form {
    version: String,
    host: String,
    port: String,
    security: String,
    user: String,
    password: String,
    from: String,
    from_name: String,
}

impl Form {
    fn change(&self) -> SmtpChange {
        SmtpChange {
            smtp: Smtp {
                host: self.host.clone(),
                // What is no number is none that fits, and is told like one.
                port: self.port.trim().parse().unwrap_or(0),
                // No button of ours sends anything else; then it is the careful one.
                security: SmtpSecurity::from_name(&self.security).unwrap_or_default(),
                user: self.user.clone(),
                sealed_password: String::new(),
                from: self.from.clone(),
                from_name: self.from_name.clone(),
            },
            password: (!self.password.is_empty()).then(|| Secret::new(self.password.clone())),
        }
    }
}

#[derive(Default, Deserialize)]
pub(super) struct Query {
    saved: Option<String>,
    tested: Option<String>,
}

/// What is kept, as this person sees it.
fn part(state: &AppState, caller: &Caller) -> EmailSettings {
    let kept = state.site.now().settings.smtp.clone();
    let on = kept.is_some();
    let smtp = kept.unwrap_or_else(|| Smtp {
        port: 587,
        ..Smtp::default()
    });
    EmailSettings {
        on,
        host: smtp.host,
        port: smtp.port.to_string(),
        security: smtp.security.name().to_owned(),
        user: smtp.user,
        has_password: !smtp.sealed_password.is_empty(),
        from: smtp.from,
        from_name: smtp.from_name,
        to: caller.user.email.clone(),
        tested: None,
    }
}

pub(super) async fn show(
    State(state): State<AppState>,
    MaybeCaller(caller): MaybeCaller,
    QueryOf(query): QueryOf<Query>,
    view: View,
) -> Response {
    if let Some(elsewhere) = elsewhere(caller.as_ref(), paths::SETTINGS_EMAIL) {
        return elsewhere;
    }
    let Some(caller) = caller else {
        return super::super::sign_in_first(paths::SETTINGS_EMAIL);
    };
    let part = EmailSettings {
        tested: query.tested.map(|_| Ok(())),
        ..part(&state, &caller)
    };
    let saved = super::Saved { saved: query.saved };
    opened(&state, view, &saved, SettingsPart::Email(part)).await
}

/// `POST /settings/email`.
pub(super) async fn submit(
    State(state): State<AppState>,
    ChangesMail(by): ChangesMail,
    caller: Caller,
    view: View,
    FormBody(form): FormBody<Form>,
) -> Result<Response, Problem> {
    let since = form.version.trim().parse().ok();
    let error = match state.mail.save(&by, since, Some(&form.change())).await {
        Ok(()) => return Ok(see_other(&format!("{}?saved=1", paths::SETTINGS_EMAIL))),
        Err(error) => error,
    };
    let typed = EmailSettings {
        host: form.host,
        port: form.port,
        security: form.security,
        user: form.user,
        from: form.from,
        from_name: form.from_name,
        ..part(&state, &caller)
    };
    again(view, typed, since, error).await
}

/// `POST /settings/email/off`.
pub(super) async fn off(
    State(state): State<AppState>,
    ChangesMail(by): ChangesMail,
    caller: Caller,
    view: View,
    FormBody(form): FormBody<Form>,
) -> Result<Response, Problem> {
    let since = form.version.trim().parse().ok();
    match state.mail.save(&by, since, None).await {
        Ok(()) => Ok(see_other(&format!("{}?saved=1", paths::SETTINGS_EMAIL))),
        Err(error) => again(view, part(&state, &caller), since, error).await,
    }
}

async fn again(view: View, part: EmailSettings, since: Option<i64>, error: SaveError) -> Result<Response, Problem> {
    let page = SettingsPage::new(SettingsPart::Email(part), since.unwrap_or_default());
    let (status, page) = not_saved(page, error)?;
    Ok(view.render(status, Page::Settings(Box::new(page))).await)
}

/// `POST /settings/email/test`: with what is kept, to whoever asks.
pub(super) async fn test(
    State(state): State<AppState>,
    _: ChangesSettings,
    caller: Caller,
    view: View,
) -> Result<Response, Problem> {
    let language = caller.user.locale.as_deref().and_then(Language::from_tag);
    let tested = match &caller.user.email {
        Some(to) => state.mail.test(to, language.unwrap_or_default(), None).await,
        None => Err(ServiceError::Conflict(msg!("mail-no-address")).into()),
    };
    let (status, why) = match tested {
        Ok(()) => return Ok(see_other(&format!("{}?tested=1#test", paths::SETTINGS_EMAIL))),
        Err(SaveError::Service(ServiceError::Upstream(why))) => (StatusCode::BAD_GATEWAY, why),
        Err(SaveError::Service(ServiceError::Conflict(why))) => (StatusCode::CONFLICT, why),
        Err(error) => return Err(error.into()),
    };
    let part = EmailSettings {
        tested: Some(Err(why)),
        ..part(&state, &caller)
    };
    let page = SettingsPage::new(SettingsPart::Email(part), state.site.now().version);
    Ok(view.render(status, Page::Settings(Box::new(page))).await)
}

/// Forms that somebody opens as an address.
pub(super) async fn form_only() -> Response {
    see_other(paths::SETTINGS_EMAIL)
}
