//! Pages: pure functions from data to HTML, rendered on the server only.
//!
//! To add a page: a data struct and a component in a file of its own, a variant in [`Page`], a handler in the
//! server's `web/pages`, its URL in `paths`.

mod activity;
mod api_docs;
mod credentials;
mod document;
mod error;
mod explain;
mod home;
mod login;
mod membership;
mod pair;
mod pair_approve;
mod people;
mod plex_return;
mod profile;
mod reset;
mod settings;
mod setup;
mod switch;
#[cfg(test)]
mod tests;
mod turned_away;
mod user;
mod user_new;
mod users;

use std::sync::Arc;

pub use activity::{ActivityFilter, ActivityLine, ActivityPage, DayCount};
pub use api_docs::{ApiAnswer, ApiBody, ApiDocsPage, ApiField, ApiGroup, ApiRoute, ApiShape};
pub use credentials::{
    ChoosePage, CredentialsSections, DeviceRow, DevicesSection, ForgotPage, PasswordSection, PlexSection, PlexState,
    ResetLink, SignIn,
};
pub use document::{document, render, render_in};
pub use explain::{ExplainPage, ExplainedPerson, ExplainedWay, StepOutcome};
pub use membership::{ImportPage, ImportRow, MembershipPage};
pub use people::*;
pub use settings::{
    AppAnswer, AppAnswerWho, AppForm, AppQuestion, AppRow, AppRule, AppsSettings, ChangedSetting, EmailSettings,
    GeneralSettings, PlexSettings, ProxyLines, ProxySettings, RenewQuestion, SecuritySettings, SettingValue,
    SettingsPage, SettingsPart, ShownKey, TheirValue, Theirs, UsersSettings, setting_label,
};
pub use turned_away::{TurnedAway, turned_away};

use crate::messages::Message;

/// What every page needs besides its own data.
#[derive(Debug, Clone)]
pub struct Chrome {
    /// The nonce of this answer's content security policy; on every `<script>`.
    pub nonce: Arc<str>,
    /// URLs of the built files.
    pub assets: Arc<Assets>,
    /// What the theme cookie says.
    pub theme: Theme,
    /// The household's name for this site.
    pub title: Arc<str>,
    /// Who is signed in.
    pub viewer: Option<Viewer>,
    /// Path and query of this page, for forms that come back here.
    pub path: String,
}

/// URLs of the built files, content hashes included. Absent files (a build without WASM) leave the pages usable.
#[derive(Debug, Clone, Default)]
pub struct Assets {
    /// The style sheet.
    pub css: String,
    /// The module script that loads the WASM and hydrates the islands; empty when there is none.
    pub boot: String,
    /// The wasm-bindgen module, for `modulepreload`.
    pub js: String,
    /// The WASM, for `preload`.
    pub wasm: String,
    /// The logo, also the favicon.
    pub icon: String,
}

/// Light, dark, or as the system says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// As `prefers-color-scheme` says.
    #[default]
    System,
    /// Paper.
    Light,
    /// Ink.
    Dark,
}

/// The signed-in member as the header shows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// Display name.
    pub name: String,
    /// Picture URL, if there is one.
    pub avatar: Option<String>,
    /// Whether this is user 1.
    pub owner: bool,
    /// Whether they look after others: the header leads to everybody.
    pub manages_users: bool,
    /// Whether they may change settings: the header leads there.
    pub manages_settings: bool,
}

/// How somebody belongs to the household.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// User 1.
    Owner,
    /// In the owner's Plex Home.
    Home,
    /// The media server is shared with them.
    Friend,
    /// An account of this site only.
    Local,
}

/// Everything the sign-in island and the form under it need.
#[derive(Debug, Clone)]
pub struct PlexSignInData {
    /// The client identifier.
    pub client_identifier: String,
    /// `X-Plex-Product`.
    pub product: String,
    /// This server's version, for `X-Plex-Version`.
    pub version: String,
    /// Base URLs to make PINs at, in order (`https://clients.plex.tv`, `https://plex.tv`).
    pub pin_urls: Vec<String>,
    /// Base URL of Plex's web app (`https://app.plex.tv`).
    pub app_url: String,
    /// Absolute URL of `/login/plex/return` when a public URL is configured; otherwise the island uses its own origin.
    pub forward_url: Option<String>,
    /// The media server's name, for the sentences.
    pub media_server: Option<String>,
    /// Where to go afterwards; a path on this origin.
    pub return_to: String,
}

