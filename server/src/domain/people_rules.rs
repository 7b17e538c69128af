//! Who may do what about whom. The only place that decides; what it grants can be had nowhere else.
//!
//! The rules in short: MANAGE_USERS looks after everybody but the owner; an administrator is looked after by
//! administrators and the owner only, and deleted by the owner only; nobody switches off, deletes or promotes themselves;
//! only the owner gives and takes ADMIN. A login token lets a device in: it changes nobody's rights, credentials or e-mail.

use app::{messages::Message, msg};

use super::{permission::Permissions, user::User};

/// Somebody who is calling, and how strongly they proved who they are.
#[derive(Debug, Clone, Copy)]
pub struct Actor<'a> {
    /// Who.
    pub user: &'a User,
    /// Whether a login token is all that they brought, or what opened their session.
    pub by_login_token: bool,
}

impl Actor<'_> {
    fn is(self, user: &User) -> bool {
        self.user.id == user.id
    }

    fn manages_people(self) -> bool {
        self.user.permissions.allows(Permissions::MANAGE_USERS)
    }
}

/// Leave that is about one member.
macro_rules! leave {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $name {
            user: User,
            actor_id: i64,
        }

        impl $name {
            fn new(actor: Actor<'_>, user: &User) -> Self {
                Self {
                    user: user.clone(),
                    actor_id: actor.user.id,
                }
            }

            /// About whom.
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
    )+};
}

leave! {
    /// Leave to read all that is known about somebody, e-mail included; no secrets.
    MayRead;
    /// Leave to switch somebody off and on, to change their permissions, and to make a link with which they choose a
    /// password. Never about oneself or the owner.
    MayManage;
    /// Leave to delete somebody. Never oneself or the owner.
    MayDelete;
    /// Leave to see how somebody signs in, and on which devices they are signed in.
    MaySeeSecrets;
    /// Leave to change somebody's password, to take a linked account away, and to end their sessions.
    MayChangeSecrets;
    /// Leave to do what nobody does for somebody else, such as linking a Plex account.
    MayChangeOwn;
}

/// Leave to change somebody's name and language; [`MayEdit::email`] says whether the e-mail as well.
#[derive(Debug, Clone)]
pub struct MayEdit {
    user: User,
    actor_id: i64,
    by_login_token: bool,
}

impl MayEdit {
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

    /// Leave to change the e-mail: people sign in with it, and get links there that let them in.
    ///
    /// # Errors
    /// [`Denied::ByLoginToken`]
    pub fn email(&self) -> Result<MayEditEmail<'_>, Denied> {
        if self.by_login_token {
            return Err(Denied::ByLoginToken);
        }
        Ok(MayEditEmail(&self.user))
    }
}

/// Leave to change somebody's e-mail.
#[derive(Debug, Clone, Copy)]
pub struct MayEditEmail<'a>(&'a User);

impl MayEditEmail<'_> {
    /// Whose.
    #[must_use]
    pub fn user(&self) -> &User {
        self.0
    }
}

/// Leave to see everybody with all that is known: to list, sort and search them.
#[derive(Debug, Clone, Copy)]
pub struct MaySeePeople(());

/// Leave to make new members. What they may do is decided by [`MayAddPeople::permissions`].
#[derive(Debug, Clone, Copy)]
pub struct MayAddPeople {
    actor_id: i64,
    actor_is_owner: bool,
    actor_permissions: Permissions,
}

impl MayAddPeople {
    /// Who does it.
    #[must_use]
    pub fn actor_id(self) -> i64 {
        self.actor_id
    }

    /// Leave to make somebody with these permissions. `given`: what everybody new gets here, whoever makes them.
    ///
    /// # Errors
    /// [`Denied::OnlyOwnerMakesAdministrators`], [`Denied::LacksPermission`]
    pub fn permissions(self, given: Permissions, wanted: Permissions) -> Result<MayGrant, Denied> {
        grant(self.actor_is_owner, self.actor_permissions, given, wanted)
    }
}

/// Leave to give somebody these permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MayGrant(Permissions);

impl MayGrant {
    /// All that they have afterwards.
    #[must_use]
    pub fn permissions(self) -> Permissions {
        self.0
    }
}

/// Why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// Signed in by a login token.
    ByLoginToken,
    /// Somebody else's, without MANAGE_USERS.
    NotYours,
    /// About everybody, without MANAGE_USERS.
    NotAManager,
    /// The owner, by somebody else; or what nobody can do to the owner.
    Owner,
    /// An administrator, by somebody who is none.
    Administrator,
    /// An administrator, whom only the owner deletes.
    DeletesAdministrator,
    /// Themselves.
    Oneself,
    /// What only the person can do.
    OnlyThemselves,
    /// ADMIN, by somebody else than the owner.
    OnlyOwnerMakesAdministrators,
    /// A permission that the one who gives it does not have.
    LacksPermission,
}

