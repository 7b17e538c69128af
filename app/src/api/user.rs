//! A member as the REST API shows them.

use serde::{Deserialize, Serialize};

/// Seerr's user shape. Never in it: password hash, token hash, Plex token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// 1 is the owner.
    pub id: i64,
    /// Only for yourself or with MANAGE_USERS; empty for managed profiles. Never null: programs made from Seerr's
    /// description refuse a list in which one is.
    pub email: String,
    /// The name chosen here.
    pub username: Option<String>,
    /// The name at Plex.
    pub plex_username: Option<String>,
    /// `username`, else the name chosen at Plex, else `plexUsername`, else `email`.
    pub display_name: String,
    /// 1 Plex, 2 local.
    pub user_type: u8,
    /// Seerr's permission bits.
    pub permissions: i64,
    /// URL of the picture; empty when there is none.
    pub avatar: String,
    /// Plex's number for the account; shown like `email`.
    pub plex_id: Option<i64>,
    /// RFC 3339, UTC.
    pub created_at: String,
    /// RFC 3339, UTC.
    pub updated_at: String,
    /// Always 0; Seerr's clients read it.
    pub request_count: u32,
    /// Always empty; Seerr's clients read it.
    pub warnings: Vec<String>,
    /// Per-user settings.
    pub settings: UserSettings,
}

/// Per-user settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserSettings {
    /// The reader's language; null: the site's.
    pub locale: Option<String>,
}
