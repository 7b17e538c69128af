//! `/settings`: the site's name and language.

use app::{
    pages::{GeneralSettings, SettingsPart},
    paths,
};
use axum::{extract::State, response::Response};
use serde::Deserialize;

use super::{Saved, Sent, elsewhere, opened};
use crate::web::{
    error::Problem,
    extract::{ChangesSettings, FormBody, MaybeCaller, QueryOf},
    render::View,
    state::AppState,
};

const NAMES: &[&str] = &["applicationTitle", "locale"];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
pub(super) struct Form {
    version: String,
    application_title: String,
    locale: String,
}

pub(super) async fn show(
    State(state): State<AppState>,
    MaybeCaller(caller): MaybeCaller,
    QueryOf(query): QueryOf<Saved>,
    view: View,
) -> Response {
    if let Some(elsewhere) = elsewhere(caller.as_ref(), paths::SETTINGS) {
        return elsewhere;
    }
    let settings = &state.site.now().settings;
    let part = SettingsPart::General(GeneralSettings {
        application_title: settings.application_title.clone(),
        public_url: state.site.public_url().to_owned(),
        locale: settings.locale.clone(),
    });
    opened(&state, view, &query, part).await
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
        path: paths::SETTINGS,
    };
    let change = |settings: &mut crate::domain::settings::Settings| {
        form.application_title
            .trim()
            .clone_into(&mut settings.application_title);
        settings.locale.clone_from(&form.locale);
    };
    let typed = async || {
        Ok(SettingsPart::General(GeneralSettings {
            application_title: form.application_title.clone(),
            public_url: state.site.public_url().to_owned(),
            locale: form.locale.clone(),
        }))
    };
    sent.save(&state, view, change, typed).await
}
