//! Choosing a new password: one's own, or somebody's whom one looks after.

use std::{net::IpAddr, sync::Arc};

use app::msg;

use super::{
    ServiceError,
    activity::{Activity, Event},
    limits::{self, Limits},
    passwords::{Checked, Passwords},
    site::Site,
};
use crate::{
    domain::{
        activity::Kind, clock::Clock, hash::Hash, password_rules::OwnWords, people_rules::MayChangeSecrets, user::User,
    },
    storage::{self, Db, StorageError},
};

/// Changes passwords.
pub struct PasswordChange {
    /// Members.
    pub db: Db,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// The household's title is no password.
    pub site: Arc<Site>,
    /// Wrong present passwords.
    pub limits: Arc<Limits>,
    /// Hashing.
    pub passwords: Arc<Passwords>,
    /// Who did it.
    pub activity: Arc<Activity>,
}

impl PasswordChange {
    /// Sets a password. Whoever has one and changes their own has to give it, too. All other sessions end; `keep` is the
    /// one that goes on, of somebody who changes their own.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] when the present password is missing or wrong; [`ServiceError::Invalid`] for a new one that
    /// is not good enough; [`ServiceError::Conflict`] without an e-mail address; [`ServiceError::Taken`] when another member
    /// signs in with the same; [`ServiceError::TooManyTries`]; the database's.
    pub async fn change(
        &self,
        leave: &MayChangeSecrets,
        present: Option<&str>,
        new: &str,
        keep: Option<&Hash>,
        address: IpAddr,
    ) -> Result<(), ServiceError> {
        let user = leave.user();
        let own = leave.actor_id() == user.id;
        if user.email.is_none() {
            return Err(no_email());
        }
        if own {
            self.check_present(user, present.unwrap_or_default(), address).await?;
        }
        let hash = self.passwords.hash_of(new, own_words(user, &self.site)).await?;
        let line = self.activity.line(&Event {
            kind: if own { Kind::PasswordChanged } else { Kind::PasswordSet },
            user_id: Some(user.id),
            actor_id: Some(leave.actor_id()),
            subject: "",
            address,
        });
        let keep = keep.filter(|_| own);
        let set = storage::credential::set_password(&self.db, user.id, &hash, keep, self.clock.now(), &line).await;
        match set {
            Ok(true) => Ok(()),
            // Their address was taken away meanwhile.
            Ok(false) => Err(no_email()),
            Err(error) => Err(email_taken(error)),
        }
    }

    /// The present password, if there is one. Wrong ones are counted, so that a browser that was left open does not give it
    /// away.
    async fn check_present(&self, user: &User, present: &str, address: IpAddr) -> Result<(), ServiceError> {
        let Some(hash) = storage::credential::find_hash(&self.db, user.id).await? else {
            return Ok(());
        };
        let this = self
            .limits
            .begin(limits::PRESENT_PASSWORD, &user.id.to_string())
            .await?;
        let checked = self.passwords.verify(present, Some(hash), None).await;
        if !matches!(checked, Ok(Checked::Wrong)) {
            self.limits.succeeded(this).await?;
        }
        if checked? != Checked::Wrong {
            return Ok(());
        }
        self.activity.note(&Event {
            kind: Kind::PasswordRefused,
            user_id: Some(user.id),
            actor_id: Some(user.id),
            subject: "",
            address,
        });
        Err(ServiceError::Forbidden(msg!("passwords-present-wrong")))
    }
}

/// What is known about the person and the household.
pub(super) fn own_words(user: &User, site: &Site) -> OwnWords {
    let title = &site.now().settings.application_title;
    let words = [&user.email, &user.username, &user.plex_username, &user.plex_name];
    OwnWords::new(words.into_iter().flatten().chain([title]).map(String::as_str))
}

/// People sign in with their address.
pub(super) fn no_email() -> ServiceError {
    ServiceError::Conflict(msg!("passwords-no-email"))
}

/// Two passwords under one address can't be.
pub(super) fn email_taken(error: StorageError) -> ServiceError {
    match error {
        StorageError::Taken => ServiceError::Taken {
            field: "email",
            message: msg!("passwords-email-taken"),
        },
        error => error.into(),
    }
}
