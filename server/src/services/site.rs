//! The household's settings and this install's identity, in memory and up to date.
//!
//! Requests read a snapshot without touching the database. Changes go through [`Site::update`]; what another instance
//! or the command line changed is noticed by the version ([`Site::refresh`], called every second by `bootstrap`).

use std::sync::Arc;

use app::{api::settings::PublicSettings, msg};
use tokio::sync::watch;

use super::ServiceError;
use crate::{
    domain::{
        secret::SessionSecret,
        settings::{SettingError, Settings},
    },
    storage::{self, Db},
};

const CLIENT_IDENTIFIER: &str = "client_identifier";
const SESSION_SECRET: &str = "session_secret";
/// How often a change is tried again when somebody else was faster.
const UPDATE_TRIES: usize = 5;

/// Everything that requests need to know about the site, at one moment.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The settings.
    pub settings: Settings,
    /// The settings' version.
    pub version: i64,
    /// The public id of this install at Plex.
    pub client_identifier: Arc<str>,
    /// Signs session cookies.
    pub session_secret: SessionSecret,
    /// Whether user 1 exists.
    pub owner_exists: bool,
}

/// How far the first start has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetupStage {
    /// Nobody is owner yet.
    NoOwner,
    /// There is an owner, who has not finished.
    Unfinished,
    /// Done.
    Finished,
}

impl Snapshot {
    /// How far the first start has come.
    #[must_use]
    pub fn stage(&self) -> SetupStage {
        match (self.owner_exists, self.settings.initialized) {
            (false, _) => SetupStage::NoOwner,
            (true, false) => SetupStage::Unfinished,
            (true, true) => SetupStage::Finished,
        }
    }
}

/// The settings and the identity.
pub struct Site {
    db: Db,
    public_url: String,
    /// From the configuration; wins over the one in the database.
    configured_secret: Option<SessionSecret>,
    current: watch::Sender<Arc<Snapshot>>,
}

impl Site {
    /// Reads everything, making what a first start lacks.
    ///
    /// # Errors
    /// The database's; a settings document or secret that can't be read.
    pub async fn load(
        db: Db,
        public_url: Option<String>,
        configured_secret: Option<SessionSecret>,
    ) -> Result<Self, ServiceError> {
        storage::settings::create(&db, &encode(&Settings::default())?).await?;
        let snapshot = read(&db, configured_secret.as_ref()).await?;
        Ok(Self {
            db,
            public_url: public_url.unwrap_or_default(),
            configured_secret,
            current: watch::Sender::new(Arc::new(snapshot)),
        })
    }

    /// The site as it is now.
    #[must_use]
    pub fn now(&self) -> Arc<Snapshot> {
        self.current.borrow().clone()
    }

    /// The configured public base URL without a trailing slash; empty when there is none.
    #[must_use]
    pub fn public_url(&self) -> &str {
        &self.public_url
    }

