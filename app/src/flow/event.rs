//! What the machine hears and what it asks for.

use crate::api::sign_in::AttemptAnswer;

/// A PIN made at plex.tv.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// Its number.
    pub id: i64,
    /// Its code.
    pub code: String,
}

/// Why a request to our own server did not do what it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// No answer.
    Unreachable,
    /// 5xx, with what it said.
    Broken(Option<String>),
    /// 4xx, with what it said.
    Refused(Option<String>),
    /// 429: wait this many seconds.
    TooMany(u32),
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The person pressed the button (or Try again, Start again).
    Start,
    /// The browser did not open the window.
    WindowBlocked,
    /// plex.tv made a PIN that lives this many seconds.
    PinMade(Pin, u32),
    /// The host of this number did not answer, or with 5xx.
    PinHostDown(usize),
    /// plex.tv answered, but not with a PIN.
    PinRefused,
    /// Our server knows the PIN now; the attempt lives this many seconds.
    AttemptStarted(u32),
    /// Our server does not.
    AttemptFailed(Fault),
    /// A poll's answer.
    Answered(AttemptAnswer),
    /// A poll without an answer.
    PollFailed(Fault),
    /// The timer of this number went off.
    PollDue(u32),
    /// 20 s of waiting are over.
    HintDue,
    /// A second of a countdown is over.
    Second,
    /// The person looks at the page again, or another tab says that Plex is done.
    Wake,
    /// The page came back from the browser's back-forward cache.
    Restored,
    /// "I've approved it – check now".
    CheckNow,
    /// "Cancel".
    Cancel,
    /// "Continue in this tab".
    ContinueHere,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Open the window on `about:blank`, before anything else: browsers allow it only within the click.
    OpenWindow,
    /// Close it, if it is there.
    CloseWindow,
    /// Make a PIN at the host of this number.
    MakePin(usize),
    /// Tell our server about the PIN.
    StartAttempt(Pin),
    /// The window goes to the approval page.
    ShowPlex(Pin),
    /// This tab goes to the approval page.
    GoToPlex(Pin),
    /// Ask our server about the PIN of this number; `None`: about this browser's newest.
    Poll(Option<i64>),
    /// The attempt is not wanted any more.
    CancelAttempt(i64),
    /// Send this event after so many milliseconds.
    Later(u32, Event),
    /// Submit the form itself: the server makes the PIN.
    SubmitForm,
    /// Signed in: go to this path.
    Enter(String),
}
