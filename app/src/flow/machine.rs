//! The sign-in button as a state machine: events in, effects out. It knows the time only as what it is told.

use super::{
    event::{Effect, Event, Fault, Pin},
    outcome::{Offer, Outcome},
    phase::{Manner, Millis, Phase, Place},
    safe_path,
    texts::{self, Text},
    timing::{BACK_OFF, FIRST_POLL, HINT_AFTER, POLL_RANGE, RETURN_LIFE, WAKE_GAP, seconds_to_millis},
};
use crate::api::sign_in::AttemptAnswer;

/// The machine.
#[derive(Debug)]
pub struct Machine {
    manner: Manner,
    hosts: usize,
    /// The number of this try; answers and timers of an earlier one are dropped.
    run: u32,
    pub(super) phase: Phase,
    pub(super) place: Place,
    pub(super) pin: Option<Pin>,
    /// Whether our server knows the PIN.
    pub(super) known: bool,
    /// Said under the sentence: trouble on the way.
    pub(super) note: Option<String>,
    pub(super) hint: bool,
    /// The end of a countdown, and its seconds as they stand now.
    pause: Option<Millis>,
    pub(super) countdown: Option<u32>,
    deadline: Millis,
    polling: bool,
    /// Whether the poll under way is the one after the PIN's end.
    last: bool,
    polled: Millis,
    back_off: u32,
    timer: u32,
}

impl Machine {
    /// Idle. `hosts`: how many hosts there are to make PINs at.
    #[must_use]
    pub fn new(manner: Manner, hosts: usize) -> Self {
        Self {
            manner,
            hosts,
            run: 0,
            phase: Phase::Idle,
            place: Place::Window,
            pin: None,
            known: false,
            note: None,
            hint: false,
            pause: None,
            countdown: None,
            deadline: 0,
            polling: false,
            last: false,
            polled: 0,
            back_off: 0,
            timer: 0,
        }
    }

    /// Back from Plex: the attempt was started before, its PIN is known to the server by this browser's cookie.
    #[must_use]
    pub fn returned(now: Millis) -> Self {
        let deadline = now + RETURN_LIFE;
        Self {
            phase: Phase::Checking,
            place: Place::ThisTab,
            known: true,
            deadline,
            ..Self::new(Manner::SameTab, 0)
        }
    }

    /// The number of this try; keep it with whatever will send an event later.
    #[must_use]
    pub fn run(&self) -> u32 {
        self.run
    }

    /// The PIN, where the approval page can be linked to.
    #[must_use]
    pub fn open_pin(&self) -> Option<&Pin> {
        self.pin.as_ref().filter(|_| self.known)
    }

    /// An answer or a timer of the try `run`; a late one of an earlier try changes nothing.
    pub fn later(&mut self, run: u32, event: Event, now: Millis) -> Vec<Effect> {
        if run == self.run {
            self.handle(event, now)
        } else {
            Vec::new()
        }
    }

    /// What happened, and when; gives what to do, in this order.
    pub fn handle(&mut self, event: Event, now: Millis) -> Vec<Effect> {
        match event {
            Event::Start => self.start(),
            Event::WindowBlocked => self.blocked(),
            Event::PinMade(pin, seconds) => self.pin_made(pin, seconds, now),
            Event::PinHostDown(host) if self.phase == Phase::Opening && host + 1 < self.hosts => {
                vec![Effect::MakePin(host + 1)]
            }
            Event::PinHostDown(_) => self.pin_failed(texts::BROWSER_CANT_REACH_PLEX),
            Event::PinRefused => self.pin_failed(texts::PLEX_NOT_ANSWERING),
            Event::AttemptStarted(seconds) => self.started(seconds, now),
            Event::AttemptFailed(fault) => self.attempt_failed(fault, now),
            Event::Answered(answer) => self.answered(answer, now),
            Event::PollFailed(fault) => self.poll_failed(fault, now),
            Event::PollDue(timer) if timer == self.timer => self.poll(now),
            Event::PollDue(_) => Vec::new(),
            Event::HintDue => {
                self.hint = self.waits();
                Vec::new()
            }
            Event::Second => self.second(now),
            Event::Wake => self.wake(now),
            Event::Restored => self.restored(now),
            Event::CheckNow => self.check_now(now),
            Event::Cancel => self.cancel(),
            Event::ContinueHere => self.continue_here(),
        }
    }

    fn waits(&self) -> bool {
        matches!(self.phase, Phase::Waiting | Phase::Checking)
    }

    fn start(&mut self) -> Vec<Effect> {
        let over = matches!(self.phase, Phase::Idle | Phase::Stopped(_));
        if !over || self.countdown.is_some_and(|seconds| seconds > 0) {
            return Vec::new();
        }
        *self = Self {
            run: self.run + 1,
            phase: Phase::Opening,
            ..Self::new(self.manner, self.hosts)
        };
        if self.manner == Manner::SameTab {
            self.place = Place::ThisTab;
            return vec![Effect::MakePin(0)];
        }
        vec![Effect::OpenWindow, Effect::MakePin(0)]
    }