/// `/setup`: the set-up code.
#[derive(Debug, Clone, Default)]
pub struct SetupCodePage {
    /// What was wrong with the last try.
    pub error: Option<Message>,
}

/// `/setup/owner`.
#[derive(Debug, Clone)]
pub struct SetupOwnerPage {
    /// For the Plex button.
    pub plex: PlexSignInData,
    /// What the form held, given back after an error.
    pub email: String,
    /// What the form held, given back after an error.
    pub username: String,
    /// What was wrong with the last try.
    pub error: Option<Message>,
    /// Why a Plex attempt that came back to this page ended, in words.
    pub notice: Option<Notice>,
}

/// `/setup/server`.
#[derive(Debug, Clone)]
pub struct SetupServerPage {
    /// The owned servers, or why they can't be listed.
    pub servers: ServerChoice,
    /// What was wrong with the last try.
    pub error: Option<Message>,
}

/// What can be picked at `/setup/server`.
#[derive(Debug, Clone)]
pub enum ServerChoice {
    /// The owner's own Plex Media Servers (may be empty).
    Owned(Vec<OwnedServer>),
    /// The owner is local: there is no Plex account to list servers of.
    NoPlexAccount,
    /// Plex did not answer.
    PlexUnreachable,
}

/// One owned Plex Media Server.
#[derive(Debug, Clone)]
pub struct OwnedServer {
    /// 40 hex digits.
    pub machine_id: String,
    /// Such as `Attic`.
    pub name: String,
    /// Such as `Linux`; may be empty.
    pub platform: String,
}

/// `/setup/done`.
#[derive(Debug, Clone)]
pub struct SetupDonePage {
    /// The chosen media server's name; `None`: skipped.
    pub media_server: Option<String>,
    /// Whether a public URL is configured.
    pub has_public_url: bool,
}

/// `/login`.
#[derive(Debug, Clone)]
pub struct LoginPage {
    /// For the Plex button; `None`: signing in with Plex is off.
    pub plex: Option<PlexSignInData>,
    /// Whether e-mail and password are accepted.
    pub local: bool,
    /// Whether somebody who forgot their password can help themselves.
    pub forgot: bool,
    /// Where to go afterwards; a path on this origin.
    pub return_to: String,
    /// What the form held, given back after an error.
    pub email: String,
    /// What was wrong with the last try of the form.
    pub error: Option<Message>,
    /// Why the visitor is here, when it was not their own idea.
    pub notice: Option<Notice>,
    /// Where a device without a keyboard gets a code instead: `/pair`, with where to go afterwards. `None`: not offered,
    /// as when somebody signed in only confirms who they are.
    pub pair: Option<String>,
}

/// Why an attempt ended, for pages without the island (each has its sentence in `flow::texts`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// How the attempt ended.
    Attempt(crate::api::sign_in::AttemptAnswer),
    /// The server could not make a PIN for the same-tab flow.
    PinNotMade,
    /// Signed out just now.
    SignedOut,
    /// A new password was chosen just now.
    PasswordChosen,
    /// A deep link whose token is wrong, expired or revoked; which of these is nobody's business.
    LinkDead,
    /// Signed in as this person, who should sign in again before something that matters.
    Confirm(String),
    /// The browser is at an address where it can't keep our cookies: plain http, while the public URL is https.
    OtherAddress(String),
}

/// `/login/plex/return`.
#[derive(Debug, Clone)]
pub struct PlexReturnPage {
    /// How the attempt is doing; never `SignedIn` (the server redirects then).
    pub answer: crate::api::sign_in::AttemptAnswer,
    /// Base URL of Plex's web app (`https://app.plex.tv`).
    pub app_url: String,
    /// Where to start again; `/login` or `/setup/owner`.
    pub start_again: String,
}

