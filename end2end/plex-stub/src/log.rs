//! The request log: what the tests' assertions about our behaviour towards Plex are made from.

use serde::Serialize;

/// One request as plex.tv saw it. Requests to `/_stub/` aren't logged.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LoggedRequest {
    /// Upper case.
    pub method: String,
    /// Without the query.
    pub path: String,
    /// As sent, "" when there was none.
    pub query: String,
    /// How an account token came, if one did.
    pub token: TokenVia,
    /// `X-Plex-Client-Identifier`, wherever it came from.
    pub client_id: Option<String>,
    /// `X-Plex-Product`, wherever it came from.
    pub product: Option<String>,
    /// The `Origin` header.
    pub origin: Option<String>,
    /// The key of the account the token belongs to, dead tokens included.
    pub account: Option<String>,
    /// The caller's address, or what it sent as `X-Forwarded-For`.
    pub ip: String,
    /// The answer's status.
    pub status: u16,
    /// When it arrived: monotonic milliseconds since the stub started, `advance`d time included.
    pub at_ms: u64,
}

/// How `X-Plex-Token` reached plex.tv. `Url` is what must never be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenVia {
    /// No token.
    None,
    /// In a request header.
    Header,
    /// In the query string.
    Url,
    /// In a form or JSON body.
    Body,
}
