//! The configuration: defaults < TOML file < environment < `…_FILE`, all of it checked once, at start.
//!
//! Nothing else in the server reads the environment or the TOML file, and nothing here changes while it runs; what
//! the owner changes in the browser is in the database.
//!
//! A new setting takes four steps: an entry in `settings` (its names, default and meaning), a parse function in the
//! file of its section, a field of [`Config`] filled in [`Config::load`], and a line in `describe`. Then write
//! docs/configuration.md anew with `latchkey config reference > docs/configuration.md`. Tests fail if one is missing.

mod data;
pub mod data_dir;
mod describe;
mod error;
mod file;
mod limits;
mod loader;
mod log;
mod nearest;
mod paths;
mod plex;
mod public_url;
mod reference;
mod secrets;
mod server;
pub mod settings;
mod source;
mod trusted_proxies;

#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::path::PathBuf;

pub use data::Database;
pub use describe::describe;
pub use error::{ConfigErrors, Problem};
pub use log::{LogConfig, LogFormat};
pub use plex::PlexUrls;
pub use public_url::PublicUrl;
pub use reference::reference;
pub use source::{Origin, Origins, Sources};
pub use trusted_proxies::TrustedProxies;

use crate::domain::limits::{TrafficLimits, TryLimits};
use crate::domain::secret::{EncryptionKey, SessionSecret, SetupCode};
use loader::Loader;

/// Every setting with its final value. `Debug` shows no secret.
#[derive(Debug, Clone)]
pub struct Config {
    /// The TOML file that was read, if any.
    pub file: Option<PathBuf>,
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// Where Prometheus asks, if it does.
    pub metrics_listen: Option<SocketAddr>,
    /// The URL people use, if it is known.
    pub public_url: Option<PublicUrl>,
    /// Proxies whose forwarded headers count.
    pub trusted_proxies: TrustedProxies,
    /// The folder of the built site, if it is not where the program looks by itself.
    pub site_dir: Option<PathBuf>,
    /// The folder for everything that is kept; [`data_dir::prepare`] makes it.
    pub data_dir: PathBuf,
    /// The database.
    pub database: Database,
    /// Encrypts the owner's Plex token; if none, a key file in the data folder does.
    pub encryption_key: Option<EncryptionKey>,
    /// What `/setup` asks for; if none, one is made at first start.
    pub setup_code: Option<SetupCode>,
    /// Signs session cookies; if none, the one in the database does.
    pub session_secret: Option<SessionSecret>,
    /// Plex's addresses.
    pub plex: PlexUrls,
    /// What is logged and how.
    pub log: LogConfig,
    /// How often anybody may try what.
    pub try_limits: TryLimits,
    /// What requests and connections may take.
    pub traffic_limits: TrafficLimits,
    /// Where every value came from.
    pub origins: Origins,
}

/// A configuration that can be started with.
#[derive(Debug)]
pub struct Loaded {
    /// The values.
    pub config: Config,
    /// Things that are probably not meant, one sentence each; to be logged once logging runs.
    pub warnings: Vec<String>,
}

impl Config {
    /// Reads and checks every setting.
    ///
    /// # Errors
    /// [`ConfigErrors`] with everything that is wrong, not only the first; ready to be shown, free of secrets.
    pub fn load(sources: Sources) -> Result<Loaded, ConfigErrors> {
        let mut loader = Loader::new(sources);
        let listen = loader.required(&settings::LISTEN, server::listen);
        let metrics_listen = loader.optional(&settings::METRICS_LISTEN, server::listen);
        let public_url = loader.optional(&settings::PUBLIC_URL, public_url::public_url);
        let trusted_proxies = loader.list(&settings::TRUSTED_PROXIES, trusted_proxies::trusted_proxies);
        let site_dir = loader.optional(&settings::SITE_DIR, paths::path);
        let data_dir = loader.required(&settings::DATA_DIR, paths::path);
        let database = loader.optional(&settings::DATABASE_URL, data::database_url);
        let encryption_key = loader.optional(&settings::ENCRYPTION_KEY, data::encryption_key);
        let setup_code = loader.optional(&settings::SETUP_CODE, secrets::setup_code);
        let session_secret = loader.optional(&settings::SESSION_SECRET, secrets::session_secret);
        let pin_urls = loader.list(&settings::PLEX_PIN_URLS, plex::pin_urls);
        let api_url = loader.required(&settings::PLEX_API_URL, public_url::origin);
        let app_url = loader.required(&settings::PLEX_APP_URL, public_url::origin);
        let filter = loader.required(&settings::LOG, log::filter);
        let format = loader.required(&settings::LOG_FORMAT, log::format);
        let try_limits = limits::try_limits(&mut loader);
        let traffic_limits = limits::traffic_limits(&mut loader);

        let Loader {
            origins,
            problems,
            mut warnings,
            file_path,
            ..
        } = loader;
        // Nothing here is missing unless there is a problem that says so.
        let complete = || {
            let data_dir = data_dir?;
            Some(Config {
                file: file_path,
                listen: listen?,
                metrics_listen: metrics_listen?,
                public_url: public_url?,
                trusted_proxies: trusted_proxies?,
                site_dir: site_dir?,
                database: database?.unwrap_or_else(|| Database::in_folder(&data_dir)),
                data_dir,
                encryption_key: encryption_key?,
                setup_code: setup_code?,
                session_secret: session_secret?,
                plex: PlexUrls {
                    pin_urls: pin_urls?,
                    api_url: api_url?,
                    app_url: app_url?,
                },
                log: LogConfig {
                    filter: filter?,
                    format: format?,
                },
                try_limits: try_limits?,
                traffic_limits: traffic_limits?,
                origins,
            })
        };
        match complete() {
            Some(config) if problems.is_empty() => {
                warnings.extend(config.doubts());
                Ok(Loaded { config, warnings })
            }
            _ => Err(ConfigErrors { problems }),
        }
    }

    /// Values that are allowed and probably not meant.
    fn doubts(&self) -> Vec<String> {
        let mut doubts = Vec::new();
        if self.trusted_proxies.is_everybody() {
            let name = settings::TRUSTED_PROXIES.env;
            doubts.push(format!(
                "{name} trusts every address: anybody can pretend to be somebody else's device"
            ));
        }
        let unsafe_urls = self.plex.unsafe_urls();
        doubts.extend(unsafe_urls.map(|url| format!("{url} is not https: Plex tokens can be read on the way there")));
        doubts
    }
}
