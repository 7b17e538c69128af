//! Every URL once. Pages link to these and the server's router serves these.

/// First start: enter the set-up code. `GET` the page, `POST` the form (`code`).
pub const SETUP: &str = "/setup";
/// First start: sign in with Plex as owner, or `POST` a local owner (`email`, `password`, `username`).
pub const SETUP_OWNER: &str = "/setup/owner";
/// First start: pick the media server. `POST` with `machineId` (empty: skip).
pub const SETUP_SERVER: &str = "/setup/server";
/// First start: what to do next.
pub const SETUP_DONE: &str = "/setup/done";
/// The sign-in page.
pub const LOGIN: &str = "/login";
/// `POST` the form of a local account (`email`, `password`, `returnTo`).
pub const LOGIN_LOCAL: &str = "/login/password";
/// `POST`: the same-tab Plex flow without JavaScript; the server makes the PIN (`returnTo`).
pub const LOGIN_PLEX: &str = "/login/plex";
/// Where Plex sends the tab in the redirect flow.
pub const LOGIN_PLEX_RETURN: &str = "/login/plex/return";
/// `POST`: ends the session.
pub const LOGOUT: &str = "/logout";
/// `POST` (`theme`, `returnTo`): remembers light, dark or the system's theme in a cookie.
pub const THEME: &str = "/theme";
/// Who you are and what needs doing.
pub const HOME: &str = "/";
/// The member's own account.
pub const PROFILE: &str = "/profile";
/// Liveness: the process answers.
pub const HEALTHZ: &str = "/healthz";
/// Readiness: the database answers too.
pub const READYZ: &str = "/readyz";
/// The files that the build made; their names hold content hashes.
pub const PKG: &str = "/pkg";
/// Everything below is the REST API.
pub const API: &str = "/api/v1";
/// REST: `POST` starts an attempt (`AttemptStart`), `DELETE` cancels one (`AttemptPoll`).
pub const API_ATTEMPTS: &str = "/api/v1/auth/plex/attempts";
/// REST: `POST` (`AttemptPoll`) asks how it is doing (`AttemptAnswer`).
pub const API_ATTEMPTS_POLL: &str = "/api/v1/auth/plex/attempts/poll";
