//! `/settings/users`: who comes in, and what they may do.

use app::{
    pages::{SettingsPart, UsersSettings},
    paths,
};
use axum::{extract::State, response::Response};
use serde::Deserialize;

use super::{Saved, Sent, elsewhere, opened};
use crate::{
    domain::{permission::Permissions, settings::Settings},
    web::{
        error::Problem,
        extract::{ChangesSettings, FormBody, MaybeCaller, QueryOf},
        render::View,
        state::AppState,
    },
};

const NAMES: &[&str] = &[
    "plexSignIn",
    "newPlexMembers",
    "householdChildren",
    "localSignIn",
    "membersMayMakeTokens",
    "loginTokenParameter",
    "defaultPermissions",
];

/// Boxes are sent when they are ticked.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Form {
    version: String,
    plex_sign_in: Option<String>,
    new_plex_members: Option<String>,
    household_children: Option<String>,
    local_sign_in: Option<String>,
    members_may_make_tokens: Option<String>,
    login_token_parameter: String,
    new_may_request: Option<String>,
    new_may_manage_users: Option<String>,
}

impl Form {
    fn apply(&self, settings: &mut Settings) {
        settings.plex_sign_in = self.plex_sign_in.is_some();
        settings.new_plex_members = self.new_plex_members.is_some();
        settings.household_children = self.household_children.is_some();
        settings.local_sign_in = self.local_sign_in.is_some();
        settings.members_may_make_tokens = self.members_may_make_tokens.is_some();
        self.login_token_parameter
            .trim()
            .clone_into(&mut settings.login_token_parameter);
        for (bit, on) in [
            (Permissions::REQUEST, self.new_may_request.is_some()),
            (Permissions::MANAGE_USERS, self.new_may_manage_users.is_some()),
        ] {
            // Bits that have no box stay as they are.
            let Permissions(bits) = &mut settings.default_permissions;
            *bits = if on { *bits | bit } else { *bits & !bit };
        }
    }
}

fn part(settings: &Settings) -> UsersSettings {
    UsersSettings {
        plex_sign_in: settings.plex_sign_in,
        new_plex_members: settings.new_plex_members,
        household_children: settings.household_children,
        local_sign_in: settings.local_sign_in,
        members_may_make_tokens: settings.members_may_make_tokens,
        login_token_parameter: settings.login_token_parameter.clone(),
        new_may_request: settings.default_permissions.allows(Permissions::REQUEST),
        new_may_manage_users: settings.default_permissions.allows(Permissions::MANAGE_USERS),
    }
}

pub(super) async fn show(
    State(state): State<AppState>,
    MaybeCaller(caller): MaybeCaller,
    QueryOf(query): QueryOf<Saved>,
    view: View,
) -> Response {
    if let Some(elsewhere) = elsewhere(caller.as_ref(), paths::SETTINGS_USERS) {
        return elsewhere;
    }
    let part = SettingsPart::Users(part(&state.site.now().settings));
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
        path: paths::SETTINGS_USERS,
    };
    let typed = async || {
        let mut settings = state.site.now().settings.clone();
        form.apply(&mut settings);
        Ok(SettingsPart::Users(UsersSettings {
            login_token_parameter: form.login_token_parameter.clone(),
            ..part(&settings)
        }))
    };
    sent.save(&state, view, |settings| form.apply(settings), typed).await
}
