//! Who may change the settings, and who may renew the site's secrets. The only place that decides; what it grants can be had
//! nowhere else.

use app::{messages::Message, msg};

use super::{people_rules::Actor, permission::Permissions};

/// Leave to read and change the settings.
#[derive(Debug, Clone, Copy)]
pub struct MayChangeSettings {
    actor_id: i64,
}

impl MayChangeSettings {
    /// Who does it.
    #[must_use]
    pub fn actor_id(self) -> i64 {
        self.actor_id
    }
}

/// Leave to make a new session secret or a new API key.
#[derive(Debug, Clone, Copy)]
pub struct MayRenewSecrets {
    actor_id: i64,
}

impl MayRenewSecrets {
    /// Who does it.
    #[must_use]
    pub fn actor_id(self) -> i64 {
        self.actor_id
    }
}

/// Why not, in words for the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// Neither owner nor administrator.
    NotAdministrator,
    /// Signed in by a login token, which lets a device in and no more.
    ByLoginToken,
    /// An administrator who is not the owner, about the owner's own credential.
    OwnersKey,
    /// The same about the mail server, through which links for new passwords go.
    OwnersMail,
}

impl Denied {
    /// In words.
    #[must_use]
    pub fn message(self) -> Message {
        match self {
            Self::NotAdministrator => msg!("errors-only-administrators"),
            Self::ByLoginToken => msg!("settings-denied-token"),
            Self::OwnersKey => msg!("settings-denied-owners-key"),
            Self::OwnersMail => msg!("settings-denied-owners-mail"),
        }
    }
}

/// Whether `actor` may read and change the settings.
///
/// # Errors
/// [`Denied::NotAdministrator`]
pub fn may_change_settings(actor: Actor<'_>) -> Result<MayChangeSettings, Denied> {
    if actor.user.permissions.allows(Permissions::ADMIN) {
        Ok(MayChangeSettings {
            actor_id: actor.user.id,
        })
    } else {
        Err(Denied::NotAdministrator)
    }
}

/// Whether `actor` may make a new session secret.
///
/// # Errors
/// [`Denied`]
pub fn may_rotate(actor: Actor<'_>) -> Result<MayRenewSecrets, Denied> {
    may_change_settings(actor)?;
    if actor.by_login_token {
        return Err(Denied::ByLoginToken);
    }
    Ok(MayRenewSecrets {
        actor_id: actor.user.id,
    })
}

/// Whether `actor` may make a new API key. It acts as the owner: whoever holds it is as good as the owner, so no
/// administrator makes one.
///
/// # Errors
/// [`Denied`]
pub fn may_make_api_key(actor: Actor<'_>) -> Result<MayRenewSecrets, Denied> {
    let leave = may_rotate(actor)?;
    if actor.user.is_owner() {
        Ok(leave)
    } else {
        Err(Denied::OwnersKey)
    }
}

/// Whether `actor` may change how mail is sent. A link for a new password of the owner goes through that server: whoever
/// chooses it could read the link, and be the owner.
///
/// # Errors
/// [`Denied`]
pub fn may_change_mail(actor: Actor<'_>) -> Result<MayRenewSecrets, Denied> {
    let leave = may_rotate(actor)?;
    if actor.user.is_owner() {
        Ok(leave)
    } else {
        Err(Denied::OwnersMail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::user::{Tier, User};

    #[test]
    fn the_whole_table() {
        use Denied::{ByLoginToken, NotAdministrator, OwnersKey};
        let table = [
            // id, permissions, change, rotate, make a key; by a login token: change, rotate, make a key
            (1, Permissions::ADMIN, Ok(()), Ok(()), Ok(())),
            (2, Permissions::ADMIN, Ok(()), Ok(()), Err(OwnersKey)),
            (
                3,
                Permissions::MANAGE_USERS,
                Err(NotAdministrator),
                Err(NotAdministrator),
                Err(NotAdministrator),
            ),
            (
                4,
                Permissions::MANAGE_SETTINGS,
                Err(NotAdministrator),
                Err(NotAdministrator),
                Err(NotAdministrator),
            ),
            (
                5,
                0,
                Err(NotAdministrator),
                Err(NotAdministrator),
                Err(NotAdministrator),
            ),
        ];
        for (id, permissions, change, rotate, key) in table {
            let user = User {
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
            };
            for by_login_token in [false, true] {
                let actor = Actor {
                    user: &user,
                    by_login_token,
                };
                let weakly = |strong: Result<(), Denied>| match strong {
                    Err(NotAdministrator) => strong,
                    _ if by_login_token => Err(ByLoginToken),
                    strong => strong,
                };
                assert_eq!(may_change_settings(actor).map(|_| ()), change, "{id}");
                assert_eq!(may_rotate(actor).map(|_| ()), weakly(rotate), "{id} {by_login_token}");
                let mail = key.map_err(|denied| {
                    if denied == OwnersKey {
                        Denied::OwnersMail
                    } else {
                        denied
                    }
                });
                assert_eq!(
                    may_change_mail(actor).map(|_| ()),
                    weakly(mail),
                    "{id} {by_login_token}"
                );
                assert_eq!(
                    may_make_api_key(actor).map(|_| ()),
                    weakly(key),
                    "{id} {by_login_token}"
                );
            }
        }
    }
}
