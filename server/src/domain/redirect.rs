//! Where a person may be sent after signing in: a page of this origin, never anywhere else.

use percent_encoding::percent_decode;

/// Longest return target kept, in bytes.
const LONGEST: usize = 6000;

/// A path (with query) on this origin. Browsers turn some odd paths into other hosts; those are not representable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnTarget(String);

impl ReturnTarget {
    /// The home page.
    #[must_use]
    pub fn home() -> Self {
        Self("/".to_owned())
    }

    /// One of our own pages, for steps that lead on to each other.
    #[must_use]
    pub fn page(path: &'static str) -> Self {
        Self(path.to_owned())
    }

    /// Takes `wanted` if it is safely on this origin, else the home page.
    ///
    /// Refused: anything not beginning with one `/`; `//` and `/\` (another host to a browser), also where a browser
    /// finds them only after it dropped tabs and line breaks or decoded nothing; control characters; non-ASCII (must
    /// come percent-encoded); the sign-in pages themselves, which would go round in circles.
    #[must_use]
    pub fn parse(wanted: &str) -> Self {
        if Self::acceptable(wanted) {
            Self(wanted.to_owned())
        } else {
            Self::home()
        }
    }

    fn acceptable(wanted: &str) -> bool {
        let bytes = wanted.as_bytes();
        if bytes.first() != Some(&b'/') || bytes.len() > LONGEST {
            return false;
        }
        if bytes.iter().any(|byte| !byte.is_ascii_graphic() || *byte == b'\\') {
            return false;
        }
        let path = wanted.split(['?', '#']).next().unwrap_or(wanted);
        if !path_stays_here(path) {
            return false;
        }
        let lower = path.to_ascii_lowercase();
        let first = lower.trim_end_matches('/').split('/').nth(1).unwrap_or_default();
        !matches!(first, "login" | "logout" | "setup" | "api" | "pkg" | "theme")
    }

    /// The path and query.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a path may stand in a `Location` as it is, and be understood by every browser and proxy as one of this origin,
/// also by one that decodes it before it passes it on, or twice.
#[must_use]
pub fn path_stays_here(path: &str) -> bool {
    if !path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') {
        return false;
    }
    let mut path = path.as_bytes().to_vec();
    for _ in 0..DECODED_AT_MOST {
        if !is_plain(&path) {
            return false;
        }
        let decoded: Vec<u8> = percent_decode(&path).collect();
        if decoded == path {
            return true;
        }
        path = decoded;
    }
    // Nobody encodes anything that often with good intentions.
    false
}

/// How often somebody on the way may decode an address.
const DECODED_AT_MOST: usize = 5;

/// One slash at the start, as two name another host; nothing that browsers drop before they look for the second one, and
/// no line breaks; no dots that lead up or nowhere, of which two slashes may be left.
fn is_plain(path: &[u8]) -> bool {
    let [b'/', rest @ ..] = path else { return false };
    if matches!(rest.first(), Some(b'/' | b'\\' | b' ')) || path.iter().any(u8::is_ascii_control) {
        return false;
    }
    !rest
        .split(|byte| matches!(byte, b'/' | b'\\'))
        .any(|part| matches!(part, b"." | b".."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_this_origin_are_kept_byte_for_byte() {
        for wanted in [
            "/",
            "/profile",
            "/profile?a=1&b=%20x",
            "/a/b/c?next=https://x.test//",
            "/caf%C3%A9",
            "/loginx",
            "/a//b",
            "/.well-known/x",
            "/a%2Fb%5cc%252f",
            "/a?b#c",
        ] {
            assert_eq!(ReturnTarget::parse(wanted).as_str(), wanted);
        }
    }

    #[test]
    fn everything_else_goes_home() {
        let long = format!("/{}", "a".repeat(LONGEST));
        for wanted in [
            "",
            "https://evil.test",
            "//evil.test",
            "/\\evil.test",
            "\\\\evil.test",
            "/\t/evil.test",
            "/\n/evil",
            "/a\r\nSet-Cookie: x",
            "javascript:alert(1)",
            "/%2f%2fevil.test",
            "/%2F/evil",
            "/%5cevil",
            "/%09/evil",
            "/./evil",
            "/../evil",
            "/a/../b",
            "/.//evil",
            "/a/%2E%2e/b",
            "/a/.",
            "/%252f/evil.test",
            "/%25%32%66evil.test",
            "/a/%252e%252e/b",
            "/a%0d%0aSet-Cookie:x",
            "/%2525252525252525252fevil.test",
            "/login",
            "/login/plex",
            "/LOGIN",
            "/logout",
            "/setup",
            "/api/v1/auth/me",
            "/é",
            "/ a",
            "evil.test",
            "@evil.test",
            "/\u{0}",
            &long,
            "/pkg/x",
        ] {
            assert_eq!(ReturnTarget::parse(wanted).as_str(), "/", "{wanted:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn never_another_origin(wanted in "\\PC{0,40}|[/\\\\%.@:a2fF5c\\t\\n]{0,20}") {
            let base = url::Url::parse("https://home.test/login").unwrap();
            let target = ReturnTarget::parse(&wanted);
            let joined = base.join(target.as_str()).unwrap();
            proptest::prop_assert_eq!(joined.origin(), base.origin());
        }
    }
}
