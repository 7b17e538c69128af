//! Tests of the plex.tv client: against the stand-in, against hand-made odd answers, and of the pacing in made-up time.

mod fuzzed;
mod household;
mod odd_answers;
mod pacing;
mod reading;
mod stand_in;
mod wire;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::Router;
use plex_stub::{Stub, World};
use url::Url;

use super::*;

const OUR_ID: &str = "0b7c1f62-1111-4222-8333-944455556666";
/// Who asks for a PIN, where it does not matter.
const HOME: &str = "192.0.2.1";

fn identity() -> PlexIdentity {
    PlexIdentity {
        client_identifier: OUR_ID.to_owned(),
        product: "Latchkey".to_owned(),
        version: "0.1.0".to_owned(),
        device_name: "Dachbodén\u{7} 🏠".to_owned(),
        device: "Linux".to_owned(),
        platform: "Server".to_owned(),
    }
}

/// Limits for tests that are not about pacing: nobody waits.
fn quick() -> PlexLimits {
    PlexLimits {
        connect: Duration::from_millis(500),
        request: Duration::from_secs(5),
        repeat_pause: Duration::from_millis(1),
        body: 64 * 1024,
        pacing: PacingLimits {
            per_pin: Duration::ZERO,
            every: Duration::ZERO,
            ..PacingLimits::default()
        },
    }
}

fn client(base: &str) -> PlexClient {
    PlexClient::new(Url::parse(base).unwrap(), &identity(), quick())
}

fn local() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

async fn stand_in() -> Stub {
    Stub::start(local(), World::household()).await.unwrap()
}

/// Serves a router on a free port; gives its base URL.
async fn serve(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind(local()).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    format!("http://{address}")
}

fn token(plain: &str) -> PlexToken {
    PlexToken::new(plain).unwrap()
}
