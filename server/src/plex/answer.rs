//! Plex's JSON answers and what is read of them.
//!
//! Takes bytes, gives the types of `model`. Must not do requests, and must not put a byte of an answer into an error.

use serde::Deserialize;

use super::error::PlexError;
use super::lenient::{self, Row, Scalar};
use super::model::{AboutServer, NewPin, PinStatus, PlexAccount, PlexServer};
use super::secret::{PinCode, PlexToken};

/// Lifetime of a strong PIN in seconds (§2.1), where an answer does not say it.
const PIN_LIFETIME: i64 = 1800;

/// What a server without a name is called.
const NAMELESS_SERVER: &str = "Plex Media Server";

/// Plex's error code for a missing or refused client identifier (§2.2).
pub(super) const CODE_NO_CLIENT_IDENTIFIER: i64 = 1000;

fn no_json(status: u16) -> PlexError {
    PlexError::Unexpected {
        status,
        what: "it is not the JSON that was asked for",
    }
}

fn object<T: Row>(status: u16, body: &[u8]) -> Result<T, PlexError> {
    lenient::object(body).ok().flatten().ok_or_else(|| no_json(status))
}

#[derive(Default)]
struct PinRow {
    id: Option<i64>,
    code: Option<PinCode>,
    client_identifier: Option<String>,
    expires_in: Option<i64>,
    token: Option<String>,
}

impl Row for PinRow {
    const FIELDS: &'static [&'static str] = &["id", "code", "clientIdentifier", "expiresIn", "authToken"];

    fn set(&mut self, field: &str, value: Scalar) {
        match field {
            "id" => self.id = value.id(),
            "code" => self.code = value.exact().and_then(PinCode::new),
            "clientIdentifier" => self.client_identifier = value.exact(),
            "expiresIn" => self.expires_in = value.whole(),
            "authToken" => self.token = value.exact(),
            _ => {}
        }
    }
}

impl PinRow {
    fn expires_in(&self) -> u32 {
        u32::try_from(self.expires_in.unwrap_or(PIN_LIFETIME).clamp(0, PIN_LIFETIME)).unwrap_or_default()
    }
}

/// A fresh PIN (§2.1).
pub(super) fn new_pin(status: u16, body: &[u8]) -> Result<NewPin, PlexError> {
    let row: PinRow = object(status, body)?;
    let expires_in = row.expires_in();
    match (row.id, row.code) {
        (Some(id), Some(code)) => Ok(NewPin { id, code, expires_in }),
        _ => Err(PlexError::Unexpected {
            status,
            what: "a PIN without number or code",
        }),
    }
}

/// The PIN that was asked for (§2.2).
pub(super) fn pin_status(pin_id: i64, status: u16, body: &[u8]) -> Result<PinStatus, PlexError> {
    let row: PinRow = object(status, body)?;
    let expires_in = row.expires_in();
    if row.id.is_some_and(|id| id != pin_id) {
        return Err(PlexError::Unexpected {
            status,
            what: "another PIN than the one asked for",
        });
    }
    let Some(code) = row.code else {
        return Err(PlexError::Unexpected {
            status,
            what: "a PIN without code",
        });
    };
    let token = match row.token.map(PlexToken::new) {
        None => None,
        Some(Some(token)) => Some(token),
        Some(None) => {
            return Err(PlexError::Unexpected {
                status,
                what: "a token no header can carry",
            });
        }
    };
    Ok(PinStatus {
        code,
        client_identifier: row.client_identifier.unwrap_or_default(),
        expires_in,
        token,
    })
}

#[derive(Default)]
struct AccountRow {
    id: Option<i64>,
    uuid: Option<String>,
    username: Option<String>,
    title: Option<String>,
    email: Option<String>,
    friendly_name: Option<String>,
    thumb: Option<String>,
    home: bool,
    home_admin: bool,
    restricted: bool,
    guest: bool,
}

impl Row for AccountRow {
    const FIELDS: &'static [&'static str] = &[
        "id",
        "uuid",
        "username",
        "title",
        "email",
        "friendlyName",
        "thumb",
        "home",
        "homeAdmin",
        "restricted",
        "guest",
    ];

    fn set(&mut self, field: &str, value: Scalar) {
        match field {
            "id" => self.id = value.id(),
            "uuid" => self.uuid = value.text(),
            "username" => self.username = value.text(),
            "title" => self.title = value.text(),
            "email" => self.email = value.text(),
            "friendlyName" => self.friendly_name = value.text(),
            "thumb" => self.thumb = value.web_url(),
            "home" => self.home = value.flag(),
            "homeAdmin" => self.home_admin = value.flag(),
            "restricted" => self.restricted = value.flag(),
            "guest" => self.guest = value.flag(),
            _ => {}
        }
    }
}

