//! Wire types: what travels as JSON between browser, programs and server. No leptos here.

pub mod error;
pub mod settings;
pub mod sign_in;
pub mod tokens;
pub mod user;
