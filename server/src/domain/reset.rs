//! The value of a link with which somebody chooses a password.

use std::fmt;

use super::{hash::Hash, secret::NoRandomness, token::TokenValue};

/// How long a link works, in seconds.
pub const RESET_LIFE: i64 = 60 * 60;

/// A UUID of version 4, seen once; `Debug` prints nothing of it, and it has no `Display` and no `Serialize`. Not a
/// [`TokenValue`]: neither opens what the other does.
#[derive(Clone, PartialEq, Eq)]
pub struct ResetValue(TokenValue);

impl ResetValue {
    /// A new one.
    ///
    /// # Errors
    /// The operating system gave no random numbers.
    pub fn generate() -> Result<Self, NoRandomness> {
        TokenValue::generate().map(Self)
    }

    /// Takes what stands in an address: 36 characters with hyphens, in either case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        TokenValue::parse(text).map(Self)
    }

    /// What is stored.
    #[must_use]
    pub fn hash(&self) -> Hash {
        self.0.hash()
    }

    /// The 36 characters, for the link.
    #[must_use]
    pub fn expose(&self) -> String {
        self.0.expose()
    }
}

impl fmt::Debug for ResetValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ResetValue(…)")
    }
}
