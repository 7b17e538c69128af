//! Signing in with e-mail and password.

use app::msg;
use std::{net::IpAddr, sync::Arc};

use super::{
    ServiceError,
    activity::{Activity, Event},
    limits::{self, Limits},
    passwords::{Checked, Passwords},
    site::Site,
};
use crate::{
    domain::{
        activity::Kind,
        hash::{Hash, hex, same, sha256},
        secret::random_hex,
        user::{Tier, User, email_key},
    },
    storage::{self, Db},
};

/// Checks e-mail and password.
pub struct LocalSignIn {
    db: Db,
    site: Arc<Site>,
    limits: Arc<Limits>,
    passwords: Arc<Passwords>,
    activity: Arc<Activity>,
}

impl LocalSignIn {
    /// Puts the parts together.
    #[must_use]
    pub fn new(
        db: Db,
        site: Arc<Site>,
        limits: Arc<Limits>,
        passwords: Arc<Passwords>,
        activity: Arc<Activity>,
    ) -> Self {
        Self {
            db,
            site,
            limits,
            passwords,
            activity,
        }
    }

    /// Notes that nobody came in: whose account it was, where there is one, and why. Not what was typed.
    fn refused(&self, user_id: Option<i64>, reason: &str, address: IpAddr) {
        let event = Event {
            user_id,
            ..Event::new(Kind::SignInRefused, address)
        };
        self.activity.note_refusal(&event, reason, None);
    }

    /// The member, if the password is theirs. `None` says neither whether the account exists nor whether it is disabled.
    ///
    /// `known` is what a browser brings that signed in to this account before ([`LocalSignIn::mark`]): its tries count
    /// by themselves, so that a stranger's wrong passwords don't lock the account's own browser out.
    ///
    /// # Errors
    /// [`ServiceError::TooManyTries`] per account (known or not) and per address; [`ServiceError::Forbidden`] while
    /// local sign-in is off; the database's.
    pub async fn sign_in(
        &self,
        email: &str,
        password: &str,
        address: IpAddr,
        known: Option<&str>,
    ) -> Result<Option<User>, ServiceError> {
        if !self.site.now().settings.local_sign_in {
            return Err(ServiceError::Forbidden(msg!("login-password-off")));
        }
        let account = account(email);
        let subject = match known.and_then(|mark| self.check_mark(mark, &account)) {
            Some(browser) => format!("{}:{browser}", hex(&account[..16])),
            // E-mails are counted under a hash: a table of what strangers typed is nobody's business.
            None => account_subject(email),
        };
        let from_address = self
            .limits
            .begin(limits::PASSWORD_FROM_ADDRESS, &limits::subject(address))
            .await
            .inspect_err(|error| self.too_many(error, address))?;
        let of_account = match self.limits.begin(limits::PASSWORD_OF_ACCOUNT, &subject).await {
            Ok(this) => this,
            Err(error) => {
                // Not tried, so not failed: one locked account must not lock the household's address.
                self.limits.succeeded(from_address).await?;
                self.too_many(&error, address);
                return Err(error);
            }
        };
        let checked = self.check(email, password).await;
        if !matches!(checked, Ok((_, false))) {
            self.limits.succeeded(from_address).await?;
            self.limits.succeeded(of_account).await?;
        }
        let (id, right) = checked?;
        let Some(id) = id.filter(|_| right) else {
            let reason = if id.is_some() {
                "wrong-password"
            } else {
                "unknown-account"
            };
            self.refused(id, reason, address);
            return Ok(None);
        };
        let user = storage::user::find(&self.db, id).await?;
        let Some(user) = user else { return Ok(None) };
        if user.disabled_at.is_some() {
            self.refused(Some(id), "disabled", address);
            return Ok(None);
        }
        // Somebody whose share at Plex ended is out, and not in by another door. Only they hear it: they know the password.
        if let Some(server) = &self.site.now().settings.media_server
            && !user.is_owner()
            && user.tier != Tier::Local
            && storage::membership::is_out(&self.db, user.id, &server.machine_id).await?
        {
            self.refused(Some(id), "membership-ended", address);
            return Err(ServiceError::forbidden(msg!("membership-ended")));
        }
        Ok(Some(user))
    }

    fn too_many(&self, error: &ServiceError, address: IpAddr) {
        if matches!(error, ServiceError::TooManyTries { .. }) {
            self.refused(None, "too-many-tries", address);
        }
    }

    /// Whose e-mail that is, and whether this is their password; the same work whether or not there is such an account.
    async fn check(&self, email: &str, password: &str) -> Result<(Option<i64>, bool), ServiceError> {
        let (id, hash) = storage::user::find_password(&self.db, email).await?.unzip();
        let older = storage::credential::find_older(&self.db).await?;
        let checked = self.passwords.verify(password, hash.clone(), older).await?;
        if checked == Checked::RightButOld
            && let (Some(id), Some(hash)) = (id, hash)
        {
            self.replace_older(id, &hash, password).await;
        }
        Ok((id, id.is_some() && checked != Checked::Wrong))
    }

    /// Makes a hash of the present kind. Nobody is kept out when that fails: the next sign-in tries again.
    async fn replace_older(&self, id: i64, old: &str, password: &str) {
        let replaced = async {
            let new = self.passwords.rehash(password).await?;
            Ok::<_, ServiceError>(storage::credential::replace_hash(&self.db, id, old, &new).await?)
        };
        match replaced.await {
            Ok(true) => tracing::info!(user = id, "a password's hash of an older kind was replaced"),
            // Changed meanwhile.
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, user = id, "a password's hash of an older kind was not replaced"),
        }
    }

    /// What a browser keeps after signing in to this account: random, and worth nothing for signing in.
    ///
    /// # Errors
    /// [`ServiceError::Randomness`].
    pub fn mark(&self, email: &str) -> Result<String, ServiceError> {
        let browser = random_hex(16)?;
        let seal = self.seal(&browser, &account(email));
        Ok(format!("{browser}.{seal}"))
    }

    /// The browser's part of a mark that was made here for this account.
    fn check_mark<'a>(&self, mark: &'a str, account: &Hash) -> Option<&'a str> {
        let (browser, seal) = mark.split_once('.')?;
        let right = browser.len() == 32 && same(seal.as_bytes(), self.seal(browser, account).as_bytes());
        right.then_some(browser)
    }

    fn seal(&self, browser: &str, account: &Hash) -> String {
        let site = self.site.now();
        // Every part has a fixed length, so no two inputs run together.
        let parts = [
            b"latchkey known browser\0".as_slice(),
            site.session_secret.expose(),
            account,
            browser.as_bytes(),
        ];
        hex(&sha256(&parts.concat()))
    }
}

/// What the tries on an account are counted under.
#[must_use]
pub fn account_subject(email: &str) -> String {
    hex(&account(email)[..16])
}

fn account(email: &str) -> Hash {
    sha256(email_key(email).as_bytes())
}
