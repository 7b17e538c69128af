//! The plex.tv client: PINs, accounts, what an account may reach, and whom the owner shares with.
//!
//! Everything the rest of the server knows about plex.tv goes through the trait [`PlexApi`]; [`PlexClient`] is the
//! implementation that talks HTTP. This module says what Plex said. It must not decide who may come in
//! (`domain::access` does), keep tokens, or let a token, a PIN's number or a PIN's code reach a log.
//!
//! To add a call: a method here, its small row type in `answer`, the request in `client`, its malformed answers in
//! `tests/`. Facts about plex.tv are cited as §n: the section of the notes in `docs/plex.md`.

use async_trait::async_trait;

mod answer;
mod client;
mod error;
mod household;
mod lenient;
mod model;
mod pacing;
mod pictures;
mod secret;
#[cfg(test)]
mod tests;
mod transport;

pub use client::{PlexClient, PlexLimits};
pub use error::{PlexError, PlexErrorKind};
pub use model::{
    AboutServer, HouseholdList, NewPin, PinStatus, PlexAccount, PlexIdentity, PlexServer, SharedServer, SharedUser,
};
pub use pacing::PacingLimits;
pub use pictures::{LARGEST_PICTURE, Pictures, picture_type};
pub use secret::{PinCode, PlexToken};
pub use transport::tls;

/// What the server asks of plex.tv. A test may put a fake in its place.
#[async_trait]
pub trait PlexApi: Send + Sync {
    /// Makes a strong PIN from the server, for browsers without JavaScript. `origin` is the public base URL's origin
    /// (`https://home.example`): Plex compares it with the host it later sends the person back to (§2.4).
    async fn create_pin(&self, origin: &str) -> Result<NewPin, PlexError>;

    /// Whether [`PlexApi::read_pin`] would ask plex.tv now. `Busy` if not, with the same promise.
    fn may_read_pin(&self, pin_id: i64, asker: &str) -> Result<(), PlexError>;

    /// How a PIN is doing. Paced: `Busy` means "not now, ask again after that many milliseconds", and asking then is
    /// granted, unless the asker polls several PINs and others came in between. `asker` is whom the reads are shared
    /// out among: an address as the limits count it. Comparing the code and the client identifier with what is expected
    /// is the caller's business ([`PinCode::matches`] takes the same time for every code).
    async fn read_pin(&self, pin_id: i64, asker: &str) -> Result<PinStatus, PlexError>;

    /// Whose token this is (§3.1).
    async fn account(&self, token: &PlexToken) -> Result<PlexAccount, PlexError>;

    /// The media servers the token's account may use, its own included; offline ones too, unaccepted invitations not
    /// (§4.1). Rows that make no sense are left out.
    async fn resources(&self, token: &PlexToken) -> Result<Vec<PlexServer>, PlexError>;

    /// Whom the owner shares with, home members included, the owner not (§4.3). The only place that tells an
    /// invitation that was not accepted yet.
    async fn household_users(&self, owner_token: &PlexToken) -> Result<HouseholdList, PlexError>;

    /// Makes the token worthless (§5). Best effort: callers go on whatever it answers.
    async fn sign_out(&self, token: &PlexToken) -> Result<(), PlexError>;
}

/// How Latchkey introduces itself: `X-Plex-Product`. People read it on Plex's approval page.
pub const PRODUCT: &str = "Latchkey";
