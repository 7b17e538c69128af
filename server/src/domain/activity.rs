//! What is worth a line in the activity list.

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A login token was made.
    TokenMade,
    /// A login token got a new value.
    TokenRegenerated,
    /// A login token was revoked.
    TokenRevoked,
    /// A login token was used from an address or network for the first time.
    TokenNewAddress,
    /// A login token that is wrong, expired or revoked was brought.
    TokenRefused,
    /// A device that asked to be let in was approved.
    DeviceApproved,
    /// A device that asked to be let in was declined.
    DeviceDeclined,
    /// A member was made here. The subject: their name.
    UserMade,
    /// Somebody's account was changed. The subject: which fields.
    UserChanged,
    /// Somebody's permissions were changed. The subject: from what to what, as numbers.
    UserPermissions,
    /// Somebody was switched off.
    UserSwitchedOff,
    /// Somebody was switched on again.
    UserSwitchedOn,
    /// A member was deleted. The subject: their name.
    UserDeleted,
}

impl Kind {
    /// The word stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::TokenMade => "token-made",
            Self::TokenRegenerated => "token-regenerated",
            Self::TokenRevoked => "token-revoked",
            Self::TokenNewAddress => "token-new-address",
            Self::TokenRefused => "token-refused",
            Self::DeviceApproved => "device-approved",
            Self::DeviceDeclined => "device-declined",
            Self::UserMade => "user-made",
            Self::UserChanged => "user-changed",
            Self::UserPermissions => "user-permissions",
            Self::UserSwitchedOff => "user-switched-off",
            Self::UserSwitchedOn => "user-switched-on",
            Self::UserDeleted => "user-deleted",
        }
    }
}
