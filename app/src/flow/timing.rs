//! How long the sign-in waits for what, in milliseconds.

use super::phase::Millis;

/// Until the first poll; nobody approves faster.
pub(super) const FIRST_POLL: u32 = 2_000;
/// The same for a device that waits to be let in: somebody stands in front of it.
pub(super) const PAIR_POLL: u32 = 1_000;
/// What the server may ask us to wait between two polls.
pub(super) const POLL_RANGE: (u32, u32) = (500, 15_000);
/// The first and the longest pause after a poll that did not get through.
pub(super) const BACK_OFF: (u32, u32) = (1_000, 5_000);
/// Between a poll and one because the person looks at the page again.
pub(super) const WAKE_GAP: Millis = 1_000;
/// How long the return page asks at most; the server knows the attempt's real end.
pub(super) const RETURN_LIFE: Millis = 600_000;
/// After this long it is said what usually helps.
pub(super) const HINT_AFTER: u32 = 20_000;

/// Seconds as milliseconds.
pub(super) fn seconds_to_millis(seconds: u32) -> Millis {
    Millis::from(seconds) * 1_000
}
