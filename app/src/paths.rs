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
/// Who forgot their password: `GET` asks for the e-mail address, `POST` (`email`) has a link sent there.
pub const LOGIN_RESET: &str = "/login/reset";
/// `POST`: ends the session.
pub const LOGOUT: &str = "/logout";
/// `POST` (`theme`, `returnTo`): remembers light, dark or the system's theme in a cookie.
pub const THEME: &str = "/theme";
/// `POST` (`language`, `returnTo`): the reader's language, in a cookie, and for members in their settings.
pub const LANGUAGE: &str = "/language";
/// Who you are and what needs doing.
pub const HOME: &str = "/";
/// The member's own account.
pub const PROFILE: &str = "/profile";
/// Where an attempt goes back to that links a Plex account. No sign-in page sends anybody there.
pub const PROFILE_PLEX: &str = "/profile/plex";
/// Everybody, for those with MANAGE_USERS.
pub const USERS: &str = "/users";
/// A new member who signs in without Plex. `POST` (`email`, `username`, `password`).
pub const USERS_NEW: &str = "/users/new";
/// `POST` (`id`, as often as there are people; `right`, `give`: `true` or `false`): permissions of many at once.
pub const USERS_PERMISSIONS: &str = "/users/permissions";
/// People with access at Plex who are no members yet (`ticked`: `all` or `none`). `POST` (`person`, several) takes them in.
pub const USERS_IMPORT: &str = "/users/import";
/// Why somebody can't sign in who is no member, or whose number is not known (`who`).
pub const USERS_EXPLAIN: &str = "/users/explain";
/// Who still has access at Plex. `POST` asks Plex now.
pub const SETTINGS_MEMBERSHIP: &str = "/settings/membership";
/// Members' pictures; `/avatars/{id}`.
pub const AVATARS: &str = "/avatars";
/// Pictures of people who are no members, by a sealed address; `/avatars/of/{sealed}`.
pub const AVATARS_OF: &str = "/avatars/of";
/// What the owner and administrators can change: in general. `POST` the form.
pub const SETTINGS: &str = "/settings";
/// Who comes in and what they may do. `POST` the form.
pub const SETTINGS_USERS: &str = "/settings/users";
/// The media server. `POST` the form.
pub const SETTINGS_PLEX: &str = "/settings/plex";
/// How mail is sent. `POST` the form.
pub const SETTINGS_EMAIL: &str = "/settings/email";
/// `POST`: sends a test mail to whoever asks.
pub const SETTINGS_EMAIL_TEST: &str = "/settings/email/test";
/// `POST` (`version`): no mail is sent any more.
pub const SETTINGS_EMAIL_OFF: &str = "/settings/email/off";
/// Sessions and secrets. `POST` the form.
pub const SETTINGS_SECURITY: &str = "/settings/security";
/// `GET` asks, `POST` makes a new API key.
pub const SETTINGS_API_KEY: &str = "/settings/security/api-key";
/// `GET` asks, `POST` makes a new session secret.
pub const SETTINGS_SESSION_SECRET: &str = "/settings/security/session-secret";
/// What happened, for those who look after others (`person`, `kind`, `text`, `from`, `to`, `before`).
pub const ACTIVITY: &str = "/activity";
/// The same as a file, with the same filter.
pub const ACTIVITY_CSV: &str = "/activity.csv";
/// A deep link belongs to somebody else than who is signed in here: `GET` asks, `POST` switches.
pub const SWITCH: &str = "/switch";
/// On the device that wants in: a QR code and a short code (`returnTo`).
pub const PAIR: &str = "/pair";
/// On the phone of somebody signed in: what asks, for whom, and yes or no. `POST` (`code`, `person`, `name`, `expires`,
/// `answer`: `yes` or `no`).
pub const PAIR_APPROVE: &str = "/pair/approve";
/// `POST` (`code`): a short code that was typed.
pub const PAIR_CODE: &str = "/pair/code";
/// From the sign-in page to an app: `to`, its whole address.
pub const GATEWAY_GO: &str = "/gateway/go";
/// What stands behind the gateway (`url`, `method`: which app answers there). `POST` the form of what holds for all apps.
pub const SETTINGS_APPS: &str = "/settings/apps";
/// A new app. `POST` the form.
pub const SETTINGS_APPS_NEW: &str = "/settings/apps/new";
/// What the reverse proxy has to do, and a test of it.
pub const SETTINGS_PROXY: &str = "/settings/proxy";
/// `POST` (`app`): asks an app through the proxy.
pub const SETTINGS_PROXY_TEST: &str = "/settings/proxy/test";
/// Liveness: the process answers.
pub const HEALTHZ: &str = "/healthz";
/// Readiness: the database answers too.
pub const READYZ: &str = "/readyz";
/// The files that the build made; their names hold content hashes.
pub const PKG: &str = "/pkg";
/// Everything below is the REST API.
pub const API: &str = "/api/v1";
/// REST: the OpenAPI document.
pub const API_DOCUMENT: &str = "/api/v1/openapi.json";
/// The REST API for people to read.
pub const API_DOCS: &str = "/api-docs";
/// REST: `POST` starts an attempt (`AttemptStart`), `DELETE` cancels one (`AttemptPoll`).
pub const API_ATTEMPTS: &str = "/api/v1/auth/plex/attempts";
/// REST: `POST` (`AttemptPoll`) asks how it is doing (`AttemptAnswer`).
pub const API_ATTEMPTS_POLL: &str = "/api/v1/auth/plex/attempts/poll";
/// REST: `POST` asks how this device's pairing is doing (`PairAnswer`).
pub const API_PAIR_POLL: &str = "/api/v1/pair/poll";

