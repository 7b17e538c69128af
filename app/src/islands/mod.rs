//! The parts that run in the browser.

pub mod plex_sign_in;
