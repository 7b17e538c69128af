//! What a browser keeps for the gateway at the host of an app.

use serde::{Deserialize, Serialize};

use super::covers;
use crate::domain::hash::Hash;

/// Stands in a cookie, sealed: a session, and where it counts. Nobody can make one who only knows the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pass {
    /// The hash of the session's id.
    pub session: Hash,
    /// Where it counts.
    pub place: Place,
}

/// Where a pass counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Place {
    /// Wherever the browser brings it: the session's own cookie.
    Anywhere,
    /// At this host, in lower case and without port.
    Host(String),
    /// Below this cookie domain, while it is the one of the settings.
    Domain(String),
}

impl Place {
    /// Whether it counts for a request to `host` while the settings have this cookie domain.
    #[must_use]
    pub fn counts(&self, host: &str, cookie_domain: &str) -> bool {
        match self {
            Self::Anywhere => true,
            Self::Host(own) => own == host,
            Self::Domain(domain) => domain == cookie_domain && covers(domain, host),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_counts_only_at_its_place() {
        let at_host = Place::Host("tv.example".into());
        assert!(at_host.counts("tv.example", "") && !at_host.counts("a.tv.example", "tv.example"));
        let below = Place::Domain("home.example".into());
        assert!(below.counts("tv.home.example", "home.example"));
        assert!(!below.counts("tv.home.example", ""), "the setting was taken away");
        assert!(!below.counts("tv.home.example", "example"), "the setting was changed");
        assert!(!below.counts("evil.example", "home.example"));
    }
}
