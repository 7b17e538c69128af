//! The Plex account of a member: linked by somebody who is signed in, taken away where another way in remains.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use app::msg;

use super::{
    ServiceError,
    activity::{Activity, Event},
    membership::{Known, Membership},
    password_change::email_taken,
};
use crate::{
    domain::{activity::Kind, clock::Clock, hash::Hash, people_rules::MayChangeSecrets, user::OWNER_ID},
    plex::PlexToken,
    storage::{self, Db, activity::Line, credential::Linked},
};

/// Links and unlinks.
pub struct LinkedAccounts {
    /// Members.
    pub db: Db,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Who did it.
    pub activity: Arc<Activity>,
}

impl LinkedAccounts {
    /// Links the account that Plex knows to a member. Their permissions, tier and e-mail stay. The owner's token is kept,
    /// so that an owner who began with a password can choose a media server.
    ///
    /// # Errors
    /// The database's.
    pub(super) async fn link(
        &self,
        membership: &Membership,
        user_id: i64,
        token: &PlexToken,
        known: &Known,
        network: &str,
    ) -> Result<Linked, ServiceError> {
        let event = Event {
            kind: Kind::PlexLinked,
            user_id: Some(user_id),
            actor_id: Some(user_id),
            subject: &known.profile.name,
            address: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        };
        // An attempt knows its asker by the network that limits count.
        let line = Line {
            address: network.to_owned(),
            ..self.activity.line(&event)
        };
        let linked = storage::credential::link_plex(&self.db, user_id, &known.profile, self.clock.now(), &line).await?;
        if linked == Linked::Yes && user_id == OWNER_ID {
            membership.keep_owner_token(token).await?;
        }
        Ok(linked)
    }

    /// Takes the account away, and ends the sessions that were opened with it but `keep`, of somebody who does it for
    /// themselves. False: there is none.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for the owner, and where nothing to sign in with would be left; the database's.
    pub async fn unlink(
        &self,
        leave: &MayChangeSecrets,
        keep: Option<&Hash>,
        address: IpAddr,
    ) -> Result<bool, ServiceError> {
        let user = leave.user();
        if user.plex_id.is_none() {
            return Ok(false);
        }
        if user.is_owner() {
            return Err(ServiceError::invalid("plex", msg!("linked-owner")));
        }
        let last_way = || ServiceError::invalid("plex", msg!("linked-last-way"));
        if !user.has_password {
            return Err(last_way());
        }
        let own = leave.actor_id() == user.id;
        let name = [&user.plex_username, &user.plex_name];
        let line = self.activity.line(&Event {
            kind: Kind::PlexUnlinked,
            user_id: Some(user.id),
            actor_id: Some(leave.actor_id()),
            subject: name.into_iter().flatten().next().map_or("", String::as_str),
            address,
        });
        let keep = keep.filter(|_| own);
        let unlinked = storage::credential::unlink_plex(&self.db, user.id, keep, self.clock.now(), &line).await;
        if unlinked.map_err(email_taken)? {
            return Ok(true);
        }
        // Changed meanwhile: the account is gone, or the password.
        match storage::user::find(&self.db, user.id).await? {
            Some(user) if user.plex_id.is_some() => Err(last_way()),
            _ => Ok(false),
        }
    }
}
