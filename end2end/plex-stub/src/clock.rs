//! The stub's clock: real time plus what a test has added with `advance`, so that no test has to sleep.

use std::time::{Duration, Instant};
use time::OffsetDateTime;
use time::macros::format_description;

/// Milliseconds since the stub started (monotonic) and the wall-clock time that belongs to them.
#[derive(Debug)]
pub(crate) struct Clock {
    started: Instant,
    started_at: OffsetDateTime,
    added: Duration,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self {
            started: Instant::now(),
            started_at: OffsetDateTime::now_utc(),
            added: Duration::ZERO,
        }
    }

    /// Monotonic milliseconds since start, `advance`d time included.
    pub(crate) fn now_ms(&self) -> u64 {
        u64::try_from((self.started.elapsed() + self.added).as_millis()).unwrap_or(u64::MAX)
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        self.added += by;
    }

    /// The wall-clock moment of a value of `now_ms`.
    pub(crate) fn moment(&self, at_ms: u64) -> OffsetDateTime {
        self.started_at + Duration::from_millis(at_ms)
    }
}

/// `2026-09-14T18:02:11Z`, the JSON face. \[V\]
pub(crate) fn iso(moment: OffsetDateTime) -> String {
    let shape = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
    moment.format(&shape).unwrap_or_default()
}

/// `2026-09-14 18:02:11 UTC`, the XML face of PINs and accounts. \[V\]
pub(crate) fn ruby(moment: OffsetDateTime) -> String {
    let shape = format_description!("[year]-[month]-[day] [hour]:[minute]:[second] UTC");
    moment.format(&shape).unwrap_or_default()
}
