//! Pure types and rules: no async, no I/O, no clock but the one that is handed in.

pub mod access;
pub mod activity;
pub mod activity_rules;
pub mod agent;
pub mod api_key;
pub mod clock;
pub mod deep_link;
pub mod following;
pub mod gateway;
pub mod hash;
pub mod limits;
pub mod password_rules;
pub mod people_rules;
pub mod permission;
pub mod person;
pub mod redirect;
pub mod reset;
pub mod secret;
pub mod session;
pub mod settings;
pub mod settings_rules;
pub mod smtp;
pub mod token;
pub mod token_rules;
pub mod user;
