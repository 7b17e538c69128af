//! Puts everything together: configuration → state → router; the chores in the background; an orderly end.

use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};

use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
};
use url::Url;

use crate::{
    chores,
    config::{Config, Database, TrustedProxies, data_dir},
    domain::{
        clock::{Clock, SystemClock},
        gateway::Upstream,
        secret::EncryptionKey,
    },
    plex::{PRODUCT, Pictures, PlexApi, PlexClient, PlexIdentity, PlexLimits},
    services::{
        ServiceError,
        activity::Activity,
        api_keys::ApiKeys,
        apps::Apps,
        avatars::Avatars,
        devices::Devices,
        explain::Explain,
        gateway::Gateway,
        hand_over::HandOvers,
        health::Health,
        household::Household,
        import::Import,
        limits::Limits,
        linked_account::LinkedAccounts,
        local_sign_in::LocalSignIn,
        login_tokens::LoginTokens,
        mail::Mail,
        members::Members,
        membership::Membership,
        membership_check::MembershipCheck,
        metrics::{Counted, CountedPlex, Metrics},
        owner_token::OwnerToken,
        pairing::Pairings,
        password_change::PasswordChange,
        password_reset::PasswordResets,
        passwords::Passwords,
        polls::Polls,
        sealed::Sealed,
        sessions::Sessions,
        setup::Setup,
        sign_in::SignIn,
        site::Site,
        vault::Vault,
    },
    storage::{self, Db},
    web::{self, AppState, ConnectionLimits, Credentials},
};

const KEY_FILE: &str = "encryption.key";
/// The folder below the data folder where members' pictures are kept. May be emptied at any time.
const PICTURES: &str = "pictures";
/// How long requests under way may take when the server stops.
const LAST_REQUESTS: Duration = Duration::from_secs(10);
/// The same for the chores, and for closing the database: it may be the reason for stopping that nothing answers.
const LAST_CHORES: Duration = Duration::from_secs(5);

