//! The household's settings and this install's identity, in memory and up to date.
//!
//! Requests read a snapshot without touching the database. Changes go through [`Site::update`]; what another instance
//! or the command line changed is noticed by the version ([`Site::refresh`], called every second by `bootstrap`).

use std::sync::Arc;

use app::{api::settings::PublicSettings, msg};
use tokio::sync::watch;

use super::{ServiceError, activity::By};
use crate::{
    domain::{
        activity::Kind,
        api_key::{ApiKey, KeptApiKey},
        secret::SessionSecret,
        settings::{Difference, Mistake, SettingError, Settings},
    },
    storage::{self, Db, activity::Line, settings::StoredSettings},
};

const CLIENT_IDENTIFIER: &str = "client_identifier";
const SESSION_SECRET: &str = "session_secret";
/// The hash of the API key.
pub(super) const API_KEY: &str = "api_key";
/// Its last four digits, and when it was made.
const API_KEY_ABOUT: &str = "api_key_about";
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
    /// What is known of the API key, if there is one.
    pub api_key: Option<KeptApiKey>,
    /// Whether user 1 exists.
    pub owner_exists: bool,
}

/// Why settings were not saved. Nothing was changed.
#[derive(Debug)]
pub enum SaveError {
    /// These values don't fit: all of them.
    Mistakes(Vec<Mistake>),
    /// Somebody else changed these meanwhile, among those that were to be saved.
    Changed {
        /// What changed; empty: it is too long ago to be known.
        differences: Vec<Difference>,
        /// The version as it is now: saving from that one goes through.
        version: i64,
    },
    /// Anything else.
    Service(ServiceError),
}

impl From<ServiceError> for SaveError {
    fn from(error: ServiceError) -> Self {
        Self::Service(error)
    }
}

impl From<storage::StorageError> for SaveError {
    fn from(error: storage::StorageError) -> Self {
        Self::Service(error.into())
    }
}

