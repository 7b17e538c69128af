//! A sign-in PIN from creation to its end, and its body in both faces.

use crate::call::Call;
use crate::clock;
use crate::state::{State, random_text};
use serde::Serialize;
use serde_json::{Value, json};
use url::Url;

/// Seconds a strong and a weak PIN live. \[V\]
const STRONG_SECONDS: u64 = 1800;
const WEAK_SECONDS: u64 = 900;
/// Seconds a claimed PIN lives on after it was first read as claimed. \[V, trigger I\]
const CLAIMED_SECONDS: u64 = 10;

/// A PIN as the stub keeps it; `Stub::pin` hands out a copy.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Pin {
    /// Plex's number for it.
    pub id: i64,
    /// 25 characters `[a-z0-9]` when strong, else 4 characters `[A-Z0-9]`. \[V\]
    pub code: String,
    /// `X-Plex-Product` of the creator, "0" if it sent none. \[V\]
    pub product: String,
    /// The client identifier it is bound to.
    pub client_id: String,
    /// The `Origin` of the creating request: what `forwardUrl` is compared with. \[R\]
    pub origin: Option<String>,
    /// The address of the creating request: what the approver's is compared with. \[R\]
    pub ip: String,
    /// On the stub's clock.
    pub created_ms: u64,
    /// On the stub's clock; pulled in when the PIN is first read as claimed.
    pub expires_ms: u64,
    /// Who approved it, if somebody did.
    pub approved_by: Option<String>,
    /// The token handed out, if approved.
    pub token: Option<String>,
    /// How often it was read while claimed: a test of "redeemed exactly once".
    pub claimed_reads: u32,
    #[serde(skip)]
    new_registration: bool,
}

impl Pin {
    /// Whether the approval page may send the tab to `target`: http or https, and its host is the one of the Origin
    /// recorded at creation. A PIN made without an Origin forwards nowhere. \[R\]
    #[must_use]
    pub fn may_forward_to(&self, target: &str, check_host: bool) -> bool {
        let Ok(target) = Url::parse(target) else { return false };
        let origin = self.origin.as_deref().and_then(|origin| Url::parse(origin).ok());
        let same_host = origin.is_some_and(|origin| origin.host_str() == target.host_str());
        matches!(target.scheme(), "http" | "https") && (same_host || !check_host)
    }
}

/// What the creator of a PIN tells Plex.
pub(crate) struct NewPin<'a> {
    pub(crate) strong: bool,
    pub(crate) client_id: &'a str,
    pub(crate) product: Option<&'a str>,
    pub(crate) origin: Option<&'a str>,
    pub(crate) ip: &'a str,
}

impl State {
    pub(crate) fn create_pin(&mut self, new: &NewPin<'_>) -> Pin {
        let (length, alphabet, seconds): (_, &[u8], _) = if new.strong {
            (25, b"abcdefghijklmnopqrstuvwxyz0123456789", STRONG_SECONDS)
        } else {
            (4, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", WEAK_SECONDS)
        };
        let now = self.clock.now_ms();
        let mut code = random_text(length, alphabet);
        while self.live_pin(&code).is_some() {
            code = random_text(length, alphabet);
        }
        let pin = Pin {
            id: self.next_pin_id(),
            code,
            product: new.product.unwrap_or("0").to_owned(),
            client_id: new.client_id.to_owned(),
            origin: new.origin.map(str::to_owned),
            ip: new.ip.to_owned(),
            created_ms: now,
            expires_ms: now + self.switches.pin_lifetime.unwrap_or(seconds) * 1000,
            approved_by: None,
            token: None,
            claimed_reads: 0,
            new_registration: false,
        };
        self.pins.push(pin.clone());
        pin
    }

    /// The PIN a code stands for, unless it has expired. Weak codes may be typed in lower case.
    pub(crate) fn live_pin(&self, code: &str) -> Option<&Pin> {
        let now = self.clock.now_ms();
        self.pins
            .iter()
            .find(|pin| pin.code.eq_ignore_ascii_case(code) && now < pin.expires_ms)
    }

    /// Reads a PIN as its creator; `None` when unknown, expired or another client identifier's. \[V\]
    pub(crate) fn read_pin(&mut self, id: i64, client_id: &str) -> Option<Pin> {
        let now = self.clock.now_ms();
        let shrink = self.switches.shrink_claimed_pin;
        let pin = self.pins.iter_mut().find(|pin| pin.id == id)?;
        if pin.client_id != client_id || now >= pin.expires_ms {
            return None;
        }
        if pin.token.is_some() {
            if shrink && pin.claimed_reads == 0 {
                pin.expires_ms = pin.expires_ms.min(now + CLAIMED_SECONDS * 1000);
            }
            pin.claimed_reads += 1;
        }
        Some(pin.clone())
    }

    /// Approves a PIN as an account and hands out the token. A PIN can be approved once.
    pub(crate) fn approve(&mut self, code: &str, account: &str) -> Result<Pin, String> {
        let account = self
            .world
            .account(account)
            .ok_or_else(|| format!("no account has the key {account}"))?;
        let (key, new_registration) = (account.key.clone(), account.new_registration);
        let pin = self.live_pin(code).ok_or("the code is unknown or expired")?;
        if let Some(by) = &pin.approved_by {
            return Err(format!("the code was approved by {by} before"));
        }
        let (id, client_id) = (pin.id, pin.client_id.clone());
        let token = self.issue_token(&key, &client_id);
        let pin = self.pins.iter_mut().find(|pin| pin.id == id).ok_or("the PIN is gone")?;
        pin.approved_by = Some(key);
        pin.token = Some(token);
        pin.new_registration = new_registration;
        Ok(pin.clone())
    }

    /// Ends a PIN now.
    pub(crate) fn expire(&mut self, code: &str) -> Result<(), String> {
        let now = self.clock.now_ms();
        let pin = self
            .pins
            .iter_mut()
            .find(|pin| pin.code.eq_ignore_ascii_case(code))
            .ok_or("the code is unknown")?;
        pin.expires_ms = now;
        Ok(())
    }

    /// The PIN's body. Dates are ISO in JSON and Ruby-like in XML; `trusted` is missing from neither. \[V\]
    pub(crate) fn pin_body(&self, pin: &Pin, call: &Call) -> Value {
        let left = pin.expires_ms.saturating_sub(self.clock.now_ms()).div_ceil(1000);
        let date = if call.json { clock::iso } else { clock::ruby };
        let registration = pin.token.as_ref().map(|_| pin.new_registration);
        json!({
            "id": pin.id,
            "code": pin.code,
            "product": pin.product,
            "trusted": false,
            "qr": format!("{}/api/v2/pins/qr/{}", call.base(), pin.code),
            "clientIdentifier": pin.client_id,
            "location": {
                "code": "NL", "european_union_member": true, "continent_code": "EU", "country": "The Netherlands",
                "city": null, "time_zone": null, "postal_code": null, "in_privacy_restricted_country": true,
                "in_privacy_restricted_region": true, "subdivisions": null, "coordinates": null,
            },
            "expiresIn": left,
            "createdAt": date(self.clock.moment(pin.created_ms)),
            "expiresAt": date(self.clock.moment(pin.expires_ms)),
            "authToken": pin.token,
            "newRegistration": registration,
        })
    }
}
