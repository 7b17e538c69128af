//! One poll of an attempt at a time in this process, and a pause between two: whoever polls without end reaches neither
//! the database nor plex.tv.
//!
//! In memory only; between instances the lease in the database decides. By a clock that nobody can set.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::sign_in::BUSY_MS;
use crate::domain::hash::Hash;

/// Whom a poll is of: a PIN's number, or none, and a hash of what only its owner knows.
pub type PollKey = (i64, Hash);

/// Most polls remembered. Beyond it nobody is held up: the lease and the pacing still are.
const MOST: usize = 2000;

/// When each attempt was polled last.
pub struct Polls {
    pause: Duration,
    last: Mutex<HashMap<PollKey, Last>>,
}

#[derive(Clone, Copy)]
struct Last {
    began: Instant,
    under_way: bool,
}

/// A poll under way. Dropping it forgets the poll: the next may begin at once.
pub struct Turn {
    polls: Arc<Polls>,
    key: Option<PollKey>,
}

impl Turn {
    /// Ends the poll; the next one has to wait out the pause.
    pub fn again(mut self) {
        if let Some(key) = self.key.take()
            && let Some(last) = self.polls.last().get_mut(&key)
        {
            last.under_way = false;
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(key) = self.key.take() {
            self.polls.last().remove(&key);
        }
    }
}

impl Polls {
    /// With the pause that is told whoever comes too early, and never longer than a PIN's own from read to read.
    #[must_use]
    pub fn new(per_pin: Duration) -> Arc<Self> {
        Arc::new(Self {
            pause: per_pin.min(Duration::from_millis(u64::from(BUSY_MS))),
            last: Mutex::default(),
        })
    }

    /// Begins a poll. `None`: one is under way, or the last began just now.
    #[must_use]
    pub fn begin(self: &Arc<Self>, key: PollKey, now: Instant) -> Option<Turn> {
        let mut all = self.last();
        if all.get(&key).is_some_and(|last| self.holds(last, now)) {
            return None;
        }
        if all.len() >= MOST {
            all.retain(|_, last| self.holds(last, now));
        }
        let remembered = all.len() < MOST;
        if remembered {
            let last = Last {
                began: now,
                under_way: true,
            };
            all.insert(key, last);
        }
        Some(Turn {
            polls: Arc::clone(self),
            key: remembered.then_some(key),
        })
    }

    /// Forgets what holds nobody up any more.
    pub fn clean(&self, now: Instant) {
        self.last().retain(|_, last| self.holds(last, now));
    }

    fn holds(&self, last: &Last, now: Instant) -> bool {
        last.under_way || last.began + self.pause > now
    }

    fn last(&self) -> MutexGuard<'_, HashMap<PollKey, Last>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSE: Duration = Duration::from_millis(500);

    fn key(number: usize) -> PollKey {
        (i64::try_from(number).unwrap(), [7; 32])
    }

    #[test]
    fn one_at_a_time_and_a_pause_after_it() {
        let (polls, start) = (Polls::new(PAUSE), Instant::now());
        let turn = polls.begin(key(1), start).unwrap();
        assert!(polls.begin(key(1), start + PAUSE * 100).is_none(), "still under way");
        assert!(polls.begin(key(2), start).is_some());
        assert!(polls.begin((1, [8; 32]), start).is_some());
        turn.again();
        assert!(polls.begin(key(1), start + PAUSE / 2).is_none());
        // Turned away is not begun.
        assert!(polls.begin(key(1), start + PAUSE).is_some());
    }

    #[test]
    fn one_that_came_to_an_end_or_was_given_up_holds_nobody_up() {
        let (polls, start) = (Polls::new(PAUSE), Instant::now());
        drop(polls.begin(key(1), start).unwrap());
        assert!(polls.begin(key(1), start).is_some());
    }

    #[test]
    fn memory_stays_small_and_a_flood_holds_nobody_up() {
        let (polls, start) = (Polls::new(PAUSE), Instant::now());
        for number in 0..3 * MOST {
            polls.begin(key(number), start).unwrap().again();
        }
        assert_eq!(polls.last().len(), MOST);
        polls.begin(key(4 * MOST), start + PAUSE).unwrap().again();
        assert_eq!(polls.last().len(), 1);
        polls.clean(start + PAUSE * 2);
        assert_eq!(polls.last().len(), 0);
    }
}
