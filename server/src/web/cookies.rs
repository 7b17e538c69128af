//! The cookies besides the session's.

use axum::http::{HeaderMap, HeaderValue, header};
use cookie::{Cookie, SameSite, time::Duration};

use super::{error::Problem, state::AppState};
use crate::domain::{
    hash::{Hash, sha256},
    secret::{NoRandomness, random_hex},
};

/// A cookie that only this very host may have set. On https its name has a prefix that keeps other hosts of the same
/// domain from planting one.
#[derive(Debug, Clone, Copy)]
pub(super) struct HostCookie {
    pub(super) plain: &'static str,
    pub(super) prefixed: &'static str,
}

macro_rules! host_cookie {
    ($name:literal) => {
        $crate::web::cookies::HostCookie {
            plain: concat!("latchkey.", $name),
            prefixed: concat!("__Host-latchkey.", $name),
        }
    };
}

pub(super) use host_cookie;

impl HostCookie {
    /// What it is called.
    pub(super) fn name(self, secure: bool) -> &'static str {
        if secure { self.prefixed } else { self.plain }
    }

    /// As [`find`].
    pub(super) fn find(self, headers: &HeaderMap, secure: bool) -> Option<&str> {
        find(headers, self.name(secure))
    }

    /// As [`set`].
    pub(super) fn set(self, value: &str, secure: bool, life: Duration) -> HeaderValue {
        set(self.name(secure), value, secure, life)
    }

    /// As [`clear`].
    pub(super) fn clear(self, secure: bool) -> HeaderValue {
        clear(self.name(secure), secure)
    }
}

/// Binds attempts to this browser. Holds 32 random bytes; only their hash is stored.
const ATTEMPT: HostCookie = host_cookie!("attempt");
/// The browser got the set-up code right.
pub(super) const SETUP: &str = "latchkey.setup";
/// A device that wants in: 32 random bytes.
pub(super) const PAIR: HostCookie = host_cookie!("pair");
/// The short code that a phone came with, on its way to the page that asks.
pub(super) const PAIR_CODE: HostCookie = host_cookie!("pair-code");
/// A device that was let in keeps its token here, sealed, and is let in again when its session has ended.
pub(super) const DEVICE: HostCookie = host_cookie!("device");
/// Somebody else's deep link, sealed, while the person is asked.
pub(super) const SWITCH: HostCookie = host_cookie!("switch");
/// A login token that was just made, sealed, on its way to the page that shows it.
pub(super) const MADE: HostCookie = host_cookie!("made");
/// The language that somebody chose without being signed in, such as `de`.
pub(super) const LANGUAGE: &str = "latchkey.language";
/// An API key that was just made, sealed, on its way to the page that shows it.
pub(super) const MADE_KEY: HostCookie = host_cookie!("made-key");
/// A link for choosing a password that was just made, sealed, on its way to the page that shows it.
pub(super) const RESET_LINK: HostCookie = host_cookie!("reset-link");
/// `light` or `dark`.
pub(super) const THEME: &str = "latchkey.theme";

/// A cookie's value, if the request has it once. Two of one name means that somebody planted one: neither counts.
pub(super) fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut found = None;
    let pairs = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'));
    for pair in pairs {
        let Some((key, value)) = pair.split_once('=') else {
            continue;
        };
        if key.trim() == name && found.replace(value.trim()).is_some() {
            return None;
        }
    }
    found
}

fn build(name: &'static str, value: String, secure: bool, life: Duration) -> HeaderValue {
    let cookie = Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(secure)
        .max_age(life)
        .build();
    // Names are ours and values hex digits or words of ours.
    HeaderValue::from_str(&cookie.to_string()).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// A `Set-Cookie` value.
pub(super) fn set(name: &'static str, value: &str, secure: bool, life: Duration) -> HeaderValue {
    build(name, value.to_owned(), secure, life)
}

/// A `Set-Cookie` value that takes the cookie away.
pub(super) fn clear(name: &'static str, secure: bool) -> HeaderValue {
    build(name, String::new(), secure, Duration::ZERO)
}

/// The hash of this browser's attempt cookie.
pub(super) fn browser(headers: &HeaderMap, secure: bool) -> Option<Hash> {
    let value = ATTEMPT.find(headers, secure)?;
    let well_formed = value.len() == 64 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
    well_formed.then(|| sha256(value.as_bytes()))
}

/// The same, making the cookie where there is none. The `Set-Cookie` value goes with the answer in any case: each
/// start renews the cookie, so that it outlives its attempt.
pub(super) fn browser_or_new(headers: &HeaderMap, secure: bool) -> Result<(Hash, HeaderValue), NoRandomness> {
    let value = match ATTEMPT
        .find(headers, secure)
        .filter(|_| browser(headers, secure).is_some())
    {
        Some(value) => value.to_owned(),
        None => random_hex(32)?,
    };
    let hash = sha256(value.as_bytes());
    Ok((hash, ATTEMPT.set(&value, secure, Duration::minutes(30))))
}

/// The cookie of a browser that signed in with a password before.
pub(super) const KNOWN: &str = "latchkey.known";

/// A `Set-Cookie` value that makes this browser known to the account, for a year.
pub(super) fn known(state: &AppState, email: &str) -> Result<HeaderValue, Problem> {
    let mark = state.local_sign_in.mark(email)?;
    Ok(build(KNOWN, mark, state.secure_cookies(), Duration::days(365)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_once() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; latchkey.theme=dark"));
        assert_eq!(find(&headers, THEME), Some("dark"));
        assert_eq!(find(&headers, "b"), None);
        headers.append(header::COOKIE, HeaderValue::from_static("latchkey.theme=light"));
        assert_eq!(find(&headers, THEME), None);
    }

    #[test]
    fn the_attempt_cookie_is_made_once_and_kept() {
        let (hash, made) = browser_or_new(&HeaderMap::new(), true).unwrap();
        let made = made.to_str().unwrap().to_owned();
        assert!(
            made.starts_with("__Host-latchkey.attempt=")
                && made.contains("HttpOnly")
                && made.contains("Secure")
                && made.contains("SameSite=Lax")
        );
        let mut headers = HeaderMap::new();
        headers.insert(
            header::COOKIE,
            HeaderValue::from_str(made.split(';').next().unwrap()).unwrap(),
        );
        let (again, renewed) = browser_or_new(&headers, true).unwrap();
        assert_eq!((again, renewed.to_str().unwrap()), (hash, made.as_str()));
        // The one for http does not count on https.
        assert_eq!(browser(&headers, false), None);
    }
}
