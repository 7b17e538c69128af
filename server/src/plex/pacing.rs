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
//!
//! The timetable has rounds, and in each round every asker (an address, as the limits count it) has one place: whoever
//! polls sixty PINs waits for them alone. A place in an asker's first round is never moved; those in later rounds make
//! room for others' earlier ones.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// A place nobody came for is given up after this time.
const MISSED_AFTER: Duration = Duration::from_secs(30);

/// Most places in the timetable. A sign-in attempt lives ten minutes: a later place would be of no use.
const MAX_PLACES: usize = 600;

/// Most places of one asker: a claimed PIN dies within about ten seconds, so a later one would be of no use.
const MAX_PLACES_OF_ONE: usize = 8;

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
    /// Of its own in every process: nobody can choose addresses that look alike.
    hasher: RandomState,
    state: Mutex<State>,
}

struct State {
    /// What the bucket held at `counted_at`, as time: one read costs `every`.
    credit: Duration,
    /// May lie ahead: until then nothing is gained.
    counted_at: Instant,
    /// The timetable, the soonest first.
    places: Vec<Place>,
    /// The newest read of each PIN, as long as it matters.
    reads: HashMap<i64, Read>,
    /// Nothing is read before.
    quiet_until: Option<Instant>,
    /// The pause the next 429 brings.
    next_back_off: Duration,
}

/// Who asks for a PIN: a hash, so that an asker costs eight bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Asker(u64);

#[derive(Clone, Copy)]
struct Place {
    at: Instant,
    pin_id: i64,
    asker: Asker,
}

struct Read {
    started: Instant,
    in_flight: bool,
    asker: Asker,
}

/// Leave to read one PIN once. Dropping it ends the read, however it ended.
pub(super) struct Permit<'a> {
    pacing: &'a Pacing,
    pin_id: i64,
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if let Some(read) = self.pacing.state().reads.get_mut(&self.pin_id) {
            read.in_flight = false;
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
            places: Vec::new(),
            reads: HashMap::new(),
            quiet_until: None,
            next_back_off: limits.first_back_off,
        };
        Self {
            limits,
            hasher: RandomState::new(),
            state: Mutex::new(state),
        }
    }

    /// Leave for this asker to read this PIN now, or how long to wait.
    pub(super) fn try_read(&self, pin_id: i64, asker: &str, now: Instant) -> Result<Permit<'_>, Duration> {
        let asker = Asker(self.hasher.hash_one(asker));
        let mut state = self.state();
        state.admit(&self.limits, pin_id, asker, now)?;
        state.take(&self.limits, pin_id, asker, now);
        Ok(Permit { pacing: self, pin_id })
    }

    /// Whether [`Pacing::try_read`] would give leave now. Takes none; who has to wait has their place all the same.
    pub(super) fn may_read(&self, pin_id: i64, asker: &str, now: Instant) -> Result<(), Duration> {
        let asker = Asker(self.hasher.hash_one(asker));
        self.state().admit(&self.limits, pin_id, asker, now)
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
        let due = times(self.limits.every, state.due(now).len());
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
        (state.reads.len(), state.places.len())
    }
}

impl State {
    /// Whether this PIN may be read now, or how long to wait, with a place for it.
    fn admit(&mut self, limits: &PacingLimits, pin_id: i64, asker: Asker, now: Instant) -> Result<(), Duration> {
        self.forget(limits, now);
        self.count(limits, now);
        match self.refusal(limits, pin_id, asker, now) {
            Some(until) => Err((until - now).max(SHORTEST_WAIT)),
            None => Ok(()),
        }
    }

    /// When to come again, if not now.
    fn refusal(&mut self, limits: &PacingLimits, pin_id: i64, asker: Asker, now: Instant) -> Option<Instant> {
        if let Some(read) = self.reads.get(&pin_id) {
            let due = read.started + limits.per_pin;
            if read.in_flight {
                return Some(due.max(now + limits.per_pin / 2));
            }
            if due > now {
                return Some(due);
            }
        }
        let place = self.places.iter().find(|place| place.pin_id == pin_id).copied();
        if let Some(place) = place.filter(|place| place.at > now) {
            return Some(place.at);
        }
        if let Some(until) = self.quiet(now) {
            let kept = place.map(|place| place.at.max(until));
            return Some(kept.unwrap_or_else(|| self.place(limits, pin_id, asker, until, now)));
        }
        // Whose time has come but who are not here yet: one with a place of its own leaves alone only the newest of
        // them (who is merely on the way), a newcomer all.
        let others = self.others(pin_id, asker, None, now);
        let respected = if place.is_some() {
            self.others(pin_id, asker, now.checked_sub(limits.every), now)
        } else {
            others
        };
        if self.spare(limits, now) >= times(limits.every, 1 + respected) {
            return None;
        }
        let ready = now + times(limits.every, 1 + others).saturating_sub(self.credit);
        // Who comes so late that their read is gone gets a new place.
        self.places.retain(|place| place.pin_id != pin_id);
        Some(self.place(limits, pin_id, asker, ready, now))
    }

