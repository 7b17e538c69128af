//! Pure types and rules: no async, no I/O, no clock but the one that is handed in.

pub mod access;
pub mod clock;
pub mod hash;
pub mod permission;
pub mod redirect;
pub mod secret;
pub mod session;
pub mod settings;
pub mod user;
