//! Signed-in devices: the list of a member's sessions, and ending them.
//!
//! Sessions are asked of the database at each request, so one whose row is gone has ended on every instance.

use std::{net::IpAddr, sync::Arc};

use super::{
    ServiceError,
    activity::{Activity, Event},
    sessions::Sessions,
    site::Site,
};
use crate::{
    domain::{
        activity::Kind,
        agent,
        clock::Clock,
        hash::Hash,
        people_rules::{MayChangeSecrets, MaySeeSecrets},
        session::{self, Device},
    },
    storage::{self, Db},
};

/// Most that are listed. A login token has twenty at most; nobody signs in by hand that often.
const MOST: i64 = 200;

/// Lists and ends.
pub struct Devices {
    /// Sessions.
    pub db: Db,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// How long sessions live.
    pub site: Arc<Site>,
    /// What was seen and is not written yet.
    pub sessions: Arc<Sessions>,
    /// Who did it.
    pub activity: Arc<Activity>,
}

impl Devices {
    /// Where somebody is signed in, the one seen last first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list(&self, leave: &MaySeeSecrets) -> Result<Vec<Device>, ServiceError> {
        self.of(leave.user().id).await
    }

    async fn of(&self, user_id: i64) -> Result<Vec<Device>, ServiceError> {
        let lifetime = self.site.now().settings.lifetime();
        let mut devices = storage::device::list(&self.db, user_id, lifetime, self.clock.now(), MOST).await?;
        for device in &mut devices {
            if let Some(seen) = self.sessions.last_seen(&device.id_hash) {
                device.last_seen_at = device.last_seen_at.max(seen);
            }
        }
        devices.sort_by_key(|device| std::cmp::Reverse(device.last_seen_at));
        Ok(devices)
    }

    /// Ends one. False: there is none of that id.
    ///
    /// # Errors
    /// The database's.
    pub async fn end(&self, leave: &MayChangeSecrets, public_id: &str, address: IpAddr) -> Result<bool, ServiceError> {
        let Some(begins) = session::public_id(public_id) else {
            return Ok(false);
        };
        let user_id = leave.user().id;
        let devices = self.of(user_id).await?;
        let known = devices.iter().find(|device| device.id_hash[..8] == begins);
        // In English, as all that is stored.
        let what = known
            .map(|device| agent::describe(&device.agent).to_string())
            .unwrap_or_default();
        let line = self.activity.line(&Event {
            kind: Kind::SessionEnded,
            user_id: Some(user_id),
            actor_id: Some(leave.actor_id()),
            subject: &what,
            address,
        });
        Ok(storage::device::delete(&self.db, user_id, begins, &line).await?)
    }

    /// Ends all but `keep`; answers how many.
    ///
    /// # Errors
    /// The database's.
    pub async fn end_others(
        &self,
        leave: &MayChangeSecrets,
        keep: Option<&Hash>,
        address: IpAddr,
    ) -> Result<u64, ServiceError> {
        let user_id = leave.user().id;
        let line = self.activity.line(&Event {
            kind: Kind::SessionsEnded,
            user_id: Some(user_id),
            actor_id: Some(leave.actor_id()),
            subject: "",
            address,
        });
        Ok(storage::device::delete_others(&self.db, user_id, keep, &line).await?)
    }
}
