//! URLs that are only scheme, host and port: the public URL, and those of Plex.

use std::fmt;

use url::Url;

use super::error::quoted;
use super::loader::Said;

/// The URL under which people reach Latchkey. It has no path: Latchkey has a host for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    host: String,
}

impl PublicUrl {
    /// Scheme, host and port as in an `Origin` header: `https://door.example.org`, no slash at the end.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The host without the port; an IPv6 address in brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The host with its port if that is not the usual one, as in a `Host` header.
    pub fn authority(&self) -> &str {
        self.origin.split_once("://").map_or("", |(_, authority)| authority)
    }

    /// Whether cookies can be `Secure`.
    pub fn is_https(&self) -> bool {
        self.origin.starts_with("https://")
    }

    /// The absolute URL of a path (with query) of this server. The result is always on this origin.
    pub fn join(&self, path: &str) -> String {
        let slash = if path.starts_with('/') { "" } else { "/" };
        format!("{}{slash}{path}", self.origin)
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.origin)
    }
}

/// The value of `server.public_url`.
pub(super) fn public_url(text: &str) -> Result<PublicUrl, Said> {
    let url = parse_origin(text)?;
    let host = url.host_str().unwrap_or_default().to_owned();
    Ok(PublicUrl {
        origin: url.origin().ascii_serialization(),
        host,
    })
}

/// A URL that is nothing but an origin, a slash at its end aside.
pub(super) fn origin(text: &str) -> Result<String, Said> {
    Ok(parse_origin(text)?.origin().ascii_serialization())
}

fn parse_origin(text: &str) -> Result<Url, Said> {
    let shown = quoted(text);
    // The parser repairs what it can (`https:host`, `https:///host`, line breaks); here that is a mistake to be told.
    let lower = text.to_ascii_lowercase();
    let rest = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"));
    if rest.is_none_or(|rest| rest.starts_with(['/', '\\'])) {
        return Err(format!("{shown} does not begin with https:// or http:// and a host"));
    }
    if text.contains(|character: char| character.is_control() || character.is_whitespace() || "\\*".contains(character))
    {
        return Err(format!("{shown} holds a character that is not allowed in a URL"));
    }
    let url = Url::parse(text).map_err(|error| format!("{shown} is not a URL: {error}"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it must not hold a user name or password".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(format!("{shown} must end after the host and port, without ? or #"));
    }
    if url.path() != "/" {
        return Err(format!("{shown} must end after the host and port, without a path"));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_an_origin() {
        let url = public_url("https://Door.Example.org:443/").unwrap();
        assert_eq!(url.origin(), "https://door.example.org");
        assert_eq!(
            (url.host(), url.authority(), url.is_https()),
            ("door.example.org", "door.example.org", true)
        );
        let url = public_url("http://[::1]:5056").unwrap();
        assert_eq!(
            (url.host(), url.authority(), url.is_https()),
            ("[::1]", "[::1]:5056", false)
        );
    }

    #[test]
    fn joined_paths_stay_on_the_origin() {
        let url = public_url("https://door.example.org").unwrap();
        assert_eq!(url.join("/login?to=%2F"), "https://door.example.org/login?to=%2F");
        assert_eq!(url.join("login"), "https://door.example.org/login");
        assert_eq!(url.join("//evil.example"), "https://door.example.org//evil.example");
        assert_eq!(url.join("@evil.example"), "https://door.example.org/@evil.example");
    }

    #[test]
    fn anything_else_is_told() {
        for (text, said) in [
            ("door.example.org", "does not begin with https:// or http://"),
            ("localhost:5056", "does not begin with https:// or http://"),
            ("ftp://door.example.org", "does not begin with https:// or http://"),
            (
                "https:///door.example.org",
                "does not begin with https:// or http:// and a host",
            ),
            ("https://door.example.org/latchkey", "without a path"),
            ("https://door.example.org//", "without a path"),
            ("https://door.example.org?x=1", "without ? or #"),
            ("https://door.example.org/#top", "without ? or #"),
            ("https://door.example.org:99999", "is not a URL: invalid port number"),
            ("https://", "is not a URL: empty host"),
            ("https://*.example.org", "a character that is not allowed"),
            ("https://door\n.example.org", "a character that is not allowed"),
        ] {
            let told = public_url(text).unwrap_err();
            assert!(told.contains(said), "{text}: {told}");
        }
        let told = public_url("https://me:hunter2@door.example.org").unwrap_err();
        assert!(
            told.contains("user name or password") && !told.contains("hunter2"),
            "{told}"
        );
    }
}
