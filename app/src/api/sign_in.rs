//! Signing in with Plex: what the island and the server say to each other.

use serde::{Deserialize, Serialize};

/// `POST /api/v1/auth/plex/attempts`: the browser made this PIN and wants to sign in with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AttemptStart {
    /// The PIN's number at plex.tv.
    #[cfg_attr(feature = "ssr", schema(minimum = 1, examples(1234567890)))]
    pub pin_id: i64,
    /// The PIN's code (25 characters, `[a-z0-9]`).
    #[cfg_attr(
        feature = "ssr",
        schema(
            min_length = 4,
            max_length = 64,
            pattern = "^[0-9A-Za-z]+$",
            examples("a1b2c3d4e5f6g7h8i9j0k1l2m")
        )
    )]
    pub code: String,
    /// Where the person wanted to go: a path on this origin. Anything else is taken as `/`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(examples("/")))]
    pub return_to: Option<String>,
}

/// The answer to [`AttemptStart`]; the attempt itself travels in an HttpOnly cookie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AttemptStarted {
    /// Seconds until the attempt ends (at most ten minutes, whatever the PIN's own lifetime).
    #[cfg_attr(feature = "ssr", schema(examples(600)))]
    pub expires_in: u32,
}

/// `POST` or `DELETE` on an attempt: which of this browser's attempts is meant (two tabs may each have one).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AttemptPoll {
    /// The PIN's number; absent: the newest attempt, or one of the two before it that was approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(examples(1234567890)))]
    pub pin_id: Option<i64>,
}

/// `POST /api/v1/auth/plex/attempts/poll`: how this browser's attempt is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(tag = "state", rename_all = "camelCase")]
pub enum AttemptAnswer {
    /// Nobody has approved the PIN yet: ask again after this many milliseconds.
    #[serde(rename_all = "camelCase")]
    Pending {
        /// Milliseconds.
        #[cfg_attr(feature = "ssr", schema(examples(2000)))]
        retry_after: u32,
    },
    /// plex.tv does not answer the server right now; the attempt goes on: ask again after this many milliseconds.
    #[serde(rename_all = "camelCase")]
    PlexUnreachable {
        /// Milliseconds.
        #[cfg_attr(feature = "ssr", schema(examples(3000)))]
        retry_after: u32,
    },
    /// In. The session cookie is set; go to this path.
    SignedIn {
        /// A path on this origin.
        #[cfg_attr(feature = "ssr", schema(examples("/")))]
        to: String,
    },
    /// The decision was no. The attempt is over.
    #[serde(rename_all = "camelCase")]
    Refused {
        /// Why.
        reason: Refusal,
        /// The Plex account that approved, as Plex shows it, where it is known.
        #[cfg_attr(feature = "ssr", schema(examples("anna.k")))]
        account: Option<String>,
        /// The media server's name, where one is chosen.
        #[cfg_attr(feature = "ssr", schema(examples("Attic")))]
        media_server: Option<String>,
    },
    /// The PIN or the attempt ran out, was used already, or this browser has none. Start again.
    Expired,
    /// Too many tries: wait this many seconds.
    TooManyTries {
        /// Seconds.
        #[cfg_attr(feature = "ssr", schema(examples(30)))]
        seconds: u32,
    },
}

/// Why somebody who proved their Plex account may not come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    /// The account has no access to the household's media server.
    NoAccess,
    /// The invitation to the media server has not been accepted yet.
    InvitationPending,
    /// People with access who are not members yet may not come in by themselves.
    NewPeopleNotLetIn,
    /// A household child's managed profile, and the owner has not allowed those.
    ManagedProfileNotAllowed,
    /// The member was disabled here.
    Disabled,
    /// Signing in with Plex is switched off.
    PlexSignInOff,
    /// No media server was chosen yet, so only the owner can sign in with Plex.
    NoMediaServer,
}

impl Refusal {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::NoAccess,
        Self::InvitationPending,
        Self::NewPeopleNotLetIn,
        Self::ManagedProfileNotAllowed,
        Self::Disabled,
        Self::PlexSignInOff,
        Self::NoMediaServer,
    ];

    /// The reason of this kebab-case name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }

    /// The kebab-case name used on the wire and in `/login?reason=`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NoAccess => "no-access",
            Self::InvitationPending => "invitation-pending",
            Self::NewPeopleNotLetIn => "new-people-not-let-in",
            Self::ManagedProfileNotAllowed => "managed-profile-not-allowed",
            Self::Disabled => "disabled",
            Self::PlexSignInOff => "plex-sign-in-off",
            Self::NoMediaServer => "no-media-server",
        }
    }
}
