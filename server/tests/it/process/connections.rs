//! Connections: how many, how long silent ones live, what they are known by, and how they end.

use std::{future::pending, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, extract::ConnectInfo, routing::get};
use latchkey::{
    config::{Config, Sources, TrustedProxies},
    web::{self, ConnectionLimits},
};
use rustix::process::{Resource, Rlimit, getrlimit, prlimit};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::{Notify, watch},
    task::JoinHandle,
    time::{Instant, timeout},
};

use super::{
    home::{Home, PATIENCE, Process},
    http::{self, Browser},
};
use crate::support::Engine;

/// Long enough to see that something does not happen.
const MOMENT: Duration = Duration::from_millis(300);
/// Far more than the system keeps for whoever does not read.
const LARGE: usize = 32 * 1024 * 1024;
/// Limits that no test reaches.
const WIDE: ConnectionLimits = ConnectionLimits {
    most: 100,
    of_one: 100,
    head: Duration::from_secs(300),
    head_size: 64 * 1024,
    unread: Duration::from_secs(300),
    last_words: Duration::from_secs(300),
};

/// A server in this process whose one slow page waits to be released.
struct Served {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    running: JoinHandle<()>,
    asked: Arc<Notify>,
    release: Arc<Notify>,
}

impl Served {
    async fn start(limits: ConnectionLimits) -> Self {
        Self::start_behind(limits, TrustedProxies::default()).await
    }

