//! Waiting on `/pair` until somebody says yes: when to ask our server, and what is shown meanwhile. It knows the time
//! only as what it is told.

use super::{
    event::Fault,
    phase::Millis,
    safe_path,
    shown::Shown,
    texts,
    timing::{BACK_OFF, PAIR_POLL, POLL_RANGE, WAKE_GAP, seconds_to_millis},
};
use crate::api::tokens::PairAnswer;

/// What to do next; there is never more than one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Ask our server.
    Poll,
    /// After so many milliseconds the timer of this number goes off.
    Later(u32, u32),
    /// This tab goes there.
    Go(String),
}

/// A device that waits.
#[derive(Debug)]
pub struct Pairing {
    again: String,
    deadline: Millis,
    shown: Shown,
    asking: bool,
    asked: Millis,
    back_off: u32,
    timer: u32,
}

impl Pairing {
    /// The code is good for so many `seconds`; `again` leads to the next one.
    #[must_use]
    pub fn new(again: String, seconds: u32, now: Millis) -> Self {
        Self {
            again,
            deadline: now + seconds_to_millis(seconds),
            shown: Shown::device(seconds),
            asking: false,
            asked: now,
            back_off: 0,
            timer: 0,
        }
    }

    /// What is shown now.
    #[must_use]
    pub fn shown(&self) -> &Shown {
        &self.shown
    }

    /// The first timer.
    pub fn start(&mut self) -> Effect {
        self.later(PAIR_POLL)
    }

    /// A timer went off; only the last one counts.
    pub fn due(&mut self, timer: u32, now: Millis) -> Option<Effect> {
        (timer == self.timer && self.waits() && !self.asking).then(|| self.poll(now))
    }

    /// Somebody looks at the page again, or the network is back. `restored`: the page was frozen, so that what was
    /// under way may never come.
    pub fn woken(&mut self, restored: bool, now: Millis) -> Option<Effect> {
        if restored {
            self.asking = false;
            self.shown = Shown::device(self.left(now));
        }
        if self.asking || !self.waits() {
            return None;
        }
        // Focus and visibility come together; one poll is enough for both.
        let gap = WAKE_GAP.saturating_sub(now.saturating_sub(self.asked));
        Some(if gap == 0 {
            self.poll(now)
        } else {
            self.later(u32::try_from(gap).unwrap_or_default())
        })
    }

    /// What came of a poll.
    pub fn answered(&mut self, answer: Result<PairAnswer, Fault>, now: Millis) -> Option<Effect> {
        if !self.waits() {
            return None;
        }
        self.asking = false;
        self.shown = Shown::device(self.left(now));
        let wait = match answer {
            Ok(PairAnswer::SignedIn { to }) => {
                self.shown = Shown::said("signed-in", texts::PAIR_SIGNED_IN);
                return Some(Effect::Go(safe_path(&to).to_owned()));
            }
            Ok(PairAnswer::Declined | PairAnswer::Expired) => {
                self.shown = Shown::said("ended", texts::PAIR_ENDED);
                return Some(Effect::Go(self.again.clone()));
            }
            Ok(PairAnswer::Waiting { retry_after }) => {
                self.back_off = 0;
                retry_after.clamp(POLL_RANGE.0, POLL_RANGE.1)
            }
            Err(Fault::TooMany(seconds)) => seconds.clamp(1, 60) * 1_000,
            Err(fault) => {
                self.shown.note = Some(match fault {
                    Fault::Broken(Some(said)) | Fault::Refused(Some(said)) => said,
                    _ => texts::SITE_NOT_ANSWERING.say(),
                });
                self.back_off = (self.back_off * 2).clamp(BACK_OFF.0, BACK_OFF.1);
                self.back_off
            }
        };
        Some(self.later(wait))
    }

    fn waits(&self) -> bool {
        self.shown.state == "waiting"
    }

    /// Seconds that the code is still good.
    fn left(&self, now: Millis) -> u32 {
        u32::try_from(self.deadline.saturating_sub(now).div_ceil(1_000)).unwrap_or(u32::MAX)
    }

    fn poll(&mut self, now: Millis) -> Effect {
        self.asking = true;
        self.asked = now;
        Effect::Poll
    }

