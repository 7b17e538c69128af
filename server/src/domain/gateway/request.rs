//! What a browser asked an app for, as the reverse proxy tells it.

use std::borrow::Cow;

use url::Url;

/// Longest path with query that is led back to after signing in, in bytes.
pub const LONGEST_TARGET: usize = 4000;

/// A request that stands at the proxy. Borrowed from the headers wherever they say it in the form that is kept here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppRequest<'a> {
    /// In capitals, as HTTP has them.
    pub method: Cow<'a, str>,
    /// Whether the browser came by https.
    pub https: bool,
    /// In lower case, without port.
    pub host: Cow<'a, str>,
    /// The host with the port that the browser named, if it did.
    pub authority: Cow<'a, str>,
    /// Path and query, byte for byte.
    pub target: Cow<'a, str>,
}

/// Why what a proxy tells can't be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadForward {
    /// The header.
    pub header: &'static str,
    /// What is wrong with it.
    pub kind: BadForwardKind,
}

/// What is wrong with a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadForwardKind {
    /// It is not there.
    Missing,
    /// It is there more than once, or holds a list.
    Several,
    /// It can't be what it says.
    Unreadable,
}

impl<'a> AppRequest<'a> {
    /// From the five values that Traefik, Caddy and HAProxy tell apart.
    ///
    /// # Errors
    /// [`BadForward`]
    pub fn new(
        method: impl Into<Cow<'a, str>>,
        proto: &str,
        host: impl Into<Cow<'a, str>>,
        target: impl Into<Cow<'a, str>>,
    ) -> Result<Self, BadForward> {
        let (method, host, target) = (method.into(), host.into(), target.into());
        let bad = |header, kind| Err(BadForward { header, kind });
        let unreadable = BadForwardKind::Unreadable;
        if method.is_empty()
            || method.len() > 32
            || !method.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
        {
            return bad("X-Forwarded-Method", unreadable);
        }
        // Traefik tells of a WebSocket by its scheme.
        let is = |scheme| proto.eq_ignore_ascii_case(scheme);
        let https = if is("https") || is("wss") {
            true
        } else if is("http") || is("ws") {
            false
        } else {
            return bad("X-Forwarded-Proto", unreadable);
        };
        if host.contains(',') {
            return bad("X-Forwarded-Host", BadForwardKind::Several);
        }
        let Some((host, authority)) = read_authority(host, https) else {
            return bad("X-Forwarded-Host", unreadable);
        };
        // What follows a number sign never leaves a browser. Whoever sends one hopes that we and the app cut it off, or not,
        // each in its own way.
        let strange = |byte: u8| byte.is_ascii_control() || matches!(byte, b' ' | b'#');
        if !target.starts_with('/') || target.bytes().any(strange) {
            return bad("X-Forwarded-Uri", unreadable);
        }
        Ok(Self {
            method: if method.bytes().any(|byte| byte.is_ascii_lowercase()) {
                method.to_ascii_uppercase().into()
            } else {
                method
            },
            https,
            host,
            authority,
            target,
        })
    }