    /// One read of this PIN begins.
    fn take(&mut self, limits: &PacingLimits, pin_id: i64, asker: Asker, now: Instant) {
        self.credit = self.credit.saturating_sub(limits.every);
        self.places.retain(|place| place.pin_id != pin_id);
        self.reads.insert(
            pin_id,
            Read {
                started: now,
                in_flight: true,
                asker,
            },
        );
    }

    /// The places whose time has come.
    fn due(&self, now: Instant) -> &[Place] {
        &self.places[..self.places.partition_point(|place| place.at <= now)]
    }

    /// How many reads are due to others after `since`. However many another asker does not come for, they count as one.
    fn others(&self, pin_id: i64, asker: Asker, since: Option<Instant>, now: Instant) -> usize {
        let due = self.due(now).iter();
        let due = due.filter(|place| place.pin_id != pin_id && since.is_none_or(|since| place.at > since));
        let (own, foreign): (Vec<_>, Vec<_>) = due.map(|place| place.asker).partition(|other| *other == asker);
        own.len() + foreign.into_iter().collect::<HashSet<_>>().len()
    }

    /// What the bucket holds beyond what the next place in the timetable will need. A place after that one looks after
    /// itself: they are `every` apart.
    fn spare(&self, limits: &PacingLimits, now: Instant) -> Duration {
        let next = self.places.get(self.due(now).len());
        let needed = next.map_or(Duration::ZERO, |next| limits.every.saturating_sub(next.at - now));
        self.credit.saturating_sub(needed)
    }

    /// Puts a PIN that has no place into the timetable, at the end of its round and no sooner than `earliest`. Returns
    /// when to come.
    fn place(&mut self, limits: &PacingLimits, pin_id: i64, asker: Asker, earliest: Instant, now: Instant) -> Instant {
        let own = (0..self.places.len()).filter(|index| self.places[*index].asker == asker);
        let own: Vec<usize> = own.collect();
        if own.len() >= MAX_PLACES_OF_ONE {
            let first = self.places[own[0]].at;
            if first + limits.every > now {
                // One is free again when the first of them is taken.
                return first.max(earliest) + limits.every;
            }
            // Nobody came for it.
            self.places.remove(own[0]);
        }
        if self.places.len() >= MAX_PLACES {
            return earliest + MISSED_AFTER;
        }
        // Who was served just now has had the first round.
        let served = self.reads.values().filter(|read| read.started + limits.per_pin > now);
        let mut rounds: HashMap<Asker, usize> = served.map(|read| (read.asker, 1)).collect();
        let mut round_of = |asker| {
            let round = rounds.entry(asker).or_default();
            *round += 1;
            *round
        };
        let places: Vec<usize> = self.places.iter().map(|place| round_of(place.asker)).collect();
        let round = round_of(asker);
        let due = self.due(now).len();
        let before = places.iter().rposition(|other| *other <= round);
        let before = before.map_or(0, |before| before + 1).max(due);
        let at = match before.checked_sub(1) {
            Some(last) => earliest.max(self.places[last].at + limits.every),
            None => earliest,
        };
        let index = before.max(self.places.partition_point(|place| place.at + limits.every <= at));
        self.places.insert(index, Place { at, pin_id, asker });
        for later in index + 1..self.places.len() {
            let soonest = self.places[later - 1].at + limits.every;
            if self.places[later].at >= soonest {
                break;
            }
            self.places[later].at = soonest;
        }
        at
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
        for place in &mut self.places {
            place.at += pause;
        }
    }

    fn quiet(&self, now: Instant) -> Option<Instant> {
        self.quiet_until.filter(|until| *until > now)
    }

    fn forget(&mut self, limits: &PacingLimits, now: Instant) {
        let missed = self.places.partition_point(|place| place.at + MISSED_AFTER < now);
        self.places.drain(..missed);
        if self.reads.len() > MAX_PLACES / 10 {
            self.reads
                .retain(|_, read| read.in_flight || read.started + limits.per_pin > now);
        }
    }
}

fn times(every: Duration, count: usize) -> Duration {
    every * u32::try_from(count).unwrap_or(u32::MAX)
}
