//! A PostgreSQL server that says nothing any more on connections that stay open: its machine is gone, or the network is.

use std::{future::pending, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
};

use super::{
    home::{Home, Process},
    http::Browser,
};
use crate::support::Engine;

/// Stands before a server; on demand it passes nothing on and closes nothing.
struct Line {
    port: u16,
    silent: watch::Sender<bool>,
    task: tokio::task::JoinHandle<()>,
}

impl Line {
    async fn to(server: String) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (silent, watched) = watch::channel(false);
        let task = tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                tokio::spawn(pass(client, server.clone(), watched.clone()));
            }
        });
        Self { port, silent, task }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn pass(mut client: TcpStream, server: String, mut silent: watch::Receiver<bool>) {
    let mut upstream = TcpStream::connect(server).await.unwrap();
    tokio::select! {
        biased;
        _ = silent.wait_for(|silent| *silent) => {}
        _ = tokio::io::copy_bidirectional(&mut client, &mut upstream) => return,
    }
    // Both stay open.
    pending::<()>().await;
}

async fn started() -> (Home, Line, Process) {
    let home = Home::new(Engine::Postgres).await;
    let mut url = home.database_url();
    let line = Line::to(format!("{}:{}", url.host_str().unwrap(), url.port().unwrap())).await;
    url.set_port(Some(line.port)).unwrap();
    let mut command = home.command(&["serve"]);
    command.env("LATCHKEY_DATABASE_URL", url.as_str());
    let process = Process::start(command).await;
    (home, line, process)
}

/// Asked on a connection that was used just now, so that nobody looks whether it is alive.
#[tokio::test]
async fn it_is_not_ready_and_says_so_soon() {
    let (_home, line, process) = started().await;
    let mut browser = Browser::new(process.address);
    assert_eq!(browser.get("/readyz").await.status, 200);
    line.silent.send_replace(true);
    let answer = tokio::time::timeout(Duration::from_secs(20), browser.get("/readyz")).await;
    assert_eq!(answer.expect("no answer").status, 503);
    assert_eq!(browser.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn it_stops_all_the_same() {
    let (_home, line, mut process) = started().await;
    assert_eq!(Browser::new(process.address).get("/readyz").await.status, 200);
    line.silent.send_replace(true);
    process.terminate();
    let stopped = tokio::time::timeout(Duration::from_secs(30), process.ended()).await;
    assert_eq!(stopped.expect("it waited for the database").code(), Some(0));
}
