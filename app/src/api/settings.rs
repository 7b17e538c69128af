//! Settings that anyone may read.

use serde::{Deserialize, Serialize};

/// Readable without signing in. It has no field that could hold a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PublicSettings {
    /// False until the set-up is finished.
    #[cfg_attr(feature = "ssr", schema(examples(true)))]
    pub initialized: bool,
    /// The public id of this install at Plex (a UUID); every PIN is bound to it.
    #[cfg_attr(
        feature = "ssr",
        schema(format = "uuid", examples("5c0a8f7e-1111-4222-8333-944455556666"))
    )]
    pub plex_client_identifier: String,
    /// The household's name for this site.
    #[cfg_attr(feature = "ssr", schema(examples("Latchkey")))]
    pub application_title: String,
    /// The configured public base URL without a trailing slash; empty when none is configured.
    #[cfg_attr(feature = "ssr", schema(examples("https://door.home.example")))]
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
    #[cfg_attr(feature = "ssr", schema(examples(1)))]
    pub media_server_type: u8,
    /// The default language, such as `en`.
    #[cfg_attr(feature = "ssr", schema(examples("en")))]
    pub locale: String,
    /// Whether this server can send e-mail.
    pub email_enabled: bool,
    /// This server's version.
    #[cfg_attr(feature = "ssr", schema(examples("0.1.0")))]
    pub version: String,
}
