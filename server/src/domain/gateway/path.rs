//! Paths as servers understand them. Two servers may read one path in two ways: `/%61dmin`, `/x/../admin` and `//admin` are
//! all `/admin` to somebody. A rule that opens a path must not be had by such a path, and one that closes it not be missed.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// A path, and whether everybody reads it in the same way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readings<'a> {
    /// The one reading; `None`: there are several.
    plain: Option<Cow<'a, str>>,
}

impl<'a> Readings<'a> {
    /// Of a path without query.
    #[must_use]
    pub fn of(path: &'a str) -> Self {
        let plain = is_plain(path).then(|| percent_decode_str(path).decode_utf8_lossy());
        Self {
            plain: plain.filter(|path| !path.contains(CASE_DIFFERS)),
        }
    }

    /// Whether everybody reads it in the same way.
    #[must_use]
    pub fn agree(&self) -> bool {
        self.plain.is_some()
    }

    /// Whether this path is `prefix` or lies below it, in these very letters. Never, where readings differ.
    #[must_use]
    pub fn is_below(&self, prefix: &str) -> bool {
        self.plain.as_deref().is_some_and(|path| below(path, prefix))
    }

    /// The same to a server that does not tell capitals from small letters.
    #[must_use]
    pub fn is_below_in_any_case(&self, prefix: &str) -> bool {
        self.plain.as_deref().is_some_and(|path| match prefix {
            // Most apps have a host of their own.
            "/" => true,
            prefix => below(&path.to_lowercase(), &prefix.to_lowercase()),
        })
    }
}

/// Letters that are `i`, `s` or `k` in another case to some programs and not to others.
const CASE_DIFFERS: [char; 4] = ['\u{130}', '\u{131}', '\u{17f}', '\u{212a}'];

fn below(path: &str, prefix: &str) -> bool {
    let prefix = prefix.trim_end_matches('/');
    path.strip_prefix(prefix)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn is_plain(path: &str) -> bool {
    let Some(rest) = path.strip_prefix('/') else {
        return false;
    };
    if path.contains("//") || path.contains(['\\', ';']) {
        return false;
    }
    let mut bytes = rest.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            continue;
        }
        let mut digit = || bytes.next().and_then(|digit| char::from(digit).to_digit(16));
        let (Some(high), Some(low)) = (digit(), digit()) else {
            return false;
        };
        let decoded = u8::try_from(high * 16 + low).unwrap_or(0);
        // Encoded though there is no need to, or something that leads elsewhere once it is decoded.
        let changes = decoded.is_ascii_alphanumeric()
            || decoded.is_ascii_control()
            || matches!(
                decoded,
                b'/' | b'\\' | b'.' | b';' | b'?' | b'#' | b'%' | b'-' | b'_' | b'~'
            );
        if changes {
            return false;
        }
    }
    !rest.split('/').any(|part| matches!(part, "." | ".."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_paths_have_one_reading() {
        for path in [
            "/",
            "/api",
            "/api/v3/x.json",
            "/a%20b",
            "/%C3%A4pfel",
            "/a+b@c:d,e",
            "/x/",
            "/[1]",
            "/%5B1%5D",
        ] {
            assert!(Readings::of(path).agree(), "{path}");
        }
    }

    #[test]
    fn paths_that_servers_read_in_two_ways_agree_with_nothing() {
        for path in [
            "",
            "api",
            "//api",
            "/a//b",
            "/./api",
            "/x/../api",
            "/x/..",
            "/%2e%2e/api",
            "/%61pi",
            "/a%2fb",
            "/a%5Cb",
            "/a\\b",
            "/api;x=1",
            "/api%3Bx",
            "/api%3Fx",
            "/api%23x",
            "/%2561pi",
            "/a%",
            "/a%2",
            "/a%zz",
            "/a%00",
            "/w%C4%B0ki",
            "/w\u{131}ki",
            "/%C5%BFonarr",
            "/%E2%84%AAitchen",
        ] {
            let readings = Readings::of(path);
            assert!(
                !readings.agree() && !readings.is_below("/") && !readings.is_below_in_any_case("/"),
                "{path}"
            );
        }
    }

    #[test]
    fn below_goes_by_parts() {
        let path = Readings::of("/api/v3");
        for prefix in ["/", "/api", "/api/", "/api/v3", "/api/v3/"] {
            assert!(path.is_below(prefix), "{prefix}");
        }
        for prefix in ["/ap", "/api/v", "/api/v3/x", "/API"] {
            assert!(!path.is_below(prefix), "{prefix}");
        }
        assert!(path.is_below_in_any_case("/API"));
        assert!(Readings::of("/%C3%A4/x").is_below("/ä"));
    }
}
