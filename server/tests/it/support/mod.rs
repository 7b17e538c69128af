//! What every test needs: a running server with its database and stand-in plex.tv, and people who use it.
//!
//! ```ignore
//! on_both! {
//!     async fn a_friend_comes_in(engine) {
//!         let app = TestApp::start(engine).await;
//!         let anna = app.member("anna").await;               // set-up, PIN, approval, poll: all real
//!         let me = anna.get("/api/v1/auth/me").await.expect(200).json();
//!         assert_eq!(me["plexUsername"], "anna.k");
//!         app.clock.advance(31 * DAY);                        // no test sleeps
//!         anna.get("/api/v1/auth/me").await.expect(403);
//!     }
//! }
//! ```

mod actor;
mod answer;
mod app;
mod cluster;
mod database;
mod fuzz;
mod log;
mod said;
mod smtp;
mod wait;

pub(crate) use actor::{Actor, Asked};
pub(crate) use answer::{Answer, Attributes};
pub(crate) use app::{ATTIC_NAME, OWNER_EMAIL, OWNER_PASSWORD, START, TestApp, handed_in};
pub(crate) use cluster::Cluster;
pub(crate) use database::{Database, Engine};
pub(crate) use fuzz::fuzz;
pub(crate) use log::Log;
pub(crate) use said::{say, setting};
pub(crate) use smtp::{Smtp, SmtpMood};
pub(crate) use wait::until;

/// Seconds.
pub(crate) const MINUTE: i64 = 60;
/// Seconds.
pub(crate) const HOUR: i64 = 60 * MINUTE;
/// Seconds.
pub(crate) const DAY: i64 = 24 * HOUR;

/// Makes two tests, `name::sqlite` and `name::postgres`, of one body: `async fn name(engine) { … }`.
macro_rules! on_both {
    ($($(#[$attribute:meta])* async fn $name:ident($engine:ident) $body:block)+) => {$(
        $(#[$attribute])*
        mod $name {
            use super::*;

            async fn run($engine: $crate::support::Engine) $body

            #[tokio::test]
            async fn sqlite() {
                run($crate::support::Engine::Sqlite).await;
            }

            #[tokio::test]
            async fn postgres() {
                run($crate::support::Engine::Postgres).await;
            }
        }
    )+};
}
pub(crate) use on_both;
