//! Puts everything together: configuration → state → router; the chores in the background; an orderly end.

use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};

use tokio::{net::TcpListener, sync::watch, task::JoinSet};
use url::Url;

use crate::{
    config::{Config, Database, data_dir},
    domain::{
        clock::{Clock, SystemClock},
        secret::EncryptionKey,
    },
    plex::{PRODUCT, PlexApi, PlexClient, PlexIdentity, PlexLimits},
    services::{
        ServiceError, health::Health, limits::Limits, local_sign_in::LocalSignIn, membership::Membership,
        owner_token::OwnerToken, passwords::Passwords, polls::Polls, sessions::Sessions, setup::Setup, sign_in::SignIn,
        site::Site,
    },
    storage::{self, Db},
    web::{self, AppState},
};

const KEY_FILE: &str = "encryption.key";
/// How often an instance looks whether another one, or the command line, changed anything.
const LOOK_FOR_CHANGES: Duration = Duration::from_secs(1);
/// How often "last seen" is written.
const WRITE_LAST_SEEN: Duration = Duration::from_secs(30);
/// How often what ran out is cleared away.
const CLEAR_AWAY: Duration = Duration::from_secs(10 * 60);
/// How long requests under way may take when the server stops.
const LAST_REQUESTS: Duration = Duration::from_secs(10);

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
    Service(#[from] ServiceError),
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
        owner_token.check_key().await?;
        let public_url = config.public_url.as_ref().map(|url| url.origin().to_owned());
        let site = Arc::new(Site::load(db.clone(), public_url, config.session_secret.clone()).await?);
        let owner_token = Arc::new(OwnerToken::new(db.clone(), &encryption_key(config)?));
        let limits = Arc::new(Limits::new(db.clone(), Arc::clone(&clock)));
        let passwords = Arc::new(Passwords::start()?);
        let identity = PlexIdentity {
            client_identifier: site.now().client_identifier.to_string(),
            product: PRODUCT.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            device_name: site.now().settings.application_title.clone(),
            device: std::env::consts::OS.to_owned(),
            platform: "Web".to_owned(),
        };
        let plex: Arc<dyn PlexApi> = Arc::new(PlexClient::new(
            Url::parse(&config.plex.api_url)?,
            &identity,
            plex_limits,
        ));
        let sessions = Arc::new(Sessions::new(db.clone(), Arc::clone(&clock), Arc::clone(&site)));
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
            },
            setup: Arc::clone(&setup),
            claimed: std::sync::Mutex::default(),
            polls: Polls::new(plex_limits.pacing.per_pin),
        });
        let local_sign_in = Arc::new(LocalSignIn::new(
            db.clone(),
            Arc::clone(&site),
            Arc::clone(&limits),
            passwords,
        ));
        let state = AppState::new(web::Parts {
            clock,
            site,
            sessions,
            sign_in,
            local_sign_in,
            setup,
            limits,
            told_of_proxy: std::sync::atomic::AtomicBool::new(false),
            health: Health(db.clone()),
            public_url: config.public_url.clone(),
            trusted_proxies: config.trusted_proxies.clone(),
            plex_urls: config.plex.clone(),
            files,
        });
        Ok(Self { state, db })
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
    let app = App::build(config).await?;
    if let Db::Sqlite(_) = app.db {
        // One file, one instance: polls that a crash cut off hold nothing any more.
        storage::attempt::release_all(&app.db).await?;
    }
    let address = listener.local_addr().map_err(StartError::Serve)?;
    tracing::info!(%address, "Latchkey is listening");
    print_setup_code(config, &app.state, address).await?;

    let (stop, stopped) = watch::channel(false);
    let mut chores = chores(&app.state, &stopped);
    let service = web::router(app.state.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let mut ending = stopped.clone();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
        let _ = ending.wait_for(|stop| *stop).await;
    });
    let mut server = tokio::spawn(server.into_future());
    let served = tokio::select! {
        served = &mut server => Some(served),
        () = told_to_stop() => {
            tracing::info!("stopping: requests under way may finish");
            let _ = stop.send(true);
            tokio::time::timeout(LAST_REQUESTS, &mut server).await.ok()
        }
    };
    let _ = stop.send(true);
    while chores.join_next().await.is_some() {}
    app.db.close().await;
    match served {
        Some(Ok(Ok(()))) => Ok(()),
        Some(Ok(Err(error))) => Err(StartError::Serve(error)),
        Some(Err(error)) => Err(StartError::Serve(std::io::Error::other(error))),
        None => {
            tracing::warn!("some requests did not finish in time");
            Ok(())
        }
    }
}

async fn told_to_stop() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
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

/// What is done beside the requests. A failure is logged and tried again at the next turn.
fn chores(state: &AppState, stopped: &watch::Receiver<bool>) -> JoinSet<()> {
    let mut chores = JoinSet::new();
    let site = Arc::clone(&state.site);
    chores.spawn(repeat(
        "looking for changes",
        LOOK_FOR_CHANGES,
        stopped.clone(),
        move || {
            let site = Arc::clone(&site);
            async move { site.refresh().await }
        },
    ));
    let sessions = Arc::clone(&state.sessions);
    chores.spawn(repeat(
        "writing last seen",
        WRITE_LAST_SEEN,
        stopped.clone(),
        move || {
            let sessions = Arc::clone(&sessions);
            async move { sessions.flush().await }
        },
    ));
    let all = state.clone();
    chores.spawn(repeat("clearing away", CLEAR_AWAY, stopped.clone(), move || {
        let state = all.clone();
        async move {
            state.sessions.clean().await?;
            state.sign_in.clean().await?;
            state.limits.clean().await?;
            Ok(())
        }
    }));
    chores
}

/// Does `work` every `period`, and once more when the server stops.
async fn repeat<F>(name: &'static str, period: Duration, mut stopped: watch::Receiver<bool>, work: impl Fn() -> F)
where
    F: Future<Output = Result<(), ServiceError>>,
{
    loop {
        let stop = tokio::time::timeout(period, stopped.wait_for(|stop| *stop))
            .await
            .is_ok();
        if let Err(error) = work().await {
            tracing::warn!(%error, "{name} failed; it is tried again");
        }
        if stop {
            return;
        }
    }
}
