//! What the islands say. The words stand in the messages' files (`flow.ftl`): the server knows all of them, and hands each
//! island its own with the page, so that the WASM holds none.
//!
//! What an island needs stands in one of the lists below, in this order in its `data-texts`; a static word that the server
//! wrote into the island's HTML need not be there, because hydration leaves it as it is.

use std::{cell::RefCell, fmt};

use super::outcome::Piece;

/// Something that an island says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Text(u8);

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident = $key:literal;)+) => {
        #[repr(u8)]
        #[expect(non_camel_case_types, clippy::upper_case_acronyms, reason = "only counts")]
        enum Number { $($name),+ }

        $($(#[$doc])* pub const $name: Text = Text(Number::$name as u8);)+

        /// In the order of their numbers.
        #[cfg(feature = "ssr")]
        const KEYS: &[&str] = &[$($key),+];
        /// How many there are.
        const COUNT: usize = [$(Number::$name as u8),+].len();
    };
}

texts! {
    /// The Plex button on `/login`.
    SIGN_IN_WITH_PLEX = "flow-sign-in-with-plex";
    /// The Plex button on `/setup/owner`.
    SIGN_IN_AS_OWNER = "flow-sign-in-as-owner";
    /// The PIN is being made. In the Plex window, too, until the approval page is there.
    OPENING = "flow-opening";
    /// The Plex window is open.
    WAITING = "flow-waiting";
    /// Plex is in this tab or in another one.
    WAITING_ELSEWHERE = "flow-waiting-elsewhere";
    /// The person asked to look now.
    CHECKING = "flow-checking";
    /// On `/login/plex/return`.
    ONE_MOMENT = "flow-one-moment";
    /// The session is open, the next page is coming.
    SIGNED_IN = "flow-signed-in";
    /// On `/login/plex/return`, after a no.
    NOT_SIGNED_IN = "flow-not-signed-in";
    /// After 20 s of waiting: what usually helps.
    HINT = "flow-hint";
    /// A poll said: not yet, right after the person said that they had approved.
    NOT_YET = "flow-not-yet";
    /// The popup was blocked.
    POPUP_BLOCKED = "flow-popup-blocked";
    /// plex.tv can't be reached from the browser.
    BROWSER_CANT_REACH_PLEX = "flow-browser-cant-reach-plex";
    /// plex.tv can't be reached from the server.
    PLEX_NOT_ANSWERING = "flow-plex-not-answering";
    /// This site can't be reached from the browser.
    SITE_NOT_ANSWERING = "flow-site-not-answering";
    /// The same, where nothing keeps trying.
    SITE_NOT_ANSWERING_NOW = "flow-site-not-answering-now";
    /// The site answered, but not in a way the page understands.
    SITE_CONFUSED = "flow-site-confused";
    /// The PIN ran out.
    RAN_OUT = "flow-ran-out";
    /// New people are not let in.
    NOT_TAKING_MEMBERS = "flow-not-taking-members";
    /// A household child's managed profile.
    MANAGED_PROFILE = "flow-managed-profile";
    /// The member was disabled.
    DISABLED = "flow-disabled";
    /// Signing in with Plex is off.
    PLEX_SIGN_IN_OFF = "flow-plex-sign-in-off";
    /// No media server yet.
    NO_MEDIA_SERVER = "flow-no-media-server";
    /// Signed in to Plex as someone without access (`account`, `server`).
    NO_ACCESS = "flow-no-access";
    /// The same, nobody knows as whom (`server`).
    NO_ACCESS_SOMEBODY = "flow-no-access-somebody";
    /// Invited, not accepted yet (`server`).
    INVITATION_PENDING = "flow-invitation-pending";
    /// How to ask the owner for access (`account`, `server`).
    ASK = "flow-ask";
    /// The same, nobody knows for whom (`server`).
    ASK_SOMEBODY = "flow-ask-somebody";
    /// A media server without a name, as it stands for `server`.
    THE_SERVER = "flow-the-server";
    /// Too many tries. The island counts down under it.
    TOO_MANY_TRIES = "flow-too-many-tries";
    /// The countdown is over.
    WAIT_OVER = "flow-wait-over";
    /// Its last second.
    WAIT_ONE = "flow-wait-one";
    /// Before that (`seconds`).
    WAIT_MANY = "flow-wait-many";
    /// A button.
    CANCEL = "flow-cancel";
    /// Poll now.
    CHECK_NOW = "flow-check-now";
    /// Poll now, on the return page.
    CHECK_NOW_SHORT = "flow-check-now-short";
    /// Again.
    TRY_AGAIN = "flow-try-again";
    /// Again, after the PIN ran out.
    START_AGAIN = "flow-start-again";
    /// The redirect flow.
    CONTINUE_IN_THIS_TAB = "flow-continue-in-this-tab";
    /// The plain link to the approval page.
    OPEN_PLEX_IN_NEW_TAB = "flow-open-plex-in-new-tab";
    /// To app.plex.tv, where invitations are.
    OPEN_PLEX = "flow-open-plex";
    /// Told in a disclosure.
    OTHER_ACCOUNT = "flow-other-account";
    /// How to use another account.
    OTHER_ACCOUNT_HOW = "flow-other-account-how";
    /// Told in a disclosure.
    HOW_TO_ASK = "flow-how-to-ask";
    /// On `/pair`, on the device that wants in.
    PAIR_WAITING = "flow-pair-waiting";
    /// The device is in, the next page is coming.
    PAIR_SIGNED_IN = "flow-pair-signed-in";
    /// The code is over, the next one is coming.
    PAIR_ENDED = "flow-pair-ended";
    /// The code has run out.
    PAIR_OVER = "flow-pair-over";
    /// Its last minute.
    PAIR_ONE = "flow-pair-one";
    /// Before that (`minutes`).
    PAIR_MANY = "flow-pair-many";
    /// What the button that copies says afterwards.
    COPIED = "flow-copied";
    /// The browser keeps its clipboard to itself; the text is selected.
    COPY_BY_KEYS = "flow-copy-by-keys";
    /// The same, without a keyboard.
    COPY_BY_TOUCH = "flow-copy-by-touch";
}

/// What the Plex button says.
pub const BUTTON: &[Text] = &[
    SIGN_IN_WITH_PLEX,
    SIGN_IN_AS_OWNER,
    OPENING,
    WAITING,
    WAITING_ELSEWHERE,
    CHECKING,
    SIGNED_IN,
    HINT,
    NOT_YET,
    POPUP_BLOCKED,
    BROWSER_CANT_REACH_PLEX,
    PLEX_NOT_ANSWERING,
    SITE_NOT_ANSWERING,
    SITE_NOT_ANSWERING_NOW,
    SITE_CONFUSED,
    RAN_OUT,
    NOT_TAKING_MEMBERS,
    MANAGED_PROFILE,
    DISABLED,
    PLEX_SIGN_IN_OFF,
    NO_MEDIA_SERVER,
    NO_ACCESS,
    NO_ACCESS_SOMEBODY,
    INVITATION_PENDING,
    ASK,
    ASK_SOMEBODY,
    THE_SERVER,
    TOO_MANY_TRIES,
    WAIT_OVER,
    WAIT_ONE,
    WAIT_MANY,
    CHECK_NOW,
    TRY_AGAIN,
    START_AGAIN,
    OPEN_PLEX_IN_NEW_TAB,
    OPEN_PLEX,
    OTHER_ACCOUNT,
    OTHER_ACCOUNT_HOW,
    HOW_TO_ASK,
];

/// What the return page says.
pub const RETURN_PAGE: &[Text] = &[
    CHECKING,
    ONE_MOMENT,
    SIGNED_IN,
    NOT_SIGNED_IN,
    NOT_YET,
    WAITING_ELSEWHERE,
    PLEX_NOT_ANSWERING,
    SITE_NOT_ANSWERING,
    SITE_CONFUSED,
    RAN_OUT,
    NOT_TAKING_MEMBERS,
    MANAGED_PROFILE,
    DISABLED,
    PLEX_SIGN_IN_OFF,
    NO_MEDIA_SERVER,
    NO_ACCESS,
    NO_ACCESS_SOMEBODY,
    INVITATION_PENDING,
    ASK,
    ASK_SOMEBODY,
    THE_SERVER,
    TOO_MANY_TRIES,
    WAIT_OVER,
    WAIT_ONE,
    WAIT_MANY,
    CHECK_NOW,
    TRY_AGAIN,
    START_AGAIN,
    OPEN_PLEX,
    OTHER_ACCOUNT,
    OTHER_ACCOUNT_HOW,
    HOW_TO_ASK,
];

/// What a device says that waits to be let in.
pub const DEVICE: &[Text] = &[
    PAIR_WAITING,
    PAIR_SIGNED_IN,
    PAIR_ENDED,
    PAIR_OVER,
    PAIR_ONE,
    PAIR_MANY,
    SITE_NOT_ANSWERING,
];

/// What a button that copies says.
pub const COPY: &[Text] = &[COPIED, COPY_BY_KEYS, COPY_BY_TOUCH];

thread_local! {
    /// What the page has handed over. One page, one language, one thread.
    static LEARNED: RefCell<[String; COUNT]> = const { RefCell::new([const { String::new() }; COUNT]) };
}

/// Keeps the words that a page hands over for this list, one a line.
pub fn learn(list: &[Text], lines: &str) {
    LEARNED.with_borrow_mut(|learned| {
        for (text, line) in list.iter().zip(lines.split('\n')) {
            line.clone_into(&mut learned[usize::from(text.0)]);
        }
    });
}

/// The words for [`learn`], in the language of the page that is being rendered.
#[cfg(feature = "ssr")]
#[must_use]
pub fn hand_over(list: &[Text]) -> String {
    list.iter().map(|text| text.template()).collect::<Vec<_>>().join("\n")
}

impl Text {
    /// With names in braces and marks around what is bold.
    #[cfg(feature = "ssr")]
    fn template(self) -> String {
        use crate::messages::{Language, Message, marked};

        marked(Message::new(self.key(), Vec::new()).template(Language::of_page(), &ARGS))
    }

    #[cfg(not(feature = "ssr"))]
    fn template(self) -> String {
        LEARNED.with_borrow(|learned| learned[usize::from(self.0)].clone())
    }

    #[cfg(feature = "ssr")]
    fn key(self) -> &'static str {
        KEYS[usize::from(self.0)]
    }

    /// In words, for a text without names; empty in a browser that was not handed this one.
    #[must_use]
    pub fn say(self) -> String {
        self.template()
    }
}

