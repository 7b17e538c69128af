//! HTTP: requests in, answers out. Decisions are made in `services` and `domain`; nothing here touches `storage`.
//!
//! To add an endpoint: its URL in `app::paths` (pages) or in `router` (REST), a handler in a file of its own under
//! `api/` or `pages/`, one line in `router`. Who is calling comes from the extractors in `extract`.

mod activity;
mod api;
mod connections;
mod cookies;
mod error;
mod extract;
#[cfg(test)]
mod fuzzed;
mod gateway;
mod guests;
mod health;
mod language;
mod metrics;
mod middleware;
mod openapi;
mod origin;
mod pages;
mod pairing;
mod render;
mod router;
mod session;
mod site_files;
mod state;
mod taken;
mod wire;

pub use api::doctor::{PROBE_HEADER, Probe};
pub use connections::{ConnectionLimits, serve};
pub use gateway::Remote;
pub use metrics::metrics_router;
pub use openapi::{document, pretty};
pub use router::{Entrance, GATEWAY_ROUTES, REST_ROUTES, router};
pub use site_files::{Site, SiteError};
pub use state::{AppState, Credentials, Parts};
