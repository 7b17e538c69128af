//! What the sections "Password", "Plex account" and "Signed-in devices" show, and the pages for a forgotten password.

use std::fmt;

use super::{LastUsed, PlexSignInData};
use crate::messages::Message;

/// The three sections of a person's page.
#[derive(Debug, Clone)]
pub struct CredentialsSections {
    /// Whose: forms go to `paths::password(user_id)` and the like.
    pub user_id: i64,
    /// The person's name on a page about somebody else; `None`: your own.
    pub whose: Option<String>,
    /// Signed in by a login token: everything can be seen, nothing changed.
    pub locked: bool,
    /// Password.
    pub password: PasswordSection,
    /// Plex account.
    pub plex: PlexSection,
    /// Signed-in devices.
    pub devices: DevicesSection,
    /// The last sign-ins, the newest first.
    pub sign_ins: Vec<SignIn>,
}

/// One sign-in.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// RFC 3339 UTC.
    pub at: String,
    /// In which way.
    pub how: Message,
    /// Browser and system in words, where they are known.
    pub what: Option<Message>,
    /// From where; may be empty.
    pub address: String,
}

/// The password.
#[derive(Debug, Clone, Default)]
pub struct PasswordSection {
    /// Whether there is one.
    pub has: bool,
    /// Whether there is an e-mail address to sign in with.
    pub has_email: bool,
    /// Whether signing in with a password is switched on here.
    pub accepted: bool,
    /// Whether the viewer may make a link with which the person chooses one.
    pub link: bool,
    /// A link that was just made: shown on this page only, this once.
    pub made: Option<ResetLink>,
    /// Whether the password was just changed.
    pub changed: bool,
    /// What was wrong with the last try.
    pub error: Option<Message>,
}

/// A link for choosing a password, at the one moment when it is shown.
#[derive(Clone)]
pub struct ResetLink {
    /// Absolute.
    pub link: String,
    /// `19:00 UTC`.
    pub until: String,
}

impl fmt::Debug for ResetLink {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ResetLink(…)")
    }
}

/// The Plex account.
#[derive(Debug, Clone)]
pub struct PlexSection {
    /// What can be done.
    pub state: PlexState,
    /// What was just done, and whether it went well.
    pub said: Option<(Message, bool)>,
}

/// What there is of a Plex account, and what the viewer can do about it.
#[derive(Debug, Clone)]
pub enum PlexState {
    /// The name at Plex. It can be unlinked.
    Linked(String),
    /// The name at Plex. Nothing else to sign in with would be left.
    LastWay(String),
    /// The owner's: it stays.
    Owners(String),
    /// None. The viewer can link one.
    CanLink(Box<PlexSignInData>),
    /// None, and somebody else's to link; or signing in with Plex is switched off.
    None,
}

/// Signed-in devices.
#[derive(Debug, Clone, Default)]
pub struct DevicesSection {
    /// The one seen last first.
    pub devices: Vec<DeviceRow>,
    /// What was just done.
    pub said: Option<Message>,
}

/// One signed-in device.
#[derive(Debug, Clone)]
pub struct DeviceRow {
    /// Its name in addresses.
    pub id: String,
    /// Browser and system in words.
    pub what: Message,
    /// How it signed in.
    pub how: Message,
    /// Whether a login token lets it come back.
    pub has_token: bool,
    /// RFC 3339 UTC.
    pub since: String,
    /// When and from where.
    pub seen: LastUsed,
    /// Whether the viewer sits at it.
    pub this: bool,
}

/// `/login/reset`.
#[derive(Debug, Clone)]
pub enum ForgotPage {
    /// Mail is not set up, so nobody can help themselves.
    Off,
    /// The form.
    Ask {
        /// What was wrong with the last try.
        error: Option<Message>,
    },
    /// Whatever there is for that address is on its way.
    Asked,
}

/// `/login/reset/:guid`.
#[derive(Clone)]
pub enum ChoosePage {
    /// The form. Whoever has the link may know whose it is.
    Ask {
        /// Display name.
        name: String,
        /// What they sign in with.
        email: String,
        /// Where the form goes; holds the secret.
        action: String,
        /// What was wrong with the last try.
        error: Option<Message>,
    },
    /// Unknown, used, replaced or too old.
    Dead {
        /// Whether another one can be asked for.
        can_ask: bool,
    },
}

impl fmt::Debug for ChoosePage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ChoosePage(…)")
    }
}
