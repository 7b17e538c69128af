//! What is worth a line in the activity list.
//!
//! A new kind is one line below, and its sentence `activity-<word>` in the message files.

/// What a kind belongs to: by these the list is filtered, and who may see a line depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Somebody came in, or left.
    SignIns,
    /// Somebody or something was turned away.
    Refusals,
    /// Login tokens, and devices that were set up.
    Tokens,
    /// Members: made, changed, switched off, what became of them at Plex.
    People,
    /// Settings, secrets and keys of the site: for administrators only.
    Site,
}

impl Group {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 5] = [Self::SignIns, Self::Refusals, Self::Tokens, Self::People, Self::Site];

    /// The word in addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SignIns => "sign-ins",
            Self::Refusals => "refusals",
            Self::Tokens => "tokens",
            Self::People => "people",
            Self::Site => "site",
        }
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $word:literal in $group:ident;)*) => {
        /// What happened.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Kind {
            $($(#[$doc])* $kind,)*
        }

        impl Kind {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$kind,)*];

            /// The word stored.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $word,)*
                }
            }

            /// What it belongs to.
            #[must_use]
            pub fn group(self) -> Group {
                match self {
                    $(Self::$kind => Group::$group,)*
                }
            }

            /// The key of its sentence in the message files.
            #[must_use]
            pub fn sentence(self) -> &'static str {
                match self {
                    $(Self::$kind => concat!("activity-", $word),)*
                }
            }
        }
    };
}

kinds! {
    /// Somebody signed in; the reason is the way: `plex`, `password`, `token`.
    SignedIn = "signed-in" in SignIns;
    /// Somebody signed out.
    SignedOut = "signed-out" in SignIns;
    /// A sign-in was refused; the reason says why.
    SignInRefused = "sign-in-refused" in Refusals;
    /// A login token was made.
    TokenMade = "token-made" in Tokens;
    /// A login token got a new value.
    TokenRegenerated = "token-regenerated" in Tokens;
    /// A login token was revoked.
    TokenRevoked = "token-revoked" in Tokens;
    /// A login token was used from an address or network for the first time.
    TokenNewAddress = "token-new-address" in Tokens;
    /// A login token that is wrong, expired or revoked was brought.
    TokenRefused = "token-refused" in Refusals;
    /// A device that asked to be let in was approved.
    DeviceApproved = "device-approved" in Tokens;
    /// A device that asked to be let in was declined.
    DeviceDeclined = "device-declined" in Tokens;
    /// A member was made here. The subject: their name.
    UserMade = "user-made" in People;
    /// Somebody's account was changed. The subject: which fields.
    UserChanged = "user-changed" in People;
    /// Somebody's permissions were changed. The subject: from what to what, as numbers.
    UserPermissions = "user-permissions" in People;
    /// Somebody was switched off.
    UserSwitchedOff = "user-switched-off" in People;
    /// Somebody was switched on again.
    UserSwitchedOn = "user-switched-on" in People;
    /// A member was deleted. The subject: their name.
    UserDeleted = "user-deleted" in People;
    /// A member changed their password.
    PasswordChanged = "password-changed" in People;
    /// Somebody who looks after others set a member's password.
    PasswordSet = "password-set" in People;
    /// A member was asked for the present password and gave another.
    PasswordRefused = "password-refused" in Refusals;
    /// A link for choosing a password was mailed to a member who asked for it.
    ResetMailed = "reset-mailed" in People;
    /// A link for choosing a password was made by somebody who looks after others.
    ResetLinkMade = "reset-link-made" in People;
    /// A password was chosen with such a link.
    PasswordReset = "password-reset" in People;
    /// A Plex account was linked; the subject is its name.
    PlexLinked = "plex-linked" in People;
    /// A Plex account was unlinked; the subject is its name.
    PlexUnlinked = "plex-unlinked" in People;
    /// A session was ended by hand; the subject is the browser in words.
    SessionEnded = "session-ended" in SignIns;
    /// All sessions, or all but one's own, were ended by hand.
    SessionsEnded = "sessions-ended" in SignIns;
    /// Twice Plex said that the media server is not shared with a member any more: sessions and login tokens ended.
    MembershipEnded = "membership-ended" in People;
    /// Somebody with access at Plex was made a member.
    MemberImported = "member-imported" in People;
    /// A setting was changed; the subject is its name, never its value.
    SettingChanged = "setting-changed" in Site;
    /// There is a new session secret: everybody was signed out.
    SessionSecretRotated = "session-secret-rotated" in Site;
    /// There is a new API key; an older one stopped working.
    ApiKeyMade = "api-key-made" in Site;
    /// Somebody signed in may not open an app; the subject is its name.
    AppRefused = "app-refused" in Refusals;
    /// An app was added, changed or taken away; the subject is its name.
    AppChanged = "app-changed" in Site;
    /// A wrong API key was brought.
    ApiKeyRefused = "api-key-refused" in Refusals;
}

impl Kind {
    /// The reverse of [`Kind::name`].
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use app::messages::{Language, Message};

    use super::*;

    #[test]
    fn every_kind_has_a_word_and_a_sentence_of_its_own() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_name(kind.name()), Some(*kind));
            for language in Language::ALL {
                let sentence = Message::new(kind.sentence(), Vec::new()).in_language(language);
                assert_ne!(sentence, kind.sentence(), "{language:?} has no sentence for it");
            }
        }
        assert_eq!(Kind::from_name("nothing"), None);
    }
}
