//! Where the request really comes from. Forwarded headers count only from listed proxies.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::atomic::Ordering,
};

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
    if let Some(advice) = unlisted_proxy(peer, request.headers(), &state.trusted_proxies)
        && !state.told_of_proxy.swap(true, Ordering::Relaxed)
    {
        tracing::warn!("{advice}");
    }
    let address = address(peer, request.headers(), &state.trusted_proxies);
    let agent = request
        .headers()
        .get(header::USER_AGENT)
        .map(|agent| String::from_utf8_lossy(agent.as_bytes()).into_owned())
        .unwrap_or_default();
    let https = state.trusted_proxies.contains(peer.to_canonical())
        && request
            .headers()
            .get("x-forwarded-proto")
            .is_some_and(|scheme| scheme.as_bytes().eq_ignore_ascii_case(b"https"));
    request.extensions_mut().insert(Client { address, agent, https });
    next.run(request).await
}

/// The nearest address that is not one of our proxies: from the right, as each proxy appends the one it saw. What is
/// left of that may be the visitor's own invention.
pub(in crate::web) fn address(peer: IpAddr, headers: &HeaderMap, proxies: &TrustedProxies) -> IpAddr {
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

/// What to do when it looks as if everybody comes through a proxy that is not listed: all would share the limits of one
/// address. Strangers from outside who send the header only pretend.
fn unlisted_proxy(peer: IpAddr, headers: &HeaderMap, proxies: &TrustedProxies) -> Option<String> {
    if !headers.contains_key("x-forwarded-for") {
        return None;
    }
    let peer = peer.to_canonical();
    let near = match peer {
        IpAddr::V4(peer) => peer.is_loopback() || peer.is_private() || peer.is_link_local(),
        IpAddr::V6(peer) => peer.is_loopback() || peer.is_unique_local() || peer.is_unicast_link_local(),
    };
    if !near || proxies.contains(peer) {
        return None;
    }
    let listed = if proxies.is_empty() {
        peer.to_string()
    } else {
        format!("{proxies}, {peer}")
    };
    Some(format!(
        "X-Forwarded-For comes from {peer}, which is not one of the trusted proxies: every visitor counts as {peer}. If \
         your reverse proxy is there, set LATCHKEY_TRUSTED_PROXIES={listed}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Sources};

    fn forwarded_for(values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        headers
    }

    fn listed(proxies: &str) -> TrustedProxies {
        let configured = Sources::from_pairs([("LATCHKEY_TRUSTED_PROXIES", proxies)]);
        Config::load(configured).unwrap().config.trusted_proxies
    }

    fn seen(peer: &str, forwarded: &[&str], proxies: &str) -> String {
        address(peer.parse().unwrap(), &forwarded_for(forwarded), &listed(proxies)).to_string()
    }

    #[test]
    fn a_proxy_that_nobody_listed_is_told() {
        let told = |peer: &str, forwarded: &[&str], proxies| {
            unlisted_proxy(peer.parse().unwrap(), &forwarded_for(forwarded), &listed(proxies))
        };
        for near in [
            "127.0.0.1",
            "172.17.0.1",
            "192.168.1.2",
            "169.254.0.3",
            "::1",
            "fd00::7",
            "fe80::1",
        ] {
            let told = told(near, &["198.51.100.7"], "").unwrap();
            assert!(told.contains(&format!("every visitor counts as {near}")), "{told}");
            assert!(told.ends_with(&format!("LATCHKEY_TRUSTED_PROXIES={near}")), "{told}");
            assert!(!told.contains("198.51.100.7"), "{told}");
        }
        let with_others = told("::ffff:10.0.0.1", &[""], "127.0.0.1").unwrap();
        assert!(
            with_others.ends_with("LATCHKEY_TRUSTED_PROXIES=127.0.0.1/32, 10.0.0.1"),
            "{with_others}"
        );
        assert_eq!(told("10.0.0.1", &["198.51.100.7"], "10.0.0.0/8"), None, "it is listed");
        assert_eq!(told("10.0.0.1", &[], ""), None, "nothing was forwarded");
        assert_eq!(told("203.0.113.5", &["198.51.100.7"], ""), None, "a stranger");
        assert_eq!(told("2001:db8::1", &["198.51.100.7"], ""), None, "a stranger");
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
