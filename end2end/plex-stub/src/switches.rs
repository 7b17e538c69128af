//! What a test can make plex.tv do wrong, and the points where real behaviour is disputed.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Everything that can be switched. `Switches::default()` is the healthy plex.tv of the facts sheet.
/// `POST /_stub/switches` takes any part of it as JSON (camelCase) and leaves the rest as it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Switches {
    /// Failures by path; the first one that fits counts.
    pub faults: Vec<Fault>,
    /// No CORS headers at all, preflights included, as behind an edge block. \[R\]
    pub drop_cors: bool,
    /// Requests a second and client address above which the answer is 429/1003; `None` = no limit. \[V\]
    pub requests_per_second: Option<u32>,
    /// Lifetime of new PINs in seconds instead of 1800 (strong) and 900 (weak).
    pub pin_lifetime: Option<u64>,
    /// A claimed PIN lives 10 more seconds from its first reading. \[V, trigger I\]
    pub shrink_claimed_pin: bool,
    /// A new sign-in with the same account and client identifier kills the older token. \[R\]
    pub rotate_tokens: bool,
    /// `ownerId` is a number even on one's own server (seen in 2026; null in older captures). \[V\]
    pub owner_id_when_owned: bool,
    /// `ownerId` is a number on shared servers; off = null.
    pub owner_id_when_shared: bool,
    /// Send `forwardUrl` only to the host of the Origin which created the PIN (since mid-2026). \[R\]
    pub check_forward_host: bool,
    /// The approval page always shows the security alert, not only when the addresses differ.
    pub security_alert: bool,
    /// The approval page carries `Cross-Origin-Opener-Policy: same-origin`. \[R, Sept 2025\]
    pub coop: bool,
    /// Account key that the approval page takes as already signed in: one click.
    pub signed_in_as: Option<String>,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            faults: Vec::new(),
            drop_cors: false,
            requests_per_second: None,
            pin_lifetime: None,
            shrink_claimed_pin: true,
            rotate_tokens: true,
            owner_id_when_owned: false,
            owner_id_when_shared: true,
            check_forward_host: true,
            security_alert: false,
            coop: false,
            signed_in_as: None,
        }
    }
}

/// One failure for the paths that begin with `path`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Fault {
    /// Prefix of the path, `/api/v2/pins` for instance; "" is everything except `/_stub`.
    pub path: String,
    /// Only this method; `None` = all.
    pub method: Option<String>,
    /// How many requests it spoils before it's gone; `None` = all.
    pub times: Option<u32>,
    /// How long the answer is held back.
    pub latency_ms: u64,
    /// What is answered.
    pub answer: Answer,
}

impl Fault {
    /// A failure for every request to `path`.
    #[must_use]
    pub fn new(path: &str, answer: Answer) -> Self {
        Self {
            path: path.to_owned(),
            answer,
            ..Self::default()
        }
    }

    /// A delay for every request to `path`, with the true answer.
    #[must_use]
    pub fn slow(path: &str, latency_ms: u64) -> Self {
        Self {
            path: path.to_owned(),
            latency_ms,
            ..Self::default()
        }
    }

    /// The same, but only for the next `times` requests.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    fn fits(&self, method: &str, path: &str) -> bool {
        path.starts_with(&self.path)
            && self
                .method
                .as_ref()
                .is_none_or(|only| only.eq_ignore_ascii_case(method))
    }
}

/// What a spoiled request is answered with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Answer {
    /// The true answer, for a fault that only delays.
    #[default]
    Normal,
    /// This status with a body of HTML, as from the edge: 500, 502, 503, 403 …
    Status(u16),
    /// 429 with code 1003 and no `Retry-After`. \[V\]
    RateLimited,
    /// The true answer's head and `Content-Length`, then half the body, then the connection closes.
    CutOff,
    /// 200 and half the true body with a matching length: not parseable.
    Malformed,
    /// 200 and well-formed JSON (or XML) of quite another shape.
    WrongShape,
    /// 200 with a page of HTML, as from a captive portal.
    Html,
}

impl Answer {
    /// Whether plex.tv handled the request and only its answer suffered. Otherwise nothing has happened there.
    pub(crate) fn comes_from_plex(self) -> bool {
        matches!(self, Self::Normal | Self::CutOff | Self::Malformed)
    }
}

impl Switches {
    /// Takes over the fields in `part` and keeps the others.
    ///
    /// # Errors
    /// A text naming the unknown field or the wrong type; nothing is changed then.
    pub(crate) fn merge(&mut self, part: Value) -> Result<(), String> {
        let Value::Object(part) = part else {
            return Err("an object is expected".to_owned());
        };
        let mut whole = serde_json::to_value(&*self).map_err(|error| error.to_string())?;
        for (name, value) in part {
            whole[name] = value;
        }
        *self = serde_json::from_value(whole).map_err(|error| error.to_string())?;
        Ok(())
    }

    /// The fault for this request, counted down.
    pub(crate) fn take_fault(&mut self, method: &str, path: &str) -> Option<Fault> {
        let index = self.faults.iter().position(|fault| fault.fits(method, path))?;
        let fault = self.faults[index].clone();
        if let Some(left) = self.faults[index].times.as_mut() {
            *left = left.saturating_sub(1);
            if *left == 0 {
                self.faults.remove(index);
            }
        }
        Some(fault)
    }
}
