//! Who may see the activity list. The only place that decides.

use super::{
    activity::{Group, Kind},
    permission::Permissions,
    user::{OWNER_ID, User},
};

/// Leave to see the activity list, or the part of it that is about the people whom somebody looks after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaySeeActivity {
    all: bool,
}

impl MaySeeActivity {
    /// Whether lines of this kind may be seen.
    #[must_use]
    pub fn kind(self, kind: Kind) -> bool {
        self.all || kind.group() != Group::Site
    }

    /// Whose lines may not be seen: a manager sees nothing of the owner's.
    #[must_use]
    pub fn without(self) -> Option<i64> {
        (!self.all).then_some(OWNER_ID)
    }
}

/// Administrators see everything; those who look after people see what is about them, and nothing of the owner's own coming
/// and going, of settings, or of secrets. `None`: nothing.
#[must_use]
pub fn may_see_activity(actor: &User) -> Option<MaySeeActivity> {
    let all = actor.permissions.allows(Permissions::ADMIN);
    let manager = actor.permissions.allows(Permissions::MANAGE_USERS);
    manager.then_some(MaySeeActivity { all })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::user::Tier;

    fn user(id: i64, permissions: i64) -> User {
        User {
            id,
            plex_id: None,
            plex_username: None,
            plex_name: None,
            email: None,
            username: None,
            has_password: false,
            tier: Tier::Friend,
            permissions: Permissions(permissions),
            avatar: None,
            locale: None,
            disabled_at: None,
            created_at: 0,
            updated_at: 0,
        }
    }

    #[test]
    fn the_whole_table() {
        for (id, permissions, sees) in [
            (1, Permissions::ADMIN, Some((true, None))),
            (2, Permissions::ADMIN, Some((true, None))),
            (3, Permissions::MANAGE_USERS, Some((false, Some(OWNER_ID)))),
            (4, Permissions::MANAGE_SETTINGS, None),
            (5, Permissions::REQUEST, None),
            (6, 0, None),
        ] {
            let leave = may_see_activity(&user(id, permissions));
            let found = leave.map(|leave| (leave.kind(Kind::SettingChanged), leave.without()));
            assert_eq!(found, sees, "{id}");
            assert!(leave.is_none_or(|leave| leave.kind(Kind::SignedIn)));
        }
    }
}
