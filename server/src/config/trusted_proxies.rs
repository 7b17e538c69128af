//! The proxies whose forwarded headers count. Only addresses: names would have to be looked up, and could change.

use std::fmt;
use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net};

use super::error::quoted;
use super::loader::Said;

/// A set of networks; empty by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// Whether this address is one of them. An IPv4 address written as IPv6 (`::ffff:10.0.0.1`) counts as itself.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Whether nobody is trusted, so that forwarded headers never count.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a network of everybody is among them: then everybody can pretend to have any address.
    pub(super) fn is_everybody(&self) -> bool {
        self.0.iter().any(|network| network.prefix_len() == 0)
    }
}

impl fmt::Display for TrustedProxies {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let networks: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        formatter.write_str(&networks.join(", "))
    }
}

/// The value of `server.trusted_proxies`.
pub(super) fn trusted_proxies(items: &[String]) -> Result<TrustedProxies, Said> {
    items
        .iter()
        .map(|item| network(item))
        .collect::<Result<_, _>>()
        .map(TrustedProxies)
}

fn network(text: &str) -> Result<IpNet, Said> {
    let wrong = || {
        let text = quoted(text);
        format!("{text} is neither an IP address nor a network such as 172.16.0.0/12 (names are not looked up)")
    };
    if text.is_empty() {
        return Err("an item of the list is empty: is there a comma too many?".to_owned());
    }
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok(IpNet::from(address.to_canonical()));
    }
    let network = text.parse::<IpNet>().map_err(|_| wrong())?;
    let IpNet::V6(v6) = network else {
        return Ok(network.trunc());
    };
    match (v6.addr().to_ipv4_mapped(), v6.prefix_len().checked_sub(96)) {
        (Some(v4), Some(prefix)) => Ipv4Net::new(v4, prefix)
            .map(|v4| IpNet::V4(v4.trunc()))
            .map_err(|_| wrong()),
        // `::ffff:10.0.0.1/64` would be a network of other addresses than those it names.
        (Some(_), None) => Err(format!(
            "{} needs at least /96, or write the IPv4 network",
            quoted(text)
        )),
        (None, _) => Ok(network.trunc()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(text: &str) -> TrustedProxies {
        trusted_proxies(&text.split(',').map(str::to_owned).collect::<Vec<_>>()).unwrap()
    }

    fn has(proxies: &TrustedProxies, address: &str) -> bool {
        proxies.contains(address.parse().unwrap())
    }

    #[test]
    fn nobody_is_trusted_by_default() {
        assert!(TrustedProxies::default().is_empty() && !has(&TrustedProxies::default(), "127.0.0.1"));
    }

    #[test]
    fn addresses_and_networks() {
        let listed = proxies("127.0.0.1,172.16.5.1/12,2001:db8::/32,::1");
        for inside in [
            "127.0.0.1",
            "172.31.255.255",
            "2001:db8::7",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:172.16.0.1",
        ] {
            assert!(has(&listed, inside), "{inside}");
        }
        for outside in [
            "127.0.0.2",
            "172.32.0.1",
            "2001:db9::1",
            "::2",
            "::ffff:8.8.8.8",
            "::127.0.0.1",
        ] {
            assert!(!has(&listed, outside), "{outside}");
        }
        assert_eq!(
            listed.to_string(),
            "127.0.0.1/32, 172.16.0.0/12, 2001:db8::/32, ::1/128"
        );
    }

    #[test]
    fn mapped_entries_are_their_ipv4_selves() {
        let listed = proxies("::ffff:10.0.0.1,::ffff:192.168.0.0/112");
        assert_eq!(listed.to_string(), "10.0.0.1/32, 192.168.0.0/16");
        assert!(has(&listed, "10.0.0.1") && has(&listed, "::ffff:10.0.0.1") && has(&listed, "192.168.4.5"));
    }

    #[test]
    fn everybody_is_noticed() {
        assert!(proxies("0.0.0.0/0").is_everybody() && proxies("::/0").is_everybody());
        assert!(proxies("::ffff:0:0/96").is_everybody() && !proxies("10.0.0.0/8").is_everybody());
    }

    #[test]
    fn anything_else_is_told() {
        for (text, said) in [
            ("traefik", "\"traefik\" is neither an IP address nor a network"),
            ("10.0.0.0/33", "is neither"),
            ("10.0.0.1:80", "is neither"),
            ("::ffff:10.0.0.1/64", "needs at least /96"),
            ("", "comma too many"),
        ] {
            let told = trusted_proxies(&["127.0.0.1".to_owned(), text.to_owned()]).unwrap_err();
            assert!(told.contains(said), "{text}: {told}");
        }
    }
}
