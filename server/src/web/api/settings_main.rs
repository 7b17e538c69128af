//! `/settings/main`: the settings, under the names that Seerr's programs know; those that Seerr doesn't have under ours.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        permission::Permissions,
        settings::{Mistake, Settings},
    },
    services::site::{SaveError, Since},
    web::{
        error::Problem,
        extract::{Admin, ChangesSettings, JsonBody, MakesApiKey},
        state::AppState,
    },
};

/// All of them with their names on the wire (`Change` and `MainSettings`) and in the document (`Settings`).
macro_rules! fields {
    ($($wire:ident: $kind:ty = $field:ident, $wire_name:literal = $name:literal;)+) => {
        /// All of them.
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        pub(in crate::web) struct MainSettings {
            /// Masked but for its last four digits; empty while there is none.
            api_key: String,
            /// From the configuration; not changed here.
            application_url: String,
            /// 1: Plex; 4: no media server is chosen yet.
            media_server_type: u8,
            $($wire: $kind,)+
            /// Counts changes; sent back with a change, it is not made if others changed the same meanwhile.
            version: i64,
        }

        /// Those to change; what is absent stays.
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        pub(in crate::web) struct Change {
            $(#[serde(default)] $wire: Option<$kind>,)+
            version: Option<i64>,
        }

        impl Change {
            fn apply(&self, settings: &mut Settings) {
                $(if let Some(value) = &self.$wire {
                    settings.$field = value.clone();
                })+
            }

            /// Those that are to be changed, as the document names them.
            fn names(&self) -> Vec<&'static str> {
                let mut names = Vec::new();
                $(if self.$wire.is_some() {
                    names.push($name);
                })+
                names
            }
        }

        fn all(state: &AppState) -> MainSettings {
            let site = state.site.now();
            let settings = &site.settings;
            MainSettings {
                api_key: site.api_key.as_ref().map(|key| key.masked()).unwrap_or_default(),
                application_url: state.site.public_url().to_owned(),
                media_server_type: if settings.media_server.is_some() { 1 } else { 4 },
                $($wire: settings.$field.clone(),)+
                version: site.version,
            }
        }

        /// What programs call a setting of the document.
        fn on_the_wire(name: &str) -> Option<&'static str> {
            match name {
                $($name => Some($wire_name),)+
                _ => None,
            }
        }
    };
}

fields! {
    application_title: String = application_title, "applicationTitle" = "applicationTitle";
    local_login: bool = local_sign_in, "localLogin" = "localSignIn";
    media_server_login: bool = plex_sign_in, "mediaServerLogin" = "plexSignIn";
    new_plex_login: bool = new_plex_members, "newPlexLogin" = "newPlexMembers";
    allow_self_login_token: bool = members_may_make_tokens, "allowSelfLoginToken" = "membersMayMakeTokens";
    login_token_parameter: String = login_token_parameter, "loginTokenParameter" = "loginTokenParameter";
    default_permissions: Permissions = default_permissions, "defaultPermissions" = "defaultPermissions";
    locale: String = locale, "locale" = "locale";
    household_children: bool = household_children, "householdChildren" = "householdChildren";
    accept_plex_tokens: bool = accept_plex_tokens, "acceptPlexTokens" = "acceptPlexTokens";
    session_idle_days: u16 = session_idle_days, "sessionIdleDays" = "sessionIdleDays";
    session_absolute_days: u16 = session_absolute_days, "sessionAbsoluteDays" = "sessionAbsoluteDays";
    seerr_cookie_name: bool = seerr_cookie_name, "seerrCookieName" = "seerrCookieName";
    activity_days: u16 = activity_days, "activityDays" = "activityDays";
    cookie_domain: String = cookie_domain, "cookieDomain" = "cookieDomain";
    gateway_token_parameter: String = gateway_token_parameter, "gatewayTokenParameter" = "gatewayTokenParameter";
}

/// `GET`: 200.
pub(in crate::web) async fn read(State(state): State<AppState>, _: Admin) -> Json<MainSettings> {
    Json(all(&state))
}

/// `POST`: 200 all of them; 400 values that don't fit, all of them told; 409 with a `version`, when others changed meanwhile
/// what is to be changed. Nothing is changed then.
pub(in crate::web) async fn update(
    State(state): State<AppState>,
    ChangesSettings(by): ChangesSettings,
    JsonBody(change): JsonBody<Change>,
) -> Result<Json<MainSettings>, Problem> {
    let names = change.names();
    let since = change.version.map(|version| Since { version, names: &names });
    let saved = state.site.save(&by, since, |settings| {
        change.apply(settings);
        settings.application_title = settings.application_title.trim().to_owned();
        settings.cookie_domain = settings.cookie_domain.trim().to_owned();
    });
    saved.await.map_err(translated)?;
    Ok(Json(all(&state)))
}

/// `POST …/regenerate`: 200 all of them, the new key in full this once; 403 for anybody but the owner.
pub(in crate::web) async fn regenerate(
    State(state): State<AppState>,
    MakesApiKey(by): MakesApiKey,
) -> Result<Json<MainSettings>, Problem> {
    let key = state.site.make_api_key(&by).await?;
    Ok(Json(MainSettings {
        api_key: key.expose(),
        ..all(&state)
    }))
}

/// With the names that the program knows.
fn translated(error: SaveError) -> SaveError {
    match error {
        SaveError::Mistakes(mistakes) => SaveError::Mistakes(
            mistakes
                .into_iter()
                .map(|mistake| Mistake {
                    name: on_the_wire(mistake.name).unwrap_or(mistake.name),
                    ..mistake
                })
                .collect(),
        ),
        SaveError::Changed {
            mut differences,
            version,
        } => {
            for difference in &mut differences {
                if let Some(name) = on_the_wire(&difference.name) {
                    name.clone_into(&mut difference.name);
                }
            }
            SaveError::Changed { differences, version }
        }
        error @ SaveError::Service(_) => error,
    }
}
