//! What is shown in each state of the machine.

use super::{
    event::Pin,
    machine::Machine,
    outcome::{Offer, Outcome, Piece},
    phase::{Phase, Place},
    texts::{self, Text},
};

/// What is shown. An island renders exactly this.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// The state's name, for the style sheet and for tests.
    pub state: &'static str,
    /// What is said.
    pub sentence: Vec<Piece>,
    /// Said under it: trouble on the way.
    pub note: Option<String>,
    /// A countdown; not read aloud every second.
    pub countdown: Option<String>,
    /// The big button's words; `None`: it is hidden.
    pub start: Option<Text>,
    /// Whether "Continue in this tab" is offered.
    pub continue_here: bool,
    /// What the button that polls now says, if it is offered.
    pub check: Option<Text>,
    /// Whether "Cancel" is offered.
    pub cancel: bool,
    /// What usually helps; it comes late, so it stands below the buttons and moves none of them.
    pub hint: bool,
    /// The approval page, as a plain link.
    pub link: Option<String>,
    /// Advice.
    pub offers: Vec<Offer>,
}

impl Shown {
    /// Nothing yet: only the big button.
    #[must_use]
    pub fn idle(label: Text) -> Self {
        Self {
            state: "idle",
            start: Some(label),
            ..Self::default()
        }
    }

    /// The return page, before the first answer.
    #[must_use]
    pub fn returned() -> Self {
        Self::said("checking", texts::CHECKING)
    }

    /// A device that waits to be let in; its code is good for so many seconds.
    #[must_use]
    pub fn device(seconds: u32) -> Self {
        Self {
            countdown: Some(texts::pair_life(seconds)),
            ..Self::said("waiting", texts::PAIR_WAITING)
        }
    }

    /// A button that copies, and what is said beside it.
    #[must_use]
    pub fn copy(state: &'static str, said: Option<Text>) -> Self {
        Self {
            state,
            note: said.map(Text::say),
            ..Self::default()
        }
    }

    /// Whether something is going on.
    #[must_use]
    pub fn busy(&self) -> bool {
        !matches!(self.state, "idle" | "stopped")
    }

    pub(super) fn said(state: &'static str, sentence: Text) -> Self {
        Self {
            state,
            sentence: vec![Piece::plain(sentence)],
            ..Self::default()
        }
    }
}

/// The sign-in button in this state. `link` gives the URL of the approval page.
#[must_use]
pub fn button(machine: &Machine, label: Text, link: impl Fn(&Pin) -> String) -> Shown {
    match &machine.phase {
        Phase::Idle => Shown::idle(label),
        Phase::Opening => Shown {
            cancel: true,
            ..Shown::said("opening", texts::OPENING)
        },
        Phase::Leaving => Shown::said("leaving", texts::OPENING),
        Phase::Entering => Shown::said("signed-in", texts::SIGNED_IN),
        // The same buttons as while waiting: one that vanished under the finger would lose the focus.
        Phase::Checking => Shown {
            state: "checking",
            sentence: vec![Piece::plain(texts::CHECKING)],
            ..waiting(machine, link)
        },
        Phase::Waiting => waiting(machine, link),
        Phase::Stopped(outcome) => stopped(machine, outcome, label),
    }
}

/// The return page in this state; it has links instead of buttons.
#[must_use]
pub fn return_page(machine: &Machine) -> Shown {
    let shown = button(machine, texts::START_AGAIN, |_| String::new());
    match shown.state {
        "waiting" | "checking" => Shown {
            note: shown.note.filter(|note| *note != texts::NOT_YET),
            countdown: shown.countdown,
            ..Shown::returned()
        },
        _ => shown,
    }
}

fn waiting(machine: &Machine, link: impl Fn(&Pin) -> String) -> Shown {
    let sentence = match machine.place {
        Place::Window => texts::WAITING,
        Place::Blocked => texts::POPUP_BLOCKED,
        Place::ThisTab => texts::WAITING_ELSEWHERE,
    };
    let trouble = machine
        .note
        .as_ref()
        .is_some_and(|note| *note == texts::PLEX_NOT_ANSWERING);
    let blocked = machine.place == Place::Blocked;
    let hint = machine.hint && !blocked;
    Shown {
        note: machine.note.clone(),
        countdown: machine.countdown.map(texts::wait_seconds),
        continue_here: machine.place != Place::Window && machine.open_pin().is_some(),
        check: machine
            .countdown
            .is_none()
            .then_some(if trouble { texts::TRY_AGAIN } else { texts::CHECK_NOW }),
        cancel: true,
        hint,
        link: machine.open_pin().filter(|_| hint || blocked).map(link),
        ..Shown::said("waiting", sentence)
    }
}

fn stopped(machine: &Machine, outcome: &Outcome, label: Text) -> Shown {
    let again = if outcome.offers.contains(&Offer::TryAgain) {
        texts::TRY_AGAIN
    } else if outcome.offers.contains(&Offer::StartAgain) {
        texts::START_AGAIN
    } else {
        label
    };
    Shown {
        state: "stopped",
        sentence: outcome.sentence.clone(),
        countdown: machine.countdown.map(texts::wait_seconds),
        start: (machine.countdown.unwrap_or(0) == 0).then_some(again),
        continue_here: outcome.offers.contains(&Offer::ContinueInThisTab),
        offers: outcome.offers.clone(),
        ..Shown::default()
    }
}
