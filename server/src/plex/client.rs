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
use super::model::{NewPin, PinStatus, PlexAccount, PlexIdentity, PlexServer, SharedUser};
use super::pacing::{Pacing, PacingLimits};
use super::secret::PlexToken;
use super::transport::{Answer, Call, NOT_FOUND, Transport, whole_ms};
use super::{PlexApi, answer, household};

const JSON: &str = "application/json";
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
    async fn exchange(&self, call: Call<'_>) -> Result<Answer, PlexError> {
        let answer = self.transport.send(&call, || self.pacing.count_lightly(Instant::now())).await?;
        match answer.status {
            429 => {
                let wait = self.pacing.note_limited(Instant::now());
                return Err(PlexError::RateLimited { retry_after_ms: whole_ms(wait) });
            }
            ..500 => self.pacing.note_success(Instant::now()),
            _ => {}
        }
        Ok(answer)
    }

    /// A call about an account: not paced, since a person stands at the door with a PIN that dies in seconds.
    async fn ask_as(
        &self,
        name: &'static str,
        method: Method,
        path: &str,
        accept: &'static str,
        token: &PlexToken,
    ) -> Result<Answer, PlexError> {
        self.pacing.count_lightly(Instant::now());
        self.exchange(Call {
            name,
            method,
            path: path.to_owned(),
            accept,
            token: Some(token),
            origin: None,
        })
        .await
    }
}

#[async_trait]
impl PlexApi for PlexClient {
    async fn create_pin(&self, origin: &str) -> Result<NewPin, PlexError> {
        let now = Instant::now();
        if let Some(wait) = self.pacing.quiet_for(now) {
            return Err(PlexError::Busy {
                retry_after_ms: whole_ms(wait),
            });
        }
        self.pacing.count_lightly(now);
        let call = Call {
            name: "create PIN",
            method: Method::POST,
            path: "/api/v2/pins?strong=true".to_owned(),
            accept: JSON,
            token: None,
            origin: Some(origin),
        };
        let answer = self.exchange(call).await?;
        answer::new_pin(answer.status, &answer.body)
    }

    async fn read_pin(&self, pin_id: i64) -> Result<PinStatus, PlexError> {
        let permit = self.pacing.try_read(pin_id, Instant::now());
        let _permit = permit.map_err(|wait| PlexError::Busy {
            retry_after_ms: whole_ms(wait),
        })?;
        let call = Call {
            name: "read PIN",
            method: Method::GET,
            path: format!("/api/v2/pins/{pin_id}"),
            accept: JSON,
            token: None,
            origin: None,
        };
        let answer = self.exchange(call).await?;
        answer::pin_status(pin_id, answer.status, &answer.body)
    }

    async fn account(&self, token: &PlexToken) -> Result<PlexAccount, PlexError> {
        let answer = self
            .ask_as("account", Method::GET, "/api/v2/user", JSON, token)
            .await?;
        answer::account(answer.status, &answer.body)
    }

    async fn resources(&self, token: &PlexToken) -> Result<Vec<PlexServer>, PlexError> {
        let answer = self
            .ask_as("resources", Method::GET, "/api/v2/resources", JSON, token)
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

    async fn household_users(&self, owner_token: &PlexToken) -> Result<Vec<SharedUser>, PlexError> {
        let answer = self
            .ask_as("household", Method::GET, "/api/users", XML, owner_token)
            .await?;
        let (users, broken) = household::parse(answer.status, &answer.body)?;
        if broken > 0 {
            debug!(
                broken,
                kept = users.len(),
                "people or servers that make no sense were left out"
            );
        }
        Ok(users)
    }

    async fn sign_out(&self, token: &PlexToken) -> Result<(), PlexError> {
        self.ask_as(
            "sign out",
            Method::DELETE,
            "/api/v2/users/signout",
            JSON,
            token,
        )
        .await
        .map(drop)
    }
}
