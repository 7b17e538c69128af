//! Everybody: for those who look after others.

use std::collections::{BTreeMap, BTreeSet};

use super::ServiceError;
use crate::{
    domain::{
        people_rules::{Actor, Denied},
        permission::Permissions,
        user::User,
    },
    storage::{self, Db},
};

/// Finds and lists members.
pub struct Members(pub Db);

/// One part of the list.
#[derive(Debug)]
pub struct Part {
    /// Members by name, each with how many login tokens they have.
    pub members: Vec<(User, i64)>,
    /// How many there are in all.
    pub total: i64,
}

impl Members {
    /// So many of them from a place on (0 is the first).
    ///
    /// # Errors
    /// The database's.
    pub async fn list(&self, from: i64, most: i64) -> Result<Part, ServiceError> {
        Ok(Part {
            members: storage::user::list(&self.0, from, most).await?,
            total: storage::user::count(&self.0).await?,
        })
    }

    /// The names of those of these numbers that are there.
    ///
    /// # Errors
    /// The database's.
    pub async fn names(&self, ids: impl IntoIterator<Item = i64>) -> Result<BTreeMap<i64, String>, ServiceError> {
        let ids: BTreeSet<i64> = ids.into_iter().collect();
        let mut names = BTreeMap::new();
        for id in ids {
            if let Some(user) = self.find(id).await? {
                names.insert(id, user.display_name().to_owned());
            }
        }
        Ok(names)
    }

    /// One of them.
    ///
    /// # Errors
    /// The database's.
    pub async fn find(&self, id: i64) -> Result<Option<User>, ServiceError> {
        Ok(storage::user::find(&self.0, id).await?)
    }

    /// Whom `actor` means by this number. Somebody without MANAGE_USERS learns of no other number whether it is a member's.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`]; the database's.
    pub async fn target(&self, actor: Actor<'_>, id: i64) -> Result<Option<User>, ServiceError> {
        if actor.user.id == id {
            return Ok(Some(actor.user.clone()));
        }
        if !actor.user.permissions.allows(Permissions::MANAGE_USERS) {
            return Err(Denied::NotYours.into());
        }
        self.find(id).await
    }
}

impl From<Denied> for ServiceError {
    fn from(denied: Denied) -> Self {
        Self::Forbidden(denied.message())
    }
}
