//! When a PIN may be read: so that many people signing in at once never trip Plex's limiter.
//!
//! plex.tv has answered 429 to two PINs polled once a second each from one address (§2.2). Three rules:
//! - one PIN: one read in flight, and [`PacingLimits::per_pin`] between the starts of two reads;
//! - all PINs together: a bucket that gains one read every [`PacingLimits::every`] and holds [`PacingLimits::burst`];
//! - after a 429 nothing is read for a while, longer each time.
//!
//! A PIN that is turned away gets a place in a timetable with one place every [`PacingLimits::every`], and whoever comes
//! for their place finds a read there: newcomers and those who missed theirs get only what the timetable does not
//! need. So nobody starves, and nobody waits in here. Times are parameters; must not read a clock, must not sleep.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// A place nobody came for is given up after this time.
const MISSED_AFTER: Duration = Duration::from_secs(30);

/// Most places in the timetable. A sign-in attempt lives ten minutes: a later place would be of no use.
const MAX_PLACES: usize = 600;

/// Shortest wait ever told, so that nobody spins.
const SHORTEST_WAIT: Duration = Duration::from_millis(50);

/// How often plex.tv may be asked about PINs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PacingLimits {
    /// Between the starts of two reads of the same PIN.
    pub per_pin: Duration,
    /// Between two reads in the long run, all PINs together.
    pub every: Duration,
    /// Reads that may follow each other at once after a quiet time; at least 2 are taken, else every late comer would
    /// miss their place.
    pub burst: u32,
    /// The pause after the first 429; each further one in a row doubles it.
    pub first_back_off: Duration,
    /// The longest pause.
    pub longest_back_off: Duration,
}

impl Default for PacingLimits {
    /// What §2.2 and §2.6 of the facts sheet advise.
    fn default() -> Self {
        Self {
            per_pin: Duration::from_secs(2),
            every: Duration::from_secs(1),
            burst: 4,
            first_back_off: Duration::from_secs(2),
            longest_back_off: Duration::from_secs(15),
        }
    }
}

/// The three rules. One a process.
pub(super) struct Pacing {
    limits: PacingLimits,
    state: Mutex<State>,
}

struct State {
    /// What the bucket held at `counted_at`, as time: one read costs `every`.
    credit: Duration,
    /// May lie ahead: until then nothing is gained.
    counted_at: Instant,
    /// The timetable.
    places: BTreeSet<(Instant, i64)>,
    pins: HashMap<i64, Pin>,
    /// Nothing is read before.
    quiet_until: Option<Instant>,
    /// The pause the next 429 brings.
    next_back_off: Duration,
}

#[derive(Default)]
struct Pin {
    started: Option<Instant>,
    in_flight: bool,
    place: Option<Instant>,
}

/// Leave to read one PIN once. Dropping it ends the read, however it ended.
pub(super) struct Permit<'a> {
    pacing: &'a Pacing,
    pin_id: i64,
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if let Some(pin) = self.pacing.state().pins.get_mut(&self.pin_id) {
            pin.in_flight = false;
        }
    }
}

impl Pacing {
    /// A full bucket and an empty timetable.
    pub(super) fn new(limits: PacingLimits, now: Instant) -> Self {
        let limits = PacingLimits {
            burst: limits.burst.max(2),
            ..limits
        };
        let state = State {
            credit: limits.every * limits.burst,
            counted_at: now,
            places: BTreeSet::new(),
            pins: HashMap::new(),
            quiet_until: None,
            next_back_off: limits.first_back_off,
        };
        Self {
            limits,
            state: Mutex::new(state),
        }
    }

    /// Leave to read this PIN now, or how long to wait.
    pub(super) fn try_read(&self, pin_id: i64, now: Instant) -> Result<Permit<'_>, Duration> {
        let mut state = self.state();
        state.forget(&self.limits, now);
        state
            .admit(&self.limits, pin_id, now)
            .map_err(|wait| wait.max(SHORTEST_WAIT))?;
        Ok(Permit { pacing: self, pin_id })
    }

    /// Whether Plex's limiter is to be left alone, and for how long.
    pub(super) fn quiet_for(&self, now: Instant) -> Option<Duration> {
        self.state().quiet(now).map(|until| until - now)
    }

    /// Counts a request that nobody was asked leave for (a repeat, an account): half a read, and never more than the
    /// timetable can spare.
    pub(super) fn count_lightly(&self, now: Instant) {
        let mut state = self.state();
        if state.quiet(now).is_some() {
            return;
        }
        state.count(&self.limits, now);
        let due = times(self.limits.every, state.places.range(..=(now, i64::MAX)).count());
        let spare = state.spare(&self.limits, now).saturating_sub(due);
        state.credit -= spare.min(self.limits.every / 2);
    }

    /// Plex answered something else than 429.
    pub(super) fn note_success(&self, now: Instant) {
        let mut state = self.state();
        // An answer to a question from before the pause says nothing about it.
        if state.quiet(now).is_none() {
            state.next_back_off = self.limits.first_back_off;
        }
    }

    /// Plex answered 429. Returns the wait; several answers to questions asked together count once.
    pub(super) fn note_limited(&self, now: Instant) -> Duration {
        let mut state = self.state();
        if let Some(until) = state.quiet(now) {
            return until - now;
        }
        let pause = state.next_back_off;
        state.next_back_off = (pause * 2).min(self.limits.longest_back_off);
        state.pause(&self.limits, now, pause);
        pause
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // The state is consistent between any two statements that can't panic: a poisoned lock is as good.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(super) fn remembered(&self) -> (usize, usize) {
        let state = self.state();
        (state.pins.len(), state.places.len())
    }
}

