//! What can go wrong between us and plex.tv, in words that are safe to log.
//!
//! No variant carries a part of Plex's answer, of the URL or of the token.

use thiserror::Error;

/// Why a call to plex.tv gave no answer that can be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PlexError {
    /// Plex refused the token: 401, 498, or 422 saying "Invalid token". Nothing else means that (§3.1).
    #[error("plex.tv does not accept this token")]
    BadToken,
    /// The PIN expired, was used, never existed or belongs to another client identifier: 404, code 1020 (§2.2).
    #[error("plex.tv does not know this PIN, or not any more")]
    PinGone,
    /// Plex does not like our client identifier: 400, code 1000. A fault of this install, not of the person.
    #[error("plex.tv refused this server's client identifier")]
    ClientIdentifierRefused,
    /// Plex's own limiter answered: 429.
    #[error("plex.tv says that this server asks too often")]
    RateLimited {
        /// Milliseconds until asking again makes sense. Plex sends none; this is our own back-off.
        retry_after_ms: u64,
    },
    /// Our own pacing says not now; Plex was not asked.
    #[error("not asking plex.tv yet: the turn comes in {retry_after_ms} ms")]
    Busy {
        /// Milliseconds until this PIN's turn. A read at or after that is granted.
        retry_after_ms: u64,
    },
    /// Plex took longer than a call may take.
    #[error("plex.tv did not answer in time")]
    TimedOut,
    /// No answer, or half of one.
    #[error("plex.tv cannot be reached: {what}")]
    Unreachable {
        /// Which step failed.
        what: &'static str,
    },
    /// An answer that is not one of those Plex is known to give: a 5xx, a redirect, HTML, a list that is no list.
    #[error("plex.tv gave an unexpected answer (status {status}): {what}")]
    Unexpected {
        /// HTTP status; 0 when the request itself could not be made.
        status: u16,
        /// What was odd about it.
        what: &'static str,
    },
}

/// What a [`PlexError`] means for the one who asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlexErrorKind {
    /// Sign in at Plex again: the token or the PIN is dead. Ends the attempt.
    StartAgain,
    /// The owner must mend this install's settings. Ends the attempt.
    OurFault,
    /// All is well, ask again a little later.
    Wait,
    /// Plex is the one with the trouble ("Plex unreachable", 502): the attempt goes on. Never "no access".
    PlexTrouble,
    /// The same, and it was slowness (504).
    PlexSlow,
}

impl PlexError {
    /// What it means for the one who asked.
    pub fn kind(&self) -> PlexErrorKind {
        match self {
            Self::BadToken | Self::PinGone => PlexErrorKind::StartAgain,
            Self::ClientIdentifierRefused => PlexErrorKind::OurFault,
            Self::RateLimited { .. } | Self::Busy { .. } => PlexErrorKind::Wait,
            Self::TimedOut => PlexErrorKind::PlexSlow,
            Self::Unreachable { .. } | Self::Unexpected { .. } => PlexErrorKind::PlexTrouble,
        }
    }

    /// Whether to say "Plex can't be reached right now" (502 or 504).
    pub fn is_plex_trouble(&self) -> bool {
        matches!(self.kind(), PlexErrorKind::PlexTrouble | PlexErrorKind::PlexSlow)
    }

    /// Milliseconds until asking again makes sense, where that is known.
    pub fn retry_after_ms(&self) -> Option<u64> {
        match self {
            Self::RateLimited { retry_after_ms } | Self::Busy { retry_after_ms } => Some(*retry_after_ms),
            _ => None,
        }
    }
}
