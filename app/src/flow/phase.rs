//! Where a sign-in stands.

use super::outcome::Outcome;

/// Milliseconds of a monotonic clock (`performance.now`).
pub type Millis = u64;

/// How Plex is shown in this browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// A window of its own: laptops.
    Popup,
    /// A new tab: installed as an app, where a redirect would come back outside of it.
    NewTab,
    /// This tab goes to Plex and comes back: phones and tablets.
    SameTab,
}

/// Where we are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// Nothing yet.
    Idle,
    /// The PIN is being made and told to our server.
    Opening,
    /// Plex is open, polls are running.
    Waiting,
    /// The same, and the person asked to look now.
    Checking,
    /// This tab is on its way to Plex.
    Leaving,
    /// Signed in, the next page is on its way.
    Entering,
    /// Over.
    Stopped(Outcome),
}

/// Where Plex is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In a window of its own.
    Window,
    /// Nowhere: the browser blocked the window.
    Blocked,
    /// In this tab.
    ThisTab,
}
