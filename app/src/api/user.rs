//! A member as the REST API shows them.

use serde::{Deserialize, Serialize};

/// Seerr's user shape. Never in it: password hash, token hash, Plex token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// 1 is the owner.
    #[cfg_attr(feature = "ssr", schema(examples(4)))]
    pub id: i64,
    /// Only for yourself or with MANAGE_USERS; empty for managed profiles. Never null: programs made from Seerr's
    /// description refuse a list in which one is.
    #[cfg_attr(feature = "ssr", schema(examples("anna@example.com")))]
    pub email: String,
    /// The name chosen here.
    #[cfg_attr(feature = "ssr", schema(examples("Anna")))]
    pub username: Option<String>,
    /// The name at Plex.
    #[cfg_attr(feature = "ssr", schema(examples("anna.k")))]
    pub plex_username: Option<String>,
    /// `username`, else the name chosen at Plex, else `plexUsername`, else `email`.
    #[cfg_attr(feature = "ssr", schema(examples("Anna")))]
    pub display_name: String,
    /// 1 Plex, 2 local.
    #[cfg_attr(feature = "ssr", schema(examples(1)))]
    pub user_type: u8,
    /// Seerr's permission bits.
    #[cfg_attr(feature = "ssr", schema(examples(32)))]
    pub permissions: i64,
    /// URL of the picture; empty when there is none.
    #[cfg_attr(feature = "ssr", schema(examples("https://plex.tv/users/0a1b2c/avatar")))]
    pub avatar: String,
    /// Plex's number for the account; shown like `email`.
    #[cfg_attr(feature = "ssr", schema(examples(52990041)))]
    pub plex_id: Option<i64>,
    /// RFC 3339, UTC.
    #[cfg_attr(feature = "ssr", schema(format = DateTime, examples("2026-09-14T18:00:00Z")))]
    pub created_at: String,
    /// RFC 3339, UTC.
    #[cfg_attr(feature = "ssr", schema(format = DateTime, examples("2026-09-14T18:00:00Z")))]
    pub updated_at: String,
    /// Always 0; Seerr's clients read it.
    #[cfg_attr(feature = "ssr", schema(examples(0)))]
    pub request_count: u32,
    /// Always empty; Seerr's clients read it.
    #[cfg_attr(feature = "ssr", schema(max_items = 0, examples("")))]
    pub warnings: Vec<String>,
    /// Per-user settings.
    pub settings: UserSettings,
}

/// Per-user settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct UserSettings {
    /// The reader's language; null: the site's.
    #[cfg_attr(feature = "ssr", schema(examples("en")))]
    pub locale: Option<String>,
}
