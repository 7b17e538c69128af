//! Login tokens, and setting up a device.

use serde::{Deserialize, Serialize};

/// `POST /user/:id/settings/token` and `…/tokens`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct NewToken {
    /// The device, 1 to 64 characters; absent: `default`.
    #[serde(default)]
    #[cfg_attr(feature = "ssr", schema(min_length = 1, max_length = 64, examples("Backup script")))]
    pub name: Option<String>,
    /// 1 to 1825 days (five years); absent: never.
    #[serde(default)]
    #[cfg_attr(feature = "ssr", schema(minimum = 1, maximum = 1825, examples(365)))]
    pub expires_in_days: Option<i64>,
    /// The numbers of the apps behind the gateway that it opens; absent: all that its member may open.
    #[serde(default)]
    #[cfg_attr(feature = "ssr", schema(examples(3)))]
    pub apps: Option<Vec<i64>>,
    /// Whether it only reads: GET, HEAD and OPTIONS.
    #[serde(default)]
    #[cfg_attr(feature = "ssr", schema(examples(false)))]
    pub reading_only: bool,
}

/// A login token as it is listed. Its value is not in it, and is nowhere else either.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct LoginToken {
    /// Its number.
    #[cfg_attr(feature = "ssr", schema(examples(7)))]
    pub id: i64,
    /// The device.
    #[cfg_attr(feature = "ssr", schema(examples("Backup script")))]
    pub name: String,
    /// RFC 3339, UTC; of the newest value.
    #[cfg_attr(feature = "ssr", schema(format = DateTime, examples("2026-09-14T18:00:00Z")))]
    pub created_at: String,
    /// Who made it; null: somebody who is no member any more.
    #[cfg_attr(feature = "ssr", schema(examples(1)))]
    pub created_by: Option<i64>,
    /// RFC 3339, UTC; null: never.
    #[cfg_attr(feature = "ssr", schema(format = DateTime, examples("2027-09-14T18:00:00Z")))]
    pub expires_at: Option<String>,
    /// RFC 3339, UTC, to the minute; null: not yet.
    #[cfg_attr(feature = "ssr", schema(format = DateTime, examples("2026-09-14T18:00:00Z")))]
    pub last_used_at: Option<String>,
    /// The address it was last used from.
    #[cfg_attr(feature = "ssr", schema(examples("192.168.1.20")))]
    pub last_used_from: Option<String>,
    /// The numbers of the apps that it opens; null: all that its member may open.
    #[serde(default)]
    #[cfg_attr(feature = "ssr", schema(examples(3)))]
    pub apps: Option<Vec<i64>>,
    /// Whether it only reads.
    #[serde(default)]
    #[cfg_attr(feature = "ssr", schema(examples(false)))]
    pub reading_only: bool,
}

/// A login token that was just made: the only answer that shows its value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct MadeToken {
    /// The value (a UUID).
    #[cfg_attr(
        feature = "ssr",
        schema(format = "uuid", examples("0b7c1f62-1111-4222-8333-944455556666"))
    )]
    pub token: String,
    /// The sign-in link.
    #[cfg_attr(
        feature = "ssr",
        schema(examples("https://door.home.example/?token=0b7c1f62-1111-4222-8333-944455556666"))
    )]
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
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TokenStatus {
    /// Whether there is one.
    pub exists: bool,
    /// RFC 3339, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(format = DateTime, examples("2026-09-14T18:00:00Z")))]
    pub created_at: Option<String>,
    /// RFC 3339, UTC; absent: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(format = DateTime, examples("2027-09-14T18:00:00Z")))]
    pub expires_at: Option<String>,
    /// RFC 3339, UTC; absent: not used yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(format = DateTime, examples("2026-09-14T18:00:00Z")))]
    pub last_used_at: Option<String>,
}

/// `POST /pair/poll`: how this device's pairing is doing. The device is known by an HttpOnly cookie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(tag = "state", rename_all = "camelCase")]
pub enum PairAnswer {
    /// Nobody has approved it yet: ask again after this many milliseconds.
    #[serde(rename_all = "camelCase")]
    Waiting {
        /// Milliseconds.
        #[cfg_attr(feature = "ssr", schema(examples(1000)))]
        retry_after: u32,
    },
    /// In. The session cookie is set; go to this path.
    SignedIn {
        /// A path on this origin.
        #[cfg_attr(feature = "ssr", schema(examples("/")))]
        to: String,
    },
    /// Somebody said no.
    Declined,
    /// The code ran out, or this device never had one.
    Expired,
}