/// `/`.
#[derive(Debug, Clone)]
pub struct HomePage {
    /// How they belong.
    pub tier: Tier,
    /// The media server's name, if one is chosen.
    pub media_server: Option<String>,
    /// For the owner: what needs attention, in words, with where to do it.
    pub attention: Vec<Attention>,
    /// Whether they may set up a device: for themselves, or for others.
    pub may_set_up_devices: bool,
    /// The apps that they may open.
    pub apps: Vec<AppTile>,
}

/// An app on the start page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppTile {
    /// Such as `Sonarr`.
    pub name: String,
    /// A character or two; empty: the name's first letter.
    pub icon: String,
    /// Where it opens.
    pub url: String,
}

/// One thing the owner should look at.
#[derive(Debug, Clone)]
pub struct Attention {
    /// What is wrong or missing.
    pub text: Message,
    /// What to do about it.
    pub advice: Message,
}

/// Login tokens, on `/profile` and `/users/:id`.
#[derive(Debug, Clone)]
pub struct TokensSection {
    /// Whose: forms go to `paths::tokens(user_id)` and below.
    pub user_id: i64,
    /// The person's name on a page about somebody else; `None`: your own.
    pub whose: Option<String>,
    /// By name.
    pub tokens: Vec<TokenRow>,
    /// Why the list can be seen but not changed.
    pub locked: Option<Message>,
    /// One that was just made: shown on this page only, this once.
    pub made: Option<ShownToken>,
    /// The form for a new one.
    pub form: TokenForm,
}

/// One login token in the list.
#[derive(Debug, Clone)]
pub struct TokenRow {
    /// Its number.
    pub id: i64,
    /// The device.
    pub name: String,
    /// RFC 3339 UTC.
    pub created_at: String,
    /// Who made it, when it was somebody else than whose it is.
    pub created_by: Option<String>,
    /// RFC 3339 UTC; `None`: never.
    pub expires_at: Option<String>,
    /// Whether that is over.
    pub expired: bool,
    /// For how many days it was made; `None`: for ever. What regenerating offers first.
    pub life: Option<u16>,
    /// When and where it was last used.
    pub last_used: Option<LastUsed>,
    /// The apps that it opens; `None`: all that its member may open.
    pub apps: Option<Vec<String>>,
    /// Whether it only reads.
    pub reading_only: bool,
}

/// When and where.
#[derive(Debug, Clone)]
pub struct LastUsed {
    /// RFC 3339 UTC.
    pub at: String,
    /// The same in words: `5 minutes ago`.
    pub ago: Message,
    /// IP address.
    pub address: String,
}

/// A login token at the one moment when it is shown.
#[derive(Clone)]
pub struct ShownToken {
    /// The device.
    pub name: String,
    /// The value (a UUID).
    pub token: String,
    /// The sign-in link; absolute.
    pub link: String,
    /// RFC 3339 UTC; `None`: never.
    pub expires_at: Option<String>,
    /// Whether an older value of this device stopped working just now.
    pub replaced: bool,
}

