//! What happens here, counted, in the words of Prometheus. Nothing of it tells who: no name, no address, no number.

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use prometheus_client::{
    encoding::text::encode,
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::Registry,
};

use super::{activity::Activity, health::Health, limits::Limits, site::Site};
use crate::{
    domain::clock::Clock,
    plex::{HouseholdList, NewPin, PinStatus, PlexAccount, PlexApi, PlexError, PlexErrorKind, PlexServer, PlexToken},
    storage::{self, Db},
};

/// Two labels, such as `call` and `outcome`.
pub type TwoLabels = [(&'static str, &'static str); 2];
type Requests = [(&'static str, String); 3];
type Route = [(&'static str, String); 2];

/// The counters, and what is measured when somebody asks for them.
pub struct Metrics {
    registry: Registry,
    requests: Family<Requests, Counter>,
    seconds: Family<Route, Histogram, fn() -> Histogram>,
    at_gateway: Counter,
    sessions: Gauge,
    database_up: Gauge,
    pool: Family<[(&'static str, &'static str); 1], Gauge>,
    db: Db,
    clock: Arc<dyn Clock>,
    site: Arc<Site>,
}

/// What they are made of.
pub struct Counted<'a> {
    /// Counts sign-ins.
    pub activity: &'a Activity,
    /// Counts tries beyond a limit.
    pub limits: &'a Limits,
    /// Counts calls.
    pub plex: &'a CountedPlex,
    /// Where sessions are.
    pub db: Db,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// How long sessions live.
    pub site: Arc<Site>,
}

/// From half a millisecond to four seconds.
fn latencies() -> Histogram {
    Histogram::new(exponential_buckets(0.0005, 2.0, 14))
}

impl Metrics {
    /// All at zero.
    #[must_use]
    pub fn new(counted: Counted<'_>) -> Self {
        let mut registry = Registry::with_prefix("latchkey");
        let requests = Family::default();
        registry.register("requests", "Answers by method, route and status", requests.clone());
        let seconds: Family<_, _, fn() -> Histogram> = Family::new_with_constructor(latencies);
        registry.register("request_seconds", "Time until the answer", seconds.clone());
        let at_gateway = Counter::default();
        let help = "Answers of the gateway from memory, to somebody signed in who may pass";
        registry.register("gateway_remembered", help, at_gateway.clone());
        let help = "Sign-ins by outcome and by way or reason";
        registry.register("sign_ins", help, counted.activity.sign_ins.clone());
        let help = "Tries beyond a limit";
        registry.register("turned_away", help, counted.limits.turned_away.clone());
        let help = "Calls of plex.tv by outcome";
        registry.register("plex_calls", help, counted.plex.calls.clone());
        let sessions = Gauge::default();
        registry.register("sessions", "Signed-in browsers", sessions.clone());
        let database_up = Gauge::default();
        registry.register(
            "database_up",
            "1 while the database can be written to",
            database_up.clone(),
        );
        let pool = Family::default();
        registry.register("database_connections", "Open connections to the database", pool.clone());
        let build = Family::<[(&'static str, &'static str); 1], Gauge>::default();
        build.get_or_create(&[("version", env!("CARGO_PKG_VERSION"))]).set(1);
        registry.register("build", "The running version", build);
        let started: Gauge = Gauge::default();
        started.set(counted.clock.now());
        registry.register("started_seconds", "When this process started, in Unix seconds", started);
        Self {
            registry,
            requests,
            seconds,
            at_gateway,
            sessions,
            database_up,
            pool,
            db: counted.db,
            clock: counted.clock,
            site: counted.site,
        }
    }

    /// An answer. `route` as it is written in the router, so that no number of a person stands in it.
    pub fn answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        let (method, route) = (method.to_owned(), route.to_owned());
        let labels = [
            ("method", method.clone()),
            ("route", route.clone()),
            ("status", status.to_string()),
        ];
        self.requests.get_or_create(&labels).inc();
        self.seconds
            .get_or_create(&[("method", method), ("route", route)])
            .observe(took.as_secs_f64());
    }

    /// An answer of the gateway from memory. Only counted: a clock would cost as much as the answer.
    pub fn remembered_at_gateway(&self) {
        self.at_gateway.inc();
    }

    /// All of it, in the text format of OpenMetrics. What the database does not answer within the time keeps its value.
    ///
    /// # Errors
    /// Text that can't be written; never seen.
    pub async fn text(&self, health: &Health, patience: Duration) -> Result<String, fmt::Error> {
        let asked = tokio::time::timeout(patience, async {
            let up = health.check().await.is_ok();
            let lifetime = self.site.now().settings.lifetime();
            let sessions = storage::session::count_alive(&self.db, lifetime, self.clock.now()).await;
            (up, sessions.ok())
        });
        let (up, sessions) = asked.await.unwrap_or_default();
        self.database_up.set(i64::from(up));
        if let Some(sessions) = sessions {
            self.sessions.set(sessions);
        }
        let (open, idle) = self.db.connections();
        self.pool.get_or_create(&[("state", "idle")]).set(i64::from(idle));
        self.pool
            .get_or_create(&[("state", "busy")])
            .set(i64::from(open.saturating_sub(idle)));
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// plex.tv, with its answers counted.
pub struct CountedPlex {
    /// The real one.
    plex: Arc<dyn PlexApi>,
    calls: Family<TwoLabels, Counter>,
}

impl CountedPlex {
    /// In front of it.
    #[must_use]
    pub fn new(plex: Arc<dyn PlexApi>) -> Self {
        Self {
            plex,
            calls: Family::default(),
        }
    }

    fn count<T>(&self, call: &'static str, result: Result<T, PlexError>) -> Result<T, PlexError> {
        let outcome = match result.as_ref().map_err(PlexError::kind) {
            Ok(_) => "ok",
            Err(PlexErrorKind::StartAgain) => "gone",
            Err(PlexErrorKind::OurFault) => "refused",
            Err(PlexErrorKind::Wait) => "paced",
            Err(PlexErrorKind::PlexSlow) => "slow",
            Err(PlexErrorKind::PlexTrouble) => "trouble",
        };
        self.calls.get_or_create(&[("call", call), ("outcome", outcome)]).inc();
        result
    }
}

#[async_trait]
impl PlexApi for CountedPlex {
    async fn create_pin(&self, origin: &str) -> Result<NewPin, PlexError> {
        self.count("create-pin", self.plex.create_pin(origin).await)
    }

    fn may_read_pin(&self, pin_id: i64, asker: &str) -> Result<(), PlexError> {
        self.plex.may_read_pin(pin_id, asker)
    }

    async fn read_pin(&self, pin_id: i64, asker: &str) -> Result<PinStatus, PlexError> {
        self.count("read-pin", self.plex.read_pin(pin_id, asker).await)
    }

    async fn account(&self, token: &PlexToken) -> Result<PlexAccount, PlexError> {
        self.count("account", self.plex.account(token).await)
    }

    async fn resources(&self, token: &PlexToken) -> Result<Vec<PlexServer>, PlexError> {
        self.count("resources", self.plex.resources(token).await)
    }

    async fn household_users(&self, owner_token: &PlexToken) -> Result<HouseholdList, PlexError> {
        self.count("household-users", self.plex.household_users(owner_token).await)
    }

    async fn sign_out(&self, token: &PlexToken) -> Result<(), PlexError> {
        self.count("sign-out", self.plex.sign_out(token).await)
    }
}
