//! Latchkey's server. The map of the modules and their order: ARCHITECTURE.md.

pub mod bootstrap;
mod chores;
pub mod cli;
pub mod config;
pub mod domain;
pub mod logging;
pub mod plex;
pub mod services;
pub mod storage;
pub mod web;
