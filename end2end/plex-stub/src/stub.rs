//! The running stub: the listener, and the methods by which a test in the same process drives it.

use crate::log::LoggedRequest;
use crate::pin::{NewPin, Pin};
use crate::router::router;
use crate::state::State;
use crate::switches::Switches;
use crate::world::{ShareState, World};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// How long `go_away` and `stop` wait for answers that are under way.
const PATIENCE: Duration = Duration::from_millis(500);

/// A stand-in plex.tv on a local port. Dropping it closes the port.
pub struct Stub {
    shared: Arc<Shared>,
}

/// What the handlers share with the `Stub`.
pub(crate) struct Shared {
    state: Mutex<State>,
    addr: SocketAddr,
    serving: Mutex<Option<Serving>>,
}

struct Serving {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Stub {
    /// Listens on `addr` (port 0 = any free one) and plays plex.tv, clients.plex.tv and app.plex.tv there.
    ///
    /// # Errors
    /// When the address can't be bound.
    pub async fn start(addr: SocketAddr, world: World) -> io::Result<Self> {
        let listener = TcpListener::bind(addr).await?;
        let addr = listener.local_addr()?;
        let state = Mutex::new(State::new(world));
        let shared = Arc::new(Shared {
            state,
            addr,
            serving: Mutex::new(None),
        });
        shared.serve(listener);
        Ok(Self { shared })
    }

    /// `http://127.0.0.1:PORT`: the base URL for all three hosts.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.shared.addr)
    }

    /// Closes the port: connections are refused until `come_back`. Nothing is forgotten.
    pub async fn go_away(&self) {
        self.shared.close().await;
    }

    /// Opens the same port again.
    ///
    /// # Errors
    /// When the port can't be bound, because another process took it meanwhile.
    pub async fn come_back(&self) -> io::Result<()> {
        self.shared.open().await
    }

    /// Closes the port for good.
    pub async fn stop(self) {
        self.shared.close().await;
    }

    /// Makes a PIN as a browser at `origin` on this machine would.
    #[must_use]
    pub fn create_pin(&self, client_id: &str, origin: Option<&str>) -> (i64, String) {
        let new = NewPin {
            strong: true,
            client_id,
            product: Some("Latchkey"),
            origin,
            ip: "127.0.0.1",
        };
        let pin = self.shared.with(|state| state.create_pin(&new));
        (pin.id, pin.code)
    }

    /// Approves a code as an account of the world, as the person at the approval page would. Returns the token.
    ///
    /// # Errors
    /// When the code is unknown, expired or approved already, or the account unknown.
    pub fn approve(&self, code: &str, account: &str) -> Result<String, String> {
        let pin = self.shared.with(|state| state.approve(code, account))?;
        pin.token.ok_or_else(|| "no token".to_owned())
    }

    /// A copy of the newest PIN with this code, expired ones included.
    #[must_use]
    pub fn pin(&self, code: &str) -> Option<Pin> {
        self.shared
            .with(|state| state.pins.iter().rev().find(|pin| pin.code == code).cloned())
    }

    /// Ends a PIN now: it reads 404/1020 from here on.
    ///
    /// # Errors
    /// When the code is unknown.
    pub fn expire(&self, code: &str) -> Result<(), String> {
        self.shared.with(|state| state.expire(code))
    }

    /// Moves the stub's clock forward.
    pub fn advance(&self, by: Duration) {
        self.shared.with(|state| state.clock.advance(by));
    }

    /// A token without a PIN, for instance one that was issued to another app.
    #[must_use]
    pub fn issue_token(&self, account: &str, client_id: &str) -> String {
        self.shared.with(|state| state.issue_token(account, client_id))
    }

    /// The account removes the device with this client identifier, or all its devices: the tokens die. \[R\]
    pub fn remove_device(&self, account: &str, client_id: Option<&str>) {
        self.shared.with(|state| state.kill_tokens(account, client_id));
    }

    /// Whether a token would be accepted.
    #[must_use]
    pub fn is_live(&self, token: &str) -> bool {
        self.shared
            .with(|state| state.token(token).is_some_and(|token| !token.dead))
    }

    /// Replaces all switches.
    pub fn set(&self, switches: Switches) {
        self.shared.with(|state| state.switches = switches);
    }

    /// Changes some switches: `stub.switch(|s| s.coop = true)`.
    pub fn switch(&self, change: impl FnOnce(&mut Switches)) {
        self.shared.with(|state| change(&mut state.switches));
    }

    /// Changes the world: `stub.update(|w| w.server_mut(ATTIC).unwrap().offline = true)`.
    pub fn update<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        self.shared.with(|state| change(&mut state.world))
    }

    /// Offers, accepts or takes away a share.
    ///
    /// # Errors
    /// When the account or the server is unknown.
    pub fn share(&self, account: &str, machine_id: &str, share: ShareState) -> Result<(), String> {
        self.shared.with(|state| state.world.share(account, machine_id, share))
    }

    /// A healthy plex.tv with this world, where nothing has happened yet.
    pub fn reset(&self, world: World) {
        self.shared.with(|state| state.reset(world));
    }

    /// Every request so far, oldest first.
    #[must_use]
    pub fn log(&self) -> Vec<LoggedRequest> {
        self.shared.with(|state| state.log.clone())
    }

    /// Forgets the requests so far.
    pub fn clear_log(&self) {
        self.shared.with(|state| state.log.clear());
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        if let Some(serving) = self.shared.take() {
            let _ = serving.stop.send(());
            serving.task.abort();
        }
    }
}

impl Shared {
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        // A panic in a test's closure must not take the whole stub along.
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn serve(self: &Arc<Self>, listener: TcpListener) {
        let app = router(Arc::clone(self)).into_make_service_with_connect_info::<SocketAddr>();
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            let gone = async {
                let _ = stopped.await;
            };
            // `serve` only ends by the signal; it retries what fails while accepting.
            let _ = axum::serve(listener, app).with_graceful_shutdown(gone).await;
        });
        *self.serving() = Some(Serving { stop, task });
    }

    pub(crate) async fn close(&self) {
        let Some(mut serving) = self.take() else { return };
        let _ = serving.stop.send(());
        if tokio::time::timeout(PATIENCE, &mut serving.task).await.is_err() {
            serving.task.abort();
        }
    }

    pub(crate) async fn open(self: &Arc<Self>) -> io::Result<()> {
        if self.serving().is_none() {
            let listener = TcpListener::bind(self.addr).await?;
            self.serve(listener);
        }
        Ok(())
    }

    fn take(&self) -> Option<Serving> {
        self.serving().take()
    }

    fn serving(&self) -> std::sync::MutexGuard<'_, Option<Serving>> {
        self.serving.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