/// All names that texts speak of.
#[cfg(feature = "ssr")]
const ARGS: [&str; 4] = ["account", "server", "seconds", "minutes"];

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.say()
    }
}

impl PartialEq<Text> for String {
    fn eq(&self, text: &Text) -> bool {
        *self == text.say()
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.say())
    }
}

/// A text with what it speaks about.
#[derive(Debug, Clone)]
pub struct Line {
    text: Text,
    args: Vec<(&'static str, String)>,
}

impl From<Text> for Line {
    fn from(text: Text) -> Self {
        Self { text, args: Vec::new() }
    }
}

impl Line {
    fn with(text: Text, args: Vec<(&'static str, String)>) -> Self {
        Self { text, args }
    }

    /// Its words, those in bold apart.
    #[must_use]
    pub fn pieces(&self) -> Vec<Piece> {
        let value = |name: &str| self.args.iter().find(|(known, _)| *known == name);
        Run::all(&self.text.template())
            .into_iter()
            .map(|run| Piece {
                text: match value(run.text).filter(|_| run.name) {
                    Some((_, value)) => value.clone(),
                    None => run.text.to_owned(),
                },
                strong: run.strong,
            })
            .collect()
    }

    fn words(&self) -> String {
        self.pieces().into_iter().map(|piece| piece.text).collect()
    }

    /// For where the reader is not known yet.
    #[cfg(feature = "ssr")]
    #[must_use]
    pub fn message(&self) -> crate::messages::Message {
        let args = self.args.iter().map(|(name, value)| (*name, value.as_str().into()));
        crate::messages::Message::new(self.text.key(), args.collect())
    }
}

/// A part of a text: words, or a name in braces that stands for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run<'a> {
    /// The words, or the name without its braces.
    pub text: &'a str,
    /// Whether it is a name.
    pub name: bool,
    /// Whether it stands between `<b>` and `</b>`.
    pub strong: bool,
}

impl<'a> Run<'a> {
    /// The parts of a text such as `Hello <b>{name}</b>`. What the names stand for is put in afterwards, so nothing in it
    /// can be taken for a mark.
    #[must_use]
    pub fn all(mut text: &'a str) -> Vec<Self> {
        let mut runs = Vec::new();
        let mut strong = false;
        while !text.is_empty() {
            if let Some(rest) = text.strip_prefix("<b>") {
                (strong, text) = (true, rest);
            } else if let Some(rest) = text.strip_prefix("</b>") {
                (strong, text) = (false, rest);
            } else if let Some((name, rest)) = text.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
                runs.push(Self {
                    text: name,
                    name: true,
                    strong,
                });
                text = rest;
            } else {
                // At least one character, whatever it is.
                let first = text.chars().next().map_or(1, char::len_utf8);
                let end = text[first..].find(['<', '{']).map_or(text.len(), |at| first + at);
                runs.push(Self {
                    text: &text[..end],
                    name: false,
                    strong,
                });
                text = &text[end..];
            }
        }
        runs
    }
}

