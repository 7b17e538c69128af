//! Every sentence people read on more than one page, in one place, so that another language can be added here.
//!
//! Plain words; each sentence says what to do next; "sign in", never "login" as a verb; no exclamation marks.

use super::outcome::Piece;

/// The Plex button on `/login`.
pub const SIGN_IN_WITH_PLEX: &str = "Sign in with Plex";
/// The Plex button on `/setup/owner`.
pub const SIGN_IN_AS_OWNER: &str = "Sign in with Plex as owner";
/// The button of the password form.
pub const SIGN_IN: &str = "Sign in";
/// Opens the password form.
pub const USE_A_PASSWORD: &str = "Use a password";

/// The PIN is being made.
pub const OPENING: &str = "Opening Plex…";
/// The Plex window is open.
pub const WAITING: &str = "Waiting for you to approve in the Plex window";
/// Plex is in this tab or in another one.
pub const WAITING_ELSEWHERE: &str = "Waiting for you to approve in Plex";
/// The person asked to look now.
pub const CHECKING: &str = "Checking with Plex…";
/// On `/login/plex/return`.
pub const ONE_MOMENT: &str = "One moment…";
/// The session is open, the next page is coming.
pub const SIGNED_IN: &str = "You're signed in.";
/// On `/login/plex/return`, after a no.
pub const NOT_SIGNED_IN: &str = "Not signed in";
/// After 20 s of waiting: what usually helps.
pub const HINT: &str = "Taking a while? The Plex window may be behind this one. If it is gone, or Plex never asked you to \
     approve, cancel and start again.";
/// A poll said: not yet, right after the person said that they had approved.
pub const NOT_YET: &str = "Plex hasn't confirmed it yet. Finish in the Plex window, then check again.";
/// The popup was blocked.
pub const POPUP_BLOCKED: &str = "Your browser blocked the Plex window.";
/// plex.tv can't be reached from the browser.
pub const BROWSER_CANT_REACH_PLEX: &str =
    "This browser can't reach plex.tv. An ad-blocker or DNS filter often does that.";
/// plex.tv can't be reached from the server.
pub const PLEX_NOT_ANSWERING: &str = "Plex isn't answering right now. Nothing is wrong with your account.";
/// This site can't be reached from the browser.
pub const SITE_NOT_ANSWERING: &str = "This site isn't answering right now. Check your connection; it keeps trying.";
/// The same, where nothing keeps trying.
pub const SITE_NOT_ANSWERING_NOW: &str = "This site isn't answering right now. Check your connection and try again.";
/// The site answered, but not in a way the page understands.
pub const SITE_CONFUSED: &str = "Something went wrong here. Try again in a moment.";
/// The PIN ran out.
pub const RAN_OUT: &str = "The Plex sign-in ran out of time.";
/// New people are not let in.
pub const NOT_TAKING_MEMBERS: &str = "This household isn't taking new members by itself. Ask the owner to add you.";
/// A household child's managed profile.
pub const MANAGED_PROFILE: &str = "Managed Plex profiles can't sign in here. Ask the owner to allow them, or switch to \
     your own profile in Plex and try again.";
/// The member was disabled.
pub const DISABLED: &str = "Your account here is switched off. Ask the owner to switch it on again.";
/// Signing in with Plex is off.
pub const PLEX_SIGN_IN_OFF: &str = "Signing in with Plex is switched off here. Use a password instead.";
/// No media server yet.
pub const NO_MEDIA_SERVER: &str =
    "The owner hasn't chosen a media server yet, so only the owner can sign in with Plex.";
/// The server could not make a PIN.
pub const PIN_NOT_MADE: &str =
    "Plex isn't answering right now. Nothing is wrong with your account. Try again in a minute.";
/// Signed out just now.
pub const SIGNED_OUT: &str = "You're signed out.";
/// A deep link whose token is wrong, expired or revoked.
pub const LINK_DEAD: &str = "This sign-in link no longer works.";
/// On `/login` without JavaScript.
pub const PLEX_WARNING: &str = "Without JavaScript, Plex may show a red security notice about another device. Check that \
     it names this site, then approve.";

/// Buttons and links.
pub const CANCEL: &str = "Cancel";
/// Poll now.
pub const CHECK_NOW: &str = "I've approved it – check now";
/// Poll now, on the return page.
pub const CHECK_NOW_SHORT: &str = "Check now";
/// Again.
pub const TRY_AGAIN: &str = "Try again";
/// Again, after the PIN ran out.
pub const START_AGAIN: &str = "Start again";
/// The redirect flow.
pub const CONTINUE_IN_THIS_TAB: &str = "Continue in this tab";
/// The plain link to the approval page.
pub const OPEN_PLEX_IN_NEW_TAB: &str = "Open Plex in a new tab";
/// To app.plex.tv, where invitations are.
pub const OPEN_PLEX: &str = "Open Plex";
/// Told in a disclosure.
pub const OTHER_ACCOUNT: &str = "Use another Plex account";
/// Told in a disclosure.
pub const HOW_TO_ASK: &str = "How to ask the owner";
/// Into the site.
pub const GO_ON: &str = "Go on";
/// How to use another account.
pub const OTHER_ACCOUNT_HOW: &str = "Plex remembers who is signed in. Open Plex, sign out there, then come back and try again. \
     A private window works too.";

