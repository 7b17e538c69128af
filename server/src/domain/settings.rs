//! What the owner can change while Latchkey runs. Stored as one JSON document.

use serde::{Deserialize, Serialize};

use super::{permission::Permissions, session::Lifetime};

const DAY: i64 = 24 * 60 * 60;

/// The household's settings. A field that is missing in an older document takes its default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Settings {
    /// False until the set-up is finished.
    pub initialized: bool,
    /// The household's name for this site.
    pub application_title: String,
    /// Whether e-mail and password are accepted.
    pub local_sign_in: bool,
    /// Whether signing in with Plex is accepted. The owner's own Plex account always is.
    pub plex_sign_in: bool,
    /// Whether people with access who are not members yet come in by themselves.
    pub new_plex_members: bool,
    /// Whether managed profiles of the owner's Plex Home may come in.
    pub household_children: bool,
    /// Whether members may make login tokens for themselves.
    pub members_may_make_tokens: bool,
    /// Whether `POST /auth/plex` takes a bare Plex token, which may have been issued to another app.
    pub accept_plex_tokens: bool,
    /// What new members get.
    pub default_permissions: Permissions,
    /// The server whose members may come in.
    pub media_server: Option<MediaServer>,
    /// The default language.
    pub locale: String,
    /// Without a request for this many days a session ends.
    pub session_idle_days: u16,
    /// This many days after sign-in a session ends whatever happens.
    pub session_absolute_days: u16,
    /// Call the session cookie `connect.sid`, the name that programs written for Seerr look for.
    pub seerr_cookie_name: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            initialized: false,
            application_title: "Latchkey".to_owned(),
            local_sign_in: true,
            plex_sign_in: true,
            new_plex_members: true,
            household_children: false,
            members_may_make_tokens: false,
            accept_plex_tokens: false,
            default_permissions: Permissions(Permissions::REQUEST),
            media_server: None,
            locale: "en".to_owned(),
            session_idle_days: 30,
            session_absolute_days: 180,
            seerr_cookie_name: false,
        }
    }
}

impl Settings {
    /// How long sessions live.
    #[must_use]
    pub fn lifetime(&self) -> Lifetime {
        Lifetime {
            idle: i64::from(self.session_idle_days) * DAY,
            absolute: i64::from(self.session_absolute_days) * DAY,
        }
    }
}

/// The owner's Plex Media Server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MediaServer {
    /// 40 hex digits; what `resources` calls `clientIdentifier`.
    pub machine_id: String,
    /// Plex's number for the account that owns it. Without it a fake server of that machine identifier could pass.
    pub owner_id: i64,
    /// Such as `Attic`.
    pub name: String,
}