    fn blocked(&mut self) -> Vec<Effect> {
        // The PIN is made all the same: the link and "Continue in this tab" need it.
        self.place = Place::Blocked;
        Vec::new()
    }

    fn pin_made(&mut self, pin: Pin, seconds: u32, now: Millis) -> Vec<Effect> {
        if self.phase != Phase::Opening || self.pin.is_some() {
            return Vec::new();
        }
        self.deadline = now + seconds_to_millis(seconds);
        self.pin = Some(pin.clone());
        vec![Effect::StartAttempt(pin)]
    }

    fn pin_failed(&mut self, sentence: Text) -> Vec<Effect> {
        if self.phase != Phase::Opening {
            return Vec::new();
        }
        self.stop(Outcome::plain(
            sentence,
            vec![Offer::TryAgain, Offer::ContinueInThisTab],
        ))
    }

    fn started(&mut self, seconds: u32, now: Millis) -> Vec<Effect> {
        let Some(pin) = self.pin.clone().filter(|_| self.phase == Phase::Opening) else {
            return Vec::new();
        };
        self.known = true;
        self.deadline = self.deadline.min(now + seconds_to_millis(seconds));
        if self.place == Place::ThisTab {
            self.phase = Phase::Leaving;
            return vec![Effect::GoToPlex(pin)];
        }
        self.phase = Phase::Waiting;
        let mut effects = Vec::new();
        if self.place == Place::Window {
            effects.push(Effect::ShowPlex(pin));
        }
        effects.push(self.schedule(FIRST_POLL, now));
        effects.push(Effect::Later(HINT_AFTER, Event::HintDue));
        effects
    }

    fn attempt_failed(&mut self, fault: Fault, now: Millis) -> Vec<Effect> {
        if self.phase != Phase::Opening {
            return Vec::new();
        }
        let sentence = match fault {
            Fault::Unreachable => texts::SITE_NOT_ANSWERING_NOW.say(),
            Fault::Broken(said) | Fault::Refused(said) => said.unwrap_or_else(|| texts::SITE_CONFUSED.say()),
            Fault::TooMany(seconds) => return self.stop_counting(seconds, now),
        };
        self.stop(Outcome::plain(sentence, vec![Offer::TryAgain]))
    }

    /// The next poll, at the PIN's end at the latest.
    fn schedule(&mut self, wait: u32, now: Millis) -> Effect {
        self.timer += 1;
        let left = u32::try_from(self.deadline.saturating_sub(now)).unwrap_or(u32::MAX);
        Effect::Later(wait.min(left), Event::PollDue(self.timer))
    }

    /// Asks our server, unless it is being asked.
    pub fn poll(&mut self, now: Millis) -> Vec<Effect> {
        if !self.known || !self.waits() || self.polling {
            return Vec::new();
        }
        let id = self.pin.as_ref().map(|pin| pin.id);
        self.polling = true;
        self.last = now >= self.deadline;
        self.polled = now;
        // Whatever timer is running is not wanted any more: the answer sets the next one.
        self.timer += 1;
        self.pause = None;
        self.countdown = None;
        vec![Effect::Poll(id)]
    }

    fn answered(&mut self, answer: AttemptAnswer, now: Millis) -> Vec<Effect> {
        if !self.waits() {
            return Vec::new();
        }
        self.polling = false;
        match answer {
            AttemptAnswer::SignedIn { to } => {
                self.phase = Phase::Entering;
                vec![Effect::CloseWindow, Effect::Enter(safe_path(&to).to_owned())]
            }
            AttemptAnswer::Refused { .. } | AttemptAnswer::Expired => self.stop(Outcome::of_answer(&answer)),
            _ if self.last => self.stop(Outcome::of_answer(&AttemptAnswer::Expired)),
            AttemptAnswer::Pending { retry_after } => {
                let asked = self.phase == Phase::Checking;
                self.go_on(asked.then_some(texts::NOT_YET), retry_after, now)
            }
            AttemptAnswer::PlexUnreachable { retry_after } => {
                self.go_on(Some(texts::PLEX_NOT_ANSWERING), retry_after, now)
            }
            AttemptAnswer::TooManyTries { seconds } => self.pause(seconds, now),
        }
    }

    fn go_on(&mut self, note: Option<Text>, retry_after: u32, now: Millis) -> Vec<Effect> {
        self.phase = Phase::Waiting;
        self.note = note.map(Text::say);
        self.back_off = 0;
        vec![self.schedule(retry_after.clamp(POLL_RANGE.0, POLL_RANGE.1), now)]
    }