/// Copies a login token.
pub const COPY_TOKEN: &str = "Copy token";
/// Copies a sign-in link.
pub const COPY_LINK: &str = "Copy link";
/// What the button says afterwards.
pub const COPIED: &str = "Copied";
/// The browser keeps its clipboard to itself; the text is selected.
pub const COPY_BY_KEYS: &str = "Press Ctrl+C (or ⌘C) to copy.";
/// The same, without a keyboard.
pub const COPY_BY_TOUCH: &str = "Hold the selected text to copy it.";
/// Beside a token that was just made.
pub const SHOWN_ONCE: &str = "You won't see this again.";
/// Beside one that took an older one's place.
pub const OLD_TOKEN_STOPPED: &str =
    "The old one has stopped working, and whatever was signed in with it is signed out.";

/// On `/pair`, on the device that wants in.
pub const PAIR_WAITING: &str = "Waiting for you to say yes on your phone";
/// The device is in, the next page is coming.
pub const PAIR_SIGNED_IN: &str = "This device is signed in.";
/// The code is over, the next one is coming.
pub const PAIR_ENDED: &str = "One moment…";

/// In the Plex window until the approval page is there.
pub const POPUP_LOADING: &str = "Opening Plex…";

/// Too many tries. The island counts down under it.
pub const TOO_MANY_TRIES: &str = "Too many tries.";

/// Too many tries, on a page that does not count.
#[must_use]
pub fn too_many_tries(seconds: u32) -> String {
    [TOO_MANY_TRIES, " ", &wait_seconds(seconds)].concat()
}

/// A countdown.
#[must_use]
pub fn wait_seconds(seconds: u32) -> String {
    match seconds {
        0 => "You can try again now.".to_owned(),
        1 => "Wait 1 second.".to_owned(),
        _ => ["Wait ", &seconds.to_string(), " seconds."].concat(),
    }
}

/// Asked before a login token gets a new value.
#[must_use]
pub fn regenerate_question(device: &str) -> String {
    [
        "Regenerate the token of ",
        device,
        "? The old one stops working at once, and whatever is signed in with it is signed out.",
    ]
    .concat()
}

/// Asked before a login token is revoked.
#[must_use]
pub fn revoke_question(device: &str) -> String {
    [
        "Revoke the token of ",
        device,
        "? It is signed out at once, and its link stops working.",
    ]
    .concat()
}

/// How long the code on `/pair` is still good. In minutes: seconds would make people hurry.
#[must_use]
pub fn pair_life(seconds: u32) -> String {
    match seconds.div_ceil(60) {
        0 => "This code has run out.".to_owned(),
        1 => "This code is good for 1 more minute.".to_owned(),
        minutes => ["This code is good for ", &minutes.to_string(), " more minutes."].concat(),
    }
}

/// Signed in to Plex as someone without access.
#[must_use]
pub fn no_access(account: Option<&str>, media_server: Option<&str>) -> Vec<Piece> {
    vec![
        Piece::plain(if account.is_some() {
            "You're signed in to Plex as "
        } else {
            "You're signed in to Plex"
        }),
        Piece::strong(account.unwrap_or_default()),
        Piece::plain(", and that account has no access to "),
        server_piece(media_server),
        Piece::plain("."),
    ]
}

/// The browser is at an address where it would not stay signed in.
#[must_use]
pub fn other_address(url: &str) -> Vec<Piece> {
    vec![
        Piece::plain("You can't stay signed in at this address, because it is not encrypted. Open "),
        Piece::strong(url),
        Piece::plain(" instead."),
    ]
}

/// Somebody signed in confirms who they are.
#[must_use]
pub fn confirm(name: &str) -> Vec<Piece> {
    vec![
        Piece::plain("You're signed in as "),
        Piece::strong(name),
        Piece::plain(". Sign in once more to confirm that it's you."),
    ]
}

/// Invited, not accepted yet.
#[must_use]
pub fn invitation_pending(media_server: Option<&str>) -> Vec<Piece> {
    vec![
        Piece::plain("Your invitation to "),
        server_piece(media_server),
        Piece::plain(" is waiting. Accept it in Plex, then come back."),
    ]
}

/// How to ask the owner for access.
#[must_use]
pub fn how_to_ask(account: Option<&str>, media_server: Option<&str>) -> Vec<Piece> {
    vec![
        Piece::plain("Ask the owner of this site to share "),
        server_piece(media_server),
        Piece::plain(if account.is_some() {
            " with your Plex account "
        } else {
            " with your Plex account"
        }),
        Piece::strong(account.unwrap_or_default()),
        Piece::plain(". Plex then sends you an invitation. Accept it, and sign in here again."),
    ]
}

fn server_piece(media_server: Option<&str>) -> Piece {
    media_server.map_or_else(|| Piece::plain("the media server"), Piece::strong)
}
