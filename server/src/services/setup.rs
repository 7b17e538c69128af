//! First start: the set-up code, the owner, the media server.

use std::{net::IpAddr, sync::Arc};

use app::msg;

use super::{
    ServiceError,
    activity::By,
    limits::{self, Limits},
    owner_token::OwnerToken,
    passwords::Passwords,
    site::{SaveError, Site},
};
use crate::{
    domain::{
        clock::Clock,
        hash::{hex, same, sha256},
        password_rules::OwnWords,
        person::{Email, PersonName},
        secret::SetupCode,
        settings::MediaServer,
        user::{OWNER_ID, User},
    },
    plex::{PlexApi, PlexServer},
    storage::{self, Db},
};

const CODE: &str = "setup_code";

/// The set-up.
pub struct Setup {
    /// Members, settings, the code.
    pub db: Db,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// The settings.
    pub site: Arc<Site>,
    /// Wrong codes.
    pub limits: Arc<Limits>,
    /// For a local owner.
    pub passwords: Arc<Passwords>,
    /// For listing the owner's servers.
    pub plex: Arc<dyn PlexApi>,
    /// The same.
    pub owner_token: Arc<OwnerToken>,
    /// The code from the configuration.
    pub configured_code: Option<SetupCode>,
}

/// What the owner can pick from.
#[derive(Debug)]
pub enum OwnedServers {
    /// Their own servers.
    Found(Vec<PlexServer>),
    /// No Plex account is linked, or its token is gone.
    NoPlexAccount,
}

impl Setup {
    /// The code that the log shows, made at first start and kept until the set-up is done, so that every instance and
    /// every restart shows the same one. `None` once there is an owner.
    ///
    /// # Errors
    /// The database's.
    pub async fn code(&self) -> Result<Option<SetupCode>, ServiceError> {
        if self.site.now().owner_exists {
            return Ok(None);
        }
        if let Some(code) = &self.configured_code {
            return Ok(Some(code.clone()));
        }
        let kept = match storage::install::find(&self.db, CODE).await? {
            Some(kept) => kept,
            None => {
                // The first start; or another instance has just made the owner and forgotten the code.
                self.site.refresh().await?;
                if self.site.now().owner_exists {
                    return Ok(None);
                }
                storage::install::find_or_create(&self.db, CODE, SetupCode::generate()?.expose()).await?
            }
        };
        let code = SetupCode::parse(&kept)
            .map_err(|error| ServiceError::Internal(format!("the stored set-up code is damaged: {error}")))?;
        Ok(Some(code))
    }

    /// Whether this is the code.
    ///
    /// # Errors
    /// [`ServiceError::TooManyTries`], [`ServiceError::Conflict`] once there is an owner, the database's.
    pub async fn check_code(&self, typed: &str, address: IpAddr) -> Result<bool, ServiceError> {
        let this = self.limits.begin(limits::SETUP_CODE, &limits::subject(address)).await?;
        let right = self.is_code(typed).await?;
        if right {
            self.limits.succeeded(this).await?;
        }
        Ok(right)
    }

    async fn is_code(&self, typed: &str) -> Result<bool, ServiceError> {
        let Some(code) = self.code().await? else {
            return Err(already_done());
        };
        Ok(code.matches(typed))
    }

    /// What a browser that got the code right brings back in a cookie: not the code itself, and worth nothing elsewhere.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`] once there is an owner, the database's.
    pub async fn proof(&self) -> Result<String, ServiceError> {
        let Some(code) = self.code().await? else {
            return Err(already_done());
        };
        let site = self.site.now();
        let parts = [
            b"latchkey set-up\0".as_slice(),
            site.session_secret.expose(),
            code.expose().as_bytes(),
        ];
        Ok(hex(&sha256(&parts.concat())))
    }

    /// Whether this is such a proof.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`] once there is an owner, the database's.
    pub async fn is_proof(&self, proof: &str) -> Result<bool, ServiceError> {
        Ok(same(self.proof().await?.as_bytes(), proof.as_bytes()))
    }

