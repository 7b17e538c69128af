//! The REST API, one file a URL; what is the same for all of them in the files named after it.

mod activity;
mod api_key;
mod apps;
mod attempts;
mod auth_local;
mod auth_logout;
mod auth_me;
mod auth_plex;
mod auth_token;
mod before_the_set_up;
mod bodies;
mod contract;
mod devices;
mod limited_tokens;
mod limits;
mod linked_plex;
mod login_token_rules;
mod login_tokens;
mod membership;
mod names;
mod openapi;
pub(crate) mod passwords;
mod paths_and_methods;
mod people;
mod permission_table;
mod reset_password;
mod sessions;
mod settings_email;
mod settings_initialize;
mod settings_main;
mod settings_plex;
mod settings_proxy_lines;
mod settings_public;
mod settings_security;
mod setup_owner;
mod status;
mod token_headers;
mod token_limits;
mod token_people;
mod token_uses;

/// Every URL of the API with the methods it takes.
const URLS: [(&str, &[&str]); 12] = [
    ("/api/v1/status", &["GET"]),
    ("/api/v1/settings/public", &["GET"]),
    ("/api/v1/settings/plex", &["GET", "POST"]),
    ("/api/v1/settings/plex/devices/servers", &["GET"]),
    ("/api/v1/settings/initialize", &["POST"]),
    ("/api/v1/setup/owner", &["POST"]),
    ("/api/v1/auth/me", &["GET"]),
    ("/api/v1/auth/logout", &["POST"]),
    ("/api/v1/auth/local", &["POST"]),
    ("/api/v1/auth/plex", &["POST"]),
    ("/api/v1/auth/plex/attempts", &["POST", "DELETE"]),
    ("/api/v1/auth/plex/attempts/poll", &["POST"]),
];
