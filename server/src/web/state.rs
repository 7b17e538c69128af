//! What handlers can reach.

use std::sync::{Arc, atomic::AtomicBool};

use crate::{
    config::{PlexUrls, PublicUrl, TrustedProxies},
    domain::{clock::Clock, gateway::Upstream, limits::TrafficLimits},
    services::{
        activity::Activity, api_keys::ApiKeys, apps::Apps, avatars::Avatars, devices::Devices, explain::Explain,
        gateway::Gateway, hand_over::HandOvers, health::Health, import::Import, limits::Limits,
        linked_account::LinkedAccounts, local_sign_in::LocalSignIn, login_tokens::LoginTokens, mail::Mail,
        members::Members, membership_check::MembershipCheck, metrics::Metrics, pairing::Pairings,
        password_change::PasswordChange, password_reset::PasswordResets, sealed::Sealed, sessions::Sessions,
        setup::Setup, sign_in::SignIn, site::Site,
    },
};

/// What members sign in with, and where they are signed in.
pub struct Credentials {
    /// Choosing a password.
    pub changes: PasswordChange,
    /// Links for choosing one.
    pub resets: Arc<PasswordResets>,
    /// Plex accounts.
    pub linked: Arc<LinkedAccounts>,
    /// Signed-in devices.
    pub devices: Devices,
}

/// The parts, made by `bootstrap`.
pub struct Parts {
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Settings and identity.
    pub site: Arc<Site>,
    /// Signed-in browsers.
    pub sessions: Arc<Sessions>,
    /// Signing in with Plex.
    pub sign_in: Arc<SignIn>,
    /// Signing in with a password.
    pub local_sign_in: Arc<LocalSignIn>,
    /// Login tokens.
    pub login_tokens: Arc<LoginTokens>,
    /// Setting up devices.
    pub pairings: Pairings,
    /// Values in cookies that nobody may read or change.
    pub sealed: Sealed,
    /// Passes to apps: they name a session by what stands in the database, so its reader must not be able to make one.
    pub passes: Sealed,
    /// What happened.
    pub activity: Arc<Activity>,
    /// Mail.
    pub mail: Arc<Mail>,
    /// Passwords, linked accounts, devices.
    pub credentials: Credentials,
    /// Programs with the API key.
    pub api_keys: ApiKeys,
    /// Everybody.
    pub members: Members,
    /// Whether members still have access at Plex.
    pub membership_check: MembershipCheck,
    /// Taking people in from Plex.
    pub import: Import,
    /// Why somebody can't sign in.
    pub explain: Explain,
    /// What stands behind the gateway.
    pub apps: Apps,
    /// Who stands at the gateway.
    pub gateway: Gateway<super::gateway::Remote>,
    /// Sessions on their way to the hosts of apps.
    pub hand_overs: HandOvers,
    /// Members' pictures.
    pub avatars: Avatars,
    /// First start.
    pub setup: Arc<Setup>,
    /// Counting tries.
    pub limits: Arc<Limits>,
    /// What requests may take.
    pub traffic_limits: TrafficLimits,
    /// Counters for Prometheus.
    pub metrics: Metrics,
    /// Whether the database answers.
    pub health: Health,
    /// The configured public base URL.
    pub public_url: Option<PublicUrl>,
    /// Where reverse proxies reach us, as far as we can tell.
    pub latchkey_upstream: Upstream,
    /// Whose forwarded headers count.
    pub trusted_proxies: TrustedProxies,
    /// Whether the log has said that a proxy seems to be missing there.
    pub told_of_proxy: AtomicBool,
    /// Where Plex is, for the browser.
    pub plex_urls: PlexUrls,
    /// The built site.
    pub files: super::Site,
}

/// Shared by all requests; cloning is cheap.
#[derive(Clone)]
pub struct AppState(Arc<Parts>);

impl AppState {
    /// Shares the parts.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Parts {
    /// Whether cookies carry `Secure`: the public URL is https.
    pub(super) fn secure_cookies(&self) -> bool {
        self.public_url.as_ref().is_some_and(PublicUrl::is_https)
    }
}

impl std::ops::Deref for AppState {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