/// Why Latchkey can't start or had to stop. Says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder.
    #[error(transparent)]
    DataDir(#[from] data_dir::DataDirError),
    /// The database.
    #[error(
        "the database can't be opened: {0}. Check LATCHKEY_DATABASE_URL, and that the database is running and may be written to"
    )]
    Database(#[from] storage::StorageError),
    /// A database that a later release has worked with.
    #[error("{0}. Install that version again, or restore the backup from before")]
    NewerDatabase(storage::StorageError),
    /// A service.
    #[error(transparent)]
    Service(ServiceError),
    /// The built site.
    #[error(transparent)]
    Site(#[from] web::SiteError),
    /// The key file.
    #[error(
        "the encryption key in {0} is damaged: {1}. Restore the file, or delete it and sign in with Plex as owner again"
    )]
    KeyFile(String, crate::domain::secret::KeyError),
    /// No random numbers.
    #[error(transparent)]
    Randomness(#[from] crate::domain::secret::NoRandomness),
    /// The address.
    #[error("can't listen on {0}: {1}. Is another program using it? Set LATCHKEY_LISTEN to another address")]
    Listen(SocketAddr, std::io::Error),
    /// A Plex URL that the configuration let through.
    #[error("the Plex URL can't be used: {0}")]
    PlexUrl(#[from] url::ParseError),
    /// The server itself.
    #[error("serving failed: {0}")]
    Serve(std::io::Error),
}

/// Everything that runs.
pub struct App {
    /// Shared by requests and chores.
    pub state: AppState,
    /// For closing at the end.
    pub db: Db,
}

impl App {
    /// Opens the database and puts the services together, on the machine's clock and against plex.tv.
    ///
    /// # Errors
    /// What [`StartError`] lists.
    pub async fn build(config: &Config) -> Result<Self, StartError> {
        let db = open(config).await?;
        Self::assemble(
            config,
            db,
            Arc::new(SystemClock),
            web::Site::open(config.site_dir.as_deref())?,
            PlexLimits::default(),
        )
        .await
    }

    /// The same for commands of the shell, which serve nothing.
    ///
    /// # Errors
    /// What [`StartError`] lists.
    pub async fn for_commands(config: &Config) -> Result<Self, StartError> {
        let db = open(config).await?;
        Self::assemble(
            config,
            db,
            Arc::new(SystemClock),
            web::Site::none(),
            PlexLimits::default(),
        )
        .await
    }

    /// The same on a given database, clock and site, and with limits towards Plex of one's own, for tests.
    ///
    /// # Errors
    /// What [`StartError`] lists.
    pub async fn assemble(
        config: &Config,
        db: Db,
        clock: Arc<dyn Clock>,
        files: web::Site,
        plex_limits: PlexLimits,
    ) -> Result<Self, StartError> {
        // leptos spawns while it renders; once a process is enough, so "already there" is fine.
        let _ = any_spawner::Executor::init_tokio();
        let public_url = config.public_url.as_ref().map(|url| url.origin().to_owned());
        let site = Arc::new(Site::load(db.clone(), public_url, config.session_secret.clone()).await?);
        storage::user::complete_keys(&db).await?;
        let key = encryption_key(config)?;
        let vault = Arc::new(Vault::new(&key));
        let owner_token = Arc::new(OwnerToken::new(db.clone(), Arc::clone(&vault)));
        owner_token.check_key().await?;
        let limits = Arc::new(Limits::new(db.clone(), Arc::clone(&clock), config.try_limits));
        let passwords = Arc::new(Passwords::start()?);
        let identity = PlexIdentity {
            client_identifier: site.now().client_identifier.to_string(),
            product: PRODUCT.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            device_name: site.now().settings.application_title.clone(),
            device: std::env::consts::OS.to_owned(),
            platform: "Web".to_owned(),
        };
        let counted_plex = Arc::new(CountedPlex::new(Arc::new(PlexClient::new(
            Url::parse(&config.plex.api_url)?,
            &identity,
            plex_limits,
        ))));
        let plex: Arc<dyn PlexApi> = Arc::clone(&counted_plex) as _;
        let reader = Arc::new(storage::Reader::open(&db).await?);
        let sessions = Arc::new(Sessions::new(
            db.clone(),
            Arc::clone(&reader),
            Arc::clone(&clock),
            Arc::clone(&site),
        ));
        let activity = Arc::new(Activity::new(db.clone(), Arc::clone(&clock), Arc::clone(&site)));
        let api_keys = ApiKeys::new(
            db.clone(),
            Arc::clone(&site),
            Arc::clone(&limits),
            Arc::clone(&activity),
        );
        let login_tokens = Arc::new(LoginTokens::new(
            db.clone(),
            Arc::clone(&reader),
            Arc::clone(&clock),
            Arc::clone(&site),
            Arc::clone(&limits),
            Arc::clone(&activity),
        ));
        let pairings = Pairings {
            db: db.clone(),
            clock: Arc::clone(&clock),
            site: Arc::clone(&site),
            limits: Arc::clone(&limits),
            activity: Arc::clone(&activity),
        };
        let sealed = Sealed::new(Arc::clone(&site), Arc::clone(&clock));
        let passes = Sealed::new(Arc::clone(&site), Arc::clone(&clock)).and_under(key);
        let setup = Arc::new(Setup {
            db: db.clone(),
            clock: Arc::clone(&clock),
            site: Arc::clone(&site),
            limits: Arc::clone(&limits),
            passwords: Arc::clone(&passwords),
            plex: Arc::clone(&plex),
            owner_token: Arc::clone(&owner_token),
            configured_code: config.setup_code.clone(),
        });
        let linked_accounts = Arc::new(LinkedAccounts {
            db: db.clone(),
            clock: Arc::clone(&clock),
            activity: Arc::clone(&activity),
        });
        let household = Arc::new(Household {
            site: Arc::clone(&site),
            plex: Arc::clone(&plex),
            owner_token: Arc::clone(&owner_token),
        });
        let membership_check = MembershipCheck {
            db: db.clone(),
            clock: Arc::clone(&clock),
            site: Arc::clone(&site),
            household: Arc::clone(&household),
            activity: Arc::clone(&activity),
        };
        let import = Import {
            db: db.clone(),
            clock: Arc::clone(&clock),
            site: Arc::clone(&site),
            household: Arc::clone(&household),
            activity: Arc::clone(&activity),
        };
        let avatars = Avatars::new(
            config.data_dir.join(PICTURES),
            Arc::clone(&clock),
            Pictures::new(&Url::parse(&config.plex.api_url)?),
        );
        let explain = Explain {
            db: db.clone(),
            site: Arc::clone(&site),
            household: Arc::clone(&household),
            limits: Arc::clone(&limits),
        };
        let sign_in = Arc::new(SignIn {
            db: db.clone(),
            clock: Arc::clone(&clock),
            site: Arc::clone(&site),
            limits: Arc::clone(&limits),
            plex: Arc::clone(&plex),
            membership: Membership {
                db: db.clone(),
                clock: Arc::clone(&clock),
                site: Arc::clone(&site),
                plex,
                owner_token,
                household,
            },
            setup: Arc::clone(&setup),
            linked_accounts: Arc::clone(&linked_accounts),
            claimed: std::sync::Mutex::default(),
            polls: Polls::new(plex_limits.pacing.per_pin),
            activity: Arc::clone(&activity),
        });
        let members = Members {
            db: db.clone(),
            clock: Arc::clone(&clock),
            site: Arc::clone(&site),
            passwords: Arc::clone(&passwords),
            activity: Arc::clone(&activity),
        };
        let local_sign_in = Arc::new(LocalSignIn::new(
            db.clone(),
            Arc::clone(&site),
            Arc::clone(&limits),
            Arc::clone(&passwords),
            Arc::clone(&activity),
        ));
        let mail = Arc::new(Mail::new(Arc::clone(&site), Arc::clone(&clock), vault));
        let credentials = Credentials {
            changes: PasswordChange {
                db: db.clone(),
                clock: Arc::clone(&clock),
                site: Arc::clone(&site),
                limits: Arc::clone(&limits),
                passwords: Arc::clone(&passwords),
                activity: Arc::clone(&activity),
            },
            resets: Arc::new(PasswordResets::new(
                db.clone(),
                Arc::clone(&clock),
                Arc::clone(&site),
                Arc::clone(&limits),
                passwords,
                Arc::clone(&activity),
                Arc::clone(&mail),
            )),
            linked: linked_accounts,
            devices: Devices {
                db: db.clone(),
                clock: Arc::clone(&clock),
                site: Arc::clone(&site),
                sessions: Arc::clone(&sessions),
                activity: Arc::clone(&activity),
            },
        };
        let apps = Apps {
            db: db.clone(),
            site: Arc::clone(&site),
        };
        let gateway = Gateway::new(
            db.clone(),
            Arc::clone(&reader),
            Arc::clone(&clock),
            Arc::clone(&site),
            Arc::clone(&sessions),
            web::Remote::of,
        );
        let hand_overs = HandOvers::new(db.clone(), Arc::clone(&clock));
        let metrics = Metrics::new(Counted {
            activity: &activity,
            limits: &limits,
            plex: &counted_plex,
            db: db.clone(),
            clock: Arc::clone(&clock),
            site: Arc::clone(&site),
        });
        let state = AppState::new(web::Parts {
            clock,
            site,
            sessions,
            sign_in,
            local_sign_in,
            login_tokens,
            pairings,
            sealed,
            passes,
            activity,
            mail,
            credentials,
            api_keys,
            members,
            membership_check,
            import,
            explain,
            apps,
            gateway,
            hand_overs,
            avatars,
            setup,
            limits,
            traffic_limits: config.traffic_limits,
            metrics,
            health: Health(db.clone()),
            public_url: config.public_url.clone(),
            latchkey_upstream: Upstream::of_latchkey(config.listen),
            trusted_proxies: config.trusted_proxies.clone(),
            told_of_proxy: std::sync::atomic::AtomicBool::new(false),
            plex_urls: config.plex.clone(),
            files,
        });
        Ok(Self { state, db })
    }
}

impl From<ServiceError> for StartError {
    /// A database that opens and takes nothing shows at the first thing that is written.
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Storage(error) => Self::Database(error),
            error => Self::Service(error),
        }
    }
}

