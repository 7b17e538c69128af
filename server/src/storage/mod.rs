//! SQL and rows. One SQL text serves SQLite and PostgreSQL.
//!
//! To add a table: a migration of the same number in `migrations/sqlite` and `migrations/postgres`, a file here with
//! its functions (each takes `&Db`), and a test of each function in `tests/storage.rs`, which runs on both engines.
//! Rules live in `domain` and `services`; nothing here decides anything.

pub mod access_change;
pub mod activity;
pub mod attempt;
pub mod credential;
mod db;
pub mod device;
pub mod failure;
pub mod hand_over;
pub mod install;
pub mod login_token;
pub mod membership;
pub mod pairing;
pub mod password_reset;
mod reader;
pub mod session;
pub mod settings;
pub mod transfer;
pub mod user;

pub use db::{Db, StorageError};
pub use reader::Reader;