/// A member's page.
#[must_use]
pub fn user(id: i64) -> String {
    [USERS, "/", &id.to_string()].concat()
}

/// `POST` (`username`, `email`, `locale`): a member's own account, or somebody's who is looked after.
#[must_use]
pub fn user_account(id: i64) -> String {
    [&user(id), "/account"].concat()
}

/// `POST` (`right`, as often as there are): what somebody may do.
#[must_use]
pub fn user_permissions(id: i64) -> String {
    [&user(id), "/permissions"].concat()
}

/// `POST` (`off`: `true` or `false`): switches somebody off or on.
#[must_use]
pub fn user_switch(id: i64) -> String {
    [&user(id), "/switch"].concat()
}

/// `POST`: deletes somebody.
#[must_use]
pub fn user_delete(id: i64) -> String {
    [&user(id), "/delete"].concat()
}

/// Why a member can't sign in.
#[must_use]
pub fn user_explain(id: i64) -> String {
    [&user(id), "/explain"].concat()
}

/// An app of the gateway. `POST` changes it.
#[must_use]
pub fn settings_app(id: i64) -> String {
    [SETTINGS_APPS, "/", &id.to_string()].concat()
}

/// `POST` takes an app away.
#[must_use]
pub fn settings_app_delete(id: i64) -> String {
    [&settings_app(id), "/delete"].concat()
}

/// A member's picture. `version` changes with the picture.
#[must_use]
pub fn avatar(id: i64, version: &str) -> String {
    [AVATARS, "/", &id.to_string(), "?v=", version].concat()
}

/// `POST` (`name`, `expires`: days, empty: never) makes a login token for this member.
#[must_use]
pub fn tokens(user: i64) -> String {
    [&self::user(user), "/tokens"].concat()
}

/// `POST` (`expires`) gives this login token a new value.
#[must_use]
pub fn token_regenerate(user: i64, token: i64) -> String {
    [&tokens(user), "/", &token.to_string(), "/regenerate"].concat()
}

/// `POST` revokes this login token.
#[must_use]
pub fn token_revoke(user: i64, token: i64) -> String {
    [&tokens(user), "/", &token.to_string(), "/revoke"].concat()
}

/// Choosing a password with a link; `POST` (`password`).
#[must_use]
pub fn login_reset(value: &str) -> String {
    [LOGIN_RESET, "/", value].concat()
}

/// `POST` (`present`, `password`) sets this member's password.
#[must_use]
pub fn password(user: i64) -> String {
    [&self::user(user), "/password"].concat()
}

/// `POST` makes a link with which this member chooses a password.
#[must_use]
pub fn reset_link(user: i64) -> String {
    [&self::user(user), "/reset-link"].concat()
}

/// `POST` takes this member's Plex account away.
#[must_use]
pub fn plex_unlink(user: i64) -> String {
    [&self::user(user), "/plex/unlink"].concat()
}

/// `POST` ends all sessions of this member but the one that asks.
#[must_use]
pub fn sessions_end(user: i64) -> String {
    [&self::user(user), "/sessions/end"].concat()
}

/// `POST` ends this session.
#[must_use]
pub fn session_end(user: i64, session: &str) -> String {
    [&self::user(user), "/sessions/", session, "/end"].concat()
}