    /// Makes the local owner. The caller has proved the code.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`], [`ServiceError::Conflict`] once there is an owner, the database's.
    pub async fn create_local_owner(
        &self,
        email: &str,
        password: &str,
        username: Option<&str>,
    ) -> Result<User, ServiceError> {
        let email = Email::parse(email)?;
        let username = username.map(PersonName::parse).transpose()?.flatten();
        let title = self.site.now().settings.application_title.clone();
        let name = username.as_ref().map(PersonName::as_str).unwrap_or_default();
        let own = OwnWords::new([email.as_str(), name, &title]);
        let hash = self.passwords.hash_of(password, own).await?;
        if !storage::user::create_local_owner(&self.db, &email, username.as_ref(), &hash, self.clock.now()).await? {
            return Err(already_done());
        }
        tracing::info!("the set-up made a local owner");
        self.owner_was_made().await
    }

    /// To be called when user 1 was made: tells everybody and forgets the code.
    ///
    /// # Errors
    /// The database's.
    pub async fn owner_was_made(&self) -> Result<User, ServiceError> {
        self.site.announce().await?;
        storage::install::delete(&self.db, CODE).await?;
        let owner = storage::user::find(&self.db, OWNER_ID).await?;
        owner.ok_or_else(|| ServiceError::Internal("the owner is gone right after being made".into()))
    }

    /// Whether the owner's Plex token is there and readable.
    ///
    /// # Errors
    /// The database's.
    pub async fn owner_token_kept(&self) -> Result<bool, ServiceError> {
        Ok(self.owner_token.find().await?.is_some())
    }

    /// The media servers the owner owns, asked of Plex.
    ///
    /// # Errors
    /// Plex's, the database's.
    pub async fn owned_servers(&self) -> Result<OwnedServers, ServiceError> {
        let Some(token) = self.owner_token.find().await? else {
            return Ok(OwnedServers::NoPlexAccount);
        };
        match self.plex.resources(&token).await {
            Ok(servers) => Ok(OwnedServers::Found(
                servers.into_iter().filter(|server| server.owned).collect(),
            )),
            Err(crate::plex::PlexError::BadToken) => Ok(OwnedServers::NoPlexAccount),
            Err(error) => Err(error.into()),
        }
    }

    /// The media server of this machine identifier, if Plex confirms that the owner owns it.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for a server that is not among the owned; [`ServiceError::Conflict`] without a Plex
    /// account; Plex's; the database's.
    pub async fn owned_server(&self, machine_id: &str) -> Result<MediaServer, ServiceError> {
        let owner = storage::user::find(&self.db, OWNER_ID).await?;
        let Some(owner_id) = owner.and_then(|owner| owner.plex_id) else {
            return Err(no_plex_account());
        };
        let OwnedServers::Found(servers) = self.owned_servers().await? else {
            return Err(no_plex_account());
        };
        let chosen = servers.into_iter().find(|server| server.machine_id == machine_id);
        let Some(chosen) = chosen else {
            return Err(ServiceError::invalid("machineId", msg!("setup-not-owned")));
        };
        Ok(MediaServer {
            machine_id: chosen.machine_id,
            owner_id,
            name: chosen.name,
        })
    }

    /// Chooses the media server that membership is checked against. Nothing changes unless Plex confirms that the
    /// owner owns it.
    ///
    /// # Errors
    /// As [`Setup::owned_server`], and as [`Site::save`].
    pub async fn choose_server(&self, by: &By, machine_id: &str) -> Result<MediaServer, SaveError> {
        let media_server = self.owned_server(machine_id).await?;
        self.site
            .save(by, None, |settings| settings.media_server = Some(media_server.clone()))
            .await?;
        tracing::info!("the media server was chosen");
        Ok(media_server)
    }

    /// Finishes the set-up.
    ///
    /// # Errors
    /// The database's.
    pub async fn initialize(&self) -> Result<(), ServiceError> {
        self.site.update(|settings| settings.initialized = true).await
    }
}

fn already_done() -> ServiceError {
    ServiceError::conflict(msg!("setup-has-owner"))
}

fn no_plex_account() -> ServiceError {
    ServiceError::conflict(msg!("setup-no-servers"))
}
