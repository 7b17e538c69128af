//! Pages: pure functions from data to HTML, rendered on the server only.
//!
//! To add a page: a data struct and a component in a file of its own, a variant in [`Page`], a handler in the
//! server's `web/pages`, its URL in `paths`.

mod document;
mod error;
mod home;
mod login;
mod plex_return;
mod profile;
mod setup;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use document::{document, render};

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
    /// What was wrong with the last try, in words.
    pub error: Option<String>,
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
    /// What was wrong with the last try, in words.
    pub error: Option<String>,
    /// Why a Plex attempt that came back to this page ended, in words.
    pub notice: Option<Notice>,
}

/// `/setup/server`.
#[derive(Debug, Clone)]
pub struct SetupServerPage {
    /// The owned servers, or why they can't be listed.
    pub servers: ServerChoice,
    /// What was wrong with the last try, in words.
    pub error: Option<String>,
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
    /// Where to go afterwards; a path on this origin.
    pub return_to: String,
    /// What the form held, given back after an error.
    pub email: String,
    /// What was wrong with the last try of the form.
    pub error: Option<String>,
    /// Why the visitor is here, when it was not their own idea.
    pub notice: Option<Notice>,
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
}

/// One thing the owner should look at.
#[derive(Debug, Clone)]
pub struct Attention {
    /// What is wrong or missing.
    pub text: String,
    /// What to do about it.
    pub advice: String,
}

/// `/profile`: the account part.
#[derive(Debug, Clone)]
pub struct ProfilePage {
    /// Display name.
    pub name: String,
    /// Picture URL.
    pub avatar: Option<String>,
    /// E-mail, if there is one.
    pub email: Option<String>,
    /// Name at Plex, if linked.
    pub plex_username: Option<String>,
    /// How they belong.
    pub tier: Tier,
    /// The media server's name, if one is chosen.
    pub media_server: Option<String>,
    /// Member since: RFC 3339 UTC.
    pub since: String,
}

/// An error page.
#[derive(Debug, Clone)]
pub struct ErrorPage {
    /// HTTP status.
    pub status: u16,
    /// What is wrong, in words; empty: the status' usual sentence.
    pub message: String,
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
    /// `/login/plex/return`
    PlexReturn(PlexReturnPage),
    /// `/`
    Home(HomePage),
    /// `/profile`
    Profile(ProfilePage),
    /// Any error
    Error(ErrorPage),
}
