//! The stand-in for plex.tv that Latchkey is tested against. One listener plays plex.tv, clients.plex.tv and
//! app.plex.tv; point every base URL at [`Stub::url`].
//!
//! In the documentation \[V\], \[D\], \[C\], \[R\], \[I\] give the strength of a fact, strongest first: seen in a
//! real answer, documented by Plex, relied on by several apps, reported once, inferred; § is a section of the
//! project's facts sheet about plex.tv.
//!
//! # In a test
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use plex_stub::{ATTIC, Answer, Fault, ShareState, Stub, World};
//! use std::time::Duration;
//!
//! let plex = Stub::start(([127, 0, 0, 1], 0).into(), World::household()).await?;
//! // The browser's part: make the PIN, approve it.
//! let (id, code) = plex.create_pin("our-client-id", Some("http://home.test"));
//! plex.approve(&code, "marlow")?;
//! // … the program under test redeems PIN `id` at plex.url() …
//! assert!(plex.log().is_empty());
//!
//! plex.share("marlow", ATTIC, ShareState::None)?;
//! plex.switch(|s| s.faults.push(Fault::new("/api/v2/resources", Answer::Status(502)).times(1)));
//! plex.advance(Duration::from_secs(1800));
//! plex.go_away().await;
//! plex.come_back().await?;
//! # Ok(()) }
//! ```
//!
//! # The household
//! [`World::household`] is `household.toml`, which is also the example for a world of one's own.
//!
//! | key | who | may use Attic |
//! |---|---|---|
//! | `attic-owner` | owns Attic ([`ATTIC`], [`ATTIC_OWNER_ID`]) | yes, owner |
//! | `marlow` | full Home member, profile PIN 1234 | yes, home |
//! | `kid` | managed profile: username and e-mail null | yes, home |
//! | `anna` | friend, accepted | yes, friend |
//! | `bea` | friend, accepted; three broken rows come first | yes, friend |
//! | `paul` | friend, invite pending | no |
//! | `rita` | friend, share taken away | no |
//! | `twin-owner` | owns two other servers, Cellar and Loft (offline) | no |
//! | `otto` | friend of Cellar and Loft | no |
//! | `stranger` | no resources at all; `newRegistration` | no |
//! | `pia` | a player that claims Attic's machine identifier | no |
//! | `mallory` | an owned server under Attic's machine identifier | no |
//! | `victor` | was given mallory's forged Attic | no |
//!
//! Attic itself goes offline with `stub.update(|w| …server_mut(ATTIC)….offline = true)`.
//!
//! # Control endpoints
//! For tests in another process. Parameters as JSON, form or query; answers are JSON, 400 `{"error"}` if refused.
//!
//! | | |
//! |---|---|
//! | `GET`, `DELETE /_stub/log` | the [`LoggedRequest`]s in camelCase |
//! | `GET /_stub/pins` | every [`Pin`] |
//! | `POST /_stub/pins {clientId, origin?, product?, ip?, strong?}` | make one as a browser would: `{id, code}` |
//! | `POST /_stub/approve {code, account, forwardUrl?}` | `{ok, forwardUrl}`: where the page would go on to, or null |
//! | `POST /_stub/expire {code}` | the PIN is 404/1020 from now on |
//! | `POST /_stub/token {account, clientId}` | a token without a PIN: `{token}` |
//! | `POST /_stub/remove-device {account, clientId?}` | its tokens die |
//! | `POST /_stub/advance {seconds}` | moves the clock |
//! | `GET /_stub/switches`, `POST` with some of [`Switches`] | e.g. `{"faults":[{"path":"/api/v2","answer":{"status":503}}]}` |
//! | `GET`, `PUT /_stub/world` | the [`World`] |
//! | `POST /_stub/share {account, machineId, state}` | `accepted`, `pending` or `none` |
//! | `POST /_stub/offline {machineId, offline?}` | the server's presence |
//! | `POST /_stub/away {seconds}` | refuse connections for so long, 60 at most |
//! | `POST /_stub/reset` | first world, no switches, nothing happened yet |
//!
//! `answer` of a fault is `"normal"`, `{"status": 502}`, `"rateLimited"`, `"cutOff"`, `"malformed"`, `"wrongShape"` or
//! `"html"`; see [`Fault`] and [`Answer`].
//!
//! # The approval page
//! `/auth#?clientID=…&code=…` works with a browser: one button an account (`button[data-account=marlow]`, "Approve as
//! …"), `#continue` and `#other` when somebody is signed in already, `#deny`, `#alert`, `#notice`. Without JavaScript
//! there is no page, as at Plex: call `/_stub/approve`. A caller plays another address with `X-Forwarded-For`, which
//! is how the security alert is provoked without the switch.

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
