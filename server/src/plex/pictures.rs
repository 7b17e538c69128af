//! Fetches members' pictures (§6): only from hosts where Plex keeps them, over https, a little at a time.
//!
//! A picture's address comes from Plex, but what stands behind it is chosen by strangers: the host is looked at before
//! each hop, private addresses are refused, and what comes back is a picture by its first bytes or nothing.

use std::{net::SocketAddr, sync::OnceLock, time::Duration};

use http::header::{ACCEPT, LOCATION};
use reqwest::{
    Client,
    dns::{Addrs, Name, Resolve, Resolving},
};
use url::Url;

use super::transport::{is_loopback, tls};

/// Largest picture in bytes.
pub const LARGEST_PICTURE: usize = 1024 * 1024;
/// plex.tv leads to another host once, that one perhaps once more.
const MOST_HOPS: usize = 4;
const TIME: Duration = Duration::from_secs(8);
/// Where Plex's `thumb` leads.
const HOSTS: [&str; 7] = [
    "plex.tv",
    "secure.gravatar.com",
    "www.gravatar.com",
    "i0.wp.com",
    "i1.wp.com",
    "i2.wp.com",
    "i3.wp.com",
];
/// And all below this one.
const BELOW: &str = ".plex.tv";

/// What a picture is, by its first bytes.
#[must_use]
pub fn picture_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

/// Fetches pictures. Nothing is opened before the first.
pub struct Pictures {
    /// The stand-in for plex.tv, when there is one on this machine: it counts as plex.tv then.
    stand_in: Option<Url>,
    client: OnceLock<Client>,
}

impl Pictures {
    /// `api`: where Plex is. Only one on this very machine, a stand-in, is let in beside the hosts of Plex.
    #[must_use]
    pub fn new(api: &Url) -> Self {
        Self {
            stand_in: is_loopback(api).then(|| api.clone()),
            client: OnceLock::new(),
        }
    }

    /// Whether a picture may be fetched there.
    #[must_use]
    pub fn allows(&self, url: &Url) -> bool {
        if self.stand_in.as_ref().is_some_and(|base| base.origin() == url.origin()) {
            return true;
        }
        let plain = url.username().is_empty() && url.password().is_none() && url.port().is_none();
        let Some(url::Host::Domain(host)) = url.host() else {
            return false;
        };
        url.scheme() == "https" && plain && (HOSTS.contains(&host) || host.ends_with(BELOW))
    }

    /// A picture's bytes; [`picture_type`] says of which kind. `None`: there is none, or none that we take.
    pub async fn fetch(&self, url: &str) -> Option<Vec<u8>> {
        tokio::time::timeout(TIME, self.follow(url)).await.ok().flatten()
    }

    async fn follow(&self, url: &str) -> Option<Vec<u8>> {
        let mut url = Url::parse(url).ok()?;
        for _ in 0..MOST_HOPS {
            if !self.allows(&url) {
                tracing::debug!(host = url.host_str(), "a picture is not fetched from there");
                return None;
            }
            let asked = self.client()?.get(url.clone()).header(ACCEPT, "image/*").send().await;
            let mut response = asked
                .inspect_err(|_| tracing::debug!(host = url.host_str(), "a picture's host gave no answer"))
                .ok()?;
            let status = response.status();
            if status.is_redirection() {
                let to = response.headers().get(LOCATION)?.to_str().ok()?;
                url = url.join(to).ok()?;
                continue;
            }
            if !status.is_success() {
                return None;
            }
            let mut bytes = Vec::new();
            while let Some(chunk) = response.chunk().await.ok()? {
                if bytes.len() + chunk.len() > LARGEST_PICTURE {
                    return None;
                }
                bytes.extend_from_slice(&chunk);
            }
            return picture_type(&bytes).map(|_| bytes);
        }
        None
    }

    fn client(&self) -> Option<&Client> {
        if let Some(client) = self.client.get() {
            return Some(client);
        }
        let client = Client::builder()
            .user_agent(concat!("latchkey/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(TIME)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .pool_max_idle_per_host(1)
            .tls_backend_preconfigured(tls()?);
        let client = match self.stand_in {
            Some(_) => client.no_proxy(),
            None => client.dns_resolver(std::sync::Arc::new(PublicOnly)),
        };
        let client = client.build().ok()?;
        Some(self.client.get_or_init(|| client))
    }
}

/// Names that lead into a private network lead nowhere.
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err("no public address".into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is one of the open internet.
fn is_public(address: std::net::IpAddr) -> bool {
    match address.to_canonical() {
        std::net::IpAddr::V4(address) => {
            let [a, b, ..] = address.octets();
            let shared = a == 100 && (64..128).contains(&b);
            let benchmark = a == 198 && (18..20).contains(&b);
            !(address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || address.is_documentation()
                || shared
                || benchmark
                || a == 0
                || a >= 224)
        }
        std::net::IpAddr::V6(address) => {
            // The global range, without the one for documents and those that carry IPv4 inside (6to4, Teredo).
            let [a, b, ..] = address.segments();
            (a & 0xe000) == 0x2000 && a != 0x2002 && !(a == 0x2001 && (b == 0x0db8 || b == 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hosts_of_plex_over_https() {
        let pictures = Pictures::new(&Url::parse("https://plex.tv").unwrap());
        let allows = |url: &str| pictures.allows(&Url::parse(url).unwrap());
        for good in [
            "https://plex.tv/users/7a20/avatar?c=1",
            "https://assets.plex.tv/x.png",
            "https://secure.gravatar.com/avatar/1",
            "https://i2.wp.com/plex.tv/x",
        ] {
            assert!(allows(good), "{good}");
        }
        for bad in [
            "http://plex.tv/users/7a20/avatar",
            "https://plex.tv:8443/x",
            "https://user@plex.tv/x",
            "https://plex.tv.evil.example/x",
            "https://evilplex.tv/x",
            "https://127.0.0.1/x",
            "https://[::1]/x",
            "http://127.0.0.1:9/x",
            "https://169.254.169.254/latest",
            "ftp://plex.tv/x",
            "data:image/png;base64,AAAA",
        ] {
            assert!(!allows(bad), "{bad}");
        }
        // A real Plex never lets a stand-in in; a stand-in lets in only its own port.
        let stand_in = Pictures::new(&Url::parse("http://127.0.0.1:4000").unwrap());
        assert!(stand_in.allows(&Url::parse("http://127.0.0.1:4000/users/x/avatar").unwrap()));
        assert!(!stand_in.allows(&Url::parse("http://127.0.0.1:4001/users/x/avatar").unwrap()));
    }

    #[test]
    fn pictures_are_told_by_their_first_bytes() {
        for (bytes, kind) in [
            (b"\x89PNG\r\n\x1a\n....".as_slice(), Some("image/png")),
            (b"\xff\xd8\xff\xe0..", Some("image/jpeg")),
            (b"GIF89a..", Some("image/gif")),
            (b"RIFF....WEBPVP8 ", Some("image/webp")),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
            (b"<html>", None),
            (b"", None),
            (b"RIFF....WAVE", None),
        ] {
            assert_eq!(picture_type(bytes), kind, "{bytes:?}");
        }
    }

    #[test]
    fn private_addresses_are_no_place_for_pictures() {
        for private in [
            "10.0.0.1",
            "127.0.0.1",
            "192.168.1.1",
            "172.16.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "::ffff:10.0.0.1",
            "2002:7f00:1::",
            "64:ff9b::7f00:1",
            "2001:db8::1",
            "ff02::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in ["1.1.1.1", "104.16.0.1", "2606:4700::1", "2001:4860:4860::8888"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }
}