/// Too many tries, on a page that does not count.
#[must_use]
pub fn too_many_tries(seconds: u32) -> String {
    [&TOO_MANY_TRIES.say(), " ", &wait_seconds(seconds)].concat()
}

/// A countdown.
#[must_use]
pub fn wait_seconds(seconds: u32) -> String {
    match seconds {
        0 => WAIT_OVER.say(),
        1 => WAIT_ONE.say(),
        _ => Line::with(WAIT_MANY, vec![("seconds", seconds.to_string())]).words(),
    }
}

/// How long the code on `/pair` is still good. In minutes: seconds would make people hurry.
#[must_use]
pub fn pair_life(seconds: u32) -> String {
    match seconds.div_ceil(60) {
        0 => PAIR_OVER.say(),
        1 => PAIR_ONE.say(),
        minutes => Line::with(PAIR_MANY, vec![("minutes", minutes.to_string())]).words(),
    }
}

/// Signed in to Plex as someone without access.
#[must_use]
pub fn no_access(account: Option<&str>, media_server: Option<&str>) -> Line {
    about(NO_ACCESS, NO_ACCESS_SOMEBODY, account, media_server)
}

/// Invited, not accepted yet.
#[must_use]
pub fn invitation_pending(media_server: Option<&str>) -> Line {
    about(INVITATION_PENDING, INVITATION_PENDING, None, media_server)
}