    fn later(&mut self, wait: u32) -> Effect {
        self.timer += 1;
        Effect::Later(wait, self.timer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAITING: Result<PairAnswer, Fault> = Ok(PairAnswer::Waiting { retry_after: 1_000 });

    fn pairing() -> Pairing {
        Pairing::new("/pair?returnTo=%2Ftv".into(), 600, 0)
    }

    /// Asks, so that an answer is due.
    fn asked(now: Millis) -> Pairing {
        let mut pairing = pairing();
        let Effect::Later(_, timer) = pairing.start() else {
            panic!("a timer")
        };
        assert_eq!(pairing.due(timer, now), Some(Effect::Poll));
        pairing
    }

    #[test]
    fn it_asks_every_second_or_as_the_server_says() {
        let mut pairing = pairing();
        assert_eq!(pairing.start(), Effect::Later(1_000, 1));
        assert_eq!(pairing.due(1, 1_000), Some(Effect::Poll));
        assert_eq!(pairing.due(1, 1_000), None, "an answer is due first");
        assert_eq!(pairing.answered(WAITING, 1_050), Some(Effect::Later(1_000, 2)));
        assert_eq!(pairing.due(1, 2_000), None, "an old timer");
        assert_eq!(pairing.due(2, 2_050), Some(Effect::Poll));
        let hurried = Ok(PairAnswer::Waiting { retry_after: 0 });
        assert_eq!(pairing.answered(hurried, 2_100), Some(Effect::Later(500, 3)));
    }

    #[test]
    fn yes_leads_in_and_only_to_this_site() {
        for (to, goes) in [("/tv", "/tv"), ("//evil.example", "/")] {
            let mut pairing = asked(1_000);
            let yes = Ok(PairAnswer::SignedIn { to: to.into() });
            assert_eq!(pairing.answered(yes, 1_100), Some(Effect::Go(goes.into())));
            assert_eq!(
                (pairing.shown().state, pairing.shown().countdown.clone()),
                ("signed-in", None)
            );
            assert_eq!(pairing.due(1, 2_000), None);
            assert_eq!(pairing.woken(false, 9_000), None);
            assert_eq!(pairing.answered(WAITING, 9_100), None, "a late answer changes nothing");
        }
    }

    #[test]
    fn no_and_too_late_lead_to_the_next_code() {
        for answer in [PairAnswer::Declined, PairAnswer::Expired] {
            let mut pairing = asked(1_000);
            let next = Some(Effect::Go("/pair?returnTo=%2Ftv".into()));
            assert_eq!(pairing.answered(Ok(answer), 1_100), next);
            assert_eq!(pairing.shown().state, "ended");
        }
    }

    #[test]
    fn trouble_is_said_and_it_keeps_trying_ever_slower() {
        let mut pairing = asked(1_000);
        let mut waits = Vec::new();
        for _ in 0..5 {
            let Some(Effect::Later(wait, timer)) = pairing.answered(Err(Fault::Unreachable), 2_000) else {
                panic!("a timer")
            };
            waits.push(wait);
            assert_eq!(pairing.shown().note, Some(texts::SITE_NOT_ANSWERING.say()));
            assert_eq!(pairing.due(timer, 3_000), Some(Effect::Poll));
        }
        assert_eq!(waits, [1_000, 2_000, 4_000, 5_000, 5_000]);
        pairing.answered(WAITING, 4_000);
        assert_eq!(pairing.shown().note, None);
        pairing.woken(false, 9_000);
        let said = Err(Fault::Broken(Some("The disk is full.".into())));
        assert!(matches!(pairing.answered(said, 9_100), Some(Effect::Later(1_000, _))));
        assert_eq!(pairing.shown().note.as_deref(), Some("The disk is full."));
    }

    #[test]
    fn too_many_polls_wait_quietly() {
        for (seconds, wait) in [(0, 1_000), (7, 7_000), (90_000, 60_000)] {
            let mut pairing = asked(1_000);
            assert_eq!(
                pairing.answered(Err(Fault::TooMany(seconds)), 1_100),
                Some(Effect::Later(wait, 2))
            );
            assert_eq!(pairing.shown().note, None);
        }
    }

    #[test]
    fn a_look_at_the_page_asks_at_once_but_not_twice() {
        let mut pairing = asked(1_000);
        assert_eq!(pairing.woken(false, 1_050), None, "an answer is due");
        pairing.answered(Err(Fault::Unreachable), 1_100);
        assert_eq!(pairing.woken(false, 1_300), Some(Effect::Later(700, 3)));
        assert_eq!(pairing.woken(false, 5_000), Some(Effect::Poll));
        assert_eq!(pairing.woken(false, 5_000), None);
    }

    #[test]
    fn a_page_that_was_frozen_starts_afresh() {
        let mut pairing = asked(1_000);
        assert_eq!(pairing.woken(true, 60_000), Some(Effect::Poll), "the answer never came");
        pairing.answered(Ok(PairAnswer::Expired), 60_100);
        assert_eq!(pairing.woken(true, 90_000), Some(Effect::Poll), "back to this page");
        assert_eq!(pairing.shown().state, "waiting");
    }

    #[test]
    fn the_life_is_counted_in_minutes() {
        let mut pairing = asked(1_000);
        let mut at = |now| {
            pairing.answered(WAITING, now);
            pairing.shown().countdown.clone().expect("a life")
        };
        assert_eq!(at(1_000), "This code is good for 10 more minutes.");
        assert_eq!(at(60_000), "This code is good for 9 more minutes.");
        assert_eq!(at(541_000), "This code is good for 1 more minute.");
        assert_eq!(at(700_000), "This code has run out.");
    }
}