    /// The same with nothing borrowed.
    #[must_use]
    pub fn into_owned(self) -> AppRequest<'static> {
        let own = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        AppRequest {
            method: own(self.method),
            https: self.https,
            host: own(self.host),
            authority: own(self.authority),
            target: own(self.target),
        }
    }

    /// From the one URL that nginx tells.
    ///
    /// # Errors
    /// [`BadForward`]
    pub fn of_url(method: impl Into<Cow<'a, str>>, url: &'a str) -> Result<Self, BadForward> {
        let unreadable = BadForward {
            header: "X-Original-URL",
            kind: BadForwardKind::Unreadable,
        };
        let Some((proto, rest)) = url.split_once("://") else {
            return Err(unreadable);
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (host, target) = rest.split_at(end);
        let target = if target.starts_with('/') {
            Cow::Borrowed(target)
        } else {
            Cow::Owned(["/", target].concat())
        };
        Self::new(method, proto, host, target).map_err(|bad| match bad.header {
            "X-Forwarded-Method" => BadForward {
                header: "X-Original-Method",
                ..bad
            },
            _ => BadForward {
                kind: bad.kind,
                ..unreadable
            },
        })
    }

    /// An address that a person is to be led to: `https://host/path?query`, nothing else. `None`: no such address.
    #[must_use]
    pub fn of_address(address: &'a str) -> Option<Self> {
        // What a browser would repair, it could repair into another host.
        let strange = |byte: u8| !byte.is_ascii_graphic() || matches!(byte, b'\\' | b'"' | b'<' | b'>');
        if address.len() > LONGEST_TARGET || address.bytes().any(strange) {
            return None;
        }
        let address = address.split('#').next().unwrap_or_default();
        let request = Self::of_url("GET", address).ok()?;
        // Both must understand the same host.
        let url = Url::parse(address).ok()?;
        let same = url.host_str() == Some(&*request.host) && url.username().is_empty() && url.password().is_none();
        (same && !request.path().starts_with("//") && !request.path().contains("/\\")).then_some(request)
    }

    /// Without the query.
    #[must_use]
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or("/")
    }

    /// What follows the question mark.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.target.split_once('?').map(|(_, query)| query)
    }

    /// The whole address, byte for byte.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_of(&self.target)
    }

    /// The address of something else at the same host.
    #[must_use]
    pub fn url_of(&self, target: &str) -> String {
        let scheme = if self.https { "https://" } else { "http://" };
        [scheme, &self.authority, target].concat()
    }

    /// Whether this only reads.
    #[must_use]
    pub fn reads(&self) -> bool {
        matches!(&*self.method, "GET" | "HEAD" | "OPTIONS")
    }
}

/// Host, and host with port: as browsers write them, and nothing that a browser would have to repair.
fn read_authority(text: Cow<'_, str>, https: bool) -> Option<(Cow<'_, str>, Cow<'_, str>)> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':' | b'[' | b']');
    if text.is_empty() || text.len() > 260 || !text.bytes().all(fits) {
        return None;
    }
    if is_plain_host(&text) {
        return Some((text.clone(), text));
    }
    let scheme = if https { "https://" } else { "http://" };
    let url = Url::parse(&[scheme, &text, "/"].concat()).ok()?;
    let host = url.host_str()?.to_owned();
    if host.is_empty() || host.ends_with("..") {
        return None;
    }
    let authority = match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.clone(),
    };
    Some((host.trim_end_matches('.').to_owned().into(), authority.into()))
}

