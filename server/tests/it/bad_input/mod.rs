//! Bad input that the server survives, one file a kind; each names what it throws at it.

mod bodies;
mod clock;
mod cookies;
mod crowds;
mod database;
mod people;
mod pins;
mod plex_trouble;
mod proxy;
