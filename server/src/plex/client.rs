//! The plex.tv client: which request each call is, paced.
//!
//! Must not log tokens, PIN numbers or codes, and must not keep any of them.

use std::time::Duration;

use async_trait::async_trait;
use http::Method;
use tokio::time::Instant;
use tracing::debug;
use url::Url;

use super::error::PlexError;
use super::model::{HouseholdList, NewPin, PinStatus, PlexAccount, PlexIdentity, PlexServer};
use super::pacing::{Pacing, PacingLimits};
use super::secret::PlexToken;
use super::transport::{Answer, Call, Transport, whole_ms};
use super::{PlexApi, answer, household};

/// `/api/users` has no JSON face (§4.3).
const XML: &str = "application/xml";

/// Limits of every call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlexLimits {
    /// Until a connection stands.
    pub connect: Duration,
    /// The whole call, its repeat included.
    pub request: Duration,
    /// Before the one repeat.
    pub repeat_pause: Duration,
    /// Largest answer in bytes.
    pub body: usize,
    /// How often PINs may be read.
    pub pacing: PacingLimits,
}

impl Default for PlexLimits {
    /// 5 s, 10 s, 250 ms, 2 MiB.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            request: Duration::from_secs(10),
            repeat_pause: Duration::from_millis(250),
            body: 2 * 1024 * 1024,
            pacing: PacingLimits::default(),
        }
    }
}

/// [`PlexApi`] over HTTP. One a process: the pacing lives in it.
pub struct PlexClient {
    transport: Transport,
    pacing: Pacing,
}

impl PlexClient {
    /// Opens and builds nothing yet. `base` is `https://plex.tv`, or the stand-in's `http://` address.
    pub fn new(base: Url, identity: &PlexIdentity, limits: PlexLimits) -> Self {
        Self {
            pacing: Pacing::new(limits.pacing, Instant::now()),
            transport: Transport::new(base, identity, limits),
        }
    }

    /// One call's answer, whatever its status but 429: Plex's limiter is heard by the pacing whichever call it hits.
    async fn exchange(&self, call: &Call<'_>) -> Result<Answer, PlexError> {
        let answer = self
            .transport
            .send(call, || self.pacing.count_lightly(Instant::now()))
            .await?;
        if answer.status == 429 {
            let wait = self.pacing.note_limited(Instant::now());
            return Err(PlexError::RateLimited {
                retry_after_ms: whole_ms(wait),
            });
        }
        if answer.status < 500 {
            self.pacing.note_success(Instant::now());
        }
        Ok(answer)
    }

    /// A call about an account: not paced, since a person stands at the door with a PIN that dies in seconds.
    async fn ask_as(&self, call: Call<'_>) -> Result<Answer, PlexError> {
        self.pacing.count_lightly(Instant::now());
        self.exchange(&call).await?.success(true)
    }
}

#[async_trait]
impl PlexApi for PlexClient {
    async fn create_pin(&self, origin: &str) -> Result<NewPin, PlexError> {
        let now = Instant::now();
        if let Some(wait) = self.pacing.quiet_for(now) {
            return Err(busy(wait));
        }
        self.pacing.count_lightly(now);
        let call = Call {
            method: Method::POST,
            origin: Some(origin),
            ..Call::get("create PIN", "/api/v2/pins?strong=true".to_owned())
        };
        let answer = self.exchange(&call).await?.success(false)?;
        answer::new_pin(answer.status, &answer.body)
    }

    fn may_read_pin(&self, pin_id: i64, asker: &str) -> Result<(), PlexError> {
        self.pacing.may_read(pin_id, asker, Instant::now()).map_err(busy)
    }

    async fn read_pin(&self, pin_id: i64, asker: &str) -> Result<PinStatus, PlexError> {
        let _permit = self.pacing.try_read(pin_id, asker, Instant::now()).map_err(busy)?;
        let answer = self
            .exchange(&Call::get("read PIN", format!("/api/v2/pins/{pin_id}")))
            .await?;
        // HTML comes from something on the way, which knows nothing about PINs.
        if answer.status == 404 && !answer.is_html && answer::is_plex_error(&answer.body) {
            return Err(PlexError::PinGone);
        }
        let answer = answer.success(false)?;
        answer::pin_status(pin_id, answer.status, &answer.body)
    }

    async fn account(&self, token: &PlexToken) -> Result<PlexAccount, PlexError> {
        let answer = self
            .ask_as(Call::get("account", "/api/v2/user".to_owned()).with(token))
            .await?;
        answer::account(answer.status, &answer.body)
    }

    async fn resources(&self, token: &PlexToken) -> Result<Vec<PlexServer>, PlexError> {
        let answer = self
            .ask_as(Call::get("resources", "/api/v2/resources".to_owned()).with(token))
            .await?;
        let (servers, broken) = answer::resources(answer.status, &answer.body)?;
        if broken > 0 {
            debug!(
                broken,
                kept = servers.len(),
                "resource rows that make no sense were left out"
            );
        }
        Ok(servers)
    }

    async fn household_users(&self, owner_token: &PlexToken) -> Result<HouseholdList, PlexError> {
        let call = Call {
            accept: XML,
            ..Call::get("household", "/api/users".to_owned()).with(owner_token)
        };
        let answer = self.ask_as(call).await?;
        let list = household::parse(answer.status, &answer.body)?;
        if !list.is_whole() {
            debug!(
                left_out = list.left_out,
                kept = list.people.len(),
                announced = list.announced,
                "people or servers are missing from the owner's list, or make no sense"
            );
        }
        Ok(list)
    }

    async fn sign_out(&self, token: &PlexToken) -> Result<(), PlexError> {
        let call = Call::get("sign out", "/api/v2/users/signout".to_owned()).with(token);
        self.ask_as(Call {
            method: Method::DELETE,
            ..call
        })
        .await
        .map(drop)
    }
}

fn busy(wait: Duration) -> PlexError {
    PlexError::Busy {
        retry_after_ms: whole_ms(wait),
    }
}
