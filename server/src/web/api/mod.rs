//! The REST API, one file an operation. The contract: docs/api.md.

pub(super) mod attempts;
pub(super) mod auth_local;
pub(super) mod auth_logout;
pub(super) mod auth_me;
pub(super) mod auth_plex;
pub(super) mod auth_token;
pub(super) mod pair;
pub(super) mod settings_initialize;
pub(super) mod settings_main;
pub(super) mod settings_plex;
pub(super) mod settings_public;
pub(super) mod setup_owner;
pub(super) mod status;
pub(super) mod user_token;
pub(super) mod user_tokens;
