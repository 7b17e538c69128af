//! `/settings/main`: the settings, under the names that Seerr's programs know; those that Seerr doesn't have under ours.

use app::{api::error::ErrorBody, msg};
use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    domain::{
        permission::Permissions,
        settings::{Mistake, Settings},
    },
    services::site::{SaveError, Since},
    web::{
        error::Problem,
        extract::{Admin, ChangesSettings, JsonBody, MakesApiKey},
        openapi::{said_of, said_with},
        state::AppState,
    },
};

/// All of them with their names on the wire (`Change` and `MainSettings`) and in the document (`Settings`).
macro_rules! fields {
    ($($(#[$about:meta])* $wire:ident: $kind:ty = $field:ident, $wire_name:literal = $name:literal;)+) => {
        /// All of them.
        #[derive(Serialize, ToSchema)]
        #[serde(rename_all = "camelCase")]
        pub(in crate::web) struct MainSettings {
            /// Masked but for its last four digits; empty while there is none.
            #[schema(examples("••••c0de"))]
            api_key: String,
            /// From the configuration; not changed here.
            #[schema(examples("https://door.home.example"))]
            application_url: String,
            /// 1: Plex; 4: no media server is chosen yet.
            #[schema(examples(1))]
            media_server_type: u8,
            $($(#[$about])* $wire: $kind,)+
            /// Counts changes; sent back with a change, it is not made if others changed the same meanwhile.
            #[schema(examples(12))]
            version: i64,
        }

        /// Those to change; what is absent stays.
        #[derive(Deserialize, ToSchema)]
        #[schema(as = MainSettingsChange)]
        #[serde(rename_all = "camelCase")]
        pub(in crate::web) struct Change {
            $($(#[$about])* #[serde(default)] $wire: Option<$kind>,)+
            /// The one that was read, where others' changes must not be overwritten.
            #[schema(examples(json!(null)))]
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
    /// The household's name for this site.
    #[schema(min_length = 1, max_length = 60, pattern = "[^\\s]", examples("Latchkey"))]
    application_title: String = application_title, "applicationTitle" = "applicationTitle";
    /// Whether e-mail and password are accepted.
    #[schema(examples(true))]
    local_login: bool = local_sign_in, "localLogin" = "localSignIn";
    /// Whether signing in with Plex is accepted. One of the two has to be.
    #[schema(examples(true))]
    media_server_login: bool = plex_sign_in, "mediaServerLogin" = "plexSignIn";
    /// Whether people with access who are not members yet come in by themselves.
    #[schema(examples(true))]
    new_plex_login: bool = new_plex_members, "newPlexLogin" = "newPlexMembers";
    /// Whether members make login tokens for themselves.
    #[schema(examples(true))]
    allow_self_login_token: bool = members_may_make_tokens, "allowSelfLoginToken" = "membersMayMakeTokens";
    /// The name of the parameter in sign-in links.
    #[schema(min_length = 1, max_length = 32, pattern = "^[A-Za-z0-9_-]+$", examples("token"))]
    login_token_parameter: String = login_token_parameter, "loginTokenParameter" = "loginTokenParameter";
    /// What new members may do: Seerr's bits, not ADMIN.
    #[schema(examples(32))]
    default_permissions: Permissions = default_permissions, "defaultPermissions" = "defaultPermissions";
    /// The default language.
    #[schema(pattern = "^(en|de)$", examples("en"))]
    locale: String = locale, "locale" = "locale";
    /// Whether managed profiles of the Plex Home come in.
    #[schema(examples(false))]
    household_children: bool = household_children, "householdChildren" = "householdChildren";
    /// Whether a bare Plex token is accepted, which may have been issued to another app.
    #[schema(examples(false))]
    accept_plex_tokens: bool = accept_plex_tokens, "acceptPlexTokens" = "acceptPlexTokens";
    /// After how many days without a visit a session ends.
    #[schema(minimum = 1, maximum = 3650, examples(30))]
    session_idle_days: u16 = session_idle_days, "sessionIdleDays" = "sessionIdleDays";
    /// After how many days a session ends; not fewer than those.
    #[schema(minimum = 1, maximum = 3650, examples(365))]
    session_absolute_days: u16 = session_absolute_days, "sessionAbsoluteDays" = "sessionAbsoluteDays";
    /// Whether the session cookie is named as Seerr's.
    #[schema(examples(false))]
    seerr_cookie_name: bool = seerr_cookie_name, "seerrCookieName" = "seerrCookieName";
    /// For how many days the activity list is kept.
    #[schema(minimum = 1, maximum = 3650, examples(90))]
    activity_days: u16 = activity_days, "activityDays" = "activityDays";
    /// The domain whose apps share one sign-in; empty: none.
    #[schema(examples("home.example"))]
    cookie_domain: String = cookie_domain, "cookieDomain" = "cookieDomain";
    /// The name of the parameter in apps' links.
    #[schema(min_length = 1, max_length = 32, pattern = "^[A-Za-z0-9_-]+$", examples("latchkey_token"))]
    gateway_token_parameter: String = gateway_token_parameter, "gatewayTokenParameter" = "gatewayTokenParameter";
}

/// The settings.
#[utoipa::path(
    get,
    path = "/settings/main",
    tag = "Settings",
    responses(
        (status = 200, description = "All of them; the API key masked", body = MainSettings),
    )
)]
pub(in crate::web) async fn read(State(state): State<AppState>, _: Admin) -> Json<MainSettings> {
    Json(all(&state))
}

/// An example: somebody else renamed the site meanwhile.
fn changed() -> ErrorBody {
    let of_field = msg!("settings-changed-field", from = "\"Latchkey\"", now = "\"Attic\"");
    said_with(msg!("settings-changed-error"), "applicationTitle", of_field)
}

/// Changes settings: those that are sent.
#[utoipa::path(
    post,
    path = "/settings/main",
    tag = "Settings",
    request_body = Change,
    responses(
        (status = 200, description = "As they are now", body = MainSettings),
        (
            status = 400,
            description = "Values don't fit; `errors` names all of them",
            body = ErrorBody,
            example = json!(said_of("sessionAbsoluteDays", msg!("settings-wrong-absolute"))),
        ),
        (
            status = 409,
            description = "Others changed the same since that `version`; `errors` says from what to what, and nothing is changed",
            body = ErrorBody,
            example = json!(changed()),
        ),
    )
)]
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

/// Makes a new API key: the owner only, not by a login token. An older one stops working at once.
#[utoipa::path(
    post,
    path = "/settings/main/regenerate",
    tag = "Settings",
    responses(
        (status = 200, description = "The settings, with the key in full this once", body = MainSettings),
    )
)]
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
