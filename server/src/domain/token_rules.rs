//! Who may see and change whose login tokens. The only place that decides; what it grants can be had nowhere else.

use app::{messages::Message, msg};

use super::{people_rules::Actor, permission::Permissions, user::User};

/// Leave to see somebody's login tokens.
#[derive(Debug, Clone)]
pub struct MaySee {
    user: User,
}

/// Leave to make, regenerate and revoke somebody's login tokens.
#[derive(Debug, Clone)]
pub struct MayChange {
    user: User,
    actor_id: i64,
}

impl MaySee {
    /// Whose.
    #[must_use]
    pub fn user(&self) -> &User {
        &self.user
    }
}

impl MayChange {
    /// Whose.
    #[must_use]
    pub fn user(&self) -> &User {
        &self.user
    }

    /// Who does it.
    #[must_use]
    pub fn actor_id(&self) -> i64 {
        self.actor_id
    }
}

/// Why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// Signed in by a login token.
    ByLoginToken,
    /// The setting is off.
    SettingOff,
    /// Somebody else's, without MANAGE_USERS.
    NotYours,
    /// The owner's.
    Owners,
    /// An administrator's, by somebody who is none: it would make them one.
    Administrators,
}

impl Denied {
    /// In words for the person.
    #[must_use]
    pub fn message(self) -> Message {
        match self {
            Self::ByLoginToken => msg!("tokens-denied-by-login-token"),
            Self::SettingOff => msg!("tokens-denied-setting-off"),
            Self::NotYours => msg!("tokens-denied-not-yours"),
            Self::Owners => msg!("tokens-denied-owners"),
            Self::Administrators => msg!("tokens-denied-administrators"),
        }
    }
}

/// Whether `actor` may see the login tokens of `user`. `members_may`: the setting *members may make login tokens*.
///
/// # Errors
/// [`Denied`]
pub fn may_see(actor: Actor<'_>, user: &User, members_may: bool) -> Result<MaySee, Denied> {
    let manager = actor.user.permissions.allows(Permissions::MANAGE_USERS);
    let granted = MaySee { user: user.clone() };
    if actor.user.id == user.id {
        return if manager || members_may {
            Ok(granted)
        } else {
            Err(Denied::SettingOff)
        };
    }
    if !manager {
        return Err(Denied::NotYours);
    }
    if user.is_owner() {
        return Err(Denied::Owners);
    }
    let is_administrator = |user: &User| user.permissions.allows(Permissions::ADMIN);
    if is_administrator(user) && !is_administrator(actor.user) {
        return Err(Denied::Administrators);
    }
    Ok(granted)
}

/// Whether `actor` may make, regenerate and revoke the login tokens of `user`.
///
/// # Errors
/// [`Denied`]
pub fn may_change(actor: Actor<'_>, user: &User, members_may: bool) -> Result<MayChange, Denied> {
    let seen = may_see(actor, user, members_may)?;
    if actor.by_login_token {
        return Err(Denied::ByLoginToken);
    }
    Ok(MayChange {
        user: seen.user,
        actor_id: actor.user.id,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::user::{Tier, User};

    fn user(id: i64, permissions: i64) -> User {
        User {
            id,
            plex_id: None,
            plex_username: None,
            plex_name: None,
            email: None,
            username: None,
            has_password: false,
            tier: if id == 1 { Tier::Owner } else { Tier::Friend },
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
        let owner = user(1, Permissions::ADMIN);
        let admin = user(2, Permissions::ADMIN);
        let other_admin = user(3, Permissions::ADMIN);
        let manager = user(4, Permissions::MANAGE_USERS);
        let anna = user(5, Permissions::REQUEST);
        let bea = user(6, Permissions::REQUEST);
        // actor, whose, with the setting off, with it on
        let off = Err(Denied::SettingOff);
        let table = [
            (&owner, &owner, Ok(()), Ok(())),
            (&owner, &admin, Ok(()), Ok(())),
            (&owner, &anna, Ok(()), Ok(())),
            (&admin, &owner, Err(Denied::Owners), Err(Denied::Owners)),
            (&admin, &admin, Ok(()), Ok(())),
            (&admin, &other_admin, Ok(()), Ok(())),
            (&admin, &manager, Ok(()), Ok(())),
            (&manager, &owner, Err(Denied::Owners), Err(Denied::Owners)),
            (
                &manager,
                &admin,
                Err(Denied::Administrators),
                Err(Denied::Administrators),
            ),
            (&manager, &manager, Ok(()), Ok(())),
            (&manager, &anna, Ok(()), Ok(())),
            (&anna, &anna, off, Ok(())),
            (&anna, &bea, Err(Denied::NotYours), Err(Denied::NotYours)),
            (&anna, &owner, Err(Denied::NotYours), Err(Denied::NotYours)),
            (&anna, &manager, Err(Denied::NotYours), Err(Denied::NotYours)),
        ];
        for (actor, whose, with_off, with_on) in table {
            for (setting, expected) in [(false, with_off), (true, with_on)] {
                let strong = Actor {
                    user: actor,
                    by_login_token: false,
                };
                let weak = Actor {
                    user: actor,
                    by_login_token: true,
                };
                let place = format!("{} on {} with {setting}", actor.id, whose.id);
                assert_eq!(may_see(strong, whose, setting).map(|_| ()), expected, "{place}");
                assert_eq!(may_see(weak, whose, setting).map(|_| ()), expected, "{place}");
                assert_eq!(may_change(strong, whose, setting).map(|_| ()), expected, "{place}");
                let weakly = expected.and(Err(Denied::ByLoginToken));
                assert_eq!(may_change(weak, whose, setting).map(|_| ()), weakly, "{place}");
            }
        }
    }
}