impl Denied {
    /// In words for the person: what is not possible, and what to do.
    #[must_use]
    pub fn message(self) -> Message {
        match self {
            Self::ByLoginToken => msg!("people-denied-login-token"),
            Self::NotYours => msg!("people-denied-not-yours"),
            Self::NotAManager => msg!("people-denied-not-a-manager"),
            Self::Owner => msg!("people-denied-owner"),
            Self::Administrator => msg!("people-denied-administrator"),
            Self::DeletesAdministrator => msg!("people-denied-deletes-administrator"),
            Self::Oneself => msg!("people-denied-oneself"),
            Self::OnlyThemselves => msg!("people-denied-only-themselves"),
            Self::OnlyOwnerMakesAdministrators => msg!("people-denied-only-owner"),
            Self::LacksPermission => msg!("people-denied-lacks-permission"),
        }
    }
}

/// Whether `actor` may read all that is known about `user`, e-mail included.
///
/// # Errors
/// [`Denied::NotYours`]
pub fn may_read(actor: Actor<'_>, user: &User) -> Result<MayRead, Denied> {
    if actor.is(user) || actor.manages_people() {
        Ok(MayRead::new(actor, user))
    } else {
        Err(Denied::NotYours)
    }
}

/// Oneself; or somebody that `actor` looks after.
fn looks_after(actor: Actor<'_>, user: &User) -> Result<(), Denied> {
    if actor.is(user) {
        return Ok(());
    }
    if !actor.manages_people() {
        return Err(Denied::NotYours);
    }
    if user.is_owner() {
        return Err(Denied::Owner);
    }
    let is_administrator = |user: &User| user.permissions.allows(Permissions::ADMIN);
    if is_administrator(user) && !actor.user.is_owner() && !is_administrator(actor.user) {
        return Err(Denied::Administrator);
    }
    Ok(())
}

/// Whether `actor` may change name and language of `user`, and the e-mail: see [`MayEdit::email`].
///
/// # Errors
/// [`Denied`]
pub fn may_edit(actor: Actor<'_>, user: &User) -> Result<MayEdit, Denied> {
    looks_after(actor, user)?;
    if actor.by_login_token && !actor.is(user) {
        return Err(Denied::ByLoginToken);
    }
    Ok(MayEdit {
        user: user.clone(),
        actor_id: actor.user.id,
        by_login_token: actor.by_login_token,
    })
}

/// Whether `actor` may switch `user` off and on, change their permissions, and make links for a first or new password.
///
/// # Errors
/// [`Denied`]
pub fn may_manage(actor: Actor<'_>, user: &User) -> Result<MayManage, Denied> {
    if !actor.manages_people() {
        return Err(if actor.is(user) {
            Denied::NotAManager
        } else {
            Denied::NotYours
        });
    }
    looks_after(actor, user)?;
    if user.is_owner() {
        return Err(Denied::Owner);
    }
    if actor.is(user) {
        return Err(Denied::Oneself);
    }
    if actor.by_login_token {
        return Err(Denied::ByLoginToken);
    }
    Ok(MayManage::new(actor, user))
}

/// Whether `actor` may delete `user`.
///
/// # Errors
/// [`Denied`]
pub fn may_delete(actor: Actor<'_>, user: &User) -> Result<MayDelete, Denied> {
    let is_administrator = user.permissions.allows(Permissions::ADMIN);
    if actor.manages_people() && !actor.is(user) && !user.is_owner() && is_administrator && !actor.user.is_owner() {
        return Err(Denied::DeletesAdministrator);
    }
    may_manage(actor, user)?;
    Ok(MayDelete::new(actor, user))
}

/// Whether `actor` may see how and where `user` signs in.
///
/// # Errors
/// [`Denied`]
pub fn may_see_secrets(actor: Actor<'_>, user: &User) -> Result<MaySeeSecrets, Denied> {
    looks_after(actor, user)?;
    Ok(MaySeeSecrets::new(actor, user))
}

/// Whether `actor` may change the password of `user`, take a linked account away, and end their sessions.
///
/// # Errors
/// [`Denied`]
pub fn may_change_secrets(actor: Actor<'_>, user: &User) -> Result<MayChangeSecrets, Denied> {
    looks_after(actor, user)?;
    if actor.by_login_token {
        return Err(Denied::ByLoginToken);
    }
    Ok(MayChangeSecrets::new(actor, user))
}

