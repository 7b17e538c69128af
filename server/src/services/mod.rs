//! What Latchkey does, between the rules (`domain`), the rows (`storage`) and plex.tv (`plex`).
//!
//! Nothing here knows HTTP of ours: `web` turns requests into calls and results into answers. Every service gets its
//! clock, database and neighbours handed in by `bootstrap`.

pub mod activity;
pub mod api_keys;
pub mod apps;
pub mod avatars;
mod bare_token;
pub mod devices;
mod error;
pub mod explain;
pub mod gateway;
pub mod hand_over;
pub mod health;
pub mod household;
pub mod import;
pub mod limits;
pub mod linked_account;
pub mod local_sign_in;
pub mod login_tokens;
pub mod mail;
pub mod members;
pub mod membership;
pub mod membership_check;
pub mod metrics;
pub mod owner_token;
pub mod pairing;
pub mod password_change;
pub mod password_reset;
pub mod passwords;
pub mod polls;
pub mod sealed;
pub mod sessions;
pub mod setup;
pub mod sign_in;
pub mod site;
pub mod transfer;
pub mod vault;

pub use error::ServiceError;
