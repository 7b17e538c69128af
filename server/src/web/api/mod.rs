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
pub(super) mod user;
pub(super) mod user_bulk;
pub(super) mod user_create;
pub(super) mod user_disabled;
pub(super) mod user_list;
pub(super) mod user_main;
pub(super) mod user_permissions;
pub(super) mod user_token;
pub(super) mod user_tokens;
