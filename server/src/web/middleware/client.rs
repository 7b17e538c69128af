//! Where the request really comes from. Forwarded headers count only from listed proxies.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, header},
    middleware::Next,
    response::Response,
};

use crate::{
    config::TrustedProxies,
    web::{extract::Client, state::AppState},
};

pub(in crate::web) async fn client(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.0.ip());
    let address = address(peer, request.headers(), &state.trusted_proxies);
    let agent = request
        .headers()
        .get(header::USER_AGENT)
        .map(|agent| String::from_utf8_lossy(agent.as_bytes()).into_owned())
        .unwrap_or_default();
    request.extensions_mut().insert(Client { address, agent });
    next.run(request).await
}

/// The nearest address that is not one of our proxies: from the right, as each proxy appends the one it saw. What is
/// left of that may be the visitor's own invention.
fn address(peer: IpAddr, headers: &HeaderMap, proxies: &TrustedProxies) -> IpAddr {
    let mut nearest = peer.to_canonical();
    let forwarded = headers.get_all("x-forwarded-for");
    let hops: Vec<&str> = forwarded
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    for hop in hops.into_iter().rev() {
        if !proxies.contains(nearest) {
            break;
        }
        // Some proxies write a port.
        let parsed = hop
            .parse::<IpAddr>()
            .ok()
            .or_else(|| hop.parse::<SocketAddr>().ok().map(|address| address.ip()));
        let Some(hop) = parsed else { break };
        nearest = hop.to_canonical();
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Sources};

    fn seen(peer: &str, forwarded: &[&str], proxies: &str) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        let configured = Sources::from_pairs([("LATCHKEY_TRUSTED_PROXIES", proxies)]);
        let proxies = Config::load(configured).unwrap().config.trusted_proxies;
        address(peer.parse().unwrap(), &headers, &proxies).to_string()
    }

    #[test]
    fn a_stranger_cannot_choose_an_address() {
        assert_eq!(seen("203.0.113.5", &["1.2.3.4"], "10.0.0.0/8"), "203.0.113.5");
        assert_eq!(seen("203.0.113.5", &["10.0.0.1"], ""), "203.0.113.5");
    }

    #[test]
    fn the_nearest_address_that_is_no_proxy_counts() {
        assert_eq!(seen("10.0.0.1", &["198.51.100.7"], "10.0.0.0/8"), "198.51.100.7");
        assert_eq!(
            seen("::ffff:10.0.0.1", &["9.9.9.9, 198.51.100.7, 10.0.0.2"], "10.0.0.0/8"),
            "198.51.100.7"
        );
        assert_eq!(
            seen("10.0.0.1", &["9.9.9.9", "198.51.100.7:4711"], "10.0.0.0/8"),
            "198.51.100.7"
        );
        assert_eq!(seen("10.0.0.1", &["nonsense"], "10.0.0.0/8"), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &[], "10.0.0.0/8"), "10.0.0.1");
    }
}
