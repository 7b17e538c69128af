//! What the browser and the server share: wire types, URLs, pages and islands.
//!
//! A page is a pure function from its data (`pages::Page`) to HTML: the server loads everything first, so status
//! codes and cookies can still be set, and a page can be tested with a literal. Only `islands` run in the browser.
//! Nothing here may know axum, sqlx or tokio.

// The gallery's pages are tested in here, too, and say `app`.
#[cfg(test)]
extern crate self as app;

pub mod api;
#[cfg(feature = "hydrate")]
pub mod browser;
pub mod components;
pub mod flow;
pub mod islands;
#[cfg(feature = "ssr")]
pub mod messages;
#[cfg(feature = "ssr")]
pub mod pages;
pub mod paths;
