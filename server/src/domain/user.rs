//! A member of the household.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::permission::Permissions;

/// User 1 is the owner.
pub const OWNER_ID: i64 = 1;

/// How somebody belongs to the household.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Tier {
    /// User 1.
    Owner,
    /// In the owner's Plex Home.
    Home,
    /// The media server is shared with them.
    Friend,
    /// An account of this site only.
    Local,
}

impl Tier {
    /// The word stored and shown.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Home => "home",
            Self::Friend => "friend",
            Self::Local => "local",
        }
    }

    /// The reverse of [`Tier::name`].
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Owner, Self::Home, Self::Friend, Self::Local]
            .into_iter()
            .find(|tier| tier.name() == name)
    }
}

/// A member as stored, without the password hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// 1 is the owner.
    pub id: i64,
    /// Plex's number for the account, when one is linked.
    pub plex_id: Option<i64>,
    /// The name at Plex.
    pub plex_username: Option<String>,
    /// The name they chose at Plex, for people to read.
    pub plex_name: Option<String>,
    /// Null for managed profiles.
    pub email: Option<String>,
    /// The name chosen here.
    pub username: Option<String>,
    /// Whether a password is set.
    pub has_password: bool,
    /// How they belong.
    pub tier: Tier,
    /// What they may do.
    pub permissions: Permissions,
    /// URL of the picture at Plex.
    pub avatar: Option<String>,
    /// The reader's language.
    pub locale: Option<String>,
    /// When they were disabled, Unix seconds.
    pub disabled_at: Option<i64>,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds.
    pub updated_at: i64,
}

impl User {
    /// `username`, else the name they chose at Plex, else the name at Plex, else the e-mail.
    #[must_use]
    pub fn display_name(&self) -> &str {
        [&self.username, &self.plex_name, &self.plex_username, &self.email]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .find(|name| !name.is_empty())
            .unwrap_or("Member")
    }

    /// Whether this is user 1.
    #[must_use]
    pub fn is_owner(&self) -> bool {
        self.id == OWNER_ID
    }
}

/// The form of an e-mail address under which it is looked up.
#[must_use]
pub fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}