impl State {
    fn admit(&mut self, limits: &PacingLimits, pin_id: i64, now: Instant) -> Result<(), Duration> {
        self.count(limits, now);
        let (place, due) = match self.pins.get(&pin_id) {
            Some(pin) => (pin.place, pin.started.map_or(now, |started| started + limits.per_pin)),
            None => (None, now),
        };
        if self.pins.get(&pin_id).is_some_and(|pin| pin.in_flight) {
            return Err(due.max(now + limits.per_pin / 2) - now);
        }
        if due > now {
            return Err(due - now);
        }
        if let Some(place) = place.filter(|place| *place > now) {
            return Err(place - now);
        }
        if let Some(until) = self.quiet(now) {
            return Err(self.place(limits, pin_id, place, until) - now);
        }
        // Whose time has come but who are not here yet: one with a place of its own leaves alone only the newest of
        // them (who is merely on the way), a newcomer all.
        let others = self.others(pin_id, None, now);
        let respected = if place.is_some() {
            self.others(pin_id, now.checked_sub(limits.every), now)
        } else {
            others
        };
        if self.spare(limits, now) < times(limits.every, 1 + respected) {
            let ready = now + times(limits.every, 1 + others).saturating_sub(self.credit);
            // Who comes so late that their read is gone goes to the end.
            return Err(self.place(limits, pin_id, None, ready) - now);
        }
        self.credit -= limits.every;
        if let Some(place) = place {
            self.places.remove(&(place, pin_id));
        }
        self.pins.insert(
            pin_id,
            Pin {
                started: Some(now),
                in_flight: true,
                place: None,
            },
        );
        Ok(())
    }

    /// How many other PINs have their place after `since` and not after `now`.
    fn others(&self, pin_id: i64, since: Option<Instant>, now: Instant) -> usize {
        let due = self.places.range(..=(now, i64::MAX));
        due.filter(|(place, id)| *id != pin_id && since.is_none_or(|since| *place > since))
            .count()
    }

    /// What the bucket holds beyond what the next place in the timetable will need. A place after that one looks after
    /// itself: they are `every` apart.
    fn spare(&self, limits: &PacingLimits, now: Instant) -> Duration {
        let next = self.places.range((now, i64::MAX)..).next();
        let needed = next.map_or(Duration::ZERO, |(place, _)| limits.every.saturating_sub(*place - now));
        self.credit.saturating_sub(needed)
    }

    /// Puts a PIN into the timetable at its end, no sooner than `earliest`; one that has a place keeps it. Returns when
    /// to come.
    fn place(&mut self, limits: &PacingLimits, pin_id: i64, kept: Option<Instant>, earliest: Instant) -> Instant {
        if let Some(place) = kept {
            return place.max(earliest);
        }
        if let Some(missed) = self.pins.get_mut(&pin_id).and_then(|pin| pin.place.take()) {
            self.places.remove(&(missed, pin_id));
        }
        let end = self.places.last().map(|(last, _)| *last + limits.every);
        let place = end.map_or(earliest, |end| end.max(earliest));
        if self.places.len() >= MAX_PLACES {
            return earliest + MISSED_AFTER;
        }
        self.places.insert((place, pin_id));
        self.pins.entry(pin_id).or_default().place = Some(place);
        place
    }

    /// Fills the bucket up to now.
    fn count(&mut self, limits: &PacingLimits, now: Instant) {
        if now > self.counted_at {
            self.credit = (self.credit + (now - self.counted_at)).min(limits.every * limits.burst);
            self.counted_at = now;
        }
    }

    /// Empties the bucket so that exactly one read is there when the pause ends, and moves the whole timetable.
    fn pause(&mut self, limits: &PacingLimits, now: Instant, pause: Duration) {
        let until = now + pause;
        self.quiet_until = Some(until);
        self.credit = limits.every;
        self.counted_at = until;
        self.places = self
            .places
            .iter()
            .map(|(place, pin_id)| (*place + pause, *pin_id))
            .collect();
        for (place, pin_id) in &self.places {
            if let Some(pin) = self.pins.get_mut(pin_id) {
                pin.place = Some(*place);
            }
        }
    }

    fn quiet(&self, now: Instant) -> Option<Instant> {
        self.quiet_until.filter(|until| *until > now)
    }

    fn forget(&mut self, limits: &PacingLimits, now: Instant) {
        while let Some((place, pin_id)) = self
            .places
            .first()
            .copied()
            .filter(|(place, _)| *place + MISSED_AFTER < now)
        {
            self.places.remove(&(place, pin_id));
            if let Some(pin) = self.pins.get_mut(&pin_id) {
                pin.place = None;
            }
        }
        if self.pins.len() > self.places.len() + MAX_PLACES / 10 {
            self.pins.retain(|_, pin| {
                let spaced = pin.started.is_some_and(|started| started + limits.per_pin > now);
                pin.in_flight || pin.place.is_some() || spaced
            });
        }
    }
}

fn times(every: Duration, count: usize) -> Duration {
    every * u32::try_from(count).unwrap_or(u32::MAX)
}
