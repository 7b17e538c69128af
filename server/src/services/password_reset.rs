//! Links with which somebody chooses a password without the present one: mailed to whoever forgot it, or made by somebody
//! who looks after them.
//!
//! Whether there is an account for an address is told to nobody: asking only queues, and the answer is the same. A chore
//! looks the account up and mails.

use std::{
    collections::VecDeque,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use app::{messages::Language, msg, paths};

use super::{
    ServiceError,
    activity::{Activity, Event},
    limits::{self, Limits},
    mail::{Letter, Mail},
    password_change::{email_taken, no_email, own_words},
    passwords::Passwords,
    site::Site,
};
use crate::{
    domain::{
        activity::Kind,
        clock::Clock,
        hash::{hex, sha256},
        people_rules::MayManage,
        reset::{RESET_LIFE, ResetValue},
        secret::Secret,
        user::{User, email_key},
    },
    storage::{self, Db},
};

/// Most askings that wait to be looked up.
const MOST_WAITING: usize = 500;
/// Longest address that is looked up, in bytes.
const LONGEST_EMAIL: usize = 254;

/// Somebody asked for a mail.
#[derive(Clone)]
struct Asking {
    email: String,
    address: IpAddr,
}

/// A link that was made, for the one answer that shows it.
#[derive(Debug)]
pub struct MadeLink {
    /// What goes into the address.
    pub value: ResetValue,
    /// Unix seconds.
    pub expires_at: i64,
}

/// Makes links and takes them.
pub struct PasswordResets {
    db: Db,
    clock: Arc<dyn Clock>,
    site: Arc<Site>,
    limits: Arc<Limits>,
    passwords: Arc<Passwords>,
    activity: Arc<Activity>,
    mail: Arc<Mail>,
    waiting: Mutex<VecDeque<Asking>>,
}

impl PasswordResets {
    /// Puts the parts together.
    #[must_use]
    pub fn new(
        db: Db,
        clock: Arc<dyn Clock>,
        site: Arc<Site>,
        limits: Arc<Limits>,
        passwords: Arc<Passwords>,
        activity: Arc<Activity>,
        mail: Arc<Mail>,
    ) -> Self {
        Self {
            db,
            clock,
            site,
            limits,
            passwords,
            activity,
            mail,
            waiting: Mutex::default(),
        }
    }

    /// Whether somebody can help themselves: mail is set up, passwords are accepted, and the public address is configured.
    /// Without that one the link would lead where the asking says, and anybody may ask for anybody.
    #[must_use]
    pub fn by_mail(&self) -> bool {
        self.mail.is_set_up() && self.site.now().settings.local_sign_in && !self.site.public_url().is_empty()
    }

    /// Takes the wish for a mail to this address. The answer never depends on whether there is an account.
    ///
    /// # Errors
    /// [`ServiceError::TooManyTries`] from one address; the database's.
    pub async fn ask(&self, email: &str, address: IpAddr) -> Result<(), ServiceError> {
        self.limits
            .begin(limits::RESET_FROM_ADDRESS, &limits::subject(address))
            .await?;
        if !self.by_mail() || email.len() > LONGEST_EMAIL {
            return Ok(());
        }
        let mut waiting = self.waiting_now();
        if waiting.len() >= MOST_WAITING {
            tracing::warn!("a wish for a new password is lost: too many wait");
            return Ok(());
        }
        waiting.push_back(Asking {
            email: email.to_owned(),
            address,
        });
        Ok(())
    }

    /// Looks up what was asked for and queues the mails. What fails is kept for the next call.
    ///
    /// # Errors
    /// The database's.
    pub async fn work(&self) -> Result<(), ServiceError> {
        loop {
            let Some(asking) = self.waiting_now().front().cloned() else {
                return Ok(());
            };
            self.answer(&asking).await?;
            self.waiting_now().pop_front();
        }
    }

    async fn answer(&self, asking: &Asking) -> Result<(), ServiceError> {
        let Some(user) = storage::password_reset::find_account(&self.db, &asking.email).await? else {
            return Ok(());
        };
        let Some(email) = user.email.clone() else { return Ok(()) };
        // Under a hash, as with sign-ins. Nobody's box is filled by a stranger.
        let subject = hex(&sha256(email_key(&email).as_bytes())[..16]);
        match self.limits.begin(limits::RESET_OF_ACCOUNT, &subject).await {
            Ok(_) => {}
            Err(ServiceError::TooManyTries { .. }) => return Ok(()),
            Err(error) => return Err(error),
        }
        let made = self.make(&user, None, Kind::ResetMailed, asking.address).await?;
        let site = self.site.now();
        let settings = &site.settings;
        let title = &settings.application_title;
        let link = format!("{}{}", self.site.public_url(), paths::login_reset(&made.value.expose()));
        let language = [user.locale.as_deref(), Some(settings.locale.as_str())]
            .into_iter()
            .flatten()
            .find_map(Language::from_tag)
            .unwrap_or_default();
        self.mail.send(Letter {
            to: email,
            language,
            subject: msg!("mail-reset-subject", title = title),
            before: vec![
                msg!("mail-reset-hello", name = user.display_name()),
                msg!("mail-reset-text", title = title),
            ],
            link: Some((msg!("mail-reset-button"), Secret::new(link))),
            after: vec![msg!("mail-reset-after")],
        });
        Ok(())
    }

    /// Makes a link for somebody, to hand over by other ways than mail. An older one of theirs stops working.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`] for somebody without an e-mail address, or who is switched off; the database's.
    pub async fn make_link(&self, leave: &MayManage, address: IpAddr) -> Result<MadeLink, ServiceError> {
        let user = leave.user();
        if user.email.is_none() {
            return Err(no_email());
        }
        if user.disabled_at.is_some() {
            return Err(ServiceError::Conflict(msg!("passwords-switched-off")));
        }
        self.make(user, Some(leave.actor_id()), Kind::ResetLinkMade, address)
            .await
    }

    async fn make(
        &self,
        user: &User,
        actor_id: Option<i64>,
        kind: Kind,
        address: IpAddr,
    ) -> Result<MadeLink, ServiceError> {
        let value = ResetValue::generate()?;
        let now = self.clock.now();
        let expires_at = now + RESET_LIFE;
        let line = self.activity.line(&Event {
            kind,
            user_id: Some(user.id),
            actor_id,
            subject: "",
            address,
        });
        storage::password_reset::replace(&self.db, user.id, &value.hash(), now, expires_at, &line).await?;
        Ok(MadeLink { value, expires_at })
    }

    /// Whose link this is. `None`: unknown, used, replaced, run out, or of somebody who is switched off.
    ///
    /// # Errors
    /// [`ServiceError::TooManyTries`] from an address that brought too many that are nobody's; the database's.
    pub async fn find(&self, text: &str, address: IpAddr) -> Result<Option<User>, ServiceError> {
        let subject = limits::subject(address);
        self.limits.check(limits::RESET_LINK, &subject).await?;
        let user = match ResetValue::parse(text) {
            Some(value) => storage::password_reset::find(&self.db, &value.hash(), self.clock.now()).await?,
            None => None,
        };
        let user = user.filter(|user| user.disabled_at.is_none());
        if user.is_none() {
            self.limits.begin(limits::RESET_LINK, &subject).await?;
        }
        Ok(user)
    }

    /// Chooses a password with a link, which is used up by that; every session of the member ends. `None`: as with
    /// [`PasswordResets::find`].
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for a password that is not good enough, and the link stays; [`ServiceError::Taken`];
    /// [`ServiceError::TooManyTries`]; the database's.
    pub async fn complete(&self, text: &str, password: &str, address: IpAddr) -> Result<Option<User>, ServiceError> {
        let (Some(user), Some(value)) = (self.find(text, address).await?, ResetValue::parse(text)) else {
            return Ok(None);
        };
        if user.email.is_none() {
            return Err(no_email());
        }
        let hash = self.passwords.hash_of(password, own_words(&user, &self.site)).await?;
        let line = self.activity.line(&Event {
            kind: Kind::PasswordReset,
            user_id: Some(user.id),
            actor_id: Some(user.id),
            subject: "",
            address,
        });
        let now = self.clock.now();
        let used = storage::password_reset::complete(&self.db, user.id, &value.hash(), &hash, now, &line)
            .await
            .map_err(email_taken)?;
        Ok(used.then_some(user))
    }

    /// Clears away links that ran out.
    ///
    /// # Errors
    /// The database's.
    pub async fn clean(&self) -> Result<u64, ServiceError> {
        Ok(storage::password_reset::delete_expired(&self.db, self.clock.now()).await?)
    }

    fn waiting_now(&self) -> std::sync::MutexGuard<'_, VecDeque<Asking>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
