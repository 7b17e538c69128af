//! Settings that anyone may read.

use serde::{Deserialize, Serialize};

/// Readable without signing in. It has no field that could hold a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PublicSettings {
    /// False until the set-up is finished.
    pub initialized: bool,
    /// The public id of this install at Plex (a UUID); every PIN is bound to it.
    pub plex_client_identifier: String,
    /// The household's name for this site.
    pub application_title: String,
    /// The configured public base URL without a trailing slash; empty when none is configured.
    pub application_url: String,
    /// Whether e-mail and password are accepted.
    pub local_login: bool,
    /// Whether signing in with Plex is accepted.
    pub media_server_login: bool,
    /// Whether people with access who are not members yet may come in by themselves.
    pub new_plex_login: bool,
    /// Whether members may make login tokens for themselves.
    pub allow_self_login_token: bool,
    /// 1 Plex, 4 no media server chosen (Seerr's numbers).
    pub media_server_type: u8,
    /// The default language, such as `en`.
    pub locale: String,
    /// Whether this server can send e-mail.
    pub email_enabled: bool,
    /// This server's version.
    pub version: String,
}