/// Whether `actor` is `user`, and may change how they sign in.
///
/// # Errors
/// [`Denied::OnlyThemselves`], [`Denied::NotYours`], [`Denied::ByLoginToken`]
pub fn may_change_own(actor: Actor<'_>, user: &User) -> Result<MayChangeOwn, Denied> {
    if !actor.is(user) {
        return Err(if actor.manages_people() {
            Denied::OnlyThemselves
        } else {
            Denied::NotYours
        });
    }
    if actor.by_login_token {
        return Err(Denied::ByLoginToken);
    }
    Ok(MayChangeOwn::new(actor, user))
}

/// Whether `actor` may see everybody with all that is known.
///
/// # Errors
/// [`Denied::NotAManager`]
pub fn may_see_people(actor: Actor<'_>) -> Result<MaySeePeople, Denied> {
    if actor.manages_people() {
        Ok(MaySeePeople(()))
    } else {
        Err(Denied::NotAManager)
    }
}

/// Whether `actor` may make new members.
///
/// # Errors
/// [`Denied::NotAManager`], [`Denied::ByLoginToken`]
pub fn may_add_people(actor: Actor<'_>) -> Result<MayAddPeople, Denied> {
    may_see_people(actor)?;
    if actor.by_login_token {
        return Err(Denied::ByLoginToken);
    }
    Ok(MayAddPeople {
        actor_id: actor.user.id,
        actor_is_owner: actor.user.is_owner(),
        actor_permissions: actor.user.permissions,
    })
}

/// Whether `actor` may give the person of this leave these permissions. Bits that stay as they are need no leave.
///
/// # Errors
/// [`Denied::OnlyOwnerMakesAdministrators`], [`Denied::LacksPermission`]
pub fn may_grant(actor: Actor<'_>, leave: &MayManage, wanted: Permissions) -> Result<MayGrant, Denied> {
    let owner = actor.user.is_owner();
    grant(owner, actor.user.permissions, leave.user.permissions, wanted)
}

