//! Signing in with e-mail and password.

use std::{net::IpAddr, sync::Arc};

use super::{
    ServiceError,
    limits::{self, Limits},
    passwords::Passwords,
    site::Site,
};
use crate::{
    domain::user::{User, email_key},
    storage::{self, Db},
};

/// Checks e-mail and password.
pub struct LocalSignIn {
    db: Db,
    site: Arc<Site>,
    limits: Arc<Limits>,
    passwords: Arc<Passwords>,
}

impl LocalSignIn {
    /// Puts the parts together.
    #[must_use]
    pub fn new(db: Db, site: Arc<Site>, limits: Arc<Limits>, passwords: Arc<Passwords>) -> Self {
        Self {
            db,
            site,
            limits,
            passwords,
        }
    }

    /// The member, if the password is theirs. `None` says neither whether the account exists nor whether it is disabled.
    ///
    /// # Errors
    /// [`ServiceError::TooManyTries`] per account (known or not) and per address; [`ServiceError::Forbidden`] while
    /// local sign-in is off; the database's.
    pub async fn sign_in(&self, email: &str, password: &str, address: IpAddr) -> Result<Option<User>, ServiceError> {
        if !self.site.now().settings.local_sign_in {
            return Err(ServiceError::Forbidden(
                "Signing in with a password is switched off here.".into(),
            ));
        }
        let from_address = self
            .limits
            .begin(limits::PASSWORD_FROM_ADDRESS, &limits::subject(address))
            .await?;
        let of_account = self.limits.begin(limits::PASSWORD_OF_ACCOUNT, &subject(email)).await?;
        let found = storage::user::find_password(&self.db, email).await?;
        let (id, hash) = found.unzip();
        let right = match self.passwords.verify(password, hash).await {
            Ok(right) => right,
            Err(error) => {
                // Not tried, so not failed.
                self.limits.succeeded(from_address).await?;
                self.limits.succeeded(of_account).await?;
                return Err(error);
            }
        };
        let Some(id) = id.filter(|_| right) else {
            return Ok(None);
        };
        self.limits.succeeded(from_address).await?;
        self.limits.succeeded(of_account).await?;
        let user = storage::user::find(&self.db, id).await?;
        Ok(user.filter(|user| user.disabled_at.is_none()))
    }
}

/// E-mails are counted under a hash: a table of what strangers typed is nobody's business.
fn subject(email: &str) -> String {
    crate::domain::hash::hex(&crate::domain::hash::sha256(email_key(email).as_bytes())[..16])
}
