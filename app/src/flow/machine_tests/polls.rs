//! Waiting for the answer, and the answers.

use super::{PENDING, due, made, polling, said, seen, waiting};
use crate::{
    api::sign_in::{AttemptAnswer, Refusal},
    flow::{
        event::{Effect, Event, Fault},
        machine::Machine,
        phase::{Manner, Millis, Phase},
        shown, texts,
    },
};

#[test]
fn check_now_asks_at_once_and_says_not_yet() {
    let mut machine = waiting(0);
    assert_eq!(machine.handle(Event::CheckNow, 500), [Effect::Poll(Some(7))]);
    assert_eq!(said(&machine), texts::CHECKING);
    assert_eq!(machine.handle(Event::CheckNow, 510), [], "one at a time");
    assert!(
        seen(&machine).cancel && seen(&machine).check.is_some(),
        "no button vanishes under the finger"
    );
    machine.handle(Event::Answered(PENDING), 600);
    assert_eq!(seen(&machine).note, Some(texts::NOT_YET.say()));
    machine.handle(Event::Wake, 5_000);
    machine.handle(Event::Answered(PENDING), 5_100);
    assert_eq!(seen(&machine).note, None);
}

#[test]
fn looking_at_the_page_polls_at_once_but_not_twice() {
    let mut machine = waiting(0);
    assert_eq!(machine.handle(Event::Wake, 1_500), [Effect::Poll(Some(7))], "focus");
    assert_eq!(machine.handle(Event::Wake, 1_501), [], "visibilitychange, in flight");
    let (_, stale) = due(&machine.handle(Event::Answered(PENDING), 1_700));
    let (wait, poll) = due(&machine.handle(Event::Wake, 1_800));
    assert_eq!(wait, 700, "a second after the last one");
    assert_eq!(machine.handle(stale, 1_900), [], "the timer that it replaced");
    assert_eq!(machine.handle(poll, 2_500), [Effect::Poll(Some(7))]);
}

#[test]
fn nothing_is_polled_before_the_attempt_is_known() {
    let mut machine = Machine::new(Manner::Popup, 1);
    assert_eq!(machine.handle(Event::Wake, 0), []);
    machine.handle(Event::Start, 0);
    machine.handle(made(), 10);
    assert_eq!(machine.handle(Event::Wake, 2_000), []);
    assert_eq!(machine.handle(Event::CheckNow, 2_000), []);
}

#[test]
fn the_server_says_how_long_to_wait_within_reason() {
    for (asked, wait) in [(0, 500), (2_000, 2_000), (12_345, 12_345), (u32::MAX, 15_000)] {
        let mut machine = polling();
        assert_eq!(
            due(&machine.handle(Event::Answered(AttemptAnswer::Pending { retry_after: asked }), 2_100)).0,
            wait
        );
    }
}

#[test]
fn a_dropped_network_backs_off_to_five_seconds() {
    let mut machine = polling();
    let mut now = 2_100;
    let mut waits = Vec::new();
    for _ in 0..5 {
        let (wait, poll) = due(&machine.handle(Event::PollFailed(Fault::Unreachable), now));
        waits.push(wait);
        assert_eq!(seen(&machine).note, Some(texts::SITE_NOT_ANSWERING.say()));
        now += Millis::from(wait);
        assert_eq!(machine.handle(poll, now), [Effect::Poll(Some(7))]);
    }
    assert_eq!(waits, [1_000, 2_000, 4_000, 5_000, 5_000]);
    assert_eq!(due(&machine.handle(Event::Answered(PENDING), now)).0, 2_000);
    assert_eq!(seen(&machine).note, None);
}

#[test]
fn a_broken_server_is_quoted_and_asked_again() {
    let mut machine = polling();
    let effects = machine.handle(
        Event::PollFailed(Fault::Broken(Some("The database is locked.".into()))),
        2_100,
    );
    assert_eq!(due(&effects).0, 1_000);
    assert_eq!(seen(&machine).note.as_deref(), Some("The database is locked."));
}

