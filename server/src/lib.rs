//! Latchkey's server. The map of the modules and their order: ARCHITECTURE.md.

pub mod bootstrap;
mod chores;
pub mod cli;
pub mod config;
pub mod domain;
// For unit tests of what integration tests don't reach.
#[cfg(test)]
#[path = "../tests/it/support/fuzz.rs"]
mod fuzz;
pub mod logging;
pub mod plex;
#[cfg(test)]
#[path = "../tests/it/support/said.rs"]
mod said;
pub mod services;
pub mod storage;
pub mod web;
