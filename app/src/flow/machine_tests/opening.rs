//! From the click to the open Plex window, and what can come between.

use super::{PENDING, due, made, pin, polling, said, seen};
use crate::{
    api::sign_in::AttemptAnswer,
    flow::{
        event::{Effect, Event},
        machine::Machine,
        phase::Manner,
        shown::Shown,
        texts,
    },
};

#[test]
fn the_window_opens_before_anything_else() {
    let mut machine = Machine::new(Manner::Popup, 2);
    assert_eq!(seen(&machine), Shown::idle(texts::SIGN_IN_WITH_PLEX));
    assert_eq!(machine.handle(Event::Start, 0).first(), Some(&Effect::OpenWindow));
    assert_eq!(said(&machine), texts::OPENING);
    assert!(seen(&machine).cancel);
}

#[test]
fn a_sign_in_from_click_to_session() {
    let mut machine = polling();
    assert_eq!(said(&machine), texts::WAITING);
    assert_eq!(seen(&machine).check, Some(texts::CHECK_NOW));
    let (wait, poll) = due(&machine.handle(Event::Answered(PENDING), 2_100));
    assert_eq!(wait, 2_000);
    assert_eq!(machine.handle(poll, 4_100), [Effect::Poll(Some(7))]);
    let effects = machine.handle(
        Event::Answered(AttemptAnswer::SignedIn { to: "/profile".into() }),
        4_200,
    );
    assert_eq!(effects, [Effect::CloseWindow, Effect::Enter("/profile".into())]);
    assert_eq!(seen(&machine).state, "signed-in");
}

#[test]
fn a_target_elsewhere_is_not_followed() {
    let mut machine = polling();
    let effects = machine.handle(
        Event::Answered(AttemptAnswer::SignedIn {
            to: "//evil.example".into(),
        }),
        2_100,
    );
    assert_eq!(effects, [Effect::CloseWindow, Effect::Enter("/".into())]);
}

#[test]
fn a_double_click_starts_one() {
    let mut machine = Machine::new(Manner::Popup, 1);
    machine.handle(Event::Start, 0);
    assert_eq!(machine.handle(Event::Start, 50), []);
    let mut machine = polling();
    assert_eq!(machine.handle(Event::Start, 2_100), []);
    assert_eq!(machine.handle(made(), 2_200), [], "a second PIN changes nothing");
    assert_eq!(machine.handle(Event::AttemptStarted(600), 2_200), []);
}

#[test]
fn the_second_host_is_tried_then_it_is_said() {
    let mut machine = Machine::new(Manner::Popup, 2);
    machine.handle(Event::Start, 0);
    assert_eq!(machine.handle(Event::PinHostDown(0), 10), [Effect::MakePin(1)]);
    assert_eq!(machine.handle(Event::PinHostDown(1), 20), [Effect::CloseWindow]);
    let shown = seen(&machine);
    assert_eq!(said(&machine), texts::BROWSER_CANT_REACH_PLEX);
    assert_eq!((shown.start, shown.continue_here), (Some(texts::TRY_AGAIN), true));
    // There is no PIN: the server makes one.
    assert_eq!(machine.handle(Event::ContinueHere, 30), [Effect::SubmitForm]);
    assert_eq!(machine.handle(Event::ContinueHere, 31), [], "once");
}

#[test]
fn a_pin_refused_closes_the_window() {
    let mut machine = Machine::new(Manner::Popup, 2);
    machine.handle(Event::Start, 0);
    assert_eq!(machine.handle(Event::PinRefused, 10), [Effect::CloseWindow]);
    assert_eq!(said(&machine), texts::PLEX_NOT_ANSWERING);
    assert_eq!(
        machine.handle(Event::Start, 20),
        [Effect::OpenWindow, Effect::MakePin(0)]
    );
}

#[test]
fn a_blocked_window_is_said_and_this_tab_offered() {
    let mut machine = Machine::new(Manner::Popup, 1);
    machine.handle(Event::Start, 0);
    assert_eq!(machine.handle(Event::WindowBlocked, 0), []);
    machine.handle(made(), 100);
    let effects = machine.handle(Event::AttemptStarted(600), 200);
    assert!(!effects.contains(&Effect::ShowPlex(pin())));
    let shown = seen(&machine);
    assert_eq!(said(&machine), texts::POPUP_BLOCKED);
    assert!(shown.continue_here && shown.check.is_some() && shown.cancel);
    assert_eq!(shown.link.as_deref(), Some("https://plex.example/k3v9"));
    // The plain link may have been used: polls run all the while.
    assert_eq!(machine.handle(due(&effects).1, 2_200), [Effect::Poll(Some(7))]);
    assert_eq!(
        machine.handle(Event::ContinueHere, 3_000),
        [Effect::CloseWindow, Effect::GoToPlex(pin())]
    );
    assert_eq!(seen(&machine).state, "leaving");
}

#[test]
fn on_a_phone_this_tab_goes_to_plex() {
    let mut machine = Machine::new(Manner::SameTab, 1);
    assert_eq!(machine.handle(Event::Start, 0), [Effect::MakePin(0)]);
    machine.handle(made(), 100);
    assert_eq!(
        machine.handle(Event::AttemptStarted(600), 200),
        [Effect::GoToPlex(pin())]
    );
    assert_eq!(machine.handle(Event::Wake, 300), [], "on its way");
    // Back without having been sent back.
    assert_eq!(machine.handle(Event::Restored, 9_000), [Effect::Poll(Some(7))]);
    assert_eq!(said(&machine), texts::WAITING_ELSEWHERE);
    assert!(seen(&machine).continue_here);
}

#[test]
fn installed_as_an_app_a_tab_opens() {
    let mut machine = Machine::new(Manner::NewTab, 1);
    assert_eq!(
        machine.handle(Event::Start, 0),
        [Effect::OpenWindow, Effect::MakePin(0)]
    );
}

#[test]
fn cancel_takes_everything_back() {
    let mut machine = polling();
    let run = machine.run();
    assert_eq!(
        machine.handle(Event::Cancel, 2_100),
        [Effect::CloseWindow, Effect::CancelAttempt(7)]
    );
    assert_eq!(seen(&machine), Shown::idle(texts::SIGN_IN_WITH_PLEX));
    let late = Event::Answered(AttemptAnswer::SignedIn { to: "/".into() });
    assert_eq!(machine.later(run, late, 2_200), [], "an answer to a cancelled attempt");
    assert_eq!(machine.later(run, Event::HintDue, 20_000), []);
    assert!(!seen(&machine).hint);
    assert_eq!(
        machine.handle(Event::Start, 3_000),
        [Effect::OpenWindow, Effect::MakePin(0)]
    );
    assert_eq!(machine.later(run, made(), 3_100), [], "a PIN of the cancelled try");
}

#[test]
fn cancel_while_opening_drops_the_pin_to_come() {
    let mut machine = Machine::new(Manner::Popup, 1);
    machine.handle(Event::Start, 0);
    let run = machine.run();
    assert_eq!(machine.handle(Event::Cancel, 10), [Effect::CloseWindow]);
    assert_eq!(machine.later(run, made(), 20), []);
    assert_eq!(machine.handle(Event::Cancel, 30), [], "nothing to cancel");
}
