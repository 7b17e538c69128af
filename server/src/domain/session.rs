//! What a session knows about itself.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    hash::{Hash, from_hex, hex},
    token::TokenLimits,
};

/// How the session was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SignInMethod)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// A PIN approved at Plex.
    Plex,
    /// E-mail and password.
    Password,
    /// A login token.
    Token,
}

impl Method {
    /// The word stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Plex => "plex",
            Self::Password => "password",
            Self::Token => "token",
        }
    }

    /// The reverse of [`Method::name`].
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Plex, Self::Password, Self::Token]
            .into_iter()
            .find(|method| method.name() == name)
    }
}

/// The login token that opened a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionToken {
    /// The hash of the value that was used. The session counts while a token with this very hash is there.
    pub hash: Hash,
    /// When the token ends, and the session with it; Unix seconds, `None`: never.
    pub expires_at: Option<i64>,
    /// What it is limited to.
    #[serde(default)]
    pub limits: TokenLimits,
}

/// The row of a session, without its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionFacts {
    /// Whose it is.
    pub user_id: i64,
    /// How it was opened.
    pub method: Method,
    /// The client's address when it was opened.
    pub address: String,
    /// The browser's own words about itself, cut to 300 characters.
    pub agent: String,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds; written in batches, so up to ten minutes old.
    pub last_seen_at: i64,
    /// By which login token, where that is the method.
    pub token: Option<SessionToken>,
}

impl SessionFacts {
    /// Whether the session is still alive, by its limits and by its token's end.
    #[must_use]
    pub fn alive(&self, lifetime: Lifetime, now: i64) -> bool {
        let token_ended = self
            .token
            .as_ref()
            .and_then(|token| token.expires_at)
            .is_some_and(|end| end <= now);
        !token_ended && lifetime.alive(self.created_at, self.last_seen_at, now)
    }
}

/// A session as its member sees it in the list of signed-in devices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// SHA-256 of the session's id.
    pub id_hash: Hash,
    /// How it was opened.
    pub method: Method,
    /// The client's address when it was opened.
    pub address: String,
    /// The browser's own words about itself.
    pub agent: String,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds; up to ten minutes old.
    pub last_seen_at: i64,
    /// The login token that opened it, where that is the method.
    pub token_name: Option<String>,
}

impl Device {
    /// What it is called in addresses: the first eight bytes of the hash, in hex. They open nothing.
    #[must_use]
    pub fn public_id(&self) -> String {
        hex(&self.id_hash[..8])
    }
}

/// The reverse of [`Device::public_id`]; `None`: nobody's.
#[must_use]
pub fn public_id(text: &str) -> Option<[u8; 8]> {
    from_hex(text)?.try_into().ok()
}

/// How long sessions live, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// Without a request for this long it ends.
    pub idle: i64,
    /// This long after sign-in it ends whatever happens.
    pub absolute: i64,
}

impl Lifetime {
    /// Whether a session that began and was last seen then is still alive. A clock that was set back ends nothing.
    #[must_use]
    pub fn alive(self, created_at: i64, last_seen_at: i64, now: i64) -> bool {
        now.saturating_sub(created_at) < self.absolute && now.saturating_sub(last_seen_at) < self.idle
    }

    /// How old "last seen" may become before it is written again: often enough for the idle limit to be meant.
    #[must_use]
    pub fn touch_after(self) -> i64 {
        (self.idle / 10).clamp(1, 600)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_limits_end_a_session_and_a_clock_set_back_does_not() {
        let lifetime = Lifetime {
            idle: 100,
            absolute: 1000,
        };
        assert!(lifetime.alive(0, 950, 999));
        assert!(!lifetime.alive(0, 950, 1000));
        assert!(!lifetime.alive(0, 800, 900));
        assert!(lifetime.alive(5000, 5000, 10));
    }
}
