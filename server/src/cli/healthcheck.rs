//! `latchkey healthcheck`: whether the server of this configuration is ready.

use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::answer::{Answer, Failure};

const PATIENCE: Duration = Duration::from_secs(5);

/// `GET /readyz` at the address we listen on; an address that means "all" is asked on loopback.
pub(super) async fn run(mut listen: SocketAddr) -> Result<Answer, Failure> {
    if listen.ip().is_unspecified() {
        listen.set_ip(if listen.is_ipv4() {
            Ipv4Addr::LOCALHOST.into()
        } else {
            Ipv6Addr::LOCALHOST.into()
        });
    }
    let ask = async {
        let mut stream = TcpStream::connect(listen).await?;
        stream
            .write_all(format!("GET /readyz HTTP/1.1\r\nHost: {listen}\r\nConnection: close\r\n\r\n").as_bytes())
            .await?;
        let mut answer = Vec::new();
        stream.take(4096).read_to_end(&mut answer).await?;
        Ok::<_, std::io::Error>(answer)
    };
    let answer = tokio::time::timeout(PATIENCE, ask)
        .await
        .map_err(|_| Failure::failed(format!("{listen} does not answer")))?
        .map_err(|error| Failure::failed(format!("{listen} does not answer: {error}")))?;
    if answer.starts_with(b"HTTP/1.1 200 ") {
        Ok(Answer::said("ready"))
    } else {
        Err(Failure::failed("the server is running but not ready; its log says why"))
    }
}