/// The account a token belongs to (§3.1).
pub(super) fn account(status: u16, body: &[u8]) -> Result<PlexAccount, PlexError> {
    let row: AccountRow = object(status, body)?;
    let Some(id) = row.id else {
        return Err(PlexError::Unexpected {
            status,
            what: "an account without number",
        });
    };
    Ok(PlexAccount {
        id,
        uuid: row.uuid,
        username: row.username,
        title: row.title,
        email: row.email,
        friendly_name: row.friendly_name,
        thumb: row.thumb,
        home: row.home,
        home_admin: row.home_admin,
        restricted: row.restricted,
        guest: row.guest,
    })
}

#[derive(Default)]
struct ResourceRow {
    machine_id: Option<String>,
    name: Option<String>,
    platform: Option<String>,
    product: Option<String>,
    product_version: Option<String>,
    device: Option<String>,
    created_at: Option<String>,
    last_seen_at: Option<String>,
    provides: Option<String>,
    owned: bool,
    owner_id: Option<i64>,
    home: bool,
}

impl Row for ResourceRow {
    const FIELDS: &'static [&'static str] = &[
        "clientIdentifier",
        "name",
        "platform",
        "product",
        "productVersion",
        "device",
        "createdAt",
        "lastSeenAt",
        "provides",
        "owned",
        "ownerId",
        "home",
    ];

    fn set(&mut self, field: &str, value: Scalar) {
        match field {
            "clientIdentifier" => self.machine_id = value.exact(),
            "name" => self.name = value.text(),
            "platform" => self.platform = value.text(),
            "product" => self.product = value.text(),
            "productVersion" => self.product_version = value.text(),
            "device" => self.device = value.text(),
            "createdAt" => self.created_at = value.text(),
            "lastSeenAt" => self.last_seen_at = value.text(),
            "provides" => self.provides = value.exact(),
            "owned" => self.owned = value.flag(),
            "ownerId" => self.owner_id = value.id(),
            "home" => self.home = value.flag(),
            _ => {}
        }
    }
}

impl ResourceRow {
    /// The words of `provides`.
    fn offers(&self) -> impl Iterator<Item = &str> {
        self.provides
            .as_deref()
            .into_iter()
            .flat_map(|list| list.split(',').map(str::trim))
    }

    fn is_server(&self) -> bool {
        self.offers().any(|word| word == "server")
    }

    fn about(&self) -> AboutServer {
        AboutServer {
            product: self.product.clone(),
            product_version: self.product_version.clone(),
            device: self.device.clone(),
            created_at: self.created_at.clone(),
            last_seen_at: self.last_seen_at.clone(),
            provides: self.offers().map(str::to_owned).collect(),
        }
    }
}

/// The media servers of a resource list, and how many rows made no sense (§4.1). Players are neither.
pub(super) fn resources(status: u16, body: &[u8]) -> Result<(Vec<PlexServer>, usize), PlexError> {
    let rows: Vec<Option<ResourceRow>> = lenient::list(body).map_err(|_| no_json(status))?;
    let mut broken = 0;
    let mut servers = Vec::new();
    for row in rows {
        match row {
            Some(row) if !row.is_server() => {}
            Some(row) if row.machine_id.is_some() => {
                let about = row.about();
                servers.push(PlexServer {
                    machine_id: row.machine_id.unwrap_or_default(),
                    name: row.name.unwrap_or_else(|| NAMELESS_SERVER.to_owned()),
                    platform: row.platform,
                    owned: row.owned,
                    owner_id: row.owner_id,
                    home: row.home,
                    about,
                });
            }
            _ => broken += 1,
        }
    }
    Ok((servers, broken))
}

/// Plex's error answers: `{"errors":[{"code":1020,"message":…}]}` (§2.2).
#[derive(Deserialize)]
struct Errors {
    errors: Vec<ErrorEntry>,
}

#[derive(Deserialize)]
struct ErrorEntry {
    code: Option<Scalar>,
}

/// Whether an error answer is Plex's own: its JSON, or nothing at all. HTML comes from something in between.
pub(super) fn is_plex_error(body: &[u8]) -> bool {
    body.trim_ascii().is_empty() || serde_json::from_slice::<Errors>(body).is_ok()
}

/// Whether Plex names this code as the reason.
pub(super) fn names_code(body: &[u8], code: i64) -> bool {
    let errors = serde_json::from_slice::<Errors>(body).map_or(Vec::new(), |found| found.errors);
    errors
        .iter()
        .any(|entry| entry.code.as_ref().and_then(Scalar::whole) == Some(code))
}

/// Whether a 422 says that the token is dead, in JSON or XML (§3.2); a 422 for another reason does not.
pub(super) fn says_invalid_token(body: &[u8]) -> bool {
    String::from_utf8_lossy(body)
        .to_ascii_lowercase()
        .contains("invalid token")
}