/// Opens the configured database.
///
/// # Errors
/// What [`StartError`] lists.
pub async fn open(config: &Config) -> Result<Db, StartError> {
    data_dir::prepare(&config.data_dir)?;
    let opened = match &config.database {
        Database::Sqlite(file) => {
            data_dir::make_private(file)?;
            // SQLite would open it all the same, and fail later.
            data_dir::check_writable(file)?;
            Db::open_sqlite(file).await
        }
        Database::Postgres(url) => Db::open_postgres(url.expose()).await,
    };
    opened.map_err(|error| match error {
        newer @ storage::StorageError::Newer(_) => StartError::NewerDatabase(newer),
        error => error.into(),
    })
}

/// From the configuration, else from the key file, which the first start makes.
fn encryption_key(config: &Config) -> Result<EncryptionKey, StartError> {
    if let Some(key) = &config.encryption_key {
        return Ok(key.clone());
    }
    let file = config.data_dir.join(KEY_FILE);
    if let Some(kept) = data_dir::read_private(&file)? {
        return read_key(&file, &kept);
    }
    let new = EncryptionKey::generate()?;
    data_dir::create_private(&file, new.to_hex().as_bytes())?;
    // Another one may have been faster: what is in the file counts.
    match data_dir::read_private(&file)? {
        Some(kept) => read_key(&file, &kept),
        None => Ok(new),
    }
}