/// Whether this is a host as it is kept, so that nothing needs to be understood: names in small letters, the last of
/// which begins with a letter, as those of addresses don't, and none in the encoding of other alphabets.
fn is_plain_host(text: &str) -> bool {
    let plain = |name: &str| {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        !name.is_empty() && !name.starts_with("xn--") && name.bytes().all(fits)
    };
    let last = text.rsplit('.').next().unwrap_or_default();
    last.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase()) && text.split('.').all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_proxy_tells_is_kept_byte_for_byte() {
        let request = AppRequest::new("get", "https", "Wiki.Home.Example:8443", "/a%2Fb//c?x=1&y=%20&x=2&").unwrap();
        assert_eq!(
            (&*request.method, &*request.host, &*request.authority),
            ("GET", "wiki.home.example", "wiki.home.example:8443")
        );
        assert_eq!(request.url(), "https://wiki.home.example:8443/a%2Fb//c?x=1&y=%20&x=2&");
        assert_eq!((request.path(), request.query()), ("/a%2Fb//c", Some("x=1&y=%20&x=2&")));
        let of_nginx = AppRequest::of_url("GET", "https://wiki.home.example:8443/a%2Fb//c?x=1&y=%20&x=2&").unwrap();
        assert_eq!(of_nginx, request);
    }

    #[test]
    fn hosts_that_are_taken_as_they_are_are_read_as_such() {
        for (host, plain) in [
            ("tv.home.example", true),
            ("localhost", true),
            ("a-1.b2", true),
            ("nas", true),
            ("TV.example", false),
            ("tv.example:443", false),
            ("tv.example.", false),
            ("tv..example", false),
            (".example", false),
            ("192.0.2.7", false),
            ("1.2", false),
            ("0x7f.1", false),
            ("a.0x7f", false),
            ("xn--bcher-kva.example", false),
            ("a_b.example", false),
            ("[::1]", false),
            ("", false),
        ] {
            assert_eq!(is_plain_host(host), plain, "{host}");
            if plain {
                let url = Url::parse(&format!("http://{host}/")).unwrap();
                assert_eq!(url.host_str(), Some(host));
            }
        }
    }

    #[test]
    fn usual_ports_and_web_sockets() {
        let request = AppRequest::new("GET", "wss", "a.example:443", "/").unwrap();
        assert!(request.https);
        assert_eq!(request.authority, "a.example");
        assert_eq!(
            AppRequest::of_url("GET", "http://a.example:80?x").unwrap().url(),
            "http://a.example/?x"
        );
    }

    #[test]
    fn what_makes_no_sense_is_told_by_header() {
        for (method, proto, host, target, header) in [
            ("", "https", "a.example", "/", "X-Forwarded-Method"),
            ("GE T", "https", "a.example", "/", "X-Forwarded-Method"),
            ("GET", "gopher", "a.example", "/", "X-Forwarded-Proto"),
            ("GET", "https", "", "/", "X-Forwarded-Host"),
            ("GET", "https", "a.example, b.example", "/", "X-Forwarded-Host"),
            ("GET", "https", "a.example/b", "/", "X-Forwarded-Host"),
            ("GET", "https", "me@a.example", "/", "X-Forwarded-Host"),
            ("GET", "https", "a.example:99999", "/", "X-Forwarded-Host"),
            ("GET", "https", "a.example", "", "X-Forwarded-Uri"),
            ("GET", "https", "a.example", "x", "X-Forwarded-Uri"),
            ("GET", "https", "a.example", "/a b", "X-Forwarded-Uri"),
            ("GET", "https", "a.example", "/a\r\nb", "X-Forwarded-Uri"),
        ] {
            let bad = AppRequest::new(method, proto, host, target).unwrap_err();
            assert_eq!(bad.header, header, "{method} {proto} {host} {target}");
        }
        for (method, url, header) in [
            ("GET", "a.example/x", "X-Original-URL"),
            ("GET", "https://", "X-Original-URL"),
            ("", "https://a.example/", "X-Original-Method"),
        ] {
            assert_eq!(AppRequest::of_url(method, url).unwrap_err().header, header, "{url}");
        }
    }

    #[test]
    fn addresses_that_a_browser_would_repair_are_none() {
        assert_eq!(
            AppRequest::of_address("https://a.example/b?c=%20#d").unwrap().url(),
            "https://a.example/b?c=%20"
        );
        assert_eq!(
            AppRequest::of_address("https://a.example#d").unwrap().url(),
            "https://a.example/"
        );
        // No browser sends it: what an app makes of it is not what we would.
        for target in ["/open#/../admin", "/#", "/a?b#c"] {
            assert!(
                AppRequest::new("GET", "https", "a.example", target).is_err(),
                "{target}"
            );
            assert!(
                AppRequest::of_url("GET", &format!("https://a.example{target}")).is_err(),
                "{target}"
            );
        }
        for address in [
            "https:/a.example/",
            "https:a.example/",
            "//a.example/",
            "https://a.example\\.evil.example/",
            "https://a.example@evil.example/",
            "https://evil.example\t/",
            "https://a.example//evil.example",
            "javascript://a.example/%0aalert(1)",
            "https://a.example/\u{e4}",
        ] {
            assert_eq!(AppRequest::of_address(address), None, "{address}");
        }
    }
}
