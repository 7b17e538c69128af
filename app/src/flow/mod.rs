//! Signing in without a browser: the state machine of the Plex button and the one of a device that waits, what is shown
//! in each state, and every sentence.
//!
//! Nothing here touches the DOM, the network or a clock, so all of it is tested natively. The islands feed events in
//! and carry the effects out.

pub mod device;
pub mod event;
pub mod machine;
pub mod outcome;
pub mod pair;
pub mod phase;
pub mod plex_url;
pub mod shown;
pub mod texts;
mod timing;
pub mod wire;

#[cfg(test)]
mod machine_tests;

/// The path to go to after signing in: `to` where it is a path on this origin, else the start page.
///
/// Browsers read `\` as `/` and drop tabs and line ends, so all of those could make `//elsewhere` out of it.
#[must_use]
pub fn safe_path(to: &str) -> &str {
    let bytes = to.as_bytes();
    let own = bytes.first() == Some(&b'/') && !matches!(bytes.get(1), Some(b'/' | b'\\'));
    if own && bytes.iter().all(|byte| *byte > 0x1f && *byte != 0x7f) {
        to
    } else {
        crate::paths::HOME
    }
}

#[cfg(test)]
mod tests {
    use super::safe_path;

    #[test]
    fn only_paths_on_this_origin_are_followed() {
        for own in ["/", "/profile", "/a?b=//c#d", "/ü"] {
            assert_eq!(safe_path(own), own);
        }
        for foreign in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/\t/evil",
            "/a\n",
            "a",
        ] {
            assert_eq!(safe_path(foreign), "/", "{foreign:?}");
        }
    }
}