#[test]
fn a_refused_poll_ends_it() {
    let mut machine = polling();
    assert_eq!(
        machine.handle(Event::PollFailed(Fault::Refused(None)), 2_100),
        [Effect::CloseWindow]
    );
    assert_eq!(said(&machine), texts::SITE_CONFUSED);
}

#[test]
fn plex_down_is_said_and_asked_again() {
    let mut machine = polling();
    let effects = machine.handle(
        Event::Answered(AttemptAnswer::PlexUnreachable { retry_after: 5_000 }),
        2_100,
    );
    assert_eq!(due(&effects).0, 5_000);
    let shown = seen(&machine);
    assert_eq!(shown.note, Some(texts::PLEX_NOT_ANSWERING.say()));
    assert_eq!(shown.check, Some(texts::TRY_AGAIN));
}

#[test]
fn the_attempt_ends_with_the_shorter_of_two_lives() {
    let mut machine = waiting(0);
    machine.handle(Event::Wake, 599_000);
    let (wait, poll) = due(&machine.handle(Event::Answered(PENDING), 599_500));
    assert_eq!(wait, 500, "not past the end");
    assert_eq!(machine.handle(poll, 600_000), [Effect::Poll(Some(7))], "a last look");
    assert_eq!(machine.handle(Event::Answered(PENDING), 600_100), [Effect::CloseWindow]);
    assert_eq!(said(&machine), texts::RAN_OUT);
    assert_eq!(seen(&machine).start, Some(texts::START_AGAIN));
    assert_eq!(machine.handle(Event::Wake, 700_000), [], "over");
}

#[test]
fn a_network_gone_at_the_end_ends_it_too() {
    let mut machine = waiting(0);
    machine.handle(Event::Wake, 600_000);
    assert_eq!(
        machine.handle(Event::PollFailed(Fault::Unreachable), 600_100),
        [Effect::CloseWindow]
    );
    assert_eq!(said(&machine), texts::RAN_OUT);
}

#[test]
fn approved_at_the_last_moment_is_in() {
    let mut machine = waiting(0);
    machine.handle(Event::Wake, 600_000);
    let effects = machine.handle(Event::Answered(AttemptAnswer::SignedIn { to: "/".into() }), 600_100);
    assert_eq!(effects, [Effect::CloseWindow, Effect::Enter("/".into())]);
}

#[test]
fn a_refusal_names_account_and_server() {
    let mut machine = polling();
    let refused = AttemptAnswer::Refused {
        reason: Refusal::NoAccess,
        account: Some("anna".into()),
        media_server: Some("Attic".into()),
    };
    assert_eq!(machine.handle(Event::Answered(refused), 2_100), [Effect::CloseWindow]);
    assert_eq!(
        said(&machine),
        "You're signed in to Plex as anna, and that account has no access to Attic."
    );
    let strong: Vec<_> = seen(&machine)
        .sentence
        .into_iter()
        .filter(|p| p.strong)
        .map(|p| p.text)
        .collect();
    assert_eq!(strong, ["anna", "Attic"]);
    assert_eq!(seen(&machine).start, Some(texts::TRY_AGAIN));
}

#[test]
fn every_refusal_has_a_sentence_and_a_way_on() {
    for reason in Refusal::ALL {
        let mut machine = polling();
        machine.handle(
            Event::Answered(AttemptAnswer::Refused {
                reason,
                account: None,
                media_server: None,
            }),
            2_100,
        );
        let sentence = said(&machine);
        assert!(
            sentence.ends_with('.') && !sentence.contains('!') && sentence.len() > 20,
            "{reason:?}: {sentence}"
        );
        assert!(seen(&machine).start.is_some());
        assert!(matches!(machine.phase, Phase::Stopped(_)));
        assert_eq!(
            machine.handle(Event::Start, 3_000),
            [Effect::OpenWindow, Effect::MakePin(0)]
        );
    }
}

