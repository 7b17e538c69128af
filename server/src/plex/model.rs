//! What plex.tv told us, reduced to the fields anybody uses.
//!
//! Texts from Plex are chosen by strangers: control characters are gone and lengths bounded, nothing else is promised.

use super::secret::{PinCode, PlexToken};

/// How this install introduces itself to Plex (the `X-Plex-*` headers, §1). Shown to people on the approval page and
/// in their list of authorised devices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlexIdentity {
    /// The public id of this install at Plex. Stable: PINs and tokens are bound to it.
    pub client_identifier: String,
    /// The program's name.
    pub product: String,
    /// The program's version.
    pub version: String,
    /// Headline in the person's device list.
    pub device_name: String,
    /// What it runs on, in Plex's words the device.
    pub device: String,
    /// The platform's name.
    pub platform: String,
}

/// A PIN the server made.
#[derive(Debug, Clone)]
pub struct NewPin {
    /// The PIN's number.
    pub id: i64,
    /// The PIN's code, for the approval page.
    pub code: PinCode,
    /// Seconds until it dies, by Plex's count: measure them with a monotonic clock (§9.13).
    pub expires_in: u32,
}

/// A PIN as Plex sees it now.
#[derive(Debug, Clone)]
pub struct PinStatus {
    /// The PIN's code. It must be the one the browser brought, else the PIN is somebody else's.
    pub code: PinCode,
    /// Whom the PIN was made for; empty when Plex does not say. It must be ours.
    pub client_identifier: String,
    /// Seconds until it dies; about 10 once it was approved (§2.2).
    pub expires_in: u32,
    /// The token of the account that approved it; `None` while nobody has.
    pub token: Option<PlexToken>,
}

/// An account at plex.tv. Only `id` is certain to be there and to stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlexAccount {
    /// Plex's number for the account: what members are keyed by.
    pub id: i64,
    /// 16 hex digits.
    pub uuid: Option<String>,
    /// `None` for managed profiles.
    pub username: Option<String>,
    /// The name Plex shows.
    pub title: Option<String>,
    /// `None` for managed profiles.
    pub email: Option<String>,
    /// The name the person chose.
    pub friendly_name: Option<String>,
    /// URL of the picture, `http` or `https`. It redirects (§6).
    pub thumb: Option<String>,
    /// Belongs to a Plex Home (any, not necessarily the owner's).
    pub home: bool,
    /// Administers that Plex Home.
    pub home_admin: bool,
    /// A managed profile: a child of the household, usually.
    pub restricted: bool,
    /// The Plex Home's guest profile.
    pub guest: bool,
}

impl PlexAccount {
    /// The friendly name, else the title, else the username (§3.1), else the number.
    pub fn display_name(&self) -> String {
        let names = [&self.friendly_name, &self.title, &self.username];
        names
            .into_iter()
            .flatten()
            .next()
            .cloned()
            .unwrap_or_else(|| format!("Plex account {}", self.id))
    }
}

/// A media server an account may use, as plex.tv lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlexServer {
    /// The machine identifier. Chosen by the device itself: prove it with `owner_id` (§4.2).
    pub machine_id: String,
    /// Its name.
    pub name: String,
    /// What it runs on.
    pub platform: Option<String>,
    /// It is the account's own.
    pub owned: bool,
    /// Plex's number of the owner's account. Means nothing when `owned`.
    pub owner_id: Option<i64>,
    /// The account is in the same Plex Home as the owner (true for own servers too).
    pub home: bool,
    /// What else Plex says, for programs to read: nothing is decided by it.
    pub about: AboutServer,
}

/// What Plex says about a media server besides; `None` and empty where it does not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AboutServer {
    /// What it is, `Plex Media Server`.
    pub product: Option<String>,
    /// Its version.
    pub product_version: Option<String>,
    /// The kind of machine.
    pub device: Option<String>,
    /// Since when the account has it, in Plex's words.
    pub created_at: Option<String>,
    /// When it last spoke to Plex, in Plex's words.
    pub last_seen_at: Option<String>,
    /// What it offers, `server` among it.
    pub provides: Vec<String>,
}

/// Whom the owner shares with, as far as one answer tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HouseholdList {
    /// The people.
    pub people: Vec<SharedUser>,
    /// How many people and servers made no sense and are not there.
    pub left_out: usize,
    /// How many people there are, as Plex says; `None`: it does not say.
    pub announced: Option<usize>,
}

impl HouseholdList {
    /// Whether everybody is on it, as far as can be told.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.left_out == 0 && self.announced.is_none_or(|announced| announced == self.people.len())
    }
}

/// Somebody the owner shares with or has in their Plex Home.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedUser {
    /// Plex's number for the account.
    pub id: i64,
    /// The name Plex shows.
    pub title: Option<String>,
    /// `None` for managed profiles.
    pub username: Option<String>,
    /// `None` for managed profiles.
    pub email: Option<String>,
    /// URL of the picture, `http` or `https`.
    pub thumb: Option<String>,
    /// In the owner's Plex Home.
    pub home: bool,
    /// A managed profile.
    pub restricted: bool,
    /// The owner's media servers that are shared with them.
    pub servers: Vec<SharedServer>,
}

/// One media server shared with a [`SharedUser`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedServer {
    /// The machine identifier.
    pub machine_id: String,
    /// The invitation was not accepted yet. Also true when Plex does not say: only a clear "no" opens a door.
    pub pending: bool,
}