fn grant(owner: bool, actor: Permissions, now: Permissions, wanted: Permissions) -> Result<MayGrant, Denied> {
    if (now.0 ^ wanted.0) & Permissions::ADMIN != 0 && !owner {
        return Err(Denied::OnlyOwnerMakesAdministrators);
    }
    let added = wanted.0 & !now.0;
    if !owner && !actor.allows(Permissions::ADMIN) && added & !actor.0 != 0 {
        return Err(Denied::LacksPermission);
    }
    Ok(MayGrant(wanted))
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
            tier: if id == 1 { Tier::Owner } else { Tier::Friend },
            permissions: Permissions(permissions),
            avatar: None,
            locale: None,
            disabled_at: None,
            created_at: 0,
            updated_at: 0,
        }
    }

    const ADMIN: i64 = Permissions::ADMIN;
    const MANAGE: i64 = Permissions::MANAGE_USERS;
    const REQUEST: i64 = Permissions::REQUEST;

    fn owner() -> User {
        user(1, ADMIN)
    }

    fn strong(user: &User) -> Actor<'_> {
        Actor {
            user,
            by_login_token: false,
        }
    }

    fn weak(user: &User) -> Actor<'_> {
        Actor {
            user,
            by_login_token: true,
        }
    }

    /// One letter a right, in the order of the columns below: `+` allowed, else why not.
    fn rights(actor: Actor<'_>, whom: &User) -> String {
        fn letter<T>(right: &Result<T, Denied>) -> char {
            match right {
                Ok(_) => '+',
                Err(Denied::ByLoginToken) => 't',
                Err(Denied::NotYours) => 'y',
                Err(Denied::NotAManager) => 'm',
                Err(Denied::Owner) => 'o',
                Err(Denied::Administrator) => 'a',
                Err(Denied::DeletesAdministrator) => 'd',
                Err(Denied::Oneself) => 's',
                Err(Denied::OnlyThemselves) => 'i',
                Err(Denied::OnlyOwnerMakesAdministrators | Denied::LacksPermission) => '?',
            }
        }
        [
            letter(&may_read(actor, whom)),
            letter(&may_edit(actor, whom)),
            letter(&may_edit(actor, whom).and_then(|leave| leave.email().map(|_| ()))),
            letter(&may_manage(actor, whom)),
            letter(&may_delete(actor, whom)),
            letter(&may_see_secrets(actor, whom)),
            letter(&may_change_secrets(actor, whom)),
            letter(&may_change_own(actor, whom)),
        ]
        .into_iter()
        .collect()
    }

    #[test]
    fn the_whole_table() {
        let owner = owner();
        let (admin, other_admin) = (user(2, ADMIN), user(3, ADMIN));
        let (manager, other_manager) = (user(4, MANAGE), user(5, MANAGE));
        let (anna, bea) = (user(6, REQUEST), user(7, REQUEST));
        // actor, whom: read, edit, e-mail, manage, delete, see secrets, change secrets, own. Then the same by login token.
        let table = [
            (&owner, &owner, "+++oo+++", "++too+tt"),
            (&owner, &admin, "+++++++i", "+tttt+ti"),
            (&owner, &manager, "+++++++i", "+tttt+ti"),
            (&owner, &anna, "+++++++i", "+tttt+ti"),
            (&admin, &owner, "+ooooooi", "+ooooooi"),
            (&admin, &admin, "+++ss+++", "++tss+tt"),
            (&admin, &other_admin, "++++d++i", "+tttd+ti"),
            (&admin, &manager, "+++++++i", "+tttt+ti"),
            (&admin, &anna, "+++++++i", "+tttt+ti"),
            (&manager, &owner, "+ooooooi", "+ooooooi"),
            (&manager, &admin, "+aaadaai", "+aaadaai"),
            (&manager, &manager, "+++ss+++", "++tss+tt"),
            (&manager, &other_manager, "+++++++i", "+tttt+ti"),
            (&manager, &anna, "+++++++i", "+tttt+ti"),
            (&anna, &anna, "+++mm+++", "++tmm+tt"),
            (&anna, &bea, "yyyyyyyy", "yyyyyyyy"),
            (&anna, &owner, "yyyyyyyy", "yyyyyyyy"),
            (&anna, &admin, "yyyyyyyy", "yyyyyyyy"),
            (&anna, &manager, "yyyyyyyy", "yyyyyyyy"),
        ];
        for (actor, whom, strongly, by_token) in table {
            let place = format!("{} on {}", actor.id, whom.id);
            assert_eq!(rights(strong(actor), whom), strongly, "{place}");
            assert_eq!(rights(weak(actor), whom), by_token, "{place} by token");
        }
        for (actor, sees, adds) in [
            (&owner, true, true),
            (&admin, true, true),
            (&manager, true, true),
            (&anna, false, false),
        ] {
            assert_eq!(may_see_people(strong(actor)).is_ok(), sees);
            assert_eq!(may_see_people(weak(actor)).is_ok(), sees);
            assert_eq!(may_add_people(strong(actor)).is_ok(), adds);
            assert!(may_add_people(weak(actor)).is_err());
        }
    }

    #[test]
    fn what_can_be_granted() {
        const UNKNOWN: i64 = 1 << 40;
        let (owner, admin, manager) = (owner(), user(2, ADMIN), user(4, MANAGE | REQUEST));
        let only_owner = Err(Denied::OnlyOwnerMakesAdministrators);
        let lacks = Err(Denied::LacksPermission);
        for (actor, has, wanted, expected) in [
            (&owner, 0, ADMIN | UNKNOWN, Ok(())),
            (&owner, ADMIN, 0, Ok(())),
            (&admin, REQUEST, ADMIN | REQUEST, only_owner),
            (&admin, ADMIN, REQUEST, only_owner),
            (&admin, ADMIN, ADMIN | REQUEST, Ok(())),
            (&admin, 0, MANAGE | UNKNOWN, Ok(())),
            (&manager, 0, MANAGE | REQUEST, Ok(())),
            (&manager, 0, Permissions::MANAGE_SETTINGS, lacks),
            (&manager, 0, UNKNOWN, lacks),
            // What is there already, or goes, is not given.
            (
                &manager,
                UNKNOWN | Permissions::MANAGE_SETTINGS,
                UNKNOWN | Permissions::MANAGE_SETTINGS | REQUEST,
                Ok(()),
            ),
            (&manager, UNKNOWN | Permissions::MANAGE_SETTINGS, 0, Ok(())),
            (&manager, 0, ADMIN, only_owner),
        ] {
            let whom = user(9, has);
            let place = format!("{} gives {has:#x} -> {wanted:#x}", actor.id);
            let adds = may_add_people(strong(actor)).unwrap();
            let added = adds.permissions(Permissions(has), Permissions(wanted));
            assert_eq!(
                added.map(|grant| assert_eq!(grant.permissions().0, wanted)),
                expected,
                "{place}"
            );
            if let Ok(leave) = may_manage(strong(actor), &whom) {
                let granted = may_grant(strong(actor), &leave, Permissions(wanted));
                assert_eq!(granted.map(|_| ()), expected, "{place}");
            }
        }
    }
}
