//! May this Plex account come in? One pure function, with its reason.
//!
//! Membership is the person's own list of servers, checked by machine identifier *and* by the owner's account number:
//! the identifier alone is supplied by clients, so an account could register a fake server under it. Plex not
//! answering never reaches this function: that is "Plex unreachable", not "no access".

use app::api::sign_in::Refusal;

use super::{
    settings::{MediaServer, Settings},
    user::{OWNER_ID, Tier, User},
};

/// One server row of the person's own `resources` list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerAccess {
    /// The server's machine identifier.
    pub machine_id: String,
    /// The caller's own server.
    pub owned: bool,
    /// Account number of the server's owner; Plex leaves it out at times.
    pub owner_id: Option<i64>,
    /// The caller is in the owner's Plex Home.
    pub home: bool,
}

/// What the owner's own list of people says about this account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnerList {
    /// Nobody has looked yet.
    NotAsked,
    /// It can't be read (no owner token, Plex not answering).
    Unavailable,
    /// The account is not on it.
    Absent,
    /// Invited, not accepted.
    Pending,
    /// Has access.
    Accepted,
}

/// Everything the decision needs.
#[derive(Debug)]
pub struct Evidence<'a> {
    /// Plex's number for the account.
    pub plex_id: i64,
    /// A managed profile of a Plex Home.
    pub restricted: bool,
    /// The person's own servers and shares.
    pub servers: &'a [ServerAccess],
    /// What the owner's list says.
    pub owner_list: OwnerList,
    /// The member with this account, if there is one.
    pub member: Option<&'a User>,
    /// The rules.
    pub settings: &'a Settings,
}

/// The decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Come in.
    Allow(Tier),
    /// No, and why.
    Refuse(Refusal),
    /// The owner's list must be read first; ask again with it.
    AskOwnerList,
}

/// One of the questions that the decision asks, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// Is this the owner? Then nothing else is asked.
    Owner,
    /// Is signing in with Plex switched on?
    PlexSignIn,
    /// Is the member not disabled?
    Disabled,
    /// Is a media server chosen?
    MediaServer,
    /// Is it shared with the account?
    Share,
    /// Is it no managed profile, or are those let in?
    ManagedProfile,
    /// Is this a member, or are new people let in?
    NewPeople,
}

/// The decision, with the way there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk {
    /// What was asked and answered well.
    pub passed: Vec<Check>,
    /// What was answered badly, or not yet.
    pub stopped_at: Option<Check>,
    /// The decision.
    pub decision: Decision,
}

/// Decides. Never returns [`Decision::AskOwnerList`] once `owner_list` is something else than `NotAsked`.
#[must_use]
pub fn decide(evidence: &Evidence<'_>) -> Decision {
    walk(evidence).decision
}

/// Decides, and tells the way there: what explains a decision is what makes it.
#[must_use]
pub fn walk(evidence: &Evidence<'_>) -> Walk {
    let Evidence { member, settings, .. } = evidence;
    let mut passed = Vec::new();
    // The owner is never locked out by settings or by a list that Plex shortened.
    if member.is_some_and(|user| user.id == OWNER_ID) {
        return Walk {
            passed: vec![Check::Owner],
            stopped_at: None,
            decision: Decision::Allow(Tier::Owner),
        };
    }
    let mut tier = None;
    let mut ask = |check: Check| -> Result<(), Decision> {
        let unless = |fine: bool, refusal: Refusal| {
            if fine { Ok(()) } else { Err(Decision::Refuse(refusal)) }
        };
        match check {
            Check::Owner => Ok(()),
            Check::PlexSignIn => unless(settings.plex_sign_in, Refusal::PlexSignInOff),
            Check::Disabled => unless(member.is_none_or(|user| user.disabled_at.is_none()), Refusal::Disabled),
            Check::MediaServer => unless(settings.media_server.is_some(), Refusal::NoMediaServer),
            Check::Share => {
                let media_server = settings.media_server.as_ref();
                let media_server = media_server.ok_or(Decision::Refuse(Refusal::NoMediaServer))?;
                tier = Some(share(evidence, media_server)?);
                Ok(())
            }
            Check::ManagedProfile => unless(
                !evidence.restricted || settings.household_children,
                Refusal::ManagedProfileNotAllowed,
            ),
            Check::NewPeople => unless(
                member.is_some() || settings.new_plex_members,
                Refusal::NewPeopleNotLetIn,
            ),
        }
    };
    for check in [
        Check::PlexSignIn,
        Check::Disabled,
        Check::MediaServer,
        Check::Share,
        Check::ManagedProfile,
        Check::NewPeople,
    ] {
        if let Err(decision) = ask(check) {
            return Walk {
                passed,
                stopped_at: Some(check),
                decision,
            };
        }
        passed.push(check);
    }
    Walk {
        passed,
        stopped_at: None,
        // Asked above, or nobody would have come this far.
        decision: tier.map_or(Decision::Refuse(Refusal::NoAccess), Decision::Allow),
    }
}

