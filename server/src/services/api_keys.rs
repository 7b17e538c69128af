//! Programs that bring the API key: it acts as the owner, or as the member whom they name.

use std::{net::IpAddr, sync::Arc};

use super::{
    ServiceError,
    activity::{Activity, Event},
    limits::{self, Limits},
    site::{API_KEY, Site},
};
use crate::{
    domain::{activity::Kind, api_key::ApiKey, user::User},
    storage::{self, Db},
};

/// Who a program with the right key acts as.
#[derive(Debug)]
pub enum ActsAs {
    /// This member.
    Member(Box<User>),
    /// Nobody: there is no such member, or they are switched off.
    Nobody,
    /// The key is wrong.
    WrongKey,
}

/// Checks API keys.
pub struct ApiKeys {
    db: Db,
    site: Arc<Site>,
    limits: Arc<Limits>,
    activity: Arc<Activity>,
}

impl ApiKeys {
    /// Puts the parts together.
    #[must_use]
    pub fn new(db: Db, site: Arc<Site>, limits: Arc<Limits>, activity: Arc<Activity>) -> Self {
        Self {
            db,
            site,
            limits,
            activity,
        }
    }

    /// As whom this key acts, asked to act as the member of this number. A good key costs one question, that for the member,
    /// which asks as well whether it still is the key: one that was replaced on another instance is worth nothing at once.
    ///
    /// # Errors
    /// [`ServiceError::TooManyTries`] for wrong keys, by address; the database's.
    pub async fn authenticate(&self, text: &str, user_id: i64, address: IpAddr) -> Result<ActsAs, ServiceError> {
        let Some(key) = ApiKey::parse(text) else {
            return self.refuse(address).await;
        };
        if !self.is_known(&key) {
            let network = limits::subject(address);
            // Turned away by reading alone, before anything else is asked.
            self.limits.check(limits::API_KEY_FROM_ADDRESS, &network).await?;
            // Another instance may have made it a moment ago.
            self.site.refresh().await?;
            if !self.is_known(&key) {
                return self.refuse(address).await;
            }
        }
        let hash = crate::domain::hash::hex(&key.hash());
        let found = storage::user::find_while(&self.db, user_id, API_KEY, &hash).await?;
        match found {
            Some(user) if user.disabled_at.is_none() => Ok(ActsAs::Member(Box::new(user))),
            Some(_) => Ok(ActsAs::Nobody),
            None => {
                self.site.refresh().await?;
                if self.is_known(&key) {
                    Ok(ActsAs::Nobody)
                } else {
                    self.refuse(address).await
                }
            }
        }
    }

    fn is_known(&self, key: &ApiKey) -> bool {
        self.site.now().api_key.as_ref().is_some_and(|kept| kept.is(key))
    }

    async fn refuse(&self, address: IpAddr) -> Result<ActsAs, ServiceError> {
        let network = limits::subject(address);
        self.limits.begin(limits::API_KEY_FROM_ADDRESS, &network).await?;
        self.activity.note(&Event::new(Kind::ApiKeyRefused, address));
        Ok(ActsAs::WrongKey)
    }
}
