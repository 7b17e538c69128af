//! Takes people in who have access at Plex and are no members yet. One request to Plex, however many.

use std::{collections::BTreeSet, net::IpAddr, sync::Arc};

use super::{
    ServiceError,
    activity::{Activity, Event},
    household::{self, Household},
    site::Site,
};
use crate::{
    domain::{
        activity::Kind,
        clock::Clock,
        following::{self, Listed, Share},
        people_rules::MayAddPeople,
        user::User,
    },
    storage::{self, Db},
};

/// Takes people in.
pub struct Import {
    /// Members.
    pub db: Db,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// What new members may do, and whether children come in.
    pub site: Arc<Site>,
    /// Asks Plex.
    pub household: Arc<Household>,
    /// Makes lines.
    pub activity: Arc<Activity>,
}

/// Somebody who could become a member.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// What Plex says about them.
    pub person: Listed,
    /// Whether they are taken in without being named: they have access, and could sign in.
    pub by_default: bool,
}

impl Import {
    /// Who could be taken in: by access first, then by name.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`] without a media server or a token of the owner; Plex's; the database's.
    pub async fn candidates(&self) -> Result<Vec<Candidate>, ServiceError> {
        let (media_server, list) = self.household.ask().await?.list()?;
        let members: BTreeSet<i64> = storage::membership::list_plex_ids(&self.db)
            .await?
            .into_iter()
            .collect();
        let children = self.site.now().settings.household_children;
        let mut found: Vec<Candidate> = list
            .people
            .into_iter()
            .filter(|person| person.share.is_some() && person.plex_id != media_server.owner_id)
            .filter(|person| !members.contains(&person.plex_id))
            .map(|person| Candidate {
                by_default: person.share == Some(Share::Accepted) && (children || !person.restricted),
                person,
            })
            .collect();
        found.sort_by_cached_key(|one| {
            let name = one.person.title.as_deref().unwrap_or_default().to_lowercase();
            (one.person.share != Some(Share::Accepted), name, one.person.plex_id)
        });
        Ok(found)
    }

    /// Makes members of those with these Plex account numbers; `None`: of everybody who has access and could sign in.
    /// Invitations that wait, and children while those are not let in, have to be named. Whoever is a member already, or
    /// is not on the owner's list, is passed over. The new members.
    ///
    /// # Errors
    /// As [`Import::candidates`]; [`ServiceError::Forbidden`] where new members get permissions that the one who asks
    /// may not give.
    pub async fn import(
        &self,
        leave: MayAddPeople,
        plex_ids: Option<&[i64]>,
        address: IpAddr,
    ) -> Result<Vec<User>, ServiceError> {
        let permissions = self.site.now().settings.default_permissions;
        let grant = leave.permissions(permissions, permissions)?;
        let people: Vec<_> = self
            .candidates()
            .await?
            .into_iter()
            .filter(|one| plex_ids.map_or(one.by_default, |ids| ids.contains(&one.person.plex_id)))
            .map(|one| (household::profile(&one.person), following::tier(&one.person)))
            .collect();
        if people.is_empty() {
            return Ok(Vec::new());
        }
        let line = self.activity.line(&Event {
            kind: Kind::MemberImported,
            user_id: None,
            actor_id: Some(leave.actor_id()),
            subject: "",
            address,
        });
        let now = self.clock.now();
        let new = storage::membership::create_members(&self.db, &people, grant.permissions(), now, &line).await?;
        tracing::info!(count = new.len(), "people were taken in from Plex");
        Ok(new)
    }
}
