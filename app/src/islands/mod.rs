//! The parts that run in the browser. Each is server HTML first: a form or a link that works without it.
//!
//! To add an island: a file here with `#[island] fn Name()`, its logic in `flow`, what it needs of the browser in
//! `browser`. `frontend/boot.js` finds it by its name.
//!
//! Islands take no props here: what one needs travels as `data-` attributes of its element ([`setup`]), because
//! leptos' own way (JSON and serde) would cost more than an island's whole code.

pub mod copy;
pub mod face;
pub mod pair_wait;
pub mod plex_return;
pub mod plex_sign_in;
pub mod setup;
