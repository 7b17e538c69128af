//! A TCP connection that a test can cut.

use std::sync::Arc;

use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// Stands before a server on a port of its own.
pub(super) struct Proxy {
    port: u16,
    passing: watch::Sender<bool>,
    _task: Arc<Aborted>,
}

struct Aborted(tokio::task::JoinHandle<()>);

impl Drop for Aborted {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Proxy {
    /// Passes everything on to `server`.
    pub(super) async fn start(server: String) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (passing, passes) = watch::channel(true);
        let task = tokio::spawn(async move {
            loop {
                let Ok((client, _)) = listener.accept().await else {
                    return;
                };
                // Closing at once is what a client sees of a server that is starting or stopping.
                if *passes.borrow() {
                    tokio::spawn(pass(client, server.clone(), passes.clone()));
                }
            }
        });
        Self {
            port,
            passing,
            _task: Arc::new(Aborted(task)),
        }
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Cuts every connection and takes no new ones.
    pub(super) fn refuse(&mut self) {
        self.passing.send_replace(false);
    }

    /// Is there again.
    pub(super) fn pass(&mut self) {
        self.passing.send_replace(true);
    }
}

async fn pass(mut client: TcpStream, server: String, mut passes: watch::Receiver<bool>) {
    let Ok(mut upstream) = TcpStream::connect(server).await else {
        return;
    };
    tokio::select! {
        _ = tokio::io::copy_bidirectional(&mut client, &mut upstream) => {}
        _ = passes.wait_for(|passes| !passes) => {}
    }
}