    async fn start_behind(limits: ConnectionLimits, proxies: TrustedProxies) -> Self {
        let (asked, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let slow = {
            let (asked, release) = (Arc::clone(&asked), Arc::clone(&release));
            move || async move {
                asked.notify_one();
                release.notified().await;
                "slow"
            }
        };
        let router = Router::new()
            .route(
                "/peer",
                get(|peer: ConnectInfo<SocketAddr>| async move { peer.0.to_string() }),
            )
            .route("/slow", get(slow))
            .route("/large", get(|| async { vec![b'x'; LARGE] }));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        let running = tokio::spawn(web::serve(listener, router, limits, proxies, stopped));
        Self {
            address,
            stop,
            running,
            asked,
            release,
        }
    }

    /// A connection over which this was said.
    async fn said(&self, words: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(words.as_bytes()).await.unwrap();
        stream
    }

    async fn ask(&self, path: &str) -> TcpStream {
        Browser::new(self.address).begin("GET", path, None, b"").await.unwrap()
    }
}

/// Waits for the server to close the connection; what it said before.
async fn closed(stream: &mut TcpStream) -> String {
    let mut said = Vec::new();
    // Reset or ended: both are closed.
    let _ = timeout(PATIENCE, stream.read_to_end(&mut said))
        .await
        .expect("the connection stayed open");
    String::from_utf8_lossy(&said).into_owned()
}

#[tokio::test]
async fn a_head_that_is_too_large_is_431() {
    let limits = ConnectionLimits {
        head_size: 16 * 1024,
        ..WIDE
    };
    let served = Served::start(limits).await;
    let head = |size: usize| {
        format!(
            "GET /peer HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Long: {}\r\n\r\n",
            "x".repeat(size)
        )
    };
    for (size, status) in [(15 * 1024, "200"), (17 * 1024, "431")] {
        let said = closed(&mut served.said(&head(size)).await).await;
        assert!(said.starts_with(&format!("HTTP/1.1 {status} ")), "{size}: {said}");
    }
}

#[tokio::test]
async fn silent_half_and_idle_connections_are_closed() {
    let served = Served::start(ConnectionLimits { head: MOMENT, ..WIDE }).await;
    let mut silent = served.said("").await;
    let mut half = served.said("GET /peer HTTP/1.1\r\nHost: x\r\nX-Slow: ").await;
    let mut idle = served.said("GET /peer HTTP/1.1\r\nHost: x\r\n\r\n").await;
    let mut half_again = served
        .said("GET /peer HTTP/1.1\r\nHost: x\r\n\r\nGET /peer HTTP/1.1\r\n")
        .await;
    closed(&mut silent).await;
    closed(&mut half).await;
    for kept in [&mut idle, &mut half_again] {
        let own = kept.local_addr().unwrap().to_string();
        let said = closed(kept).await;
        assert!(said.starts_with("HTTP/1.1 200 ") && said.contains(&own), "{said}");
    }
    // A request that takes longer than its head may is none of that.
    let slow = served.ask("/slow").await;
    served.asked.notified().await;
    tokio::time::sleep(3 * MOMENT).await;
    served.release.notify_one();
    assert_eq!(http::finish(slow).await.unwrap().body, "slow");
}

#[tokio::test]
async fn whoever_hardly_takes_the_answer_loses_the_place() {
    // Who takes nothing at all, and who takes so little that the system sees it go on, and the limit does not.
    for pause in [None, Some(2 * MOMENT)] {
        let served = Served::start(ConnectionLimits {
            most: 1,
            unread: 10 * MOMENT,
            ..WIDE
        })
        .await;
        // Room for more than one packet of this machine's to itself, and bites as large: or the system sees nobody go on, and
        // its own limit ends it.
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(512 * 1024).unwrap();
        let mut taking = socket.connect(served.address).await.unwrap();
        taking
            .write_all(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
            .await
            .unwrap();
        // The first byte says that the answer is under way; then a little now and then, or nothing.
        taking.read_u8().await.unwrap();
        let taking = tokio::spawn(async move {
            let mut little = vec![0; 128 * 1024];
            while let Some(pause) = pause {
                tokio::time::sleep(pause).await;
                if !matches!(taking.read(&mut little).await, Ok(1..)) {
                    break;
                }
            }
            pending::<()>().await;
        });
        let next = http::finish(served.ask("/peer").await);
        let answer = timeout(PATIENCE, next).await.expect("the place was not given on");
        assert_eq!(answer.unwrap().status, 200);
        taking.abort();
    }
}

#[tokio::test]
async fn whoever_is_slow_but_goes_on_gets_the_whole_answer() {
    // Long enough that a busy machine does not look like somebody who takes nothing.
    let unread = Duration::from_secs(2);
    let served = Served::start(ConnectionLimits { unread, ..WIDE }).await;
    let mut taking = served
        .said("GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        .await;
    let began = Instant::now();
    let (mut taken, mut part) = (0, vec![0; 1024 * 1024]);
    loop {
        match taking.read(&mut part).await.unwrap() {
            0 => break,
            some => taken += some,
        }
        tokio::time::sleep(unread / 20).await;
    }
    assert!(taken > LARGE, "{taken} bytes came");
    assert!(began.elapsed() > unread, "it was not slow at all");
}

/// From the environment to what the program does. The rest of `[limits]` is tried without a process.
#[tokio::test]
async fn what_is_set_is_what_counts() {
    let home = Home::new(Engine::Sqlite).await;
    let mut command = home.command(&["serve"]);
    for (name, value) in [
        ("HEAD", "1s"),
        ("HEAD_SIZE", "16k"),
        ("REQUEST", "1s"),
        ("CONNECTIONS", "4"),
        ("CONNECTIONS_OF_ADDRESS", "2"),
    ] {
        command.env(format!("LATCHKEY_LIMIT_{name}"), value);
    }
    let process = Process::start(command).await;
    let said = async |from: u8, words: &str| {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(([127, 0, 0, from], 0).into()).unwrap();
        let mut stream = socket.connect(process.address).await.unwrap();
        stream.write_all(words.as_bytes()).await.unwrap();
        stream
    };
    let long = format!(
        "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: {}\r\n\r\n",
        "x".repeat(17 * 1024)
    );
    let answer = closed(&mut said(2, &long).await).await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    // Half a body, and nothing more of it.
    let half =
        "POST /api/v1/setup/owner HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{";
    let mut first = said(3, half).await;
    let mut second = said(3, "GET /healthz").await;
    let whole = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    assert_eq!(
        closed(&mut said(3, whole).await).await,
        "",
        "a third one of that address"
    );
    let answer = closed(&mut first).await;
    assert!(
        answer.starts_with("HTTP/1.1 504 ") && answer.contains("took too long"),
        "{answer}"
    );
    assert_eq!(closed(&mut second).await, "");
    // Four of others take all places, until one of them has said nothing for its second.
    let began = Instant::now();
    let kept = (
        said(5, "").await,
        said(5, "").await,
        said(6, "").await,
        said(6, "").await,
    );
    assert!(closed(&mut said(7, whole).await).await.starts_with("HTTP/1.1 200 "));
    assert!(began.elapsed() >= Duration::from_secs(1), "there was a fifth place");
    drop(kept);
}

#[tokio::test]
async fn one_too_many_waits_for_a_place() {
    let served = Served::start(ConnectionLimits { most: 2, ..WIDE }).await;
    let first = served.said("").await;
    let second = served.said("GET /").await;
    let third = served.ask("/peer").await;
    let own = third.local_addr().unwrap().to_string();
    let mut answer = tokio::spawn(http::finish(third));
    assert!(timeout(MOMENT, &mut answer).await.is_err(), "there was no place");
    drop(first);
    let answer = timeout(PATIENCE, answer).await.expect("the place was not given on");
    assert_eq!(answer.unwrap().unwrap().body, own);
    drop(second);
}

#[tokio::test]
async fn one_address_can_t_take_all_places() {
    let few = ConnectionLimits { of_one: 2, ..WIDE };
    let served = Served::start(few).await;
    let (first, _second) = (served.said("").await, served.said("").await);
    // Closed without a word, while others are served.
    let mut third = served.said("").await;
    assert_eq!(closed(&mut third).await, "");
    let other = TcpSocket::new_v4().unwrap();
    other.bind(([127, 0, 0, 2], 0).into()).unwrap();
    let mut other = other.connect(served.address).await.unwrap();
    let own = other.local_addr().unwrap().to_string();
    other
        .write_all(b"GET /peer HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        .await
        .unwrap();
    assert!(closed(&mut other).await.ends_with(&own));
    // One that ends makes room.
    drop(first);
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Ok(answer) = http::finish(served.ask("/peer").await).await {
            assert_eq!(answer.status, 200);
            break;
        }
        assert!(Instant::now() < deadline, "there is still no room");
    }

    // Everybody comes through a proxy.
    let sources = Sources::from_pairs([("LATCHKEY_TRUSTED_PROXIES", "127.0.0.1")]);
    let config = Config::load(sources).unwrap().config;
    let served = Served::start_behind(few, config.trusted_proxies).await;
    let mut kept = Vec::new();
    for _ in 0..5 {
        kept.push(served.said("").await);
    }
    assert_eq!(http::finish(served.ask("/peer").await).await.unwrap().status, 200);
}

#[tokio::test]
async fn many_more_than_there_are_places_are_all_served() {
    let served = Served::start(ConnectionLimits { most: 3, ..WIDE }).await;
    let mut asked = Vec::new();
    for _ in 0..60 {
        let stream = served.ask("/peer").await;
        asked.push((
            stream.local_addr().unwrap().to_string(),
            tokio::spawn(http::finish(stream)),
        ));
    }
    for (own, answer) in asked {
        assert_eq!(answer.await.unwrap().unwrap().body, own);
    }
}

#[tokio::test]
async fn stopping_waits_for_requests_and_for_nobody_else() {
    let limits = ConnectionLimits {
        last_words: MOMENT,
        ..WIDE
    };
    let mut served = Served::start(limits).await;
    let mut others = [
        served.said("").await,
        served.said("GET / HTTP/1.1\r\nHo").await,
        served.said("GET /peer HTTP/1.1\r\nHost: x\r\n\r\n").await,
    ];
    let mut byte = [0];
    assert_eq!(others[2].read(&mut byte).await.unwrap(), 1, "answered, and kept open");
    let slow = served.ask("/slow").await;
    served.asked.notified().await;

    served.stop.send_replace(true);
    for other in &mut others {
        closed(other).await;
    }
    assert!(TcpStream::connect(served.address).await.is_err(), "it takes nobody new");
    assert!(
        timeout(MOMENT, &mut served.running).await.is_err(),
        "a request is under way"
    );
    served.release.notify_one();
    assert_eq!(http::finish(slow).await.unwrap().body, "slow");
    timeout(PATIENCE, served.running).await.expect("it goes on").unwrap();
}

/// Without a file descriptor for it, a connection waits; nobody needs to start the server again.
#[tokio::test]
async fn no_file_descriptors_is_no_end() {
    let home = Home::new(Engine::Sqlite).await;
    let mut process = home.serve().await;
    let maximum = getrlimit(Resource::Nofile).maximum;
    let (pid, told) = (process.pid(), "no connection can be taken");
    let room = |current| {
        prlimit(Some(pid), Resource::Nofile, Rlimit { current, maximum }).unwrap();
    };
    room(Some(3));
    let waiting = Browser::new(process.address)
        .begin("GET", "/healthz", None, b"")
        .await
        .unwrap();
    process.wait_for_log(told).await;
    // Nothing changes for a while.
    tokio::time::sleep(MOMENT).await;
    let times = process.log().iter().filter(|line| line.contains(told)).count();
    assert!(times < 5, "it spins: {times} lines");
    room(maximum);
    assert_eq!(http::finish(waiting).await.unwrap().status, 200);
}

#[tokio::test]
async fn a_proxy_that_nobody_listed_is_told_once() {
    let home = Home::new(Engine::Sqlite).await;
    let mut process = home.serve().await;
    for visitor in ["198.51.100.7", "198.51.100.8"] {
        let mut stream = TcpStream::connect(process.address).await.unwrap();
        let head =
            format!("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {visitor}\r\nConnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        assert_eq!(http::finish(stream).await.unwrap().status, 200);
    }
    let told = process.wait_for_log("LATCHKEY_TRUSTED_PROXIES=127.0.0.1").await;
    assert!(
        told.contains("every visitor counts as 127.0.0.1") && !told.contains("198.51"),
        "{told}"
    );
    let lines = process.log();
    let told = lines.iter().filter(|line| line.contains("LATCHKEY_TRUSTED_PROXIES"));
    assert_eq!(told.count(), 1, "{lines:#?}");
}
