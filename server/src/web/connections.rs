//! Connections: how many at once, how long one may say nothing, how they end. What is asked over them is `router`'s.
//!
//! axum's own `serve` knows no limits: whoever opens connections and says nothing would keep them for good.

use std::{
    convert::Infallible,
    future::pending,
    io::{self, ErrorKind},
    net::SocketAddr,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{body::Body, extract::ConnectInfo, response::Response};
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Notify, OwnedSemaphorePermit, Semaphore, watch},
};
use tower::Service;

use super::{guests::Guests, taken::Taken};
use crate::{config::TrustedProxies, domain::limits::TrafficLimits};

/// After the system refused a connection for lack of something, usually of file descriptors: trying again at once would
/// spin until there is one.
const ACCEPT_AGAIN: Duration = Duration::from_secs(1);

/// What connections may take.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionLimits {
    /// At once. More wait in the system's queue until one ends.
    pub most: u32,
    /// At once from one address (IPv6: one /64). More are closed at once. Listed proxies may have all.
    pub of_one: u32,
    /// For the head of a request, counted from when one may be sent: it ends idle connections too.
    pub head: Duration,
    /// Largest head of a request, in bytes. Larger ones are answered 431.
    pub head_size: usize,
    /// For a client to take what was sent to it: all of it, or 16 KiB at a time.
    pub unread: Duration,
    /// When the server stops, for a connection over which nothing was asked yet.
    pub last_words: Duration,
}

impl ConnectionLimits {
    /// As configured.
    #[must_use]
    pub fn new(traffic: &TrafficLimits) -> Self {
        Self {
            most: traffic.connections,
            of_one: traffic.connections_of_address,
            head: traffic.head,
            head_size: traffic.head_size,
            unread: traffic.unread,
            last_words: Duration::from_secs(1),
        }
    }

    /// For the few programs that watch.
    #[must_use]
    pub fn few(traffic: &TrafficLimits) -> Self {
        Self {
            most: 16,
            ..Self::new(traffic)
        }
    }
}

/// Serves until `stopped` says true, then takes nothing new and ends with the last connection: requests under way are
/// finished, however long they take. The caller decides how long to wait for that.
pub async fn serve<S>(
    listener: TcpListener,
    service: S,
    limits: ConnectionLimits,
    proxies: TrustedProxies,
    mut stopped: watch::Receiver<bool>,
) where
    S: Service<Request<Body>, Response = Response, Error = Infallible, Future: Send> + Clone + Send + Sync + 'static,
{
    let places = Arc::new(Semaphore::new(limits.most as usize));
    let guests = Guests::new(limits.of_one, proxies);
    let ending = stopped.clone();
    let take = |stream, peer: SocketAddr, place: OwnedSemaphorePermit| {
        let Some(guest) = guests.admit(peer.ip()) else {
            tracing::debug!(%peer, "closed: its address has too many connections");
            return;
        };
        let (service, ending) = (service.clone(), ending.clone());
        tokio::spawn(async move {
            converse(stream, peer, service, limits, ending).await;
            drop((place, guest));
        });
    };
    loop {
        let (stream, peer, place) = tokio::select! {
            _ = stopped.wait_for(|stop| *stop) => break,
            next = next(&listener, &places) => next,
        };
        take(stream, peer, place);
    }
    // Who has come this far was told that somebody is there: a load balancer can't ask another instance any more.
    for (stream, peer) in at_the_door(listener) {
        if let Ok(place) = Arc::clone(&places).try_acquire_owned() {
            take(stream, peer, place);
        }
    }
    // Whoever has all places is alone.
    let _ = places.acquire_many(limits.most).await;
}

/// The next connection, once there is a place for it.
async fn next(listener: &TcpListener, places: &Arc<Semaphore>) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    let Ok(place) = Arc::clone(places).acquire_owned().await else {
        return pending().await;
    };
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return (stream, peer, place),
            Err(error) if went_away(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be taken; trying again in a second");
                tokio::time::sleep(ACCEPT_AGAIN).await;
            }
        }
    }
}

/// The connections that the system has and nobody took yet; then nobody listens any more.
fn at_the_door(listener: TcpListener) -> Vec<(TcpStream, SocketAddr)> {
    // tokio may not have heard of the last ones: the system is asked itself.
    let Ok(listener) = listener.into_std() else {
        return Vec::new();
    };
    let mut last = Vec::new();
    while let Ok((stream, peer)) = listener.accept() {
        if stream.set_nonblocking(true).is_ok()
            && let Ok(stream) = TcpStream::from_std(stream)
        {
            last.push((stream, peer));
        }
    }
    last
}

/// Whether only the connection that was about to be taken is gone.
fn went_away(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionAborted
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionRefused
            | ErrorKind::Interrupted
    )
}

/// One connection to its end.
async fn converse<S>(
    stream: TcpStream,
    peer: SocketAddr,
    service: S,
    limits: ConnectionLimits,
    mut stopped: watch::Receiver<bool>,
) where
    S: Service<Request<Body>, Response = Response, Error = Infallible, Future: Send> + Clone + Send + Sync + 'static,
{
    // Without these it works all the same.
    let _ = stream.set_nodelay(true);
    // What hyper has handed to the system is watched by the system, also when the connection is closed already.
    let unread = u32::try_from(limits.unread.as_millis()).unwrap_or(u32::MAX);
    let _ = rustix::net::sockopt::set_tcp_user_timeout(&stream, unread);

    let (asked, first) = (AtomicBool::new(false), Notify::new());
    let answers = service_fn(|request: Request<Incoming>| {
        if !asked.load(Ordering::Relaxed) {
            asked.store(true, Ordering::Relaxed);
            first.notify_one();
        }
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        // Always ready: limits are kept by places.
        service.clone().call(request)
    });
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head)
            .max_buf_size(limits.head_size)
            .serve_connection(TokioIo::new(Taken::new(stream, limits.unread)), answers)
    );
    // How a connection ended is its client's business.
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stopped.wait_for(|stop| *stop) => {}
    }
    // hyper would close one over which nothing was asked yet at once, though its request may be on the way.
    if !asked.load(Ordering::Relaxed) {
        tokio::select! {
            _ = connection.as_mut() => return,
            () = first.notified() => {}
            () = tokio::time::sleep(limits.last_words) => return,
        }
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_is_the_one_that_was_set() {
        let [head, unread, request] = [3, 4, 5].map(Duration::from_secs);
        let limits = ConnectionLimits::new(&TrafficLimits {
            connections: 1,
            connections_of_address: 2,
            head,
            unread,
            request,
            head_size: 6,
            body_size: 7,
        });
        assert_eq!((limits.most, limits.of_one), (1, 2));
        assert_eq!((limits.head, limits.unread, limits.head_size), (head, unread, 6));
    }
}