/// From which version somebody began, and which settings they are about to save.
#[derive(Debug, Clone, Copy)]
pub struct Since<'a> {
    /// The version that they saw.
    pub version: i64,
    /// The settings' names.
    pub names: &'a [&'static str],
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

    /// Changes what is nobody's choice, such as that the set-up is done: no line of activity, no check.
    ///
    /// # Errors
    /// The database's; [`ServiceError::Conflict`] when others keep being faster.
    pub async fn update(&self, change: impl Fn(&mut Settings)) -> Result<(), ServiceError> {
        for _ in 0..UPDATE_TRIES {
            let stored = find(&self.db).await?;
            let mut settings = decode(&stored.body)?;
            change(&mut settings);
            if storage::settings::update(&self.db, &stored, &encode(&settings)?, &[]).await? {
                return self.reload().await;
            }
        }
        Err(too_busy())
    }

    /// Saves settings, all of them or none, on top of whatever others changed meanwhile, with a line of activity for each
    /// that has another value now. With `since`: not if others changed any of those meanwhile.
    ///
    /// # Errors
    /// [`SaveError`]
    pub async fn save(
        &self,
        by: &By,
        since: Option<Since<'_>>,
        change: impl Fn(&mut Settings),
    ) -> Result<(), SaveError> {
        self.save_if(by, since, |settings| {
            change(settings);
            Ok(())
        })
        .await
    }

    /// The same, unless `change` refuses what it finds: the settings as they are stored, whoever changed them last.
    ///
    /// # Errors
    /// What `change` says; [`SaveError`].
    pub(super) async fn save_if<E: From<SaveError>>(
        &self,
        by: &By,
        since: Option<Since<'_>>,
        change: impl Fn(&mut Settings) -> Result<(), E>,
    ) -> Result<(), E> {
        for _ in 0..UPDATE_TRIES {
            let stored = find(&self.db).await.map_err(SaveError::from)?;
            let before = decode(&stored.body).map_err(SaveError::from)?;
            if let Some(since) = since {
                self.unchanged_since(since, &stored, &before).await?;
            }
            let mut settings = before.clone();
            change(&mut settings)?;
            settings.check().map_err(SaveError::Mistakes)?;
            let lines = lines(by, &before, &settings);
            if before == settings {
                return Ok(());
            }
            let body = encode(&settings).map_err(SaveError::from)?;
            let saved = storage::settings::update(&self.db, &stored, &body, &lines).await;
            if saved.map_err(SaveError::from)? {
                return self.reload().await.map_err(|error| SaveError::from(error).into());
            }
        }
        Err(SaveError::from(too_busy()).into())
    }

    async fn unchanged_since(
        &self,
        since: Since<'_>,
        stored: &StoredSettings,
        now: &Settings,
    ) -> Result<(), SaveError> {
        if since.version == stored.version {
            return Ok(());
        }
        let version = stored.version;
        let Some(then) = storage::settings::find_older(&self.db, since.version).await? else {
            let differences = Vec::new();
            return Err(SaveError::Changed { differences, version });
        };
        let mut differences = Settings::differences(&decode(&then)?, now);
        differences.retain(|difference| since.names.contains(&difference.name.as_str()));
        if differences.is_empty() {
            Ok(())
        } else {
            Err(SaveError::Changed { differences, version })
        }
    }

    /// Changes one setting by name, as the command line does.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for an unknown name or a value that does not fit; as [`Site::update`].
    pub async fn change(&self, by: &By, name: &str, value: &str) -> Result<(), ServiceError> {
        let invalid = |error: SettingError| ServiceError::invalid("setting", error.to_string());
        // Known to fit now; whatever others change meanwhile, the check in `save` has the last word.
        self.now().settings.with(name, value).map_err(invalid)?;
        let saved = self
            .save(by, None, |settings| {
                if let Ok(changed) = settings.with(name, value) {
                    *settings = changed;
                }
            })
            .await;
        saved.map_err(|error| match error {
            SaveError::Mistakes(mistakes) => invalid(SettingError::Mistakes(mistakes)),
            SaveError::Changed { .. } => too_busy(),
            SaveError::Service(error) => error,
        })
    }

    /// Raises the version without changing a setting, so that every instance reads everything again.
    ///
    /// # Errors
    /// As [`Site::update`].
    pub async fn announce(&self) -> Result<(), ServiceError> {
        self.update(|_| ()).await
    }

    /// Whether the session secret is fixed by the configuration, so that it can't be rotated here.
    #[must_use]
    pub fn secret_is_configured(&self) -> bool {
        self.configured_secret.is_some()
    }

    /// Makes a new session secret and ends every session.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`] while the secret is fixed by the configuration; the database's.
    pub async fn rotate_session_secret(&self, by: &By) -> Result<(), ServiceError> {
        if self.configured_secret.is_some() {
            return Err(ServiceError::Conflict(msg!("settings-secret-is-configured")));
        }
        let secret = SessionSecret::generate()?.to_hex();
        let line = by.line(Kind::SessionSecretRotated, "");
        storage::settings::renew(&self.db, &[(SESSION_SECRET, &secret)], true, Some(&line)).await?;
        self.reload().await
    }

    /// Makes a new API key; an older one stops working at once, on every instance.
    ///
    /// # Errors
    /// [`ServiceError::Randomness`]; the database's.
    pub async fn make_api_key(&self, by: &By) -> Result<ApiKey, ServiceError> {
        let key = ApiKey::generate()?;
        let kept = KeptApiKey::of(&key, by.at());
        let values = [(API_KEY, &*kept.stored_hash()), (API_KEY_ABOUT, &*kept.stored_about())];
        let line = by.line(Kind::ApiKeyMade, "");
        storage::settings::renew(&self.db, &values, false, Some(&line)).await?;
        self.reload().await?;
        Ok(key)
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

/// What the activity list says of a change: each setting by its name, and each app by its own.
fn lines(by: &By, before: &Settings, now: &Settings) -> Vec<Line> {
    let settings = Settings::differences(before, now)
        .into_iter()
        .filter(|difference| !matches!(difference.name.as_str(), "apps" | "nextApp"))
        .map(|difference| by.line(Kind::SettingChanged, &difference.name));
    let changed = now.apps.iter().filter(|app| !before.apps.contains(app));
    let there = |id: i64| now.apps.iter().any(|app| app.id == id);
    let gone = before.apps.iter().filter(|app| !there(app.id));
    let apps = changed.chain(gone).map(|app| by.line(Kind::AppChanged, &app.name));
    settings.chain(apps).collect()
}

async fn find(db: &Db) -> Result<StoredSettings, ServiceError> {
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
        api_key: api_key(db).await?,
        owner_exists: storage::user::owner_exists(db).await?,
    })
}

async fn api_key(db: &Db) -> Result<Option<KeptApiKey>, ServiceError> {
    let Some(hash) = storage::install::find(db, API_KEY).await? else {
        return Ok(None);
    };
    let about = storage::install::find(db, API_KEY_ABOUT).await?.unwrap_or_default();
    // Between the two another key may have been made: then the version has changed, and all is read again.
    Ok(KeptApiKey::from_stored(&hash, &about))
}

/// Whether a value of `install` is one that Latchkey starts with; it is not repeated in what is wrong.
pub(super) fn check_install(name: &str, value: &str) -> Result<(), String> {
    match name {
        SESSION_SECRET => SessionSecret::from_hex(value)
            .map(drop)
            .map_err(|error| error.to_string()),
        // It travels in a header to Plex.
        CLIENT_IDENTIFIER if value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_graphic()) => {
            Err("it must be letters and digits".to_owned())
        }
        _ => Ok(()),
    }
}

fn too_busy() -> ServiceError {
    ServiceError::Conflict(msg!("settings-busy"))
}

fn encode(settings: &Settings) -> Result<String, ServiceError> {
    serde_json::to_string(settings)
        .map_err(|error| ServiceError::Internal(format!("the settings can't be written: {error}")))
}

fn decode(body: &str) -> Result<Settings, ServiceError> {
    serde_json::from_str(body)
        .map_err(|error| ServiceError::Internal(format!("the stored settings can't be read: {error}")))
}
