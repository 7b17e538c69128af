//! Rules that hold for any input, tried on many. How: `support/fuzz.rs`. What only unit tests reach is beside the code:
//! `plex/tests/fuzzed.rs`, `web/fuzzed.rs`.

mod addresses;
mod gateway;
mod import;
mod secrets;
