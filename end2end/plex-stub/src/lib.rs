//! The stand-in for plex.tv that Latchkey is tested against. One listener plays plex.tv, clients.plex.tv and
//! app.plex.tv. In the documentation \[V\], \[D\], \[C\], \[R\], \[I\] give the strength of a fact, strongest first: seen in
//! a real answer, documented by Plex, relied on by several apps, reported once, inferred; § is a section of the project's
//! facts sheet about plex.tv.

mod api;
mod call;
mod clock;
mod control;
mod cors;
mod faults;
mod log;
mod pin;
mod reply;
mod router;
mod send;
mod state;
mod stub;
mod switches;
mod world;
mod xml;

pub use log::{LoggedRequest, TokenVia};
pub use pin::Pin;
pub use stub::Stub;
pub use switches::{Answer, Fault, Switches};
pub use world::{Account, Server, Share, ShareState, World};

/// The machine identifier of the household's media server in `World::household()`.
pub const ATTIC: &str = "5f3a9c1e7b2d4806a1c3e5f79b0d2468ace01357";
/// The account id of its owner.
pub const ATTIC_OWNER_ID: i64 = 31_007_766;