fn read_key(file: &Path, kept: &[u8]) -> Result<EncryptionKey, StartError> {
    EncryptionKey::from_hex(String::from_utf8_lossy(kept).trim())
        .map_err(|error| StartError::KeyFile(file.display().to_string(), error))
}

/// Runs until the process is told to stop.
///
/// # Errors
/// What [`StartError`] lists.
pub async fn serve(config: &Config) -> Result<(), StartError> {
    let listener = TcpListener::bind(config.listen)
        .await
        .map_err(|error| StartError::Listen(config.listen, error))?;
    let for_metrics = match config.metrics_listen {
        Some(address) => {
            let listener = TcpListener::bind(address).await;
            Some(listener.map_err(|error| StartError::Listen(address, error))?)
        }
        None => None,
    };
    let app = App::build(config).await?;
    if let Db::Sqlite(_) = app.db {
        // One file, one instance: polls that a crash cut off hold nothing any more.
        storage::attempt::release_all(&app.db).await?;
    }
    let told_to_stop = told_to_stop().map_err(StartError::Serve)?;
    let address = listener.local_addr().map_err(StartError::Serve)?;
    tracing::info!(%address, "Latchkey is listening");
    print_setup_code(config, &app.state, address).await?;

    let (stop, stopped) = watch::channel(false);
    let mut chores = chores::start(&app.state, &stopped);
    if let Some(listener) = for_metrics {
        let address = listener.local_addr().map_err(StartError::Serve)?;
        tracing::info!(%address, "/metrics is answered");
        let router = web::metrics_router(app.state.clone());
        chores.spawn(web::serve(
            listener,
            router,
            ConnectionLimits::few(&config.traffic_limits),
            TrustedProxies::default(),
            stopped.clone(),
        ));
    }
    let router = web::router(app.state.clone());
    let mut server = tokio::spawn(web::serve(
        listener,
        router,
        ConnectionLimits::new(&config.traffic_limits),
        config.trusted_proxies.clone(),
        stopped,
    ));
    let served = tokio::select! {
        served = &mut server => served,
        () = told_to_stop => {
            tracing::info!("stopping: requests under way may finish");
            let _ = stop.send(true);
            let ended = tokio::time::timeout(LAST_REQUESTS, &mut server).await;
            ended.unwrap_or_else(|_| {
                tracing::warn!("some requests did not finish in time");
                Ok(())
            })
        }
    };
    let _ = stop.send(true);
    let chores = async { while chores.join_next().await.is_some() {} };
    if tokio::time::timeout(LAST_CHORES, chores).await.is_err() {
        tracing::warn!("what is written at the end was not written in time");
    }
    let lost = app.state.mail.waiting();
    if lost > 0 {
        tracing::warn!(lost, "mails that waited to be sent are lost");
    }
    if tokio::time::timeout(LAST_CHORES, app.db.close()).await.is_err() {
        tracing::warn!("the database did not let go in time");
    }
    served.map_err(|error| StartError::Serve(std::io::Error::other(error)))
}

/// Ends when this process is told to stop. It listens from the call on: whoever reads that we are up may tell us at once.
fn told_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// The one line of the log that shows the set-up code, at every start until there is an owner.
async fn print_setup_code(config: &Config, state: &AppState, address: SocketAddr) -> Result<(), StartError> {
    let Some(code) = state.setup.code().await? else {
        return Ok(());
    };
    let base = config.public_url.as_ref().map_or_else(
        || {
            let host = if address.ip().is_unspecified() {
                "localhost".to_owned()
            } else {
                address.ip().to_string()
            };
            format!("http://{host}:{}", address.port())
        },
        |url| url.origin().to_owned(),
    );
    if config.setup_code.is_some() {
        tracing::info!("not set up yet: open {base}/setup and enter the set-up code from your configuration");
    } else {
        tracing::info!(
            "not set up yet: open {base}/setup and enter the set-up code {}",
            code.expose()
        );
    }
    Ok(())
}
