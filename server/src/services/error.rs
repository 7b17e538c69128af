//! What can go wrong in a service. `web::error` turns it into a status and a sentence, in the reader's language.

use app::messages::Message;

use crate::{domain::secret::NoRandomness, plex::PlexError, storage::StorageError};

/// Why a service did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The database's trouble.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Plex's trouble, or Plex's no.
    #[error(transparent)]
    Plex(#[from] PlexError),
    /// The caller must wait.
    #[error("too many tries; {seconds} s to wait")]
    TooManyTries {
        /// Seconds, at least 1.
        seconds: u32,
    },
    /// A field of the request is wrong; nothing was changed.
    #[error("{field}: {message}")]
    Invalid {
        /// The field's name on the wire.
        field: String,
        /// What is wrong with it and what would be right.
        message: Message,
    },
    /// The caller is known, or proved something, and still may not.
    #[error("{0}")]
    Forbidden(Message),
    /// It is too late, or somebody was faster.
    #[error("{0}")]
    Conflict(Message),
    /// A field's value is somebody else's already; nothing was changed.
    #[error("{field}: {message}")]
    Taken {
        /// The field's name on the wire.
        field: &'static str,
        /// What is there, and what to do.
        message: Message,
    },
    /// Somebody else's server did not do what it was asked; what it said, in words.
    #[error("{0}")]
    Upstream(Message),
    /// Too much is being done at once; trying again soon helps.
    #[error("too much to do at once")]
    Overloaded,
    /// The machine gave no random numbers.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    /// Something that should not happen; the text is for the log.
    #[error("{0}")]
    Internal(String),
}

impl ServiceError {
    /// A wrong field.
    pub fn invalid(field: impl Into<String>, message: impl Into<Message>) -> Self {
        Self::Invalid {
            field: field.into(),
            message: message.into(),
        }
    }

    /// A field's value that is somebody else's already.
    pub fn taken(field: &'static str, message: impl Into<Message>) -> Self {
        Self::Taken {
            field,
            message: message.into(),
        }
    }

    /// Not for this caller.
    pub fn forbidden(message: impl Into<Message>) -> Self {
        Self::Forbidden(message.into())
    }

    /// Too late.
    pub fn conflict(message: impl Into<Message>) -> Self {
        Self::Conflict(message.into())
    }
}