/// Whether the media server is shared with the account, and how.
fn share(evidence: &Evidence<'_>, media_server: &MediaServer) -> Result<Tier, Decision> {
    let mut unowned = None;
    for server in evidence
        .servers
        .iter()
        .filter(|server| server.machine_id == media_server.machine_id)
    {
        let tier = if server.home { Tier::Home } else { Tier::Friend };
        match (server.owned, server.owner_id) {
            // Somebody who owns the media server but is not user 1 (the owner here is a local account).
            (true, _) if evidence.plex_id == media_server.owner_id => return Ok(Tier::Home),
            (false, Some(owner)) if owner == media_server.owner_id => return Ok(tier),
            (false, None) => unowned = Some(tier),
            // Our machine identifier under another account: a fake.
            _ => {}
        }
    }
    match (evidence.owner_list, unowned) {
        (OwnerList::NotAsked, _) => Err(Decision::AskOwnerList),
        (OwnerList::Accepted, Some(tier)) => Ok(tier),
        (OwnerList::Pending, _) => Err(Decision::Refuse(Refusal::InvitationPending)),
        _ => Err(Decision::Refuse(Refusal::NoAccess)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::permission::Permissions;

    const MACHINE: &str = "5f3a";

    fn settings() -> Settings {
        Settings {
            media_server: Some(MediaServer {
                machine_id: MACHINE.into(),
                owner_id: 31,
                name: "Attic".into(),
            }),
            ..Settings::default()
        }
    }

    fn row(owned: bool, owner_id: Option<i64>, home: bool) -> ServerAccess {
        ServerAccess {
            machine_id: MACHINE.into(),
            owned,
            owner_id,
            home,
        }
    }

    fn member(id: i64, disabled: bool) -> User {
        User {
            id,
            plex_id: Some(48),
            plex_username: None,
            plex_name: None,
            email: None,
            username: None,
            has_password: false,
            tier: Tier::Friend,
            permissions: Permissions(0),
            avatar: None,
            locale: None,
            disabled_at: disabled.then_some(1),
            created_at: 0,
            updated_at: 0,
        }
    }

    fn ask(servers: &[ServerAccess], owner_list: OwnerList, settings: &Settings) -> Decision {
        decide(&Evidence {
            plex_id: 48,
            restricted: false,
            servers,
            owner_list,
            member: None,
            settings,
        })
    }

    #[test]
    fn shares_of_the_owners_server_come_in() {
        assert_eq!(
            ask(&[row(false, Some(31), false)], OwnerList::NotAsked, &settings()),
            Decision::Allow(Tier::Friend)
        );
        assert_eq!(
            ask(&[row(false, Some(31), true)], OwnerList::NotAsked, &settings()),
            Decision::Allow(Tier::Home)
        );
    }

    #[test]
    fn fakes_do_not() {
        // A server registered under our identifier by the caller, or by somebody who shared it with the caller.
        for fake in [
            row(true, None, true),
            row(true, Some(31), true),
            row(true, Some(48), false),
            row(false, Some(99), true),
        ] {
            assert_eq!(
                ask(std::slice::from_ref(&fake), OwnerList::NotAsked, &settings()),
                Decision::AskOwnerList,
                "{fake:?}"
            );
            assert_eq!(
                ask(&[fake], OwnerList::Absent, &settings()),
                Decision::Refuse(Refusal::NoAccess)
            );
        }
        let other = ServerAccess {
            machine_id: "other".into(),
            ..row(false, Some(31), true)
        };
        assert_eq!(
            ask(&[other], OwnerList::Absent, &settings()),
            Decision::Refuse(Refusal::NoAccess)
        );
    }

    #[test]
    fn a_fake_beside_the_real_share_does_not_hide_it() {
        let rows = [
            row(true, Some(48), false),
            row(false, Some(99), false),
            row(false, Some(31), true),
        ];
        assert_eq!(
            ask(&rows, OwnerList::NotAsked, &settings()),
            Decision::Allow(Tier::Home)
        );
    }

    #[test]
    fn a_missing_owner_id_needs_the_owners_list() {
        let rows = [row(false, None, true)];
        assert_eq!(ask(&rows, OwnerList::NotAsked, &settings()), Decision::AskOwnerList);
        assert_eq!(
            ask(&rows, OwnerList::Accepted, &settings()),
            Decision::Allow(Tier::Home)
        );
        assert_eq!(
            ask(&rows, OwnerList::Unavailable, &settings()),
            Decision::Refuse(Refusal::NoAccess)
        );
        assert_eq!(
            ask(&rows, OwnerList::Absent, &settings()),
            Decision::Refuse(Refusal::NoAccess)
        );
    }

    #[test]
    fn an_invitation_not_accepted_is_told_from_no_access() {
        assert_eq!(
            ask(&[], OwnerList::Pending, &settings()),
            Decision::Refuse(Refusal::InvitationPending)
        );
        // On the owner's list without a row of one's own: Plex contradicts itself; the person's own list counts.
        assert_eq!(
            ask(&[], OwnerList::Accepted, &settings()),
            Decision::Refuse(Refusal::NoAccess)
        );
    }

    #[test]
    fn the_rules_apply_in_order() {
        let rows = [row(false, Some(31), true)];
        let closed = Settings {
            new_plex_members: false,
            ..settings()
        };
        assert_eq!(
            ask(&rows, OwnerList::NotAsked, &closed),
            Decision::Refuse(Refusal::NewPeopleNotLetIn)
        );
        let off = Settings {
            plex_sign_in: false,
            ..settings()
        };
        assert_eq!(
            ask(&rows, OwnerList::NotAsked, &off),
            Decision::Refuse(Refusal::PlexSignInOff)
        );
        let none = Settings {
            media_server: None,
            ..settings()
        };
        assert_eq!(
            ask(&rows, OwnerList::NotAsked, &none),
            Decision::Refuse(Refusal::NoMediaServer)
        );
        let settings = settings();
        let evidence = |member, restricted, settings| Evidence {
            plex_id: 48,
            restricted,
            servers: &rows,
            owner_list: OwnerList::NotAsked,
            member,
            settings,
        };
        let (known, disabled, owner) = (member(7, false), member(7, true), member(1, true));
        assert_eq!(
            decide(&evidence(Some(&known), false, &closed)),
            Decision::Allow(Tier::Home)
        );
        assert_eq!(
            decide(&evidence(Some(&disabled), false, &settings)),
            Decision::Refuse(Refusal::Disabled)
        );
        assert_eq!(
            decide(&evidence(None, true, &settings)),
            Decision::Refuse(Refusal::ManagedProfileNotAllowed)
        );
        let children = Settings {
            household_children: true,
            ..settings.clone()
        };
        assert_eq!(decide(&evidence(None, true, &children)), Decision::Allow(Tier::Home));
        // The owner always comes in.
        for rules in [&off, &none, &closed] {
            assert_eq!(
                decide(&evidence(Some(&owner), false, rules)),
                Decision::Allow(Tier::Owner)
            );
        }
    }
}
