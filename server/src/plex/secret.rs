//! Values that must never be seen: Plex tokens and PIN codes.
//!
//! Neither can be printed or serialised; `expose` is the one way out, so that a search for it finds every use.

use std::fmt;

use subtle::ConstantTimeEq;

/// Longest token taken, in bytes. Today's are 20 characters, a JWT some hundreds (§8).
const MAX_TOKEN: usize = 4096;

/// Longest PIN code taken, in bytes. Strong codes have 25 characters (§2.1).
const MAX_CODE: usize = 128;

/// An account's Plex token: opaque, whatever its length or shape.
#[derive(Clone)]
pub struct PlexToken(String);

impl PlexToken {
    /// `None` when it is empty, longer than 4 KB or holds anything but visible ASCII: such a value is no token and
    /// could not travel in a header.
    pub fn new(plain: impl Into<String>) -> Option<Self> {
        visible(plain.into(), MAX_TOKEN).map(Self)
    }

    /// The token itself, for a request header or for encrypting. Never for a log, a URL or an answer.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PlexToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlexToken(…)")
    }
}

/// A PIN's code: whoever has it can have the PIN approved.
#[derive(Clone)]
pub struct PinCode(String);

impl PinCode {
    /// `None` when it is empty, longer than 128 bytes or holds anything but visible ASCII.
    pub fn new(plain: impl Into<String>) -> Option<Self> {
        visible(plain.into(), MAX_CODE).map(Self)
    }

    /// The code itself, for the approval page's URL. Never for a log.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether this is that code, in a time that tells nothing about where they differ.
    pub fn matches(&self, other: &str) -> bool {
        self.0.as_bytes().ct_eq(other.as_bytes()).into()
    }
}

impl fmt::Debug for PinCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PinCode(…)")
    }
}

fn visible(plain: String, longest: usize) -> Option<String> {
    let fits = !plain.is_empty() && plain.len() <= longest;
    (fits && plain.bytes().all(|byte| byte.is_ascii_graphic())).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_opaque_but_bounded() {
        for good in ["sTk-7Qx_", "eyJ.eyJ.sig", &"a".repeat(MAX_TOKEN)] {
            assert_eq!(
                PlexToken::new(good).map(|token| token.expose().to_owned()).as_deref(),
                Some(good)
            );
        }
        for bad in ["", "a b", "a\nb", "a\0", "tök", &"a".repeat(MAX_TOKEN + 1)] {
            assert!(PlexToken::new(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn nothing_shows_in_debug() {
        let token = PlexToken::new("secret-token").unwrap();
        let code = PinCode::new("secretcode").unwrap();
        assert_eq!(format!("{token:?} {code:?}"), "PlexToken(…) PinCode(…)");
    }

    #[test]
    fn codes_match_only_themselves() {
        let code = PinCode::new("k3v9").unwrap();
        assert!(code.matches("k3v9"));
        for other in ["", "k3v", "k3v8", "K3V9", "k3v99"] {
            assert!(!code.matches(other), "{other:?}");
        }
    }
}