    fn poll_failed(&mut self, fault: Fault, now: Millis) -> Vec<Effect> {
        if !self.waits() {
            return Vec::new();
        }
        self.polling = false;
        let note = match fault {
            Fault::Refused(said) => {
                let sentence = said.unwrap_or_else(|| texts::SITE_CONFUSED.say());
                return self.stop(Outcome::plain(sentence, vec![Offer::StartAgain]));
            }
            _ if self.last => return self.stop(Outcome::of_answer(&AttemptAnswer::Expired)),
            Fault::TooMany(seconds) => return self.pause(seconds, now),
            Fault::Unreachable | Fault::Broken(None) => texts::SITE_NOT_ANSWERING.say(),
            Fault::Broken(Some(said)) => said,
        };
        self.phase = Phase::Waiting;
        self.note = Some(note);
        self.back_off = (self.back_off * 2).clamp(BACK_OFF.0, BACK_OFF.1);
        vec![self.schedule(self.back_off, now)]
    }

    /// Too many polls: the attempt goes on after the countdown.
    fn pause(&mut self, seconds: u32, now: Millis) -> Vec<Effect> {
        self.phase = Phase::Waiting;
        self.note = Some(texts::TOO_MANY_TRIES.say());
        let mut effects = vec![self.schedule(seconds.max(1).saturating_mul(1_000), now)];
        effects.extend(self.count(seconds.max(1), now));
        effects
    }

    fn count(&mut self, seconds: u32, now: Millis) -> Option<Effect> {
        self.pause = Some(now + seconds_to_millis(seconds));
        self.countdown = Some(seconds);
        Some(Effect::Later(1_000, Event::Second))
    }

    fn second(&mut self, now: Millis) -> Vec<Effect> {
        let Some(end) = self.pause else { return Vec::new() };
        let seconds = u32::try_from(end.saturating_sub(now).div_ceil(1_000)).unwrap_or(u32::MAX);
        self.countdown = Some(seconds);
        if seconds > 0 {
            vec![Effect::Later(1_000, Event::Second)]
        } else {
            Vec::new()
        }
    }

    fn wake(&mut self, now: Millis) -> Vec<Effect> {
        if !self.known || !self.waits() || self.polling || self.pause.is_some() {
            return Vec::new();
        }
        // Focus and visibility come together; one poll is enough for both.
        let gap = WAKE_GAP.saturating_sub(now.saturating_sub(self.polled));
        if gap == 0 {
            self.poll(now)
        } else {
            vec![self.schedule(u32::try_from(gap).unwrap_or_default(), now)]
        }
    }

    fn restored(&mut self, now: Millis) -> Vec<Effect> {
        match self.phase {
            // Back from Plex without being sent back: it may have been approved all the same.
            Phase::Leaving if self.known => {
                self.phase = Phase::Waiting;
                self.poll(now)
            }
            Phase::Leaving | Phase::Entering => {
                self.phase = Phase::Idle;
                Vec::new()
            }
            _ => {
                // A request that was under way when the page was frozen may never answer.
                self.polling = false;
                self.wake(now)
            }
        }
    }

    fn check_now(&mut self, now: Millis) -> Vec<Effect> {
        if self.phase != Phase::Waiting || self.pause.is_some() {
            return Vec::new();
        }
        self.phase = Phase::Checking;
        self.note = None;
        self.poll(now)
    }

    fn cancel(&mut self) -> Vec<Effect> {
        if !self.waits() && self.phase != Phase::Opening {
            return Vec::new();
        }
        let mut effects = vec![Effect::CloseWindow];
        effects.extend(self.pin.as_ref().map(|pin| Effect::CancelAttempt(pin.id)));
        *self = Self {
            run: self.run + 1,
            ..Self::new(self.manner, self.hosts)
        };
        effects
    }

    fn continue_here(&mut self) -> Vec<Effect> {
        let pin = self.open_pin().filter(|_| self.waits()).cloned();
        match (pin, &self.phase) {
            (Some(pin), _) => {
                self.place = Place::ThisTab;
                self.phase = Phase::Leaving;
                vec![Effect::CloseWindow, Effect::GoToPlex(pin)]
            }
            (None, Phase::Stopped(_)) => {
                self.phase = Phase::Leaving;
                vec![Effect::SubmitForm]
            }
            _ => Vec::new(),
        }
    }

    fn stop_counting(&mut self, seconds: u32, now: Millis) -> Vec<Effect> {
        let mut effects = self.stop(Outcome::plain(texts::TOO_MANY_TRIES, vec![Offer::TryAgain]));
        effects.extend(self.count(seconds.max(1), now));
        effects
    }

    fn stop(&mut self, outcome: Outcome) -> Vec<Effect> {
        self.phase = Phase::Stopped(outcome);
        self.known = false;
        self.note = None;
        self.pause = None;
        self.countdown = None;
        vec![Effect::CloseWindow]
    }
}
