//! From what we know to what goes over the wire.

use app::{
    api::user::{User as WireUser, UserSettings},
    pages::Tier as PageTier,
};

use crate::domain::{
    clock::rfc3339,
    user::{Tier, User},
};

/// A member with everything that only they themselves and managers may see.
pub(super) fn user(user: &User) -> WireUser {
    WireUser {
        id: user.id,
        email: user.email.clone(),
        username: user.username.clone(),
        plex_username: user.plex_username.clone(),
        display_name: user.display_name().to_owned(),
        user_type: if user.plex_id.is_some() { 1 } else { 2 },
        permissions: user.permissions.0,
        avatar: user.avatar.clone().unwrap_or_default(),
        plex_id: user.plex_id,
        created_at: rfc3339(user.created_at),
        updated_at: rfc3339(user.updated_at),
        request_count: 0,
        warnings: Vec::new(),
        settings: UserSettings {
            locale: user.locale.clone(),
        },
    }
}

pub(super) fn tier(tier: Tier) -> PageTier {
    match tier {
        Tier::Owner => PageTier::Owner,
        Tier::Home => PageTier::Home,
        Tier::Friend => PageTier::Friend,
        Tier::Local => PageTier::Local,
    }
}
