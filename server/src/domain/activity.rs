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
    /// A member changed their password.
    PasswordChanged,
    /// Somebody who looks after others set a member's password.
    PasswordSet,
    /// A member was asked for the present password and gave another.
    PasswordRefused,
    /// A link for choosing a password was mailed to a member who asked for it.
    ResetMailed,
    /// A link for choosing a password was made by somebody who looks after others.
    ResetLinkMade,
    /// A password was chosen with such a link.
    PasswordReset,
    /// A Plex account was linked; the subject is its name.
    PlexLinked,
    /// A Plex account was unlinked; the subject is its name.
    PlexUnlinked,
    /// A session was ended by hand; the subject is the browser in words.
    SessionEnded,
    /// All sessions, or all but one's own, were ended by hand.
    SessionsEnded,
    /// Twice Plex said that the media server is not shared with a member any more: sessions and login tokens ended.
    MembershipEnded,
    /// Somebody with access at Plex was made a member.
    MemberImported,
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
            Self::PasswordChanged => "password-changed",
            Self::PasswordSet => "password-set",
            Self::PasswordRefused => "password-refused",
            Self::ResetMailed => "reset-mailed",
            Self::ResetLinkMade => "reset-link-made",
            Self::PasswordReset => "password-reset",
            Self::PlexLinked => "plex-linked",
            Self::PlexUnlinked => "plex-unlinked",
            Self::SessionEnded => "session-ended",
            Self::SessionsEnded => "sessions-ended",
            Self::MembershipEnded => "membership-ended",
            Self::MemberImported => "member-imported",
        }
    }
}
