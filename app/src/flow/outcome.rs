//! How an attempt ended: a sentence and what is offered. The same for the islands and for pages without JavaScript.

use super::texts::{self, Line};
use crate::api::sign_in::{AttemptAnswer, Refusal};

/// A run of text, plain or a name set in bold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The words.
    pub text: String,
    /// Whether it is a name.
    pub strong: bool,
}

impl Piece {
    /// Ordinary words.
    #[must_use]
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            strong: false,
        }
    }
}

/// What can be done about it. The islands make buttons of the first three; pages have their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offer {
    /// Make a new PIN.
    TryAgain,
    /// Make a new PIN; said so after the last one ran out.
    StartAgain,
    /// The redirect flow, with a PIN that the server makes.
    ContinueInThisTab,
    /// A link to Plex.
    OpenPlex,
    /// How to use another Plex account.
    OtherAccount,
    /// How to ask the owner.
    AskOwner(Vec<Piece>),
}

/// A sentence and what is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What is said.
    pub sentence: Vec<Piece>,
    /// What is offered.
    pub offers: Vec<Offer>,
}

impl Outcome {
    /// One plain sentence.
    #[must_use]
    pub fn plain(sentence: impl Into<String>, offers: Vec<Offer>) -> Self {
        Self {
            sentence: vec![Piece::plain(sentence)],
            offers,
        }
    }

    /// What is said about this answer.
    #[must_use]
    pub fn of_answer(answer: &AttemptAnswer) -> Self {
        match answer {
            AttemptAnswer::Pending { .. } => Self::plain(texts::WAITING_ELSEWHERE, Vec::new()),
            AttemptAnswer::PlexUnreachable { .. } => Self::plain(texts::PLEX_NOT_ANSWERING, vec![Offer::TryAgain]),
            AttemptAnswer::SignedIn { .. } => Self::plain(texts::SIGNED_IN, Vec::new()),
            AttemptAnswer::Refused {
                reason,
                account,
                media_server,
            } => Self::of_refusal(*reason, account.as_deref(), media_server.as_deref()),
            AttemptAnswer::Expired => Self::plain(texts::RAN_OUT, vec![Offer::StartAgain]),
            AttemptAnswer::TooManyTries { seconds } => Self::plain(texts::too_many_tries(*seconds), Vec::new()),
        }
    }

    fn of_refusal(reason: Refusal, account: Option<&str>, media_server: Option<&str>) -> Self {
        let offers = match reason {
            Refusal::NoAccess => vec![
                Offer::TryAgain,
                Offer::OtherAccount,
                Offer::AskOwner(texts::how_to_ask(account, media_server).pieces()),
            ],
            Refusal::InvitationPending => vec![Offer::OpenPlex, Offer::TryAgain],
            Refusal::NewPeopleNotLetIn => vec![Offer::OtherAccount],
            Refusal::ManagedProfileNotAllowed => vec![Offer::TryAgain],
            Refusal::Disabled | Refusal::PlexSignInOff | Refusal::NoMediaServer => Vec::new(),
        };
        Self {
            sentence: refusal(reason, account, media_server).pieces(),
            offers,
        }
    }
}

/// Why somebody may not come in.
#[must_use]
pub fn refusal(reason: Refusal, account: Option<&str>, media_server: Option<&str>) -> Line {
    match reason {
        Refusal::NoAccess => texts::no_access(account, media_server),
        Refusal::InvitationPending => texts::invitation_pending(media_server),
        Refusal::NewPeopleNotLetIn => texts::NOT_TAKING_MEMBERS.into(),
        Refusal::ManagedProfileNotAllowed => texts::MANAGED_PROFILE.into(),
        Refusal::Disabled => texts::DISABLED.into(),
        Refusal::PlexSignInOff => texts::PLEX_SIGN_IN_OFF.into(),
        Refusal::NoMediaServer => texts::NO_MEDIA_SERVER.into(),
    }
}
