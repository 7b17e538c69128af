//! What the islands need of the browser, thinly wrapped. Nothing here decides anything; `flow` does.

pub mod copy;
pub mod dom;
pub mod driver;
pub mod http;
pub mod pair;