    /// What anyone may read.
    #[must_use]
    pub fn public_settings(&self) -> PublicSettings {
        let site = self.now();
        let settings = &site.settings;
        PublicSettings {
            initialized: settings.initialized,
            plex_client_identifier: site.client_identifier.to_string(),
            application_title: settings.application_title.clone(),
            application_url: self.public_url.clone(),
            local_login: settings.local_sign_in,
            media_server_login: settings.plex_sign_in,
            new_plex_login: settings.new_plex_members,
            allow_self_login_token: settings.members_may_make_tokens,
            media_server_type: if settings.media_server.is_some() { 1 } else { 4 },
            locale: settings.locale.clone(),
            email_enabled: settings.smtp.is_some(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    /// Changes the settings, whole or not at all, on top of whatever others changed meanwhile.
    ///
    /// # Errors
    /// The database's; [`ServiceError::Conflict`] when others keep being faster.
    pub async fn update(&self, change: impl Fn(&mut Settings)) -> Result<(), ServiceError> {
        self.try_update(|settings| {
            change(settings);
            Ok(())
        })
        .await
    }

    /// Changes one setting by name, as the command line does.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for an unknown name or a value that does not fit; as [`Site::update`].
    pub async fn change(&self, name: &str, value: &str) -> Result<(), ServiceError> {
        self.try_update(|settings| {
            *settings = settings
                .with(name, value)
                .map_err(|error| ServiceError::invalid("setting", error.to_string()))?;
            Ok(())
        })
        .await
    }

    /// Changes several settings at once, all of them or none.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for values that don't fit; as [`Site::update`].
    pub async fn edit(&self, change: impl Fn(&mut Settings)) -> Result<(), ServiceError> {
        self.try_update(|settings| {
            change(settings);
            settings.check().map_err(|error| match error {
                SettingError::Value(name, message) => ServiceError::invalid(name, message),
                error @ SettingError::Unknown(..) => ServiceError::invalid("setting", error.to_string()),
            })
        })
        .await
    }

    async fn try_update(&self, change: impl Fn(&mut Settings) -> Result<(), ServiceError>) -> Result<(), ServiceError> {
        for _ in 0..UPDATE_TRIES {
            let stored = find(&self.db).await?;
            let mut settings = decode(&stored.body)?;
            change(&mut settings)?;
            if storage::settings::update(&self.db, stored.version, &encode(&settings)?).await? {
                return self.reload().await;
            }
        }
        Err(ServiceError::Conflict(msg!("errors-settings-busy")))
    }

    /// Raises the version without changing a setting, so that every instance reads everything again.
    ///
    /// # Errors
    /// As [`Site::update`].
    pub async fn announce(&self) -> Result<(), ServiceError> {
        self.update(|_| ()).await
    }

    /// Makes a new session secret and ends every session.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`] while the secret is fixed by the configuration; the database's.
    pub async fn rotate_session_secret(&self) -> Result<(), ServiceError> {
        if self.configured_secret.is_some() {
            return Err(ServiceError::Conflict(msg!("errors-secret-configured")));
        }
        storage::settings::rotate_session_secret(&self.db, &SessionSecret::generate()?.to_hex()).await?;
        self.reload().await
    }

    /// Reads again if anybody changed anything.
    ///
    /// # Errors
    /// The database's.
    pub async fn refresh(&self) -> Result<(), ServiceError> {
        let now = self.now();
        let changed = storage::settings::version(&self.db).await? != now.version;
        // Whoever made the owner may have died, or lost the database, before announcing it.
        if changed || (!now.owner_exists && storage::user::owner_exists(&self.db).await?) {
            self.reload().await?;
        }
        Ok(())
    }

    async fn reload(&self) -> Result<(), ServiceError> {
        let snapshot = read(&self.db, self.configured_secret.as_ref()).await?;
        // A slower reader must not put an older state back.
        self.current.send_if_modified(|current| {
            let newer = snapshot.version >= current.version;
            if newer {
                *current = Arc::new(snapshot);
            }
            newer
        });
        Ok(())
    }
}

async fn find(db: &Db) -> Result<storage::settings::StoredSettings, ServiceError> {
    storage::settings::find(db)
        .await?
        .ok_or_else(|| ServiceError::Internal("the settings row is gone".into()))
}

async fn read(db: &Db, configured_secret: Option<&SessionSecret>) -> Result<Snapshot, ServiceError> {
    // The version first: what changes while the rest is read shows as a newer version at the next look.
    let stored = find(db).await?;
    let identifier = match storage::install::find(db, CLIENT_IDENTIFIER).await? {
        Some(identifier) => identifier,
        None => storage::install::find_or_create(db, CLIENT_IDENTIFIER, &uuid::Uuid::new_v4().to_string()).await?,
    };
    let session_secret = match configured_secret {
        Some(secret) => secret.clone(),
        None => {
            let kept = match storage::install::find(db, SESSION_SECRET).await? {
                Some(kept) => kept,
                None => {
                    storage::install::find_or_create(db, SESSION_SECRET, &SessionSecret::generate()?.to_hex()).await?
                }
            };
            SessionSecret::from_hex(&kept)
                .map_err(|error| ServiceError::Internal(format!("the stored session secret is damaged: {error}")))?
        }
    };
    Ok(Snapshot {
        settings: decode(&stored.body)?,
        version: stored.version,
        client_identifier: identifier.into(),
        session_secret,
        owner_exists: storage::user::owner_exists(db).await?,
    })
}

fn encode(settings: &Settings) -> Result<String, ServiceError> {
    serde_json::to_string(settings)
        .map_err(|error| ServiceError::Internal(format!("the settings can't be written: {error}")))
}

fn decode(body: &str) -> Result<Settings, ServiceError> {
    serde_json::from_str(body)
        .map_err(|error| ServiceError::Internal(format!("the stored settings can't be read: {error}")))
}
