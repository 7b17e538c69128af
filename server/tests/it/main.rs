//! The server's integration tests: one binary, the real router, real databases, a stand-in plex.tv in the process.
//!
//! `scripts/test-unit -p latchkey` runs them on SQLite and PostgreSQL. To add one: a function in the file of its URL
//! (`api/`), page (`pages/`) or table (`storage/`); inside `on_both!` it runs on both engines. What a test needs is in
//! `support`. No test sleeps: time is `app.clock`, and what takes a moment is waited for with `support::until`.

// Not only for show: clippy takes what is inside as test code.
#[cfg(test)]
mod support;

#[cfg(test)]
mod api;
#[cfg(test)]
mod architecture;
#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod gateway;
#[cfg(test)]
mod instances;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod process;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod smoke;
#[cfg(test)]
mod storage;