/// How to ask the owner for access.
#[must_use]
pub fn how_to_ask(account: Option<&str>, media_server: Option<&str>) -> Line {
    about(ASK, ASK_SOMEBODY, account, media_server)
}

fn about(of_account: Text, of_somebody: Text, account: Option<&str>, media_server: Option<&str>) -> Line {
    let server = media_server.map_or_else(|| THE_SERVER.say(), str::to_owned);
    match account {
        Some(account) => Line::with(of_account, vec![("account", account.to_owned()), ("server", server)]),
        None => Line::with(of_somebody, vec![("server", server)]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_never_taken_for_marks() {
        let line = no_access(Some("</b>{server}<b>"), Some("<i>Attic</i>"));
        let pieces = line.pieces();
        let strong: Vec<&str> = pieces
            .iter()
            .filter(|piece| piece.strong)
            .map(|piece| piece.text.as_str())
            .collect();
        assert_eq!(strong, ["</b>{server}<b>", "<i>Attic</i>"]);
        assert_eq!(
            line.message().to_string(),
            "You're signed in to Plex as </b>{server}<b>, and that account has no access to <i>Attic</i>."
        );
    }

    #[test]
    fn runs_of_anything_end() {
        for odd in ["<", "{", "a{b", "<b", "}", "ü<{", "<b></b>", "{}"] {
            let runs = Run::all(odd);
            assert!(runs.len() <= odd.len(), "{odd}: {runs:?}");
        }
    }

    #[test]
    fn what_is_handed_over_is_what_is_said() {
        for list in [BUTTON, RETURN_PAGE, DEVICE, COPY] {
            let lines = hand_over(list);
            assert_eq!(lines.split('\n').count(), list.len(), "no text has two lines");
            learn(list, &lines);
            LEARNED.with_borrow(|learned| {
                for text in list {
                    assert_eq!(learned[usize::from(text.0)], text.template());
                }
            });
        }
        assert_eq!(wait_seconds(30), "Wait 30 seconds.");
        assert_eq!(pair_life(61), "This code is good for 2 more minutes.");
    }
}
