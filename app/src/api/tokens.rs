//! Login tokens, and setting up a device.

use serde::{Deserialize, Serialize};

/// `POST /user/:id/settings/token` and `…/tokens`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewToken {
    /// The device, 1 to 64 characters; absent: `default`.
    #[serde(default)]
    pub name: Option<String>,
    /// 1 to 1825 days (five years); absent: never.
    #[serde(default)]
    pub expires_in_days: Option<i64>,
    /// The numbers of the apps behind the gateway that it opens; absent: all that its member may open.
    #[serde(default)]
    pub apps: Option<Vec<i64>>,
    /// Whether it only reads: GET, HEAD and OPTIONS.
    #[serde(default)]
    pub reading_only: bool,
}

/// A login token as it is listed. Its value is not in it, and is nowhere else either.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LoginToken {
    /// Its number.
    pub id: i64,
    /// The device.
    pub name: String,
    /// RFC 3339, UTC; of the newest value.
    pub created_at: String,
    /// Who made it; null: somebody who is no member any more.
    pub created_by: Option<i64>,
    /// RFC 3339, UTC; null: never.
    pub expires_at: Option<String>,
    /// RFC 3339, UTC, to the minute; null: not yet.
    pub last_used_at: Option<String>,
    /// The address it was last used from.
    pub last_used_from: Option<String>,
    /// The numbers of the apps that it opens; null: all that its member may open.
    #[serde(default)]
    pub apps: Option<Vec<i64>>,
    /// Whether it only reads.
    #[serde(default)]
    pub reading_only: bool,
}

/// A login token that was just made: the only answer that shows its value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeToken {
    /// The value (a UUID).
    pub token: String,
    /// The sign-in link.
    pub url: String,
    /// The rest.
    #[serde(flatten)]
    pub about: LoginToken,
}

impl std::fmt::Debug for MadeToken {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("MadeToken")
            .field("about", &self.about)
            .finish_non_exhaustive()
    }
}

/// `GET /user/:id/settings/token`: the one named `default`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenStatus {
    /// Whether there is one.
    pub exists: bool,
    /// RFC 3339, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// RFC 3339, UTC; absent: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// RFC 3339, UTC; absent: not used yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<String>,
}

/// `POST /pair/poll`: how this device's pairing is doing. The device is known by an HttpOnly cookie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum PairAnswer {
    /// Nobody has approved it yet: ask again after this many milliseconds.
    Waiting {
        /// Milliseconds.
        retry_after: u32,
    },
    /// In. The session cookie is set; go to this path.
    SignedIn {
        /// A path on this origin.
        to: String,
    },
    /// Somebody said no.
    Declined,
    /// The code ran out, or this device never had one.
    Expired,
}
