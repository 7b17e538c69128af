//! How much of everything anybody gets. The values are in the configuration, `[limits]`.

use std::time::Duration;

/// So many tries in so long: a sliding window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tries {
    /// Beyond this they are refused until the oldest has left the window.
    pub most: i64,
    /// The window, in milliseconds.
    pub window_ms: i64,
}

impl Tries {
    /// Longest window that can be configured.
    pub const LONGEST_MS: i64 = 24 * 60 * 60_000;
}

/// Tries of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TryLimits {
    /// Wrong passwords for one account.
    pub password_of_account: Tries,
    /// Wrong passwords from one address; a household shares one.
    pub password_from_address: Tries,
    /// Wrong present passwords of somebody who is signed in and chooses a new one.
    pub present_password: Tries,
    /// Wrong set-up codes from one address.
    pub setup_code: Tries,
    /// Sign-ins with Plex that one address begins, whatever becomes of them.
    pub plex_from_address: Tries,
    /// Login tokens that open nothing, from one address.
    pub token_from_address: Tries,
    /// Expired login tokens of one member, and those of one who is switched off.
    pub token_of_member: Tries,
    /// Wrong API keys from one address.
    pub api_key_from_address: Tries,
    /// Devices at one address that ask to be let in by a phone.
    pub pairing_from_address: Tries,
    /// Wrong short codes typed by one member to let a device in.
    pub pairing_code: Tries,
    /// Wishes for a mail with a link for a new password, from one address.
    pub reset_from_address: Tries,
    /// Such mails to one account.
    pub reset_of_account: Tries,
    /// Links for a new password that are nobody's, from one address.
    pub reset_link: Tries,
}

impl TryLimits {
    /// The longest window of all, in milliseconds: what is older counts nowhere.
    #[must_use]
    pub fn longest_ms(&self) -> i64 {
        let all = [
            self.password_of_account,
            self.password_from_address,
            self.present_password,
            self.setup_code,
            self.plex_from_address,
            self.token_from_address,
            self.token_of_member,
            self.api_key_from_address,
            self.pairing_from_address,
            self.pairing_code,
            self.reset_from_address,
            self.reset_of_account,
            self.reset_link,
        ];
        all.map(|tries| tries.window_ms).into_iter().fold(60 * 60_000, i64::max)
    }
}

/// What requests and connections may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrafficLimits {
    /// Connections at once.
    pub connections: u32,
    /// The same of one address.
    pub connections_of_address: u32,
    /// For the head of a request, and for doing nothing.
    pub head: Duration,
    /// For a client to take what was sent to it.
    pub unread: Duration,
    /// For a whole request.
    pub request: Duration,
    /// Largest head, in bytes.
    pub head_size: usize,
    /// Largest body, in bytes.
    pub body_size: usize,
}