impl std::fmt::Debug for ShownToken {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("ShownToken")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// What the form for a new login token held.
#[derive(Debug, Clone, Default)]
pub struct TokenForm {
    /// Tells this page's form from others, so that pressing twice makes one token; empty: not needed.
    pub once: String,
    /// The device.
    pub name: String,
    /// For how many days; `None`: for ever.
    pub life: Option<u16>,
    /// What was wrong with the last try.
    pub error: Option<Message>,
    /// What it can be limited to; `None`: that is not asked here.
    pub limits: Option<LimitsForm>,
}

/// What a new login token is limited to.
#[derive(Debug, Clone, Default)]
pub struct LimitsForm {
    /// Boxes `app`: number, name, ticked. With none ticked it opens all that its member may open.
    pub apps: Vec<(i64, String, bool)>,
    /// Box `readingOnly`.
    pub reading_only: bool,
}

/// `/switch`: somebody else's deep link was opened here.
#[derive(Debug, Clone)]
pub struct SwitchPage {
    /// Who is signed in.
    pub current: String,
    /// Whose link it is.
    pub other: String,
    /// The device that the link was made for.
    pub device: String,
    /// Where the link leads; also where "stay" goes. A path on this origin.
    pub to: String,
    /// Tells this link from others; the form sends it back, so that the yes is for what the page shows.
    pub link: String,
}

/// `/pair`, on the device that wants in.
#[derive(Debug, Clone)]
pub enum PairPage {
    /// Waiting for somebody to approve. Asks `paths::API_PAIR_POLL`; without JavaScript the page loads itself again.
    Waiting {
        /// The short code, `WDJB-MJHT`.
        code: String,
        /// What to open on the phone, for typing: `https://home.example/pair/approve`.
        address: String,
        /// The same with the code, for the QR code.
        link: String,
        /// Seconds that are left.
        expires_in: u32,
        /// This page, for the next code.
        again: String,
    },
    /// Somebody said no.
    Declined {
        /// This page, for the next code.
        again: String,
    },
}

/// `/pair/approve`, on the phone of somebody signed in.
#[derive(Debug, Clone)]
pub enum PairApprovePage {
    /// No code yet, or it was wrong.
    EnterCode {
        /// What the device opens: `https://home.example/pair`.
        device_address: String,
        /// What was wrong with the last code.
        error: Option<Message>,
    },
    /// Their sign-in is older than ten minutes: they confirm who they are first. The link goes to the sign-in page.
    Confirm {
        /// What asks.
        device: PairingDevice,
        /// Where to confirm.
        link: String,
    },
    /// What asks, and for whom. `POST` to `paths::PAIR_APPROVE`.
    Ask {
        /// What asks.
        device: PairingDevice,
        /// The code, as the form sends it back: the answer is about what this page shows.
        code: String,
        /// Whom it can be for, oneself first; with one person there is nothing to choose.
        people: Vec<(i64, String)>,
        /// Who is chosen.
        person: i64,
        /// Name and life of the token, and what was wrong.
        form: TokenForm,
    },
    /// Approved.
    Done {
        /// The device's name.
        name: String,
        /// Whose it is; `None`: your own.
        whose: Option<String>,
        /// Where its token can be revoked.
        tokens: String,
    },
    /// Declined.
    Declined,
    /// This person may not, and why.
    NotAllowed(Message),
}

/// A device that asks to be let in.
#[derive(Debug, Clone)]
pub struct PairingDevice {
    /// Browser and system in words: `Safari on iPad`.
    pub what: Message,
    /// IP address.
    pub address: String,
    /// Since when it asks: `2 minutes ago`.
    pub ago: Message,
}

/// An error page.
#[derive(Debug, Clone)]
pub struct ErrorPage {
    /// HTTP status.
    pub status: u16,
    /// What is wrong; `None`: the status' usual sentence.
    pub message: Option<Message>,
    /// The request's id, for the owner to find it in the log.
    pub request_id: Option<String>,
}

/// All pages.
#[derive(Debug, Clone)]
pub enum Page {
    /// `/setup`
    SetupCode(SetupCodePage),
    /// `/setup/owner`
    SetupOwner(SetupOwnerPage),
    /// `/setup/server`
    SetupServer(SetupServerPage),
    /// `/setup/done`
    SetupDone(SetupDonePage),
    /// `/login`
    Login(LoginPage),
    /// `/login/reset`
    Forgot(ForgotPage),
    /// `/login/reset/:guid`
    Choose(ChoosePage),
    /// `/login/plex/return`
    PlexReturn(PlexReturnPage),
    /// `/`
    Home(HomePage),
    /// `/profile`
    Profile(Box<ProfilePage>),
    /// `/users`
    Users(UsersPage),
    /// `/users/new`
    NewUser(NewUserPage),
    /// `/users/:id`
    User(Box<UserPage>),
    /// `/users/:id/explain`, `/users/explain`
    Explain(ExplainPage),
    /// `/users/import`
    Import(ImportPage),
    /// `/settings/membership`
    Membership(MembershipPage),
    /// `/settings` and below
    Settings(Box<SettingsPage>),
    /// `/activity`
    Activity(Box<ActivityPage>),
    /// `/api-docs`
    ApiDocs(Box<ApiDocsPage>),
    /// `/switch`
    Switch(SwitchPage),
    /// `/pair`
    Pair(PairPage),
    /// `/pair/approve`
    PairApprove(PairApprovePage),
    /// Any error
    Error(ErrorPage),
}
