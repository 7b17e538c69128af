//! What goes over the wire, byte by byte, and answers that end too soon.

use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, channel};

use super::*;

/// A server that reads one request a connection, reports it and hangs up.
pub(super) fn listener() -> (String, Receiver<String>) {
    answering(&[b""])
}

/// A server that gives these answers, one a connection, then the last one again and again. Reports what it was asked.
pub(super) fn answering(answers: &[&'static [u8]]) -> (String, Receiver<String>) {
    let listener = std::net::TcpListener::bind(local()).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (report, reports) = channel();
    let answers = answers.to_vec();
    std::thread::spawn(move || {
        for (connection, at) in listener.incoming().zip(0..) {
            let mut connection = connection.unwrap();
            let mut request = Vec::new();
            let mut piece = [0; 1024];
            // 22 begins a TLS handshake, which has no such end.
            while request.first() != Some(&22) && !request.windows(4).any(|four| four == b"\r\n\r\n") {
                match connection.read(&mut piece) {
                    Ok(1..) => request.extend_from_slice(&piece),
                    _ => break,
                }
            }
            let text = String::from_utf8_lossy(&request).replace('\0', "");
            // The client may have heard enough before the end.
            let _ = connection.write_all(answers[at.min(answers.len() - 1)]);
            if report.send(text).is_err() {
                return;
            }
        }
    });
    (url, reports)
}

#[tokio::test]
async fn the_request_as_it_is_sent() {
    let (url, reports) = answering(&[b"HTTP/1.1 200 OK\r\ncontent-length: 8\r\nconnection: close\r\n\r\n{\"id\":1}"]);
    let client = client(&format!("{url}/prefix/"));
    client.account(&token("abc.DEF")).await.unwrap();
    let request = reports.recv().unwrap();
    assert!(request.starts_with("GET /prefix/api/v2/user HTTP/1.1\r\n"), "{request}");
    assert_eq!(request.matches("abc.DEF").count(), 1);
    for header in [
        "accept: application/json",
        "x-plex-token: abc.DEF",
        "x-plex-device-name: Dachbodén 🏠",
        "x-plex-product: Latchkey",
        "x-plex-version: 0.1.0",
        "x-plex-device: Linux",
        "x-plex-platform: Server",
    ] {
        assert!(
            request.contains(&format!("\r\n{header}\r\n")),
            "{header} missing: {request}"
        );
    }
    assert!(client.create_pin("https://home.example").await.is_err());
    let request = reports.recv().unwrap();
    assert!(
        request.starts_with("POST /prefix/api/v2/pins?strong=true HTTP/1.1\r\n"),
        "{request}"
    );
    assert!(request.contains("\r\norigin: https://home.example\r\n"));
    assert!(matches!(
        client.create_pin("https://a\r\nx: y").await,
        Err(PlexError::Unexpected { status: 0, .. })
    ));
}

#[tokio::test]
async fn a_lost_connection_is_tried_once_more_but_not_for_a_post() {
    let (url, reports) = answering(&[
        b"",
        b"HTTP/1.1 200 OK\r\ncontent-length: 8\r\nconnection: close\r\n\r\n{\"id\":1}",
    ]);
    assert_eq!(client(&url).account(&token("t")).await.unwrap().id, 1);
    assert_eq!(reports.try_iter().count(), 2);

    let (url, reports) = listener();
    let client = client(&url);
    assert!(matches!(
        client.account(&token("t")).await,
        Err(PlexError::Unreachable { .. })
    ));
    assert!(matches!(
        client.create_pin("https://home.example").await,
        Err(PlexError::Unreachable { .. })
    ));
    assert!(matches!(
        client.sign_out(&token("t")).await,
        Err(PlexError::Unreachable { .. })
    ));
    assert_eq!(reports.iter().take(4).count(), 4);
    assert!(reports.try_recv().is_err());
}

#[tokio::test]
async fn half_an_answer_is_none() {
    let (url, _reports) = answering(&[b"HTTP/1.1 200 OK\r\ncontent-length: 80\r\n\r\n{\"id\":1}"]);
    let error = client(&url).account(&token("t")).await.unwrap_err();
    assert_eq!(
        error,
        PlexError::Unreachable {
            what: "the answer was cut off"
        }
    );
}

#[tokio::test]
async fn a_503_is_tried_once_more() {
    let (url, reports) = answering(&[
        b"HTTP/1.1 503 Busy\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 8\r\nconnection: close\r\n\r\n{\"id\":1}",
    ]);
    assert_eq!(client(&url).account(&token("t")).await.unwrap().id, 1);
    assert_eq!(reports.try_iter().count(), 2);
}

#[tokio::test]
async fn no_secure_connection_is_said_so() {
    let (url, _reports) = answering(&[b"this is not TLS\r\n"]);
    let error = client(&url.replace("http:", "https:"))
        .account(&token("t"))
        .await
        .unwrap_err();
    assert_eq!(
        error,
        PlexError::Unreachable {
            what: "no secure connection"
        }
    );
}

#[test]
fn building_a_client_opens_and_costs_nothing() {
    // Outside a runtime: a connection pool or a socket would need one.
    let _client = client("https://plex.tv");
}