#[test]
fn too_many_polls_count_down_and_go_on() {
    let mut machine = polling();
    let effects = machine.handle(Event::Answered(AttemptAnswer::TooManyTries { seconds: 2 }), 2_000);
    let (wait, poll) = due(&effects);
    assert_eq!(wait, 2_000);
    assert_eq!(seen(&machine).countdown.as_deref(), Some("Wait 2 seconds."));
    assert_eq!(seen(&machine).check, None);
    assert_eq!(machine.handle(Event::CheckNow, 2_500), []);
    assert_eq!(machine.handle(Event::Wake, 2_500), []);
    assert_eq!(
        machine.handle(Event::Second, 3_000),
        [Effect::Later(1_000, Event::Second)]
    );
    assert_eq!(seen(&machine).countdown.as_deref(), Some("Wait 1 second."));
    assert_eq!(machine.handle(poll, 4_000), [Effect::Poll(Some(7))]);
    assert_eq!(machine.handle(Event::Second, 4_000), []);
    assert_eq!(seen(&machine).countdown, None);
}

#[test]
fn too_many_attempts_count_down_before_the_button_is_back() {
    let mut machine = Machine::new(Manner::Popup, 1);
    machine.handle(Event::Start, 0);
    machine.handle(made(), 0);
    let effects = machine.handle(Event::AttemptFailed(Fault::TooMany(2)), 0);
    assert_eq!(effects, [Effect::CloseWindow, Effect::Later(1_000, Event::Second)]);
    assert_eq!(
        (said(&machine), seen(&machine).start),
        (texts::TOO_MANY_TRIES.say(), None)
    );
    assert_eq!(machine.handle(Event::Start, 500), []);
    machine.handle(Event::Second, 1_000);
    assert_eq!(machine.handle(Event::Second, 2_000), []);
    assert_eq!(seen(&machine).start, Some(texts::TRY_AGAIN));
    assert_eq!(
        machine.handle(Event::Start, 2_100),
        [Effect::OpenWindow, Effect::MakePin(0)]
    );
}

#[test]
fn an_attempt_that_can_not_start_says_why() {
    for (fault, sentence) in [
        (Fault::Unreachable, texts::SITE_NOT_ANSWERING_NOW.say()),
        (Fault::Broken(None), texts::SITE_CONFUSED.say()),
        (
            Fault::Refused(Some("The set-up is not finished.".into())),
            "The set-up is not finished.".into(),
        ),
    ] {
        let mut machine = Machine::new(Manner::Popup, 1);
        machine.handle(Event::Start, 0);
        machine.handle(made(), 0);
        assert_eq!(machine.handle(Event::AttemptFailed(fault), 10), [Effect::CloseWindow]);
        assert_eq!(said(&machine), sentence);
    }
}

#[test]
fn after_twenty_seconds_it_says_what_helps() {
    let mut machine = polling();
    let before = seen(&machine);
    assert_eq!(machine.handle(Event::HintDue, 20_000), []);
    let after = seen(&machine);
    assert!(after.hint && after.link.is_some());
    assert_eq!(
        (before.continue_here, before.check, before.cancel),
        (after.continue_here, after.check, after.cancel),
        "no button moves"
    );
}

#[test]
fn a_page_from_the_cache_asks_again_even_if_a_request_was_frozen() {
    let mut machine = polling();
    assert_eq!(machine.handle(Event::Restored, 60_000), [Effect::Poll(Some(7))]);
}

#[test]
fn back_after_signing_in_shows_the_button() {
    let mut machine = polling();
    machine.handle(Event::Answered(AttemptAnswer::SignedIn { to: "/".into() }), 2_100);
    assert_eq!(machine.handle(Event::Restored, 9_000), []);
    assert_eq!(seen(&machine).state, "idle");
}

#[test]
fn the_return_page_asks_for_the_newest_attempt() {
    let mut machine = Machine::returned(100);
    assert_eq!(machine.poll(100), [Effect::Poll(None)]);
    let (_, poll) = due(&machine.handle(Event::Answered(PENDING), 200));
    let shown = shown::return_page(&machine);
    assert_eq!((shown.state, shown.check, shown.cancel), ("checking", None, false));
    assert_eq!(machine.handle(poll, 2_200), [Effect::Poll(None)]);
    machine.handle(Event::Answered(AttemptAnswer::Expired), 2_300);
    assert_eq!(shown::return_page(&machine).start, Some(texts::START_AGAIN));
}
