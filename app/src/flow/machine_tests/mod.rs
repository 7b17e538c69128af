//! The sign-in machine, event by event, as ARCHITECTURE.md walks through it.

mod opening;
mod polls;

use super::{
    event::{Effect, Event, Pin},
    machine::Machine,
    phase::{Manner, Millis},
    shown::{self, Shown},
    texts,
    timing::HINT_AFTER,
};
use crate::api::sign_in::AttemptAnswer;

pub(super) const PENDING: AttemptAnswer = AttemptAnswer::Pending { retry_after: 2_000 };

pub(super) fn pin() -> Pin {
    Pin {
        id: 7,
        code: "k3v9".into(),
    }
}

pub(super) fn made() -> Event {
    Event::PinMade(pin(), 1_800)
}

pub(super) fn seen(machine: &Machine) -> Shown {
    shown::button(machine, texts::SIGN_IN_WITH_PLEX, |pin| {
        format!("https://plex.example/{}", pin.code)
    })
}

pub(super) fn said(machine: &Machine) -> String {
    seen(machine).sentence.iter().map(|piece| piece.text.as_str()).collect()
}

/// Two hosts, popup open, attempt started at `now`.
pub(super) fn waiting(now: Millis) -> Machine {
    let mut machine = Machine::new(Manner::Popup, 2);
    assert_eq!(
        machine.handle(Event::Start, now),
        [Effect::OpenWindow, Effect::MakePin(0)]
    );
    assert_eq!(machine.handle(made(), now), [Effect::StartAttempt(pin())]);
    let effects = machine.handle(Event::AttemptStarted(600), now);
    assert_eq!(effects.first(), Some(&Effect::ShowPlex(pin())));
    assert_eq!(due(&effects).0, 2_000);
    assert!(effects.contains(&Effect::Later(HINT_AFTER, Event::HintDue)));
    machine
}

/// The wait until the next poll, and the event that starts it.
pub(super) fn due(effects: &[Effect]) -> (u32, Event) {
    effects
        .iter()
        .find_map(|effect| match effect {
            Effect::Later(wait, event @ Event::PollDue(_)) => Some((*wait, event.clone())),
            _ => None,
        })
        .expect("a poll is scheduled")
}

/// Waiting, and the first poll is under way at 2 s.
pub(super) fn polling() -> Machine {
    let mut machine = waiting(0);
    assert_eq!(machine.handle(Event::Wake, 2_000), [Effect::Poll(Some(7))]);
    machine
}
