//! Faults: the program is killed in the middle of everything, its disk is full or read-only, PostgreSQL is started again,
//! plex.tv is gone. A crowd of programs works meanwhile and keeps books: what was confirmed has to be there afterwards,
//! what was refused has to have left nothing, and what was not answered has happened wholly or not at all.
//!
//! The choices of a run follow from a seed, which is printed when a test fails; `LATCHKEY_FAULTS_SEED` sets it.

mod books;
mod crowd;
mod disk;
mod facts;
mod kills;
mod member;
mod no_plex;
mod restart;

use crate::support::setting;

/// Where chance comes from.
struct Seed(u64);

impl Seed {
    fn new() -> Self {
        let chosen =
            setting("LATCHKEY_FAULTS_SEED").map(|text| text.parse().expect("LATCHKEY_FAULTS_SEED is a number"));
        Self(chosen.unwrap_or_else(|| fastrand::u64(..)))
    }

    fn chance(&self) -> fastrand::Rng {
        fastrand::Rng::with_seed(self.0)
    }
}

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("to see this again: LATCHKEY_FAULTS_SEED={}", self.0);
        }
    }
}
